import { chmod } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { layout, put } from '../../support/layout';

/** An executable that runs JavaScript, under any name. Not for Windows, which has no such scripts. */
export async function script(t: TestContext, name: string, code: string, folder?: string): Promise<string> {
  const file = await put(folder ?? (await layout(t)), name, `#!${process.execPath}\n${code}\n`);
  await chmod(file, 0o755);
  return file;
}
