import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import workerThreads from 'node:worker_threads';
import * as vscode from 'vscode';

const EXTENSION = 'ic-canisters.ic-canisters';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** VS Code's own extension for git shares the host, and looks for git when it likes. */
const BY_GIT_EXTENSION = /[\\/]extensions[\\/]git[\\/]dist[\\/]/;

/** Notes what the extension host starts from now on: processes, threads and connections to other places. */
function watchStarts(): string[] {
  const started: string[] = [];
  for (const name of ['spawn', 'fork', 'exec', 'execFile', 'spawnSync', 'execSync', 'execFileSync'] as const) {
    const original = childProcess[name] as (...args: unknown[]) => unknown;
    (childProcess as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => {
      if (!BY_GIT_EXTENSION.test(new Error().stack ?? '')) {
        started.push(`${name} ${String(args[0])}`);
      }
      return original(...args);
    };
  }
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(file: string | URL, options?: workerThreads.WorkerOptions) {
      started.push(`worker ${String(file)}`);
      super(file, options);
    }
  };
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    started.push(`connection ${JSON.stringify(args[0])}`);
    return (connect as (...args: unknown[]) => net.Socket).apply(this, args);
  } as typeof connect;
  return started;
}

describe('in a folder without a dfx.json', () => {
  const extension = () => {
    const found = vscode.extensions.getExtension(EXTENSION);
    assert.ok(found);
    return found;
  };

  it('sleeps', async () => {
    await sleep(1_000);
    assert.equal(extension().isActive, false);
  });

  /** What of ours is loaded, apart from the tests themselves. */
  const loaded = () => {
    const dist = path.join(extension().extensionPath, 'dist', path.sep);
    const files = Object.keys(require.cache).filter((file) => file.startsWith(dist));
    return files.map((file) => path.basename(file)).sort();
  };

  it('wakes up without a process, a thread or a connection, and loads no bundle but its own', async () => {
    const started = watchStarts();
    await extension().activate();
    await sleep(1_000);
    // VS Code looks from here which ports are open.
    const own = started.filter((what) => !/^execFile (ls -l \/proc|ps )/.test(what));
    assert.deepEqual(own, []);
    // The folder is searched afterwards, by git's rules.
    assert.deepEqual(
      loaded().filter((file) => file !== 'ignore.js'),
      ['extension.js'],
    );
  });

  it('answers its commands', async () => {
    await vscode.commands.executeCommand('icCanisters.showLog');
    assert.ok(!loaded().includes('agent.js'));
  });

  it('exports the way to its API, and nothing else', () => {
    assert.deepEqual(Object.keys(extension().exports), ['getApi']);
    assert.ok(Object.isFrozen(extension().exports));
  });
});
