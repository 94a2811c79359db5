import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from './browser';

/** Debian's packages for what the VS Code server is built with; each gives the command of its name. */
const BUILD_TOOLS = ['python3', 'make', 'g++'];
/** Without fonts of its own a bare machine's Chromium draws no text; the last draws the Japanese. */
const FONTS = ['fonts-dejavu-core', 'fonts-liberation', 'fonts-noto-cjk'];

/**
 * Makes sure that the machine has what the VS Code server and its browser need: on Debian and its kin, as root, by
 * installing it.
 *
 * @param browser whether a browser is driven, too.
 * @throws Error naming what is missing and how to get it.
 */
export function prepareMachine(browser: boolean, log: (line: string) => void): void {
  if (process.platform !== 'linux') {
    throw new Error(
      'The tests in VS Code need Linux. On this system run `npm test -- unit` and `npm run test:desktop`.',
    );
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const has = (command: string) => folders.some((folder) => existsSync(join(folder, command)));
  const missing = BUILD_TOOLS.filter((tool) => !has(tool));
  if (browser && findChromium() === undefined) {
    if (process.env['IC_CANISTERS_CHROMIUM']) {
      throw new Error(`IC_CANISTERS_CHROMIUM names ${process.env['IC_CANISTERS_CHROMIUM']}, which does not exist.`);
    }
    missing.push('chromium', ...FONTS);
  }
  if (missing.length === 0) {
    return;
  }
  const advice = `Missing: ${missing.join(', ')}. On Debian: sudo apt-get install -y ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    throw new Error(advice);
  }
  log(`installing ${missing.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
  ]) {
    const result = spawnSync('apt-get', args, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (result.status !== 0) {
      throw new Error(`apt-get ${args.join(' ')} failed:\n${result.stdout}${result.stderr}\n${advice}`);
    }
  }
  if (browser && findChromium() === undefined) {
    throw new Error('apt-get installed chromium, and it still cannot be found on PATH.');
  }
}
