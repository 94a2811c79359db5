import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];

/** The Chromium to drive: `IC_CANISTERS_CHROMIUM`, else the first of the usual names on PATH. */
export function findChromium(): string | undefined {
  const chosen = process.env['IC_CANISTERS_CHROMIUM'];
  if (chosen) {
    return existsSync(chosen) ? chosen : undefined;
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

/** @throws Error saying what to install where there is no Chromium. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error('Chromium is missing: apt-get install -y chromium, or name one in IC_CANISTERS_CHROMIUM.');
  }
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // /dev/shm is small in containers.
      '--disable-dev-shm-usage',
    ],
  });
}
