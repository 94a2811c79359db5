import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder, exclusively } from './cache';

/** A VS Code server that is ready to run. */
export interface VscodeHost {
  readonly name: HostName;
  /** Version of VS Code, as `vscode.version` gives it. */
  readonly version: string;
  /** The Node executable that the server wants. */
  readonly node: string;
  /** The server's `server-main.js`. */
  readonly main: string;
  /** The program of code-server, which puts a proxy for ports around the server. */
  readonly codeServer: string;
}

export type HostName = 'current' | 'oldest';

/** Environment variable with the {@link HostName} that tests of the interface run on; `current` unless set. */
export const HOST_NAME = 'IC_CANISTERS_TEST_HOST';

interface Recipe {
  readonly vscode: string;
  readonly codeServer: string;
  readonly node: string;
  /** Folders below `lib/vscode/node_modules` that are compiled for the server's Node. */
  readonly native: readonly string[];
  /** Where the server looks for ripgrep, where that is not part of its own packages. */
  readonly ripgrep?: string;
}

const RECIPES: Readonly<Record<HostName, Recipe>> = {
  current: {
    vscode: '1.139.1',
    codeServer: '4.139.1',
    node: '24.21.0',
    native: ['node-pty', '@vscode/spdlog', '@vscode/native-watchdog', '@vscode/sqlite3'],
  },
  // The oldest version that package.json's `engines.vscode` admits.
  oldest: {
    vscode: '1.100.3',
    codeServer: '4.100.3',
    node: '20.20.2',
    native: ['node-pty', '@vscode/spdlog', 'native-watchdog'],
    ripgrep: '@vscode/ripgrep/bin/rg',
  },
};

const NODE_GYP = '12.4.0';
const RIPGREP = '1.18.0';
/** Raised when the steps below change so that hosts made by older steps are not used. */
const LAYOUT = 1;

/**
 * Makes the VS Code server, or finds the one that an earlier run made. Safe to call from several processes at once:
 * one works, the others wait. An interrupted run is resumed at its last finished step.
 *
 * @throws Error saying what is missing or which step failed, with that step's output.
 */
export async function provisionHost(name: HostName, log: (line: string) => void): Promise<VscodeHost> {
  const recipe = RECIPES[name];
  const cpu = process.arch;
  if (process.platform !== 'linux' || (cpu !== 'x64' && cpu !== 'arm64')) {
    throw new Error(
      `The VS Code server for tests runs on Linux (x64, arm64), not on ${process.platform} ${cpu}. ` +
        'Use `npm run test:desktop`, which runs the same suites on desktop VS Code.',
    );
  }
  const key = `vscode-${recipe.vscode}-code-server-${recipe.codeServer}-node-${recipe.node}-${cpu}-${LAYOUT}`;
  const folder = join(cacheFolder(), 'hosts', key);
  const host: VscodeHost = {
    name,
    version: recipe.vscode,
    node: join(folder, 'node_modules', `node-linux-${cpu}`, 'bin', 'node'),
    main: join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
    codeServer: join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
  if (existsSync(folder)) {
    return host;
  }
  return exclusively(
    folder,
    () => log(`waiting for another process that is preparing VS Code ${recipe.vscode}`),
    async () => {
      if (!existsSync(folder)) {
        await build(recipe, cpu, folder, log);
      }
      return host;
    },
  );
}

async function build(recipe: Recipe, cpu: string, folder: string, log: (line: string) => void): Promise<void> {
  const started = Date.now();
  const partial = `${folder}.partial`;
  const done = join(partial, 'steps');
  mkdirSync(done, { recursive: true });
  const step = async (name: string, work: () => Promise<void> | void) => {
    const marker = join(done, name.replaceAll('/', '+'));
    if (existsSync(marker)) {
      return;
    }
    const begun = Date.now();
    await work();
    writeFileSync(marker, '');
    log(`  ${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  };
  log(`preparing VS Code ${recipe.vscode} for tests (once, some minutes) in ${folder}`);

  const vscode = join(partial, 'node_modules', 'code-server', 'lib', 'vscode');
  const modules = join(vscode, 'node_modules');
  const nodeFolder = join(partial, 'node_modules', `node-linux-${cpu}`);
  const node = join(nodeFolder, 'bin', 'node');
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];

  await step('packages', async () => {
    const packages = [
      `code-server@${recipe.codeServer}`,
      `node-linux-${cpu}@${recipe.node}`,
      `node-gyp@${NODE_GYP}`,
      ...(recipe.ripgrep ? [`@vscode/ripgrep-universal@${RIPGREP}`] : []),
    ];
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    // --force: code-server refuses to be installed by any Node but its own.
    await run('npm', [...install, '--force', '--save-exact', ...packages], partial, npmEnvironment());
  });
  await step('server modules', () => run('npm', [...install, '--omit=dev'], vscode, npmEnvironment()));

  const gyp = join(partial, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const compileEnv = environmentWithoutNpm();
  compileEnv['PATH'] = `${dirname(node)}${delimiter}${compileEnv['PATH'] ?? ''}`;
  const jobs = String(availableParallelism());
  await Promise.all(
    recipe.native.map((module) =>
      step(`native ${module}`, () =>
        // node-gyp runs on the Node that runs this; --nodedir gives it the headers of the server's Node offline.
        run(
          process.execPath,
          [gyp, 'rebuild', `--nodedir=${nodeFolder}`, '-j', jobs],
          join(modules, module),
          compileEnv,
        ),
      ),
    ),
  );
  await step('links', () => {
    rmSync(join(vscode, 'node_modules.asar'), { force: true });
    symlinkSync('node_modules', join(vscode, 'node_modules.asar'));
    if (recipe.ripgrep) {
      const link = join(modules, recipe.ripgrep);
      mkdirSync(dirname(link), { recursive: true });
      rmSync(link, { force: true });
      symlinkSync(join('../../../../../../..', '@vscode', 'ripgrep-universal', 'bin', `linux-${cpu}`, 'rg'), link);
    }
  });
  await step('check', async () => {
    for (const module of recipe.native) {
      const built = readdirSync(join(modules, module, 'build', 'Release')).find((file) => file.endsWith('.node'));
      if (!built) {
        throw new Error(`${module} was built without a result`);
      }
      const file = join(modules, module, 'build', 'Release', built);
      await run(node, ['-e', 'require(process.argv[1])', file], partial, compileEnv);
    }
    if (recipe.ripgrep) {
      await run(join(modules, recipe.ripgrep), ['--version'], partial, compileEnv);
    }
  });
  renameSync(partial, folder);
  log(`VS Code ${recipe.vscode} is ready after ${Math.round((Date.now() - started) / 1000)} s`);
}

/** The environment without npm's own variables: node-gyp lets `npm_config_nodedir` win over its command line. */
function environmentWithoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

/** npm keeps the user's registry and cache; what an outer `npm test` says of this repository is left out. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const keep = /^npm_config_(registry|cache|userconfig|globalconfig|.*proxy|cafile|ca|strict_ssl|.*_authtoken)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || keep.test(name)));
}

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-8000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', fail);
    child.once('close', (code, signal) => {
      if (code === 0) {
        done();
      } else {
        fail(new Error(`${command} ${args.join(' ')} in ${cwd} ended with ${signal ?? `code ${code}`}\n${output}`));
      }
    });
  });
}
