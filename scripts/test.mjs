// npm test: installs what is missing, then runs scripts/test-layers.ts, which needs the packages.
import { spawn } from 'node:child_process';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/test-layers.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches the child by itself; this process waits until it has cleaned up.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('close', (code, signal) => {
  if (signal !== null) {
    console.error(`The run was ended by ${signal}.`);
  }
  process.exitCode = code ?? 1;
});
