/** What the Settings and Snapshots of a page do when something happens meanwhile, or a network answers oddly. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { CanisterState } from '../../../src/core/monitor/state';
import type { CanisterSnapshot } from '../../../src/core/network/canister-facts';
import { readToPage, type ToPage } from '../../../src/core/page/messages';
import { Failure } from '../../../src/core/util/failure';
import { msg } from '../../../src/core/util/message';
import { FakeVscode } from '../commands/vscode';

const SUBJECT = { manifest: '/w/dfx.json', canister: 'ledger', target: 'local' };
const vscode = new FakeVscode();
let hosts: typeof import('../../../src/page/page-snapshots');
let actions: typeof import('../../../src/commands/page-actions');
/** What happens while a question is open; it is agreed to. */
let meanwhile = () => {};

before(() => {
  vscode.install();
  const api = vscode.api as Record<string, Record<string, unknown>>;
  api['window']!['showWarningMessage'] = async (_text: string, _options: object, ...buttons: string[]) => {
    meanwhile();
    return buttons.at(-1);
  };
  hosts = require('../../../src/page/page-snapshots');
  actions = require('../../../src/commands/page-actions');
});

function world(snapshots = 0) {
  const settings = { controllers: ['aaaaa-aa'], computeAllocation: 0n, memoryAllocation: 0n, freezingThreshold: 1n };
  const detail = { status: 'running', cycles: 5n, idleCyclesBurnedPerDay: 1n, memorySize: 6n, settings };
  const state = {
    name: 'ledger',
    definition: { name: 'ledger', place: { file: '/w/dfx.json' }, type: 'motoko', dependencies: [] },
    id: 'rrkah-fqaaa-aaaaa-aaaaq-cai',
    owner: 'project',
    facts: { exists: true, moduleHash: 'ab', controllers: ['aaaaa-aa'], detail },
    checkedAt: Date.now(),
  } as unknown as CanisterState;
  const project = {
    manifest: SUBJECT.manifest,
    root: '/w',
    name: 'w',
    engine: { name: 'dfx' },
    snapshot: {
      ...{ target: { name: 'local', network: { name: 'local', url: 'http://127.0.0.1:4943', local: true } } },
      ...{ tool: 'dfx', problems: [], trusted: true, loaded: true, health: { state: 'healthy' } },
      ...{ identity: { name: 'alice', storage: 'plaintext', ref: { kind: 'pem' } }, canisters: [state] },
    },
    canister: (name: string) => (name === 'ledger' ? state : undefined),
    load: async () => {},
    checkBuilds: async () => {},
  };
  const done: unknown[] = [];
  const context = {
    consent: { agreed: () => true },
    identityService: {},
    log: { info: () => {}, error: () => {} },
    ownership: { owners: async () => new Map() },
    problems: { begin: () => {}, show: () => {} },
    service: {
      native: {},
      run: async (operation: string, targets: readonly unknown[]) => {
        done.push(operation);
        return { outcomes: targets.map((target) => ({ target, ok: true })), findings: [], urls: [] };
      },
    },
    workspace: { ready: async () => {}, projects: [project] },
  };
  const list = Array.from({ length: snapshots }, (_, index) => ({ id: `0${index}`, takenAt: index, size: 1n }));
  return { context: context as never, done, list, project, state, target: { project, canister: 'ledger' } as never };
}

describe('what a page asks about', () => {
  it('is not done on a network, or as an identity, that was switched while the question was open', async () => {
    for (const switched of [
      { target: { name: 'lab', network: { name: 'lab', url: 'http://127.0.0.1:1' } } },
      { identity: undefined },
    ]) {
      const { context, done, list, project, target } = world(10);
      const page = actions.pageActions(context);
      meanwhile = () => {
        Object.assign(project.snapshot, switched);
      };
      await assert.rejects(page.changeSettings(target, { freezingThreshold: 1n }, ''), /was switched meanwhile/);
      Object.assign(project.snapshot, world().project.snapshot);
      await assert.rejects(page.takeSnapshot(target, list.slice(1)), /was switched meanwhile/);
      assert.deepEqual(done, []);
    }
    const { context, done, list, target } = world(1);
    meanwhile = () => {};
    await actions.pageActions(context).changeSettings(target, { freezingThreshold: 1n }, '');
    await actions.pageActions(context).takeSnapshot(target, list);
    assert.deepEqual(done, ['settings', 'snapshot-take']);
  });
});

describe('the snapshots of a page', () => {
  function open(listSnapshots: () => Promise<readonly CanisterSnapshot[]>) {
    const { project, state } = world();
    const sent: Extract<ToPage, { type: 'snapshots' }>['snapshots'][] = [];
    const host = new hosts.PageSnapshotsHost(
      { project: () => project } as never,
      { listSnapshots } as never,
      SUBJECT,
      (message) => {
        const read = readToPage(JSON.parse(JSON.stringify(message)));
        assert.ok(read?.type === 'snapshots', 'the page can read it');
        sent.push(read.snapshots);
      },
    );
    return { host, sent, state };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('do not say that they cannot be read once they were', async () => {
    let fails = true;
    const { host, sent, state } = open(async () => {
      if (fails) {
        throw new Failure({ message: msg('Cancelled.') });
      }
      return [];
    });
    host.follow(true);
    await settled();
    assert.ok(sent.at(-1)?.problem);
    fails = false;
    Object.assign(state, { facts: { ...state.facts, detail: { ...state.facts!.detail, status: 'stopped' } } });
    host.canisterChanged();
    await settled();
    assert.deepEqual(sent.at(-1)?.list, []);
    assert.equal(sent.at(-1)?.problem, undefined);
  });

  it('can be read by the page, however many and of whatever ids', async () => {
    const list = Array.from({ length: 1_000 }, (_, index) => ({
      id: 'ab'.repeat(2_000),
      takenAt: index,
      size: 2n ** 80n,
    }));
    const { host, sent } = open(async () => list);
    host.follow(true);
    await settled();
    assert.equal(sent.at(-1)?.list?.length, 500);
  });
});
