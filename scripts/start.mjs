// npm start: installs what is missing, then runs scripts/start.ts until it is told to end, in whichever way.
import { spawn } from 'node:child_process';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
// When this process is gone, however, the channel to it closes, and the child ends.
const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// A terminal sends its signals to both processes, everybody else to this one. It waits until the child has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
// npm may be killed without a word to what it runs.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1_000).unref();
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
