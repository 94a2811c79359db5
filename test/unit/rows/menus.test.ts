/** The menus of rows, entry by entry: what package.json offers for the flags that rows have. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { canisterRow } from '../../../src/core/rows/canister-row';
import { projectRow } from '../../../src/core/rows/project-rows';
import { SAMPLE_NAMES, type SampleName } from '../../support/sample';
import { makeWorld } from '../monitor/world';

interface Entry {
  readonly command: string;
  readonly when: string;
  readonly group: string;
}

const ENTRIES: readonly Entry[] = JSON.parse(readFileSync(path.resolve(__dirname, '../../../package.json'), 'utf8'))
  .contributes.menus['view/item/context'];

/** The conditions that are used: the view, and expressions on the flags, some of them negated. */
function isShown({ when }: Entry, flags: string): boolean {
  return when.split(' && ').every((part) => {
    const view = /^view == (\S+)$/.exec(part);
    const has = /^(!\()?viewItem =~ \/(.*)\/\)?$/.exec(part);
    assert.ok(view ?? has, `"${part}" is no condition that this test knows`);
    return view ? view[1] === 'icCanisters.canisters' : new RegExp(has![2]!).test(flags) !== (has![1] !== undefined);
  });
}

const menuOf = (flags: readonly string[]): string =>
  [
    ...new Set(
      ENTRIES.filter((entry) => !entry.group.startsWith('inline') && isShown(entry, flags.join(' '))).map(
        ({ command }) => command.replace('icCanisters.', ''),
      ),
    ),
  ]
    .sort()
    .join(' ');

async function menus(t: TestContext): Promise<Record<SampleName, string>> {
  const { monitor } = await makeWorld(t);
  await monitor.refresh();
  return Object.fromEntries(
    SAMPLE_NAMES.map((name) => [
      name,
      menuOf(canisterRow(name, monitor.canister(name)!, monitor.snapshot, Date.now()).flags),
    ]),
  ) as Record<SampleName, string>;
}

const ALWAYS = 'openInDfxJson openPage refresh';
const KNOWN = 'copyId';
/** Of a canister that is built and installed here. */
const OWN = 'build delete deploy generate logs settings snapshots topUp';
const WITH_CODE = 'reinstall uninstall upgrade';

/** What each canister of the sample is offered; nothing else is. */
const OFFERED: Record<SampleName, readonly string[]> = {
  hello_backend: [ALWAYS, KNOWN, OWN, WITH_CODE, 'stop call openCandidUi'],
  hello_frontend: [ALWAYS, KNOWN, OWN, WITH_CODE, 'stop call openCandidUi openFrontend'],
  ledger: [ALWAYS, KNOWN, OWN, WITH_CODE, 'stop call openCandidUi'],
  // Stopped, and stopping: it answers nothing.
  archive: [ALWAYS, KNOWN, OWN, WITH_CODE, 'start'],
  drain: [ALWAYS, KNOWN, OWN, WITH_CODE, 'start'],
  // Without code.
  worker: [ALWAYS, KNOWN, OWN, 'install'],
  // Not created.
  indexer: [ALWAYS, 'build create deploy generate'],
  // Somebody else's.
  internet_identity: [ALWAYS, KNOWN, 'call openCandidUi logs'],
  cycles_ledger: [ALWAYS, KNOWN, 'depsPull depsInit depsDeploy'],
  kybra_app: [ALWAYS, KNOWN, OWN, WITH_CODE, 'stop call openCandidUi'],
  // Whether it runs is hidden.
  oracle: [ALWAYS, KNOWN, OWN, WITH_CODE, 'call openCandidUi'],
  // Its id is all that is left.
  gone: [ALWAYS, KNOWN, 'build deploy generate delete forget'],
};

describe('the menu of a canister', () => {
  it('has what fits its state, its kind and its network, and nothing else', async (t) => {
    const expected = Object.entries(OFFERED).map(([name, commands]) => [
      name,
      commands.join(' ').split(' ').sort().join(' '),
    ]);
    assert.deepEqual(await menus(t), Object.fromEntries(expected));
  });
});

describe('the menu of a project', () => {
  it('has what can be done with one of its canisters, and nothing that no canister needs', async (t) => {
    const { monitor } = await makeWorld(t);
    const all = () =>
      menuOf(projectRow(monitor, 'shop').flags)
        .split(' ')
        .filter((command) => command.endsWith('All'));
    await monitor.load();
    assert.deepEqual(all(), ['buildAll', 'createAll', 'deployAll']);
    await monitor.refresh();
    assert.deepEqual(all(), ['buildAll', 'createAll', 'deleteAll', 'deployAll', 'startAll', 'stopAll']);
  });
});
