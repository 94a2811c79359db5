import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseDfxConfig } from '../../../src/core/engines/dfx/dfx-json';
import { defineCanister } from '../../../src/core/engines/dfx/dfx-project';
import { dfxNetwork } from '../../../src/core/engines/dfx/networks';
import type { ProjectSnapshot } from '../../../src/core/monitor/project-snapshot';
import { type CanisterPhase, type CanisterState, phaseLabel, phaseOf } from '../../../src/core/monitor/state';
import type { CanisterDetail, CanisterFacts } from '../../../src/core/network/canister-facts';
import type { Network } from '../../../src/core/project/model';
import { ageOf, canisterRow, cyclesWords } from '../../../src/core/rows/canister-row';
import { detailRows } from '../../../src/core/rows/detail-rows';
import { projectRow, troubleRows } from '../../../src/core/rows/project-rows';
import type { Row, Words } from '../../../src/core/rows/row';
import { formatMessage, type Message, msg } from '../../../src/core/util/message';

const ID = 'bkyz2-fmaaa-aaaaa-qaaaq-cai';
const HASH = '5b1f'.padEnd(62, '0').concat('e9');
const ROOT = path.resolve(__dirname, '../../..');

const detail = (change: Partial<CanisterDetail> = {}): CanisterDetail => ({
  status: 'running',
  cycles: 2_998_400_000_000n,
  idleCyclesBurnedPerDay: 18_200_000n,
  memorySize: 1_572_864n,
  settings: {
    controllers: ['aaaaa-aa'],
    computeAllocation: 0n,
    memoryAllocation: 0n,
    freezingThreshold: 2_592_000n,
  },
  ...change,
});

const facts = (change: Partial<CanisterFacts> = {}): CanisterFacts => ({
  canisterId: ID,
  exists: true,
  moduleHash: HASH,
  controllers: ['aaaaa-aa'],
  detail: detail(),
  ...change,
});

function state(change: Partial<CanisterState> = {}, config: Record<string, unknown> = {}): CanisterState {
  const [canister] = parseDfxConfig(JSON.stringify({ canisters: { ledger: config } })).canisters;
  const definition = defineCanister(canister!, '/work/shop/dfx.json');
  return { name: 'ledger', definition, id: ID, owner: 'project', facts: facts(), ...change };
}

const without = (from: CanisterState, ...keys: (keyof CanisterState)[]): CanisterState =>
  Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key as keyof CanisterState))) as never;

const HEALTHY: ProjectSnapshot = {
  tool: 'dfx',
  canisters: [],
  target: { name: 'local' },
  problems: [],
  trusted: true,
  loaded: true,
  health: { state: 'healthy' },
  healthyAt: 100_000,
};
const LOST: ProjectSnapshot = { ...HEALTHY, health: { state: 'offline', detail: 'ECONNREFUSED' } };

const say = (words: Words) => (typeof words === 'string' ? words : formatMessage(words));
const line = (words: readonly Words[], separator = ' · ') => words.map(say).join(separator);

/** One state for each phase, with the look that ux and screen readers rely on. */
const PHASES: Record<CanisterPhase, { state: CanisterState; icon: string; color?: string; can: string[] }> = {
  running: { state: state(), icon: 'circle-filled', color: 'testing.iconPassed', can: ['stop'] },
  stopping: {
    state: state({ facts: facts({ detail: detail({ status: 'stopping' }) }) }),
    icon: 'loading~spin',
    can: ['start'],
  },
  stopped: {
    state: state({ facts: facts({ detail: detail({ status: 'stopped' }) }) }),
    icon: 'stop-circle',
    color: 'testing.iconFailed',
    can: ['start'],
  },
  empty: {
    state: state({ facts: { canisterId: ID, exists: true, controllers: ['2vxsx-fae'], detail: detail() } }),
    icon: 'circle-outline',
    color: 'charts.yellow',
    can: [],
  },
  'not-created': {
    state: without(state(), 'id', 'facts'),
    icon: 'circle-large-outline',
    color: 'disabledForeground',
    can: [],
  },
  remote: { state: state({ owner: 'remote' }), icon: 'link-external', can: [] },
  pull: {
    state: without(state({ owner: 'pulled' }, { type: 'pull', id: ID }), 'facts'),
    icon: 'cloud-download',
    can: [],
  },
  excluded: { state: state({ excluded: true }), icon: 'circle-slash', color: 'disabledForeground', can: [] },
  hidden: {
    state: state({ facts: { canisterId: ID, exists: true, moduleHash: HASH, controllers: ['2vxsx-fae'] } }),
    icon: 'lock',
    can: [],
  },
  missing: {
    state: state({ facts: { canisterId: ID, exists: false, controllers: [] } }),
    icon: 'warning',
    color: 'list.warningForeground',
    can: [],
  },
  insecure: {
    state: without(state({ failure: { kind: 'security', message: msg('forged') } }), 'facts'),
    icon: 'shield',
    color: 'list.errorForeground',
    can: [],
  },
  unknown: {
    state: without(state({ failure: { kind: 'garbage', message: msg('cannot be read') } }), 'facts'),
    icon: 'question',
    can: [],
  },
  loading: { state: without(state(), 'facts'), icon: 'circle-small', color: 'disabledForeground', can: [] },
};

describe("a canister's row", () => {
  for (const [phase, expected] of Object.entries(PHASES)) {
    it(`when ${phase}`, () => {
      assert.equal(phaseOf(expected.state), phase);
      const row = canisterRow('row', expected.state, HEALTHY, 0);
      assert.deepEqual(row.icon, { codicon: expected.icon, ...(expected.color ? { color: expected.color } : {}) });
      const label = phase === 'unknown' ? 'cannot be read' : formatMessage(phaseLabel(phase as CanisterPhase));
      assert.equal(line(row.description), phase === 'not-created' ? label : `${label} · bkyz2-…-cai`);
      // What a colour or an icon says, the words say too.
      assert.ok(line(row.spoken, ', ').startsWith(`ledger, ${label}, local network`), line(row.spoken));
      assert.equal(row.flags.includes('hasId'), phase !== 'not-created');
      assert.ok(row.flags.includes('canister') && row.flags.includes(phase));
      for (const operation of ['start', 'stop']) {
        assert.equal(row.flags.includes(`can-${operation}`), expected.can.includes(operation), operation);
      }
      assert.equal(row.id, 'row', 'the id holds no state');
      assert.equal(row.copy, phase === 'not-created' ? undefined : ID);
    });
  }

  it('has no icon for its state that is one of an action beside it', () => {
    const { commands, menus } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).contributes;
    const beside = menus['view/item/context'].filter(
      ({ group, when }: { group: string; when: string }) => group.startsWith('inline') && when.includes('.canisters'),
    );
    const icons = new Map<string, string>(
      commands.map(({ command, icon }: { command: string; icon?: string }) => [command, icon]),
    );
    const actions = beside.map(({ command }: { command: string }) => icons.get(command)?.replace(/^\$\((.*)\)$/, '$1'));
    assert.ok(actions.includes('debug-stop'));
    for (const [phase, { icon }] of Object.entries(PHASES)) {
      assert.ok(!actions.includes(icon), `${phase}: ${icon}`);
    }
  });

  it('is spoken with name, state, network and cycles', () => {
    assert.equal(
      line(canisterRow('row', state(), HEALTHY, 0).spoken, ', '),
      'ledger, Running, local network, 2.998 trillion cycles',
    );
  });

  it('does not say of an identity whose key is locked that it is no controller', () => {
    const asked = (name: string, kind: 'anonymous' | 'pem') => {
      const ref = kind === 'anonymous' ? { kind } : { kind, name, pemFile: '/key.pem' };
      const identity = { name, chosenBy: 'user', ref } as never;
      return line(canisterRow('row', PHASES.hidden.state, { ...HEALTHY, identity }, 0).description).split(' · ')[0];
    };
    assert.equal(asked('carol', 'anonymous'), 'Running state hidden: asked anonymously');
    assert.equal(asked('anonymous', 'anonymous'), 'Running state hidden: you are not a controller');
    assert.equal(asked('alice', 'pem'), 'Running state hidden: you are not a controller');
  });

  it('says what is being done instead of a state, and offers nothing meanwhile', () => {
    const row = canisterRow('row', state({ busy: msg('Stopping…') }), HEALTHY, 0);
    assert.equal(line(row.description), 'Stopping… · bkyz2-…-cai');
    assert.equal(row.icon.codicon, 'loading~spin');
    assert.ok(row.flags.includes('busy'));
    assert.deepEqual(
      row.flags.filter((flag) => flag.startsWith('can-')),
      [],
    );
  });

  it('is dimmed and says its age once the network is lost, and keeps its last state', () => {
    const row = canisterRow('row', state({ checkedAt: 88_000 }), LOST, 100_000);
    assert.equal(line(row.description), 'Running · bkyz2-…-cai · 12 s ago');
    assert.deepEqual(row.icon, { codicon: 'circle-filled', color: 'disabledForeground' });
    assert.match(line(row.spoken, ', '), /12 s ago$/);
    assert.ok(row.tooltip?.().some(([label, value]) => say(label) === 'Last seen' && say(value) === '12 s ago'));
  });

  it('is dimmed too when only its own question failed', () => {
    const failed = state({ checkedAt: 0, failure: { kind: 'timeout', message: msg('too late') } });
    const row = canisterRow('row', failed, HEALTHY, 90_000);
    assert.equal(line(row.description), 'Running · bkyz2-…-cai · 2 min ago');
    assert.ok(row.tooltip?.().some(([label, value]) => say(label) === 'Problem' && say(value) === 'too late'));
  });

  it('that was never answered says what it waits for', () => {
    const waiting = (health: ProjectSnapshot['health']) =>
      line(canisterRow('row', PHASES.loading.state, { ...HEALTHY, health }, 0).description.slice(0, 1));
    assert.equal(waiting({ state: 'offline', detail: '' }), 'The network cannot be reached');
    const target = { name: 'local', network: { local: true } as Network };
    const local = { ...LOST, target };
    assert.equal(
      line(canisterRow('row', PHASES.loading.state, local, 0).description.slice(0, 1)),
      'The network is not running',
    );
    assert.equal(waiting({ state: 'foreign', detail: '' }), 'The network cannot be reached');
    assert.equal(waiting({ state: 'starting', detail: '' }), 'Waiting for the network');
    assert.equal(waiting(undefined), 'Asking the network…');
  });

  it('says on hover what its details mean, in other words than the row', () => {
    const rows = detailRows('row', state(), HEALTHY, { otherIds: [], builtHash: HASH }, '/', 0);
    const all = rows.flatMap((row) => [row, ...(row.children ?? [])]);
    for (const name of ['id', 'status', 'cycles', 'memory', 'module', 'controllers', 'settings/freezing']) {
      const { meaning, label } = all.find(({ id }) => id === `row/${name}`) ?? assert.fail(name);
      assert.ok(meaning && say(meaning) !== say(label) && say(meaning).length > 30, name);
    }
  });

  it('has the whole id and hash in its tooltip', () => {
    const tooltip = canisterRow('row', state(), HEALTHY, 0).tooltip!().map((entry) => line(entry, ': '));
    assert.ok(tooltip.includes(`Canister ID: ${ID}`));
    assert.ok(tooltip.includes(`Module hash: 0x${HASH}`));
    assert.ok(tooltip.includes('Cycles: 2,998,400,000,000'));
  });

  it('tells ages in the largest unit', () => {
    assert.deepEqual(
      [-5, 0, 59_400, 60_000, 3_599_000, 7_200_000].map((age) => say(ageOf(age))),
      ['0 s ago', '0 s ago', '59 s ago', '1 min ago', '1 h ago', '2 h ago'],
    );
  });

  it('names the burn only where there is one', () => {
    assert.equal(line(cyclesWords(2_998_000_000_000n, 18_200_000n)), '2.998 T · burns 18.2 M a day');
    assert.equal(line(cyclesWords(5n, 0n)), '5');
  });
});

describe("a canister's details", () => {
  const rowsOf = (of: CanisterState, files: Partial<Parameters<typeof detailRows>[3]> = {}) =>
    detailRows('row', of, HEALTHY, { otherIds: [], ...files }, '/project', 0);
  const text = (row: Row | undefined) => row && line([row.label, ...row.description]);
  const find = (rows: readonly Row[], id: string) => rows.find((row) => row.id === `row/${id}`);

  it('show everything that is known, in order', () => {
    const rows = rowsOf(state({}, { type: 'rust', dependencies: ['archive', 'archive', 'index'] }), {
      builtHash: HASH,
      candidFile: '/project/src/ledger.did',
      sourceFile: '/project/src/lib.rs',
      otherIds: [['ic', 'ryjl3-tyaaa-aaaaa-aaaba-cai']],
    });
    assert.deepEqual(rows.map(text), [
      `Canister ID · ${ID}`,
      'Status · Running',
      'Cycles · 2.998 T · burns 18.2 M a day',
      'Memory · 1.5 MiB',
      'Module hash · 0x5b1f…00e9 · ✓ same as the last build',
      'Controllers · 1',
      'Settings',
      'Type · rust',
      `Candid · ${path.join('src', 'ledger.did')}`,
      `Source · ${path.join('src', 'lib.rs')}`,
      'Depends on · 2',
      'On other networks · 1',
    ]);
  });

  it('copy values in full and open what they name', () => {
    const rows = rowsOf(state({}, { dependencies: ['archive'] }), {
      sourceFile: '/project/src/lib.rs',
      otherIds: [['ic', 'ryjl3-tyaaa-aaaaa-aaaba-cai']],
    });
    assert.equal(find(rows, 'id')?.copy, ID);
    assert.equal(find(rows, 'module')?.copy, `0x${HASH}`);
    assert.equal(find(rows, 'cycles')?.copy, '2998400000000');
    assert.deepEqual(find(rows, 'source')?.action, { do: 'open', file: '/project/src/lib.rs' });
    assert.deepEqual(find(rows, 'dependencies')?.children?.[0]?.action, { do: 'reveal', canister: 'archive' });
    assert.equal(find(rows, 'networks')?.children?.[0]?.copy, 'ryjl3-tyaaa-aaaaa-aaaba-cai');
    assert.equal(find(rows, 'controllers')?.children?.[0]?.copy, 'aaaaa-aa');
  });

  it('name controllers where they are known, shortened for a narrow side bar and whole for a screen reader', () => {
    const principal = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
    const facts = { canisterId: ID, exists: true, controllers: [principal, 'aaaaa-aa'], detail: detail() };
    const owners = new Map([[principal, [msg('{0} (canister)', 'ledger')]]]);
    const [known, unknown] = find(rowsOf(state({ facts }), { owners }), 'controllers')?.children ?? [];
    assert.equal(text(known), 'ryjl3-…-cai · ledger (canister)');
    assert.equal(known && line(known.spoken), `${principal} · ledger (canister)`);
    assert.equal(known?.copy, principal);
    assert.equal(text(unknown), 'aaaaa-aa');
  });

  it('tell a deployed module from the one that was built', () => {
    assert.match(text(find(rowsOf(state(), { builtHash: 'ff' }), 'module'))!, /differs from the last build/);
    assert.doesNotMatch(text(find(rowsOf(state()), 'module'))!, /build/);
  });

  it('leave out what the identity may not see', () => {
    const ids = rowsOf(PHASES.hidden.state).map(({ id }) => id.slice(4));
    assert.deepEqual(ids, ['id', 'status', 'module', 'controllers', 'type']);
  });

  it('of a canister that is not created are what dfx.json says', () => {
    const ids = rowsOf(PHASES['not-created'].state).map(({ id }) => id.slice(4));
    assert.deepEqual(ids, ['status', 'type']);
  });

  it('say why the last question failed, in our words and the network’s', () => {
    const failed = state({
      failure: { kind: 'garbage', message: msg('It cannot be read.'), detail: 'HTTP 500: oops' },
    });
    assert.equal(text(find(rowsOf(failed), 'failure')), 'Problem · It cannot be read. · HTTP 500: oops');
  });

  it('call a network that runs here and is lost what its row calls it', () => {
    const failed = state({ failure: { kind: 'offline', message: msg('The network cannot be reached.') } });
    const local = { ...LOST, target: { name: 'local', network: { local: true } as Network } };
    const problem = (snapshot: ProjectSnapshot) =>
      text(find(detailRows('row', failed, snapshot, { otherIds: [] }, '/work', 0), 'failure'));
    assert.equal(problem(local), 'Problem · The network is not running');
    assert.equal(problem(LOST), 'Problem · The network cannot be reached.');
    const fact = canisterRow('row', failed, local, 0)
      .tooltip?.()
      .find(([label]) => say(label) === 'Problem');
    assert.equal(fact && say(fact[1]), 'The network is not running');
  });

  it('say whose the viewers of a log are, and whose wallet operations go through', () => {
    const owners = new Map([['aaaaa-aa', [msg('alice (identity)')]]]);
    const settings = {
      ...detail().settings,
      logVisibility: { kind: 'allowed_viewers', viewers: ['aaaaa-aa', '2vxsx-fae'] } as const,
    };
    const seen = state({ facts: facts({ detail: detail({ settings }) }), through: { proxy: 'aaaaa-aa' } });
    const rows = detailRows('row', seen, HEALTHY, { otherIds: [], owners }, '/work', 0);
    const visibility = find(rows, 'settings')
      ?.children?.map(text)
      .find((each) => each?.startsWith('Log'));
    assert.equal(visibility, 'Log visibility · alice (identity) · 2vxsx-fae');
    assert.match(text(find(rows, 'through')) ?? '', /^Operations · alice \(identity\) · through the wallet /);
  });

  it('list settings, those that the network reported', () => {
    const settings = {
      ...detail().settings,
      memoryAllocation: 4n * 1024n ** 3n,
      reservedCyclesLimit: 5_000_000_000_000n,
      wasmMemoryLimit: 3n * 1024n ** 3n,
      logVisibility: { kind: 'allowed_viewers', viewers: ['aaaaa-aa', '2vxsx-fae'] } as const,
    };
    const rows = rowsOf(state({ facts: facts({ detail: detail({ settings }) }) }));
    assert.deepEqual(find(rows, 'settings')?.children?.map(text), [
      'Compute allocation · 0 %',
      'Memory allocation · 4 GiB',
      'Freezing threshold · 30 d',
      'Reserved cycles limit · 5 T',
      'Wasm memory limit · 3 GiB',
      'Log visibility · aaaaa-aa · 2vxsx-fae',
    ]);
    assert.equal(text(find(rows, 'memory')), 'Memory · 1.5 MiB of 4 GiB allocated');
  });
});

describe('a row out of step', () => {
  const row = (change: Partial<CanisterState>) => canisterRow('row', state(change), HEALTHY, 0);

  it('says what is newer than its build, and where what is deployed is not what was built, and marks both', () => {
    const newer = row({ build: { moduleHash: HASH, newer: '/work/shop/src/main.mo' } });
    assert.equal(line(newer.description), 'Running · source newer than the build · bkyz2-…-cai');
    assert.match(line(newer.spoken, ', '), /^ledger, Running, source newer than the build, /);
    assert.deepEqual(newer.marks, ['newer']);
    const facts = newer.tooltip!().map(([label, value]) => `${say(label)}: ${say(value)}`);
    assert.ok(facts.includes('Changed since the last build: src/main.mo'), facts.join());
    const differs = row({ build: { moduleHash: 'ff' } });
    assert.match(line(differs.description), /^Running · deployed module differs from the build · /);
    assert.deepEqual(differs.marks, ['differs']);
    assert.deepEqual(row({ build: { moduleHash: 'ff', newer: '/a' } }).marks, ['newer', 'differs']);
  });

  it('says nothing where all fits, where nothing is known, and while something is being done', () => {
    for (const change of [
      { build: { moduleHash: HASH } },
      {},
      { build: { moduleHash: 'ff', newer: '/a' }, busy: msg('Building…') },
    ]) {
      assert.deepEqual(row(change).marks, []);
    }
    assert.deepEqual(row({ build: { moduleHash: 'ff' }, owner: 'remote' }).marks, []);
  });

  it('leads to a page only where there is one', () => {
    const web = (change: Partial<CanisterState>) =>
      canisterRow('row', state(change, { type: 'assets', source: [] }), HEALTHY, 0).flags.includes('web');
    assert.equal(web({}), true);
    assert.equal(web({ facts: facts({ moduleHash: undefined }) }), false);
    assert.equal(web({ id: undefined, facts: undefined }), false);
    assert.equal(row({}).flags.includes('web'), false);
  });
});

describe("a project's rows", () => {
  const project = (snapshot: ProjectSnapshot) => ({ manifest: '/work/shop/dfx.json', root: '/work/shop', snapshot });
  const troubles = (snapshot: ProjectSnapshot) => troubleRows(project(snapshot), 130_000);

  it('count what runs', () => {
    const row = projectRow(project({ ...HEALTHY, canisters: [state(), PHASES.stopped.state] }), 'shop');
    assert.equal(line([row.label, ...row.description]), 'shop · 1 of 2 running · local');
    assert.equal(line(row.spoken, ', '), 'shop, project, 1 of 2 running, local network');
    const ofTool = projectRow(project({ ...HEALTHY, canisters: [state()] }), 'shop', 'icp');
    // A narrow side bar cuts off what comes last.
    assert.equal(line([ofTool.label, ...ofTool.description]), 'shop · 1 of 1 running · local · icp');
  });

  it('are offered for all what can be done with one of them', () => {
    const flags = (...canisters: CanisterState[]) => projectRow(project({ ...HEALTHY, canisters }), 'shop').flags;
    const all = (...canisters: CanisterState[]) =>
      flags(...canisters).filter((flag) => /^all-(start|stop|create|delete)$/.test(flag));
    assert.deepEqual(all(state()), ['all-stop', 'all-delete']);
    assert.deepEqual(all(state(), PHASES.stopped.state, PHASES['not-created'].state).sort(), [
      'all-create',
      'all-delete',
      'all-start',
      'all-stop',
    ]);
    assert.deepEqual(all(), []);
  });

  it('are none above the canisters while all is well', () => {
    assert.deepEqual(troubles(HEALTHY), []);
  });

  it('say that the network is lost, since when, and offer a way out', () => {
    const [row] = troubles({
      ...LOST,
      target: {
        name: 'local',
        network: dfxNetwork({
          name: 'local',
          kind: 'ephemeral',
          scope: 'shared',
          url: 'http://127.0.0.1:1',
          local: true,
        }),
      },
    });
    assert.equal(line([row!.label, ...row!.description]), 'local is not running: start it · 30 s ago');
    assert.ok(row!.flags.includes('localNetworkDown'));
    assert.deepEqual(row!.action, { do: 'command', command: 'icCanisters.startNetwork' });
  });

  it('do not offer to start a network that is elsewhere', () => {
    const network = dfxNetwork({
      name: 'ic',
      kind: 'persistent',
      scope: 'builtin',
      url: 'https://icp0.io',
      local: false,
    });
    const [row] = troubles({ ...LOST, target: { name: 'ic', network } });
    assert.ok(!row!.flags.includes('localNetworkDown'));
  });

  it('lead to the place of a problem in a file', () => {
    const file = '/work/shop/canister_ids.json';
    const [row] = troubles({ ...HEALTHY, problems: [{ file, message: msg('Bad.'), range: { offset: 4, length: 2 } }] });
    assert.deepEqual(row!.action, { do: 'open', file, range: { offset: 4, length: 2 } });
    assert.equal(line([row!.label, ...row!.description]), 'Bad. · canister_ids.json');
  });
});

it('every sentence of the rows has its Japanese, with the same places for values', () => {
  const bundle = JSON.parse(readFileSync(path.join(ROOT, 'l10n', 'bundle.l10n.ja.json'), 'utf8')) as Record<
    string,
    string
  >;
  const messages: Message[] = [];
  const collect = (words: Words) => {
    if (typeof words !== 'string') {
      messages.push(words);
    }
  };
  const now = 60_000;
  const snapshots = [HEALTHY, LOST, { ...LOST, health: { state: 'starting', detail: '' } as const }];
  for (const snapshot of snapshots) {
    const rows = [
      projectRow({ manifest: '/work/shop/dfx.json', root: '/work/shop', snapshot }, 'shop'),
      ...troubleRows({ manifest: '/work/shop/dfx.json', root: '/work/shop', snapshot }, now),
      ...Object.values(PHASES).flatMap((phase) => [
        canisterRow('row', phase.state, snapshot, now),
        ...detailRows('row', phase.state, snapshot, { otherIds: [], builtHash: HASH }, '/', now).flatMap((row) => [
          row,
          ...(row.children ?? []),
        ]),
      ]),
    ];
    for (const row of rows) {
      for (const words of [row.label, ...row.description, ...row.spoken, ...(row.tooltip?.() ?? []).flat()]) {
        collect(words);
      }
    }
  }
  const own = messages.filter(({ text }) => !['forged', 'cannot be read'].includes(text));
  assert.ok(own.length > 100);
  for (const { text } of own) {
    const japanese = bundle[text];
    assert.ok(japanese, `no Japanese for: ${text}`);
    const places = (sentence: string) => (sentence.match(/\{\d+\}/g) ?? []).sort().join();
    assert.equal(places(japanese), places(text), text);
  }
});
