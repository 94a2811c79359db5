// Opens VS Code with this extension on examples/hello, deployed to a local test network, and serves until Ctrl-C.
//   npm start -- [--browser] [--port N]
// --browser uses the VS Code server though desktop VS Code is there; --port chooses that server's port.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, exclusively } from '../test/host/cache';
import { ROOT } from '../test/host/extension-tests';
import { prepareMachine } from '../test/host/machine';
import { provisionHost } from '../test/host/provision';
import { VscodeServer } from '../test/host/vscode-server';
import { type Example, startExample } from '../test/support/example';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { browser: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
  });
  const desktop = values.browser ? undefined : findDesktop();
  if (spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' }).status !== 0) {
    throw new Error('The build failed.');
  }
  // Nothing of the user's own dfx is touched: the example's dfx home lies here, one for each clone.
  const folder = join(cacheFolder(), 'start', createHash('sha256').update(ROOT).digest('hex').slice(0, 12));
  const alreadyRunning = () => {
    throw new Error('npm start runs already in this clone.');
  };
  const serve = async () => {
    rmSync(join(folder, 'dfx-home'), { recursive: true, force: true });
    const example = await startExample(folder, { project: join(ROOT, 'examples', 'hello') });
    process.once('exit', () => example.home.stopLocal());
    console.log(`Test network: ${example.network.url}`);
    for (const [name, id] of Object.entries(example.ids)) {
      console.log(`  ${name.padEnd(16)}${id}`);
    }
    if (desktop === undefined) {
      await openInBrowser(example, join(folder, 'server'), Number(values.port));
    } else {
      openOnDesktop(desktop, example, join(folder, 'desktop'));
    }
    console.log('Ctrl-C ends it.');
    await new Promise<void>((done) => {
      process.once('SIGINT', done);
      process.once('SIGTERM', done);
    });
  };
  // Desktop VS Code also runs where there is no such lock.
  await (process.platform === 'linux' ? exclusively(folder, alreadyRunning, serve) : serve());
  process.exit(0);
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

function openOnDesktop(code: string, example: Example, userData: string): void {
  const { HOME, ...rest } = example.env;
  // Only macOS has dfx's shared folder in the home folder, whatever the other variables say.
  const env = process.platform === 'darwin' ? { ...rest, HOME } : rest;
  const args = [
    `--extensionDevelopmentPath=${ROOT}`,
    // A VS Code that runs already would not take over the environment.
    ...['--user-data-dir', userData],
    ...['--disable-workspace-trust', '--new-window', example.project],
  ];
  const child = spawn(code, args, {
    stdio: 'ignore',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  child.once('error', (error) => console.error(`VS Code could not be started: ${error.message}`));
  console.log(`Opening ${example.project} in desktop VS Code.`);
}

async function openInBrowser(example: Example, dataFolder: string, port: number): Promise<void> {
  prepareMachine(false, (line) => console.log(line));
  const host = await provisionHost('current', (line) => console.log(line));
  const server = await VscodeServer.start({ host, port, dataFolder, env: example.env, installedExtension: ROOT });
  console.log(
    `VS Code ${host.version}: open this address in a browser:\n\n  ${server.url({ folder: example.project })}\n`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
