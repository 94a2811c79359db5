/** `dfx start`, `stop`, `ping` and `info`. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Context, type Network, SETTINGS_DIGEST, writeJson } from './context';
import { DfxError, fail } from './failure';
import { clearPorts, readText, removeState, stateFolder } from './network-files';

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Ended, but waiting for a parent that takes no notice, as there are in containers.
  return !/\) Z /.test(readText(`/proc/${pid}/stat`));
}

function recordedPid(local: NonNullable<Network['local']>): number | undefined {
  const text = readText(path.join(local.data, 'pid'));
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function localOf(network: Network): NonNullable<Network['local']> {
  return network.local ?? fail(`The '${network.name}' network must be a local network.`);
}

/** A port that is free now. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export async function start(context: Context): Promise<void> {
  const { parsed } = context;
  if (parsed.has('replica')) {
    fail("The 'native' replica (--replica) is no longer supported.");
  }
  const background = parsed.has('background');
  if (!background) {
    context.info('Running dfx start for version 0.32.0');
  }
  const local = localOf(context.resolve('local', false));
  const pid = recordedPid(local);
  if (pid !== undefined && isRunning(pid)) {
    fail('dfx is already running.');
  }

  if (parsed.has('clean')) {
    removeState(local);
    const project = context.optionalProject;
    if (project) {
      rmSync(path.join(project.root, '.dfx', 'local'), { recursive: true, force: true });
    }
  }
  const folder = stateFolder(local);
  mkdirSync(folder, { recursive: true });
  const idFile = path.join(folder, 'network-id');
  if (!existsSync(idFile)) {
    writeJson(idFile, { created: new Date().toISOString(), settings_digest: SETTINGS_DIGEST });
  }
  if (local.shared) {
    copyFileSync(idFile, path.join(local.data, 'network-id'));
  }
  clearPorts(local.data);

  const bind = parsed.get('host') ?? local.bind;
  const colon = bind.lastIndexOf(':');
  const port = Number(bind.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port)) {
    throw new DfxError(['Failed to parse bind address']);
  }
  const host = bind.slice(0, colon).replace('localhost', '127.0.0.1');
  if (background) {
    return startInBackground(context, local);
  }

  writeFileSync(path.join(local.data, 'pid'), String(process.pid));
  const actual = port === 0 ? await freePort(host) : port;
  writeFileSync(path.join(local.data, 'webserver-port'), String(actual));
  // Loaded here only: the other commands start faster without the network.
  const { runNetwork } = await import('./network-process');
  await runNetwork(context, local, host, actual);
}

/** Starts itself again without the flags that are done with, lets that inherit the streams, and waits for it. */
async function startInBackground(context: Context, local: NonNullable<Network['local']>): Promise<void> {
  const args = process.argv.slice(2).filter((word) => word !== '--background' && word !== '--clean');
  const env = { ...context.env, DFX_RUNNING_IN_BACKGROUND: 'true' };
  const child = spawn(process.execPath, [process.argv[1]!, ...args], { stdio: 'inherit', env });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.unref();
  for (let waited = 0; readText(path.join(local.data, 'pocket-ic-port')) === ''; waited += 50) {
    if (waited === 30_000) {
      context.warn('Replica has not become healthy in 30s. Still waiting...');
    }
    // The real dfx waits for five minutes in vain; a test had better not.
    if (ended) {
      fail('Timed out waiting for replica to become healthy');
    }
    await pause(50);
  }
}

export async function stop(context: Context): Promise<void> {
  const local = localOf(context.resolve('local', false));
  const pid = recordedPid(local);
  if (pid === undefined) {
    return context.say('No local network replica found. Nothing to do.');
  }
  if (isRunning(pid)) {
    process.kill(pid, 'SIGTERM');
  }
  for (let waited = 0; isRunning(pid); waited += 25) {
    if (waited > 30_000) {
      fail(`Failed to kill all processes.  Remaining: ${pid}`);
    }
    await pause(25);
  }
  rmSync(path.join(local.data, 'pid'), { force: true });
}

export async function ping(context: Context): Promise<void> {
  const { url } = context.resolve(context.parsed.get('[NETWORK]') ?? 'local', true);
  try {
    const response = await fetch(new URL('/api/v2/status', url));
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    context.print('{\n  "replica_health_status": "healthy"\n}');
  } catch {
    throw new DfxError(['Failed while waiting for agent status.']);
  }
}

export function info(context: Context, what: string): void {
  const answers: Readonly<Record<string, () => string>> = {
    'webserver-port': () => new URL(context.resolve('local', true).url).port,
    'networks-json-path': () => path.join(context.configDir, 'networks.json'),
    'config-json-path': () => path.join(context.configDir, 'config.json'),
    'replica-rev': () => 'stand-in',
  };
  context.print(answers[what]?.() ?? '');
}
