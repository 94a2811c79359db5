/** A VS Code with our extension as it is shipped, an empty one to compare with, and the probe. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../test/host/browser';
import { provisionHost } from '../test/host/provision';
import { VscodeServer } from '../test/host/vscode-server';
import { ROOT } from './support';

/** Extensions that are there before the window is opened, and need time of their own. */
const SETTLE_MS = 4_000;

export const OURS = 'ic-canisters.ic-canisters';
export const EMPTY = ['bench.empty-0', 'bench.empty-1'] as const;

export class BenchWindow {
  readonly page: Page;
  readonly vscodeVersion: string;
  readonly #browser: Browser;
  readonly #server: VscodeServer;
  /** The probe's address. */
  readonly #probe: string;

  private constructor(page: Page, vscodeVersion: string, browser: Browser, server: VscodeServer, probe: string) {
    this.page = page;
    this.vscodeVersion = vscodeVersion;
    this.#browser = browser;
    this.#server = server;
    this.#probe = probe;
  }

  /** @param scratch an empty folder */
  static async open(
    scratch: string,
    folder: string,
    options: { env?: Readonly<Record<string, string>>; height?: number } = {},
  ): Promise<BenchWindow> {
    const extensions = path.join(scratch, 'vscode', 'extensions');
    mkdirSync(extensions, { recursive: true });
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    symlinkSync(ROOT, path.join(extensions, `${OURS}-${version}`));
    for (const id of EMPTY) {
      writeExtension(extensions, id, [], 'exports.activate = () => {};');
    }
    const bundle = await build({
      entryPoints: [path.join(ROOT, 'bench', 'probe', 'extension.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
      write: false,
    });
    writeExtension(extensions, 'bench.probe', ['onStartupFinished'], bundle.outputFiles[0]!.text);
    const portFile = path.join(scratch, 'port');
    rmSync(portFile, { force: true });

    const host = await provisionHost('current', (line) => console.error(line));
    const server = await VscodeServer.start({
      host,
      dataFolder: path.join(scratch, 'vscode'),
      env: { ...options.env, IC_CANISTERS_BENCH_PORT_FILE: portFile },
    });
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: options.height ?? 800 } });
    await page.goto(server.url({ folder }));
    for (let waited = 0; !existsSync(portFile); waited += 100) {
      if (waited > 60_000) {
        throw new Error(`The probe did not start.\n${server.logs('exthost')}`);
      }
      await sleep(100);
    }
    await sleep(SETTLE_MS);
    return new BenchWindow(page, host.version, browser, server, `http://127.0.0.1:${readFileSync(portFile, 'utf8')}`);
  }

  /** Asks the probe; the answer is in milliseconds. */
  async ask(route: string): Promise<number> {
    const response = await fetch(this.#probe + route);
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${route}: ${text}`);
    }
    return JSON.parse(text) as number;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
  }
}

function writeExtension(folder: string, id: string, activationEvents: readonly string[], code: string): void {
  const [publisher, name] = id.split('.');
  const target = path.join(folder, `${id}-1.0.0`);
  mkdirSync(target);
  const manifest = {
    publisher,
    name,
    version: '1.0.0',
    engines: { vscode: '^1.100.0' },
    main: './extension.js',
    activationEvents,
  };
  writeFileSync(path.join(target, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(target, 'extension.js'), code);
}
