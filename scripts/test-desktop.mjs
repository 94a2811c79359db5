// npm run test:desktop -- [part of a file's path]…: installs what is missing, then runs scripts/test-desktop.ts.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const result = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/test-desktop.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = result.status ?? 1;
