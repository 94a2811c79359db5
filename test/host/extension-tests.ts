import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from './browser';
import type { VscodeHost } from './provision';
import { RESULTS_FILE } from './results';
import { VscodeServer } from './vscode-server';

export const ROOT = resolvePath(__dirname, '../..');

/** What a suite's window opens, and the surroundings it is opened in. */
export interface SuiteSetup {
  readonly folder?: string;
  readonly workspace?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly workspaceTrust?: boolean;
  /** Folders of extensions to load beside ours. */
  readonly otherExtensions?: readonly string[];
  /** Ends what `setup` started. */
  dispose?(): Promise<void> | void;
}

/** The default export of a suite's `setup.ts`; `scratch` is an empty folder that is deleted after the run. */
export type SetupSuite = (scratch: string) => Promise<SuiteSetup> | SuiteSetup;

/**
 * The tests that share a window: the test files of one folder. Its `setup.ts`, where there is one, runs in the process
 * that drives VS Code and says what to open.
 */
export interface Suite {
  readonly name: string;
  readonly folder: string;
  /** Compiled test files. */
  readonly files: readonly string[];
}

/** Suites below test/extension, with only those files whose path contains one of `filters` (all where empty). */
export function findSuites(filters: readonly string[]): Suite[] {
  const base = join(ROOT, 'test', 'extension');
  const bySuite = new Map<string, string[]>();
  for (const file of readdirSync(base, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(base, file);
    const fromRoot = relative(ROOT, path);
    if (!file.endsWith('.test.ts') || (filters.length > 0 && !filters.some((part) => fromRoot.includes(part)))) {
      continue;
    }
    const compiled = join(ROOT, 'out', fromRoot.replace(/\.ts$/, '.js'));
    const folder = dirname(path);
    bySuite.set(folder, [...(bySuite.get(folder) ?? []), compiled]);
  }
  return [...bySuite].map(([folder, files]) => ({
    name: folder === base ? 'extension' : basename(folder),
    folder,
    files,
  }));
}

/** Sets a suite up, calls `work` with what to open, and takes it down again. */
export async function withSuite<T>(
  suite: Suite,
  results: string,
  work: (setup: SuiteSetup, env: Record<string, string | undefined>) => Promise<T>,
): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-suite-'));
  const file = join(suite.folder, 'setup.ts');
  let setup: SuiteSetup = {};
  try {
    if (existsSync(file)) {
      const loaded = (await import(pathToFileURL(file).href)) as { default: SetupSuite | { default: SetupSuite } };
      const start = typeof loaded.default === 'function' ? loaded.default : loaded.default.default;
      setup = await start(scratch);
    }
    const env = { ...setup.env, [RESULTS_FILE]: results, IC_CANISTERS_TEST_FILES: JSON.stringify(suite.files) };
    return await work(setup, env);
  } finally {
    await setup.dispose?.();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The compiled runner, for `extensionTestsPath`. */
export const RUNNER = join(ROOT, 'out', 'test', 'extension', 'runner.js');

/**
 * Runs one suite in the extension host of the test server.
 *
 * @returns The run's exit code.
 * @throws Error where VS Code did not come to the end of the run; its logs are in the message.
 */
export async function runSuiteOnServer(
  suite: Suite,
  host: VscodeHost,
  results: string,
  timeoutMilliseconds = 300_000,
): Promise<number> {
  return withSuite(suite, results, async (setup, env) => {
    const server = await VscodeServer.start({
      host,
      env,
      testDriver: true,
      settings: setup.settings,
      workspaceTrust: setup.workspaceTrust,
      otherExtensions: setup.otherExtensions,
    });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const exit = deferred<number>();
      const output: string[] = [];
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        output.push(args.map(String).join(' '));
      });
      await page.exposeFunction('codeAutomationExit', (code: number) => exit.resolve(code));
      page.once('crash', () => exit.reject(new Error('The browser page crashed.')));
      const timer = setTimeout(
        () => exit.reject(new Error(`The run did not end within ${timeoutMilliseconds / 1000} s.`)),
        timeoutMilliseconds,
      );
      try {
        await page.goto(server.url({ ...setup, extension: ROOT, tests: RUNNER }));
        return await exit.promise;
      } catch (error) {
        const screenshots = join(ROOT, '.vscode-test', 'screenshots');
        mkdirSync(screenshots, { recursive: true });
        await page.screenshot({ path: join(screenshots, `suite-${suite.name}-failed.png`) }).catch(() => undefined);
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error([reason, ...output.slice(-40), server.logs('exthost')].join('\n'));
      } finally {
        clearTimeout(timer);
      }
    } finally {
      await browser.close();
      await server.stop();
    }
  });
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  // Whoever waits for it sees the rejection, even where it comes before the waiting.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
