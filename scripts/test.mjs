// npm test: installs what is missing, then runs scripts/test-layers.ts, which needs the packages.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const result = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/test-layers.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = result.status ?? 1;
