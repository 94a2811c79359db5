import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDfxConfig } from '../../../src/core/engines/dfx/dfx-json';
import { defineCanister } from '../../../src/core/engines/dfx/dfx-project';
import type { ProjectSnapshot } from '../../../src/core/monitor/project-snapshot';
import type { CanisterState } from '../../../src/core/monitor/state';
import type { CanisterDetail, CanisterFacts } from '../../../src/core/network/canister-facts';
import { freezingForecast } from '../../../src/core/page/freezing';
import { readToPage } from '../../../src/core/page/messages';
import type { PageFact } from '../../../src/core/page/model';
import { pageContent } from '../../../src/core/page/page-state';
import type { CanisterFiles } from '../../../src/core/rows/detail-rows';
import type { Words } from '../../../src/core/rows/row';
import { formatMessage, msg } from '../../../src/core/util/message';

const ID = 'bkyz2-fmaaa-aaaaa-qaaaq-cai';
const HASH = 'ab'.repeat(32);
const MANIFEST = '/work/shop/dfx.json';

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
    logVisibility: { kind: 'public' },
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

function page(
  change: Partial<CanisterState> = {},
  files: Partial<CanisterFiles> = {},
  snapshotChange: Partial<ProjectSnapshot> = {},
  name = 'ledger',
) {
  const [canister] = parseDfxConfig(JSON.stringify({ canisters: { [name]: { type: 'motoko' } } })).canisters;
  const definition = defineCanister(canister!, MANIFEST);
  const state: CanisterState = { name, definition, id: ID, owner: 'project', facts: facts(), ...change };
  const snapshot: ProjectSnapshot = {
    tool: 'dfx',
    canisters: [state],
    target: { name: 'local' },
    identity: { name: 'alice', chosenBy: 'tool', ref: { kind: 'pem', file: '/k.pem' } as never },
    problems: [],
    trusted: true,
    loaded: true,
    health: { state: 'healthy' },
    ...snapshotChange,
  };
  const content = pageContent({
    project: { manifest: MANIFEST, root: '/work/shop', snapshot, canister: () => state },
    canister: name,
    files: { otherIds: [], ...files },
    projects: [],
    now: 0,
  });
  assert.ok(readToPage(JSON.parse(JSON.stringify({ type: 'state', state: content.state }))), 'the page can read it');
  return content;
}

const said = (words: readonly Words[]) => words.map((each) => (typeof each === 'string' ? each : formatMessage(each)));
const problems = (content: ReturnType<typeof page>) => content.state.problems.map(({ words }) => said(words)[0]);
const find = (all: readonly PageFact[], id: string) => all.find((fact) => fact.id === id);

describe('the page of a canister', () => {
  it('has nothing to complain about where all is well', () => {
    const { state } = page({}, { builtHash: HASH });
    assert.deepEqual(state.problems, []);
    assert.equal(state.look, 'good');
    assert.deepEqual(said(state.headline), ['Running']);
    assert.deepEqual(said(state.place), ['local network', 'as alice']);
    assert.deepEqual(said(find(state.facts, 'fact/freezing')!.values), ['in 164,717 days, below 546 M']);
  });

  it('says that it is stopped, freezes soon and differs from the build, with what helps', () => {
    const low = detail({ status: 'stopped', cycles: 600_000_000n });
    const content = page({ facts: facts({ detail: low }) }, { builtHash: 'cd'.repeat(32) });
    assert.deepEqual(problems(content), [
      'It is stopped: it answers no calls.',
      'It freezes in 2 days, and then answers no calls.',
      'The module that is deployed differs from the last build.',
    ]);
    const commands = content.state.problems.map(({ buttons: [button] }) => content.actions.get(button!.id));
    const argument = { manifest: MANIFEST, canister: 'ledger' };
    assert.deepEqual(commands, [
      { do: 'command', command: 'icCanisters.start', argument },
      { do: 'command', command: 'icCanisters.topUp', argument },
      { do: 'command', command: 'icCanisters.deploy', argument },
    ]);
  });

  it('leads from a missing tool to setting it up', () => {
    const label = msg('{0} was not found', 'dfx');
    const { state, actions } = page(
      {},
      {},
      { toolNote: { state: 'missing', label, hint: label, reason: label, subject: '' } },
    );
    const [problem] = state.problems;
    assert.deepEqual(
      [said(problem!.words), said(problem!.buttons.map((each) => each.label))],
      [['dfx was not found'], ['Set up the tool']],
    );
    assert.deepEqual(actions.get(problem!.buttons[0]!.id), {
      do: 'command',
      command: 'icCanisters.setUpTool',
      argument: { manifest: MANIFEST },
    });
  });

  it('says that it is frozen', () => {
    const content = page({ facts: facts({ detail: detail({ cycles: 1n }) }) });
    assert.deepEqual(problems(content), ['It is frozen: it has fewer than 546 M cycles and answers no calls.']);
    assert.equal(content.state.problems[0]!.severity, 'error');
  });

  it('knows nothing of freezing where nothing is burned', () => {
    assert.deepEqual(freezingForecast(detail({ idleCyclesBurnedPerDay: 0n })), {
      limit: 0n,
      frozen: false,
      days: undefined,
    });
    assert.equal(
      find(page({ facts: facts({ detail: detail({ idleCyclesBurnedPerDay: 0n }) }) }).state.facts, 'fact/freezing'),
      undefined,
    );
  });

  it('says of a canister without code, an id or a network what leads further', () => {
    assert.deepEqual(problems(page({ facts: facts({ moduleHash: undefined }) })), ['No code is installed.']);
    assert.deepEqual(problems(page({ facts: undefined, id: undefined })), ['It has not been created on local.']);
    assert.deepEqual(problems(page({ facts: facts({ exists: false }) })), [
      `The network says that there is no canister ${ID} any more.`,
    ]);
    const down = page({}, {}, { health: { state: 'offline', message: undefined } as never });
    assert.match(problems(down)[0]!, /local cannot be reached/);
    assert.equal(down.state.dimmed, true);
  });

  it('says what settings mean, and gives controllers their names', () => {
    const owners = new Map([['aaaaa-aa', [{ text: '{0} (identity)', args: ['alice'] }]]]);
    const { state, copies } = page({}, { owners });
    const settings = find(state.facts, 'fact/settings')!.children;
    assert.ok(settings.length >= 4);
    for (const { id, meaning } of settings) {
      assert.ok(meaning, id);
    }
    const [controller] = find(state.facts, 'fact/controllers')!.children;
    assert.deepEqual(said(controller!.values), ['alice (identity)']);
    assert.equal(copies.get(controller!.id), 'aaaaa-aa');
  });

  it('offers nothing while something is being done', () => {
    const { state } = page({ busy: { text: 'Stopping…', args: [] } });
    assert.deepEqual(state.operations, []);
    assert.equal(state.look, 'busy');
  });

  it('cuts names of any length, so that the page can be read', () => {
    const name = 'x'.repeat(100_000);
    const { state } = page({}, { otherIds: [[name, name]], sourceFile: `/work/shop/${name}` }, {}, name);
    assert.ok(JSON.stringify(state).length < 100_000);
  });
});
