// npm run bench -- [part of a file's name]…: builds as shipped, then runs bench/*.bench.ts one after another.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;

const parts = process.argv.slice(2);
const folder = join(root, 'bench');
const files = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.bench.ts') && (parts.length === 0 || parts.some((part) => file.includes(part))))
  .sort();
if (files.length === 0) {
  console.error('no benchmark matches');
  process.exit(1);
}
if (!run('scripts/build.mjs', '--production')) {
  process.exit(1);
}
for (const file of files) {
  console.log(`\n== ${file}`);
  if (!run('--expose-gc', '--import', 'tsx', join('bench', file))) {
    process.exitCode = 1;
  }
}
