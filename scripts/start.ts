// Opens VS Code with this extension on both samples, deployed to local networks, and serves until it is told to end.
//   npm start -- [--browser] [--port N] [--data FOLDER]
// --browser uses the VS Code server though desktop VS Code is there; --port chooses that server's port; --data names the
// place for networks, identities and settings, which is a folder of its own for each clone.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, exclusively } from '../test/host/cache';
import { ROOT } from '../test/host/extension-tests';
import { prepareMachine } from '../test/host/machine';
import { killMarked } from '../test/host/marked-processes';
import { provisionHost } from '../test/host/provision';
import { VscodeServer } from '../test/host/vscode-server';
import { SAMPLES, type Samples, startSamples } from '../test/support/samples';
import { writeStandInNotice } from '../test/support/stand-in-notice';

/** In the environment of all that is started here. */
const MARK = 'IC_CANISTERS_START_RUN';
const mark = randomUUID();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      browser: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
    },
  });
  const desktop = values.browser ? undefined : findDesktop();
  if (spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' }).status !== 0) {
    throw new Error('The build failed.');
  }
  const clone = createHash('sha256').update(ROOT).digest('hex').slice(0, 12);
  const folder = values.data === undefined ? join(cacheFolder(), 'start', clone) : resolve(values.data);
  mkdirSync(folder, { recursive: true });
  const alreadyRunning = () => {
    throw new Error('npm start runs already in this clone.');
  };
  const serve = async () => {
    endAllAtTheEnd();
    console.log('Starting the local networks and deploying the samples to them…');
    const samples = await startSamples(folder, { [MARK]: mark }, (line) => console.log(line));
    if (samples.standIn) {
      console.log('dfx: the stand-in of test/dfx, as there is no real one.');
    }
    if (!samples.icp) {
      console.log(
        'icp: there is none on the PATH, nor for this computer among the packages. Its sample is not deployed.',
      );
    }
    const notice = samples.standIn ? writeStandInNotice(join(folder, 'notice')) : undefined;
    if (desktop === undefined) {
      await openInBrowser(samples, notice, join(folder, 'server'), Number(values.port));
    } else {
      openOnDesktop(desktop, samples, notice, join(folder, 'desktop'));
    }
    console.log('Ctrl-C ends it.');
    // Nothing else keeps this process while the desktop's VS Code runs.
    await new Promise(() => setInterval(() => {}, 2 ** 31 - 1));
  };
  // Desktop VS Code also runs where there is no such lock.
  await (process.platform === 'linux' ? exclusively(folder, alreadyRunning, serve) : serve());
}

/** By whatever this process ends, nothing that it has started stays. */
function endAllAtTheEnd(): void {
  process.once('exit', () => killMarked(MARK, mark));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(0));
  }
  // scripts/start.mjs was killed.
  process.once('disconnect', () => process.exit(0));
  // This process may be killed, too. The pipe to the guard closes with it.
  const guard = spawn(process.execPath, ['--import', 'tsx', 'scripts/start-guard.ts', MARK, mark], {
    cwd: ROOT,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.once('error', (error) => console.error(`Nothing watches over this process: ${error.message}`));
  guard.unref();
}

/** Desktop VS Code, where it is installed and has a screen. */
function findDesktop(): string | undefined {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return undefined;
  }
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((each) => join(each, name))
    .find((file) => existsSync(file));
}

function openOnDesktop(code: string, samples: Samples, notice: string | undefined, userData: string): void {
  const args = [
    `--extensionDevelopmentPath=${ROOT}`,
    ...(notice === undefined ? [] : [`--extensionDevelopmentPath=${notice}`]),
    // A VS Code that runs already would not take over the environment.
    ...['--user-data-dir', userData],
    ...['--disable-workspace-trust', '--new-window', SAMPLES],
  ];
  const child = spawn(code, args, {
    stdio: 'ignore',
    env: { ...process.env, ...samples.env },
    shell: process.platform === 'win32',
  });
  child.once('error', (error) => console.error(`VS Code could not be started: ${error.message}`));
  console.log(`Opening ${SAMPLES} in desktop VS Code.`);
}

async function openInBrowser(
  samples: Samples,
  notice: string | undefined,
  dataFolder: string,
  port: number,
): Promise<void> {
  prepareMachine(false, (line) => console.log(line));
  const host = await provisionHost('current', (line) => console.log(line));
  const server = await VscodeServer.start({
    host,
    port,
    dataFolder,
    // What runs in the terminals is the user's.
    env: { HOME: homedir(), ...samples.env },
    installedExtension: ROOT,
    otherExtensions: notice === undefined ? [] : [notice],
    ports: 'domains',
  });
  console.log(`VS Code ${host.version}: open this address in a browser:\n\n  ${server.url({ folder: SAMPLES })}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
