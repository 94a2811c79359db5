import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** Makes a temporary folder with these files (objects are written as JSON) that goes when the test ends. */
export async function layout(t: TestContext, files: Record<string, unknown> = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ic-canisters-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await put(folder, name, content);
  }
  return folder;
}

/** Writes one file, with its folders. */
export async function put(folder: string, name: string, content: unknown): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(
    file,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  );
  return file;
}
