/** The tools that a converted project is built with: mops and moc, cargo, ic-wasm, wat2wasm, as far as the tests need them. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Makes the tools in a folder, which is put on PATH. */
export function installBuildTools(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const tsx = require.resolve('tsx', { paths: [ROOT] });
  const main = join(__dirname, 'build-tools-main.ts');
  for (const tool of ['mops', 'moc', 'cargo', 'ic-wasm', 'wat2wasm']) {
    const file = join(folder, tool);
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${main}" ${tool} "$0" "$@"\n`);
    chmodSync(file, 0o755);
  }
}
