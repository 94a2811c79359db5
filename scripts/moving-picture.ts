// Makes the moving picture of the README from a real window: `npm run moving-picture`. The real icp works on the test network.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { killMarked } from '../test/host/marked-processes';
import { icpBinary } from '../test/support/icp-binary';
import { launcherEnvironment } from '../test/support/icp-launch';
import { Workbench } from '../test/workbench/support/workbench';

const ROOT = resolve(__dirname, '..');
const PICTURE = join(ROOT, 'docs', 'images', 'first-steps.gif');
const MARK = 'IC_CANISTERS_MOVING_PICTURE';
const DEPLOYED = /Deployed .*backend/;
const SIZE = { width: 1000, height: 640 };
/** Milliseconds that a picture stands: while something moves, and where there is something to read. */
const MOVING = 250;
const READING = 1800;

/** The pictures of a window, each with the time it stands. */
class Film {
  readonly #pictures: Buffer[] = [];
  readonly #delays: number[] = [];

  constructor(readonly workbench: Workbench) {}

  async show(milliseconds: number): Promise<void> {
    this.#pictures.push(await this.workbench.page.screenshot({ animations: 'disabled', caret: 'initial' }));
    this.#delays.push(milliseconds);
  }

  /** Shows what happens until something has come about. */
  async follow(until: Promise<unknown>): Promise<void> {
    let over = false;
    const end = until.finally(() => {
      over = true;
    });
    while (!over) {
      await this.show(MOVING);
      await Promise.race([end, this.workbench.page.waitForTimeout(700)]);
    }
    await end;
  }

  /** Types as a hand does. */
  async type(text: string): Promise<void> {
    for (const part of text.match(/.{1,2}/gs) ?? []) {
      await this.workbench.page.keyboard.type(part);
      await this.show(MOVING);
    }
  }

  async save(file: string): Promise<void> {
    await sharp(this.#pictures, { join: { animated: true } })
      .gif({ delay: this.#delays, loop: 0, effort: 10, colours: 128, dither: 0 })
      .toFile(file);
  }
}

async function play(film: Film): Promise<void> {
  const { workbench } = film;
  const { page } = workbench;
  const row = (canister: string, state: string) => workbench.row(new RegExp(`^${canister}, ${state}`));
  await workbench.openContainer('Internet Computer');
  await row('counter', 'Not created').waitFor();
  await film.show(READING);

  // The network, and both canisters on it.
  const down = workbench.row(/is not running: start it/);
  await down.click();
  await film.follow(down.waitFor({ state: 'detached', timeout: 60_000 }));
  await film.show(READING);
  await workbench.viewAction('Canisters', 'Deploy all');
  await film.follow(
    Promise.all([
      row('backend', 'Running').waitFor({ timeout: 90_000 }),
      workbench.notification(DEPLOYED).waitFor({ timeout: 90_000 }),
    ]),
  );
  await film.show(READING);

  // A call.
  await workbench.clickNotification(DEPLOYED, 'Call method…');
  await workbench.quickInput.waitFor();
  await film.show(READING);
  await workbench.choose(/^backend/);
  await workbench.quickInput.getByText('greet').first().waitFor();
  await film.show(READING);
  await workbench.choose(/^greet/);
  await workbench.quickInput.getByText('backend.greet').waitFor();
  await page.waitForTimeout(500);
  await film.show(MOVING);
  await film.type('World');
  await workbench.press('Enter');
  await workbench.tab(/greet/).waitFor();
  await page.waitForTimeout(1000);
  await film.show(2 * READING);

  // A slip in the manifest.
  await workbench.openFile('icp.yaml');
  const line = (await workbench.editorText()).split('\n').findIndex((text) => text.includes('freezing_threshold')) + 1;
  await workbench.goTo(line, '      freezing_threshold'.length + 1);
  await film.show(MOVING);
  await workbench.press('Backspace');
  await workbench.press('Backspace');
  await workbench.editor.locator('.squiggly-warning, .squiggly-error').first().waitFor();
  await film.show(READING);
  await workbench.press('Control+.');
  const fix = page.locator('.action-widget').getByText('Change to freezing_threshold');
  await fix.waitFor();
  await film.show(READING);
  await fix.click();
  await workbench.editor.locator('.squiggly-warning, .squiggly-error').first().waitFor({ state: 'detached' });
  await film.show(2 * READING);
}

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-picture-'));
  try {
    // The sample compiles Motoko with a package that it finds in a folder above.
    symlinkSync(join(ROOT, 'node_modules'), join(scratch, 'node_modules'));
    const folder = join(scratch, 'hello-icp');
    cpSync(join(ROOT, 'examples', 'hello-icp'), folder, {
      recursive: true,
      filter: (file) => !/[\\/](?:\.icp|node_modules)(?:[\\/]|$)/.test(file.slice(ROOT.length)),
    });
    const workbench = await Workbench.open({
      folder,
      size: SIZE,
      env: {
        ICP_HOME: join(scratch, 'icp'),
        DFX_CONFIG_ROOT: join(scratch, 'dfx'),
        ...launcherEnvironment(scratch),
        [MARK]: scratch,
        PATH: [resolve(icpBinary, '..'), resolve(process.execPath, '..'), '/usr/bin', '/bin'].join(':'),
      },
    });
    try {
      const film = new Film(workbench);
      await workbench.watched('moving-picture', () => play(film));
      await film.save(PICTURE);
    } finally {
      await workbench.close();
    }
  } finally {
    // The network outlives the command that started it.
    killMarked(MARK, scratch);
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
