import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked } from './marked-processes';
import type { VscodeHost } from './provision';

export interface ServerOptions {
  readonly host: VscodeHost;
  /** 0, which is the default, takes a free port. */
  readonly port?: number;
  /** User settings, over those that keep VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables for the server and with it for the extension host, terminals and tasks; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** False (the default) trusts every folder without asking; true makes VS Code start in Restricted Mode. */
  readonly workspaceTrust?: boolean;
  /** A checkout that appears as an installed extension. */
  readonly installedExtension?: string;
  /** Folders of other extensions to be installed. */
  readonly otherExtensions?: readonly string[];
  /**
   * Makes VS Code heed `extension` and `tests` of {@link PageOptions}; it then shows no notifications, so tests of the
   * interface use `installedExtension` instead.
   */
  readonly testDriver?: boolean;
  /**
   * Display language (`ja`). VS Code's own texts stay English, for want of a language pack; the extension's are
   * translated.
   */
  readonly locale?: string;
  /** Runs all of code-server, which has pages of other ports, too: at `/proxy/<port>/` or at `<port>.localhost`. */
  readonly ports?: 'paths' | 'domains';
  /** Where settings, state and logs go. By default a temporary folder that goes with the server. */
  readonly dataFolder?: string;
}

export interface PageOptions {
  /** Absolute path of a folder or of a `.code-workspace`. Neither opens an empty window. */
  readonly folder?: string;
  readonly workspace?: string;
  /** Absolute path of the extension to load from its checkout. */
  readonly extension?: string;
  /** Absolute path of the compiled runner of a suite for the extension host. */
  readonly tests?: string;
}

/** Settings that keep VS Code from showing what no test is about. */
export const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.openRepositoryInParentFolders': 'never',
  // As text in the page, where tests can read it.
  'terminal.integrated.gpuAcceleration': 'off',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Says that the environment is a shell's already; otherwise that of a login shell would replace it, as code-server lacks the flag. */
const LIKE_A_SHELL = { VSCODE_CLI: '1' };

/** Present in the environment of the server and of all that it starts: how they are found again, to be ended. */
const MARK = 'IC_CANISTERS_HOST_RUN';

/** A running VS Code server with data of its own. */
export class VscodeServer {
  readonly dataFolder: string;
  readonly #temporary: boolean;
  readonly #mark: string;
  readonly #child: ChildProcess;
  readonly #onExit = () => void killMarked(MARK, this.#mark);
  readonly #onSignal = () => process.exit(130);
  #port = 0;
  #stopped = false;

  private constructor(child: ChildProcess, mark: string, dataFolder: string, temporary: boolean) {
    this.#child = child;
    this.#mark = mark;
    this.dataFolder = dataFolder;
    this.#temporary = temporary;
    process.once('exit', this.#onExit);
    // A signal's own end of the process would leave the server behind.
    process.once('SIGINT', this.#onSignal);
    process.once('SIGTERM', this.#onSignal);
  }

  /** @throws Error with the server's output where it does not answer within a minute. */
  static async start(options: ServerOptions): Promise<VscodeServer> {
    const temporary = options.dataFolder === undefined;
    const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'ic-canisters-vscode-'));
    const userFolder = join(dataFolder, 'data', 'User');
    const home = join(dataFolder, 'home');
    mkdirSync(userFolder, { recursive: true });
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(userFolder, 'settings.json'),
      JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, null, 2),
    );
    const installed = [options.installedExtension ?? [], options.otherExtensions ?? []].flat();
    if (installed.length > 0) {
      install(installed, join(dataFolder, 'extensions'));
    }
    if (options.locale !== undefined) {
      writeLanguagePack(options.locale, join(dataFolder, 'data'));
    }
    const mark = randomUUID();
    const log = join(dataFolder, 'server.log');
    const out = openSync(log, 'w');
    const { host, ports } = options;
    // The names of other ports have the server's own in them.
    const port = options.port || (ports === 'domains' ? await freePort() : 0);
    const own = ports
      ? [
          host.codeServer,
          ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
          ...(ports === 'domains' ? ['--proxy-domain', `{{port}}.localhost:${port}`] : []),
          ...['--disable-telemetry', '--disable-update-check', '--user-data-dir', join(dataFolder, 'data')],
        ]
      : [
          host.main,
          ...['--host', '127.0.0.1', '--port', String(port)],
          '--without-connection-token',
          '--accept-server-license-terms',
          ...['--server-data-dir', dataFolder, '--telemetry-level', 'off'],
          ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
          // A login shell's profile must not change what the tests see.
          '--force-disable-user-env',
        ];
    const args = [
      ...own,
      ...['--extensions-dir', join(dataFolder, 'extensions')],
      ...(options.locale === undefined ? [] : ['--locale', options.locale]),
      ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ];
    const child = spawn(host.node, args, {
      cwd: home,
      env: { ...cleanEnvironment(), HOME: home, ...(ports && LIKE_A_SHELL), ...options.env, [MARK]: mark },
      stdio: ['ignore', out, out],
      detached: true,
    });
    closeSync(out);
    const server = new VscodeServer(child, mark, dataFolder, temporary);
    try {
      await server.#ready(log);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** The address that opens a window. */
  url(options: PageOptions): string {
    const remote = (path: string) => `vscode-remote://127.0.0.1:${this.#port}${encodeURI(path)}`;
    const payload: [string, string][] = [];
    if (options.extension !== undefined) {
      payload.push(['extensionDevelopmentPath', remote(options.extension)]);
    }
    if (options.tests !== undefined) {
      payload.push(['extensionTestsPath', remote(options.tests)]);
    }
    const query = new URLSearchParams();
    if (options.workspace !== undefined) {
      query.set('workspace', options.workspace);
    } else if (options.folder !== undefined) {
      query.set('folder', options.folder);
    } else {
      query.set('ew', 'true');
    }
    if (payload.length > 0) {
      query.set('payload', JSON.stringify([['skipWelcome', 'true'], ...payload]));
    }
    // Easier to read, and as valid in a query.
    const text = query.toString().replaceAll('+', '%20').replaceAll('%2F', '/').replaceAll('%3A', ':');
    return `http://127.0.0.1:${this.#port}/?${text}`;
  }

  /** The newest logs whose file name contains `name` (`exthost`, `remoteagent`, …), for failure messages. */
  logs(name: string): string {
    const folder = join(this.dataFolder, 'data', 'logs');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.includes(name) && file.endsWith('.log'))
      .map((file) => `--- ${file}\n${readFileSync(join(folder, file), 'utf8').slice(-4000)}`)
      .join('\n');
  }

  /** Ends the server and everything that it started: extension hosts, terminals and what runs in them. */
  async stop(): Promise<void> {
    if (this.#stopped) {
      return;
    }
    this.#stopped = true;
    process.off('exit', this.#onExit);
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
    // A process may be born while others are being ended.
    for (let attempt = 0; attempt < 20 && killMarked(MARK, this.#mark) > 0; attempt++) {
      await sleep(50);
    }
    if (this.#temporary) {
      rmSync(this.dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  }

  async #ready(log: string): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      const text = readFileSync(log, 'utf8');
      const port = /listening on (?:http:\/\/[\d.]+:)?(\d+)/.exec(text)?.[1];
      if (port !== undefined) {
        this.#port = Number(port);
        const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
        if (answer?.ok) {
          return;
        }
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`The VS Code server ended while starting:\n${text}`);
      }
      await sleep(50);
    }
    throw new Error(`The VS Code server did not answer within 60 s:\n${readFileSync(log, 'utf8')}`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Without an `extensions.json` beside it, VS Code takes every folder of the extensions folder for installed. */
function install(extensions: readonly string[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const extension of extensions) {
    const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as Record<string, string>;
    symlinkSync(extension, join(folder, `${manifest['publisher']}.${manifest['name']}-${manifest['version']}`));
  }
}

/** A language pack without a text in it, as VS Code notes one that is installed. */
function writeLanguagePack(locale: string, folder: string): void {
  const translations = join(folder, `${locale}.i18n.json`);
  writeFileSync(translations, JSON.stringify({ version: '1.0.0', contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `test.language-pack-${locale}` }, version: '1.0.0' }];
  const pack = { hash: locale, extensions, translations: { vscode: translations }, label: locale };
  writeFileSync(join(folder, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
}

/** The driver's environment without what would make a test depend on who runs it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|DFX|IC_|ICP_|XDG_|VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_TEST|HOME$)/i.test(name),
    ),
  );
}
