import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { TestNetwork } from '../network/index';
import { DfxHome, type Identity, writeLocalIds } from '../support/dfx-home';
import { deploySample, REMOTE_ID, SAMPLE_NAMES, SAMPLE_STATES, type SampleProject } from '../support/sample';
import { Workbench } from './support/workbench';

const CONTAINER = 'Internet Computer';
const VIEW = 'Canisters';
const NO_DFX =
  'dfx was not found, Building, deploying and starting networks need it. Status, calls, logs and settings do not.';
/** The row that says that the network is lost. */
const DOWN = /^local is not running/;
/** Longer than the calm interval at which a local network is asked. */
const NEXT_REFRESH = { timeout: 20_000 };

/** A dfx home and network of its own, in a folder that goes with it. */
class World {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-tree-'));
  readonly home = new DfxHome(path.join(this.folder, 'dfx'));
  readonly alice: Identity;

  private constructor(readonly network: TestNetwork) {
    this.alice = this.home.addIdentity('alice');
    this.home.selectIdentity('alice');
    this.home.startLocal({ port: network.port });
  }

  static async start(): Promise<World> {
    return new World(await TestNetwork.start());
  }

  write(file: string, content: unknown): string {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return target;
  }

  async stop(): Promise<void> {
    await this.network.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('the Canisters view', () => {
  let world: World;
  let project: SampleProject;
  let dfxJson: string;
  let workbench: Workbench;
  /** `state` is the beginning of what stands after the name, or a pattern for all of it. */
  const row = (name: string, state: string | RegExp = '') =>
    workbench.row(
      typeof state === 'string' ? new RegExp(`^${name}, ${literal(state)}`) : new RegExp(`^${name}, ${state.source}`),
      VIEW,
    );
  const statusOf = (name: keyof typeof SAMPLE_STATES) => world.network.canister(project.ids.get(name) ?? '')?.status;

  /** Markdown's escaped spaces are hard ones. */
  const tooltip = async (of: Locator) => (await workbench.tooltip(of)).replaceAll('\u00a0', ' ');

  /** Waits until the clipboard holds a text. */
  const copied = async (text: string | undefined) => {
    // The page's own language, which has names that this side does not know.
    const read = () => workbench.page.evaluate<string>('navigator.clipboard.readText()');
    for (let attempt = 0; attempt < 50 && (await read()) !== text; attempt++) {
      await workbench.page.waitForTimeout(100);
    }
    assert.equal(await read(), text);
  };

  before(async () => {
    world = await World.start();
    project = await deploySample(path.join(world.folder, 'shop'), world.home, world.network, world.alice);
    dfxJson = readFileSync(project.dfxJson, 'utf8');
    workbench = await Workbench.open({
      folder: project.folder,
      env: world.home.env,
      // So tall that no row is out of sight.
      size: { width: 1280, height: 1100 },
    });
    await workbench.openContainer(CONTAINER);
  });

  after(async () => {
    await workbench?.close();
    await world?.stop();
  });

  // What a test that failed has left behind shall not fail the next ones.
  afterEach(() => {
    world.network.resetFaults();
    writeFileSync(project.dfxJson, dfxJson);
  });

  it('shows every kind and state in words, in the order of dfx.json', () =>
    workbench.watched('tree-states', async () => {
      for (const name of SAMPLE_NAMES) {
        await row(name, SAMPLE_STATES[name]).waitFor();
      }
      await workbench.screenshot('tree-states');
      const labels = await workbench.rowLabels(VIEW);
      // Above them all, that the tool of the project is not on this computer.
      assert.match(labels.shift() ?? '', /^dfx was not found, /);
      assert.deepEqual(
        labels.map((label) => label.split(', ')[0]),
        SAMPLE_NAMES,
      );
      assert.match(labels[0] ?? '', /^hello_backend, Running, local network, [\d.]+ trillion cycles$/);
      assert.equal(labels[6], 'indexer, Not created, local network');
      // The first part of an id is enough to tell canisters apart; the whole is in the tooltip.
      const id = project.ids.get('ledger') ?? '';
      assert.match((await row('ledger').textContent()) ?? '', new RegExp(`Running · ${id.split('-')[0]}-…-cai`));
      assert.match(await tooltip(row('ledger')), new RegExp(`Canister ID: ${id}`));
    }));

  it('says of a file that dfx cannot read what is wrong, keeps the rows dimmed, and leads to the place', () =>
    workbench.watched('tree-doubt', async () => {
      const ids = readFileSync(project.idFile, 'utf8');
      const id = project.ids.get('ledger')!;
      try {
        const other = project.ids.get('archive')!;
        const conflict = `\n<<<<<<< HEAD\n"local": "${id}"\n=======\n"local": "${other}"\n>>>>>>> feature\n`;
        writeFileSync(project.idFile, ids.replace(`"local": "${id}"`, conflict));
        const trouble = workbench.row(/^A merge was not finished.*nothing is changed until it is repaired/, VIEW);
        await trouble.waitFor(NEXT_REFRESH);
        await row('ledger', /Running, .*canister_ids\.json cannot be read$/).waitFor();
        await row('indexer', /Unknown, .*canister_ids\.json cannot be read$/).waitFor();
        await workbench.screenshot('tree-doubt');
        await trouble.click();
        await workbench.page.getByText('<<<<<<< HEAD').first().waitFor();
        await workbench.screenshot('tree-doubt-place');
      } finally {
        writeFileSync(project.idFile, ids);
      }
      await row('ledger', 'Running').waitFor(NEXT_REFRESH);
      await row('indexer', 'Not created').waitFor();
    }));

  it('shows the details of a canister below it', () =>
    workbench.watched('tree-details', async () => {
      await workbench.expand(row('hello_backend'));
      await workbench.row(/^Canister ID, /, VIEW).waitFor();
      const id = project.ids.get('hello_backend');
      const labels = await workbench.rowLabels(VIEW);
      const end = labels.findIndex((label) => label.startsWith('hello_frontend'));
      const details = labels.slice(labels.findIndex((label) => label.startsWith('hello_backend')) + 1, end);
      for (const expected of [
        `Canister ID, ${id}`,
        'Status, Running',
        /^Cycles, [\d.]+ T, burns .* a day$/,
        /^Memory, .* KiB$/,
        /^Module hash, 0x[0-9a-f]{4}…[0-9a-f]{4}$/,
        /^Controllers, 1/,
        /^Settings/,
        'Type, motoko',
        'Source, src/hello_backend/main.mo',
        'On other networks, 1',
      ]) {
        const found = details.some((label) =>
          typeof expected === 'string' ? label === expected : expected.test(label),
        );
        assert.ok(found, `${expected} is not among\n${details.join('\n')}`);
      }
      await workbench.expand(workbench.row(/^Controllers/, VIEW));
      await workbench.row(new RegExp(world.alice.principal), VIEW).waitFor();
      await workbench.expand(workbench.row(/^On other networks/, VIEW));
      await workbench.row(/^ic, ryjl3-/, VIEW).waitFor();
      await workbench.screenshot('tree-details');
      await workbench.row(/^Source, /, VIEW).click();
      await workbench.tab('main.mo').waitFor();
      await workbench.collapse(row('hello_backend'));
    }));

  it('copies ids and other values', () =>
    workbench.watched('tree-copy', async () => {
      await workbench.contextMenu(row('archive'), 'Copy ID');
      await copied(project.ids.get('archive'));
      await workbench.inlineAction(row('internet_identity'), 'Copy ID');
      await copied(REMOTE_ID);
      await workbench.expand(row('ledger'));
      await workbench.inlineAction(workbench.row(/^Module hash/, VIEW), 'Copy Value');
      await copied(`0x${world.network.canister(project.ids.get('ledger') ?? '')?.moduleHash}`);
      await workbench.collapse(row('ledger'));
    }));

  it('stops with a click, says so until the network confirms it, and starts again', () =>
    workbench.watched('tree-stop', async () => {
      world.network.setFaults({ stopMs: 1_500 });
      await workbench.inlineAction(row('ledger'), 'Stop');
      await row('ledger', 'Stopping…').waitFor();
      await workbench.screenshot('tree-stopping');
      assert.equal(statusOf('ledger'), 'stopping');
      await row('ledger', 'Stopped').waitFor();
      assert.equal(statusOf('ledger'), 'stopped');
      world.network.setFaults({ stopMs: 0 });
      await workbench.inlineAction(row('ledger'), 'Start');
      await row('ledger', 'Running').waitFor();
      assert.equal(statusOf('ledger'), 'running');
    }));

  it('offers by menu what fits the state, and nothing else', () =>
    workbench.watched('tree-menu', async () => {
      const running = await workbench.contextMenuEntries(row('ledger'));
      const stopped = await workbench.contextMenuEntries(row('archive'));
      const missing = await workbench.contextMenuEntries(row('indexer'));
      assert.ok(running.includes('Stop') && !running.includes('Start'), running.join());
      assert.ok(stopped.includes('Start') && !stopped.includes('Stop'), stopped.join());
      assert.ok(
        !missing.includes('Start') && !missing.includes('Stop') && !missing.includes('Copy ID'),
        missing.join(),
      );
      for (const entries of [running, stopped, missing]) {
        assert.ok(entries.includes('Open in dfx.json') && entries.includes('Refresh'), entries.join());
      }
      await workbench.contextMenu(row('archive'), 'Start');
      await row('archive', 'Running').waitFor();
      await workbench.contextMenu(row('archive'), 'Stop');
      await row('archive', 'Stopped').waitFor();
    }));

  it('stops all selected rows at once', () =>
    workbench.watched('tree-select', async () => {
      await row('hello_backend').click();
      await row('kybra_app').click({ modifiers: ['Control'] });
      await workbench.contextMenu(row('kybra_app'), 'Stop');
      await row('hello_backend', 'Stopped').waitFor();
      await row('kybra_app', 'Stopped').waitFor();
      assert.deepEqual([statusOf('hello_backend'), statusOf('kybra_app')], ['stopped', 'stopped']);
      await workbench.contextMenu(row('hello_backend'), 'Start');
      await row('hello_backend', 'Running').waitFor();
      await row('kybra_app', 'Running').waitFor();
      // The selection is left behind, and with it the details that a click has opened.
      await row('indexer').click();
      await workbench.collapse(row('hello_backend'));
      await workbench.collapse(row('indexer'));
      await workbench.collapse(row('kybra_app'));
    }));

  it('does the same from the palette, which asks which canisters', () =>
    workbench.watched('tree-palette', async () => {
      await workbench.runCommand('Canisters: Stop');
      await workbench.quickInput.getByText('Stop which canisters?').waitFor();
      const offered = await workbench.quickPickLabels();
      await workbench.screenshot('tree-palette');
      assert.ok(
        offered.some((label) => label.startsWith('ledger')),
        offered.join('\n'),
      );
      assert.ok(!offered.some((label) => /^(archive|indexer|oracle|gone)/.test(label)), offered.join('\n'));
      await workbench.type('ledger', false);
      await workbench.choose(/^ledger/);
      await workbench.press('Enter');
      await row('ledger', 'Stopped').waitFor();
      await workbench.runCommand('Canisters: Start');
      await workbench.type('ledger', false);
      await workbench.choose(/^ledger/);
      await workbench.press('Enter');
      await row('ledger', 'Running').waitFor();
    }));

  it('says who the controllers are when stopping is refused, and the row shows what is', () =>
    workbench.watched('tree-refused', async () => {
      const id = project.ids.get('ledger') ?? '';
      // The next refresh sees the change and takes the action from the row, but not from the list that is open.
      await workbench.runCommand('Canisters: Stop');
      await workbench.type('ledger', false);
      await workbench.choose(/^ledger/);
      await world.network.changeCanister(id, { controllers: ['aaaaa-aa'] });
      await workbench.press('Enter');
      await workbench.notification(/alice is not a controller\. Controllers: aaaaa-aa/).waitFor();
      await workbench.screenshot('tree-refused');
      await row('ledger', SAMPLE_STATES.oracle).waitFor();
      await world.network.changeCanister(id, { controllers: [world.alice.principal] });
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.viewAction(VIEW, 'Refresh');
      // Not the state that is hidden, which begins with the same word.
      await row('ledger', 'Running, local network').waitFor();
    }));

  it('opens a canister in dfx.json at its line', () =>
    workbench.watched('tree-open', async () => {
      await workbench.contextMenu(row('oracle'), 'Open in dfx.json');
      await workbench.tab('dfx.json').waitFor();
      const line =
        readFileSync(project.dfxJson, 'utf8')
          .split('\n')
          .findIndex((text) => text.includes('"oracle"')) + 1;
      await workbench.statusBarItem(new RegExp(`^Ln ${line}, `)).waitFor();
      await workbench.press('Control+w');
    }));

  it('leads from a dependency to the other row', () =>
    workbench.watched('tree-dependency', async () => {
      await workbench.expand(row('hello_frontend'));
      await workbench.expand(workbench.row(/^Depends on, 2/, VIEW));
      await workbench.row('ledger', VIEW).and(workbench.page.locator('[aria-level="3"]')).click();
      await row('ledger').and(workbench.page.locator('[aria-selected="true"]')).waitFor();
      await workbench.screenshot('tree-dependency');
      await workbench.collapse(row('hello_frontend'));
      await workbench.collapse(row('ledger'));
    }));

  it('keeps the last states, dimmed and with their age, while the network is down', () =>
    workbench.watched('tree-down', async () => {
      world.network.setFaults({ outage: 'refuse' });
      await workbench.viewAction(VIEW, 'Refresh');
      await row('ledger', /Running, .* ago$/).waitFor();
      await row('archive', /Stopped, .* ago$/).waitFor();
      await workbench.row(DOWN, VIEW).waitFor();
      await workbench
        .view(VIEW)
        .locator('.message')
        .getByText(/Last seen at /)
        .waitFor();
      await workbench.screenshot('tree-down');
      world.network.resetFaults();
      await row('ledger', /Running, local network, [^,]* cycles$/).waitFor(NEXT_REFRESH);
      await workbench.row(DOWN, VIEW).waitFor({ state: 'detached' });
      await workbench
        .view(VIEW)
        .locator('.message')
        .getByText(/Last seen at /)
        .waitFor({ state: 'hidden' });
    }));

  it('follows a dfx.json that breaks in the middle of an edit, and leads to the place', () =>
    workbench.watched('tree-broken', async () => {
      const text = readFileSync(project.dfxJson, 'utf8');
      const broken = text.replace('"type": "assets",', '"type": "assets" "x",');
      writeFileSync(project.dfxJson, broken);
      const problem = workbench.row(/^A comma is expected here.*dfx\.json/, VIEW);
      await problem.waitFor();
      await row('hello_backend', 'Running').waitFor();
      await row('gone').waitFor();
      await workbench.screenshot('tree-broken');
      await problem.click();
      const line = broken.split('\n').findIndex((each) => each.includes('"x"')) + 1;
      await workbench.statusBarItem(new RegExp(`^Ln ${line}, `)).waitFor();
      await workbench.press('Control+w');
      writeFileSync(project.dfxJson, text);
      await problem.waitFor({ state: 'detached' });
      await row('hello_frontend', 'Running').waitFor();
    }));

  it('shows canisters that are added, and drops those that are removed', () =>
    workbench.watched('tree-added', async () => {
      const text = readFileSync(project.dfxJson, 'utf8');
      writeFileSync(project.dfxJson, text.replace('"canisters": {', '"canisters": {\n    "fresh": {},'));
      await row('fresh', 'Not created').waitFor();
      writeFileSync(project.dfxJson, text);
      await row('fresh').waitFor({ state: 'detached' });
    }));

  it('shows hostile names as they are', () =>
    workbench.watched('tree-hostile', async () => {
      const text = readFileSync(project.dfxJson, 'utf8');
      const names = ['__proto__', '$(rm -rf ~)', '**bold** [x](command:x)', '<img src=x>', '$(zap) icon'];
      const members = names.map((name) => `${JSON.stringify(name)}: {}`).join(', ');
      writeFileSync(project.dfxJson, `{"canisters": {${members}}}`);
      for (const name of names) {
        await workbench.view(VIEW).getByText(name, { exact: true }).first().waitFor();
      }
      assert.match(await tooltip(workbench.row(/bold/, VIEW)), /\*\*bold\*\* \[x\]\(command:x\)/);
      await workbench.screenshot('tree-hostile');
      writeFileSync(project.dfxJson, text);
      await row('hello_backend', 'Running').waitFor();
    }));

  it('shows another network when one is chosen, and still after a reload', () =>
    workbench.watched('tree-network', async () => {
      await workbench.viewAction(VIEW, /Select network/);
      await workbench.quickInput.getByText('Choose the network').waitFor();
      const offered = await workbench.quickPickLabels();
      await workbench.screenshot('tree-network-picker');
      for (const name of ['local', 'ic', 'playground']) {
        assert.ok(
          offered.some((label) => label.startsWith(name)),
          offered.join('\n'),
        );
      }
      await workbench.choose(/^playground/);
      await row('hello_backend', 'Not created, playground network').waitFor();
      // VS Code writes state down a moment later.
      await workbench.page.waitForTimeout(1_000);
      await workbench.reload();
      // Shown again by itself, as it was.
      await row('hello_backend', 'Not created, playground network').waitFor({ timeout: 60_000 });
      await workbench.screenshot('tree-network');
      await workbench.viewAction(VIEW, /Select network/);
      await workbench.choose(/^local/);
      await row('hello_backend', 'Running').waitFor();
    }));
});

describe('the Canisters view of several projects', () => {
  let world: World;
  let workbench: Workbench;

  before(async () => {
    world = await World.start();
    const controllers = [world.alice.principal];
    for (const name of ['shop', 'tools/bank']) {
      const id = await world.network.createCanister({ controllers, status: name === 'shop' ? 'running' : 'stopped' });
      const folder = path.join(world.folder, 'work', name);
      world.write(`work/${name}/dfx.json`, { canisters: { ledger: { main: 'a.mo' }, other: {} } });
      writeLocalIds(folder, 'local', { ledger: id }, 'first');
    }
    world.write('work/node_modules/pkg/dfx.json', { canisters: { of_others: {} } });
    workbench = await Workbench.open({ folder: path.join(world.folder, 'work'), env: world.home.env });
    await workbench.openContainer(CONTAINER);
  });

  after(async () => {
    await workbench?.close();
    await world?.stop();
  });

  it('has a row for each, with its canisters below', () =>
    workbench.watched('tree-projects', async () => {
      await workbench.row(/^ledger, Empty/, VIEW).waitFor();
      await workbench.row(/^ledger, Stopped/, VIEW).waitFor();
      await workbench.screenshot('tree-projects');
      assert.deepEqual(
        (await workbench.rowLabels(VIEW)).map((label) => label.replace(/, (local network|local$).*/, '')),
        [
          'work/shop, project, 0 of 2 running',
          NO_DFX,
          'ledger, Empty (created, no code)',
          'other, Not created',
          'work/tools/bank, project, 0 of 2 running',
          NO_DFX,
          'ledger, Stopped',
          'other, Not created',
        ],
      );
    }));

  it('lets each choose its network', () =>
    workbench.watched('tree-project-network', async () => {
      await workbench.inlineAction(workbench.row(/^work\/shop, project/, VIEW), /Select network/);
      await workbench.choose(/^playground/);
      await workbench.row(/^work\/shop, project, .*playground network/, VIEW).waitFor();
      await workbench.row(/^work\/tools\/bank, project, .*local network/, VIEW).waitFor();
      await workbench.row(/^ledger, Not created, playground network/, VIEW).waitFor();
      await workbench.row(/^ledger, Stopped, local network/, VIEW).waitFor();
      await workbench.screenshot('tree-project-network');
    }));

  it('notices projects that come and go', () =>
    workbench.watched('tree-project-gone', async () => {
      world.write('work/fresh/dfx.json', { canisters: { young: {} } });
      await workbench.row(/^work\/fresh, project/, VIEW).waitFor();
      await workbench.row(/^young, Not created/, VIEW).waitFor();
      rmSync(path.join(world.folder, 'work', 'fresh'), { recursive: true });
      await workbench.row(/^work\/fresh, project/, VIEW).waitFor({ state: 'detached' });
    }));
});

describe('the Canisters view without a project', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-welcome-'));
  const env = new DfxHome(path.join(folder, 'dfx')).env;
  mkdirSync(path.join(folder, 'empty'));
  mkdirSync(path.join(folder, 'distrusted'));
  writeFileSync(path.join(folder, 'distrusted', 'dfx.json'), JSON.stringify({ canisters: { ledger: {} } }));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const cases = [
    ['no-folder', 'says what to open where no folder is open', {}, /Open the folder of an Internet Computer project/],
    ['no-dfx-json', 'says that there is no dfx.json', { folder: path.join(folder, 'empty') }, /There is no dfx\.json/],
    [
      'untrusted',
      'shows and asks nothing in Restricted Mode, and says why',
      { folder: path.join(folder, 'distrusted'), workspaceTrust: true },
      /Restricted Mode/,
    ],
  ] as const;

  for (const [name, title, options, text] of cases) {
    it(title, async () => {
      const workbench = await Workbench.open({ ...options, env });
      try {
        await workbench.watched(`welcome-${name}`, async () => {
          await workbench.openContainer(CONTAINER);
          await workbench.welcome(VIEW).getByText(text).waitFor();
          await workbench.screenshot(`welcome-${name}`);
          assert.deepEqual(await workbench.rowLabels(VIEW), []);
          assert.ok((await workbench.welcome(VIEW).getByRole('button').count()) > 0, 'it offers a way on');
          if (name === 'untrusted') {
            await workbench.welcome(VIEW).getByRole('button', { name: 'Manage workspace trust' }).click();
            await workbench.page
              .getByRole('button', { name: /^Trust/ })
              .first()
              .click();
            await workbench.row(/^ledger, Not created/, VIEW).waitFor();
          }
        });
      } finally {
        await workbench.close();
      }
    });
  }
});
