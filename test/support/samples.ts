/** Both samples, each deployed by its own tool to a local network, for `npm start`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { installDfx } from '../dfx';
import { DfxHome } from './dfx-home';
import { startExample } from './example';
import { icpBinary, withoutIcp } from './icp-binary';
import { launcherEnvironment } from './icp-launch';

/** The folder with the samples. */
export const SAMPLES = resolve(__dirname, '../../examples');

export interface Samples {
  /** For processes that are to use the samples' tools, identities and networks. */
  readonly env: Readonly<Record<string, string>>;
  /** True where `dfx` is the one of test/dfx. */
  readonly standIn: boolean;
  /** False where there is no `icp` for this computer. */
  readonly icp: boolean;
}

/**
 * Starts the networks and deploys the canisters. A tool that fails is told of and does not keep the other from it.
 *
 * @param folder for the tools, their identities and networks; nothing of the user's own is touched
 * @param given what the processes get beside that
 */
export async function startSamples(
  folder: string,
  given: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<Samples> {
  if (process.platform === 'win32') {
    // There is no dfx, and a script cannot stand in for it: the canisters are put on a network of this process.
    const example = await startExample(folder, { project: join(SAMPLES, 'hello') });
    return { env: { ...example.env, ...given }, standIn: false, icp: false };
  }
  const bin = join(folder, 'bin');
  for (const stale of ['bin', 'dfx-home', 'icp-home']) {
    rmSync(join(folder, stale), { recursive: true, force: true });
  }
  // Of networks that are gone.
  rmSync(join(SAMPLES, 'hello', '.dfx', 'local'), { recursive: true, force: true });
  rmSync(join(SAMPLES, 'hello-icp', '.icp', 'cache'), { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  const home = new DfxHome(join(folder, 'dfx-home'));
  home.addIdentity('default');
  home.addIdentity('alice', 'ed25519');
  home.selectIdentity('default');
  // A free port, whatever else runs on this computer.
  home.writeNetworks({ local: { bind: '127.0.0.1:0' } });
  const { HOME: _, ...dfxEnv } = home.env;
  // Of the packages, where they have one for this computer.
  const tools = [bin, ...(withoutIcp ? [] : [dirname(icpBinary)]), process.env['PATH']].join(delimiter);
  const env = {
    // Only macOS has dfx's shared folder in the home folder, whatever the other variables say.
    ...(process.platform === 'darwin' ? home.env : dfxEnv),
    ICP_HOME: join(folder, 'icp-home'),
    ...launcherEnvironment(folder),
    ...given,
    PATH: tools,
  };
  const [dfx, icp] = await Promise.all(['dfx', 'icp'].map((tool) => answers(tool, env)));
  if (!dfx) {
    await installDfx(bin);
  }
  await Promise.all([deployDfx(env).catch(told('hello')), icp ? deployIcp(env).catch(told('hello-icp')) : undefined]);
  return { env, standIn: !dfx, icp: icp === true };

  function told(project: string) {
    return (error: unknown) => log(`${project} is not deployed: ${error instanceof Error ? error.message : error}`);
  }
}

/** True where there is a program of that name that says so. */
async function answers(tool: string, env: Record<string, string>): Promise<boolean> {
  return await run(tool, ['--version'], SAMPLES, env).then(
    (output) => new RegExp(`^${tool} \\d`).test(output),
    () => false,
  );
}

async function deployDfx(env: Record<string, string>): Promise<void> {
  const dfx = (...args: string[]) => run('dfx', args, join(SAMPLES, 'hello'), env);
  await dfx('start', '--background');
  await dfx('deploy');
  // So that not all of them look alike.
  await dfx('canister', 'stop', 'hello_worker');
}

async function deployIcp(env: Record<string, string>): Promise<void> {
  const icp = (...args: string[]) => run('icp', args, join(SAMPLES, 'hello-icp'), { ...env, DO_NOT_TRACK: '1' });
  await icp('identity', 'new', 'me', '--storage', 'plaintext');
  await icp('identity', 'default', 'me');
  await icp('network', 'start', '--background');
  await icp('deploy');
}

/** @returns what it prints. @throws Error with what it says where it fails */
function run(program: string, args: readonly string[], cwd: string, env: Record<string, string>): Promise<string> {
  const file = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((each) => existsSync(each));
  return new Promise((done, fail) => {
    if (file === undefined) {
      fail(new Error(`there is no ${program}`));
      return;
    }
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += String(chunk);
    });
    child.once('error', fail);
    // Not `close`: a network that it leaves behind may keep the streams.
    child.once('exit', (code) => {
      if (code === 0) {
        done(output);
      } else {
        fail(new Error(`${program} ${args.join(' ')}: ${errors.trim()}`));
      }
    });
  });
}
