import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import type { CanisterDetail } from '../../../src/core/network/canister-facts';
import { outlookWords } from '../../../src/core/page/canister-problems';
import { readToPage } from '../../../src/core/page/messages';
import {
  aMinute,
  averageBurn,
  burnedADay,
  MAX_SAMPLES,
  readSamples,
  type Sample,
  sampleOf,
  withSample,
} from '../../../src/core/page/samples';
import { formatMessage } from '../../../src/core/util/message';
import { SampleStore } from '../../../src/page/sample-store';
import { pageKey, Sampler } from '../../../src/page/sampler';

const DAY = 86_400_000;
const sample = (at: number, megacycles: number, queries?: number): Sample => ({ at, megacycles, memory: 5, queries });
const detail: CanisterDetail = {
  status: 'running',
  cycles: 2_000_000_000n,
  idleCyclesBurnedPerDay: 10_000_000n,
  memorySize: 65_536n,
  settings: {
    controllers: [],
    computeAllocation: 0n,
    memoryAllocation: 0n,
    freezingThreshold: 2_592_000n,
  },
  queryCalls: 12n,
  queryInstructions: 900n,
  memoryKinds: { wasm: 1n, stable: 2n, module: 3n, snapshots: 4n },
};

describe('samples of a canister', () => {
  it('are what its status says, and none where that is hidden', () => {
    const facts = { canisterId: 'aaaaa-aa', exists: true, controllers: [], detail };
    assert.deepEqual(sampleOf(facts, 7), {
      ...{ at: 7, megacycles: 2_000, memory: 65_536, queries: 12, instructions: 900 },
      ...{ wasm: 1, stable: 2, module: 3, snapshots: 4 },
    });
    const { memoryKinds: _kinds, queryInstructions: _count, ...older } = detail;
    const { wasm, instructions } = sampleOf({ ...facts, detail: older }, 7) ?? assert.fail();
    assert.deepEqual([wasm, instructions], [undefined, undefined]);
    assert.equal(sampleOf({ ...facts, detail: undefined }, 7), undefined);
  });

  it('stay within their bound, the oldest thinned out and never gone', () => {
    let samples: readonly Sample[] = [];
    for (let count = 0; count < 5_000; count++) {
      samples = withSample(samples, sample(count * 10_000, 1), 4_000);
      assert.ok(samples.length <= MAX_SAMPLES);
    }
    assert.equal(samples[0]?.at, 0);
    assert.equal(samples.at(-1)?.at, 49_990_000);
    assert.ok(samples.every(({ at }, index) => index === 0 || at > samples[index - 1]!.at));
    assert.equal(withSample(samples, sample(49_990_001, 1), 4_000), samples, 'one right after another adds nothing');
  });

  it('go on where the clock was set back', () => {
    const ahead = [sample(1_000, 1), sample(DAY * 365, 1)];
    const at = (samples: readonly Sample[]) => samples.map((each) => each.at);
    assert.deepEqual(at(withSample(ahead, sample(10_000, 1), 4_000)), [1_000, 10_000]);
    // An answer that was overtaken by the next drops nothing.
    assert.equal(withSample(ahead, sample(DAY * 365 - 1, 1), 4_000), ahead);
  });

  it('are none of numbers that cannot be stored', () => {
    const facts = {
      canisterId: 'aaaaa-aa',
      exists: true,
      controllers: [],
      detail: { ...detail, memorySize: 2n ** 1_100n },
    };
    assert.equal(sampleOf(facts, 7), undefined);
  });

  it('tell what is burned and queried, and nothing of a top-up or a count that began anew', () => {
    assert.equal(burnedADay(sample(0, 100), sample(DAY / 2, 90)), 20_000_000);
    assert.equal(burnedADay(sample(0, 100), sample(DAY, 200)), undefined);
    assert.equal(aMinute('queries', sample(0, 1, 5), sample(30_000, 1, 10)), 10);
    assert.equal(aMinute('queries', sample(0, 1, 5), sample(30_000, 1, 4)), undefined);
    assert.equal(aMinute('queries', sample(0, 1), sample(30_000, 1, 4)), undefined);
    const instructions = (at: number, count: number): Sample => ({ ...sample(at, 1), instructions: count });
    assert.equal(aMinute('instructions', instructions(0, 100), instructions(30_000, 1_100)), 2_000);
    const topped = [sample(0, 100), sample(DAY, 90), sample(2 * DAY, 500), sample(3 * DAY, 480)];
    assert.equal(averageBurn(topped), 15_000_000);
    assert.equal(averageBurn([sample(0, 100), sample(1_000, 90)]), undefined);
  });

  it('tell when it freezes, at rest and as it was measured', () => {
    const samples = [sample(0, 2_170), sample(DAY, 2_000)];
    assert.deepEqual(outlookWords(detail, samples).map(formatMessage), [
      'Freezes at rest in 170 days',
      'at the rate that was measured in 10 days',
    ]);
    assert.deepEqual(outlookWords(detail, []).map(formatMessage), ['Freezes at rest in 170 days']);
    assert.deepEqual(outlookWords({ ...detail, cycles: 1n }, samples).map(formatMessage), ['frozen below 300 M']);
  });

  it('can be read by the page', () => {
    const samples = [sample(1, 2, 3), sample(2, 3)];
    assert.ok(readToPage({ type: 'samples', samples, outlook: undefined }));
    assert.equal(readToPage({ type: 'samples', samples: [{ at: 1 }] }), undefined);
  });
});

describe('stored samples', () => {
  const subject = { manifest: '/a/dfx.json', canister: '../../x', target: 'local' };

  it('are there again, but for another canister', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-samples-'));
    try {
      const store = new SampleStore(path.join(folder, 'samples'));
      const samples = [sample(1, 2)];
      await store.write(subject, 'aaaaa-aa', samples);
      assert.deepEqual(
        (await store.read(subject, 'aaaaa-aa')).map(({ at }) => at),
        [1],
      );
      assert.deepEqual(await store.read(subject, '2vxsx-fae'), []);
      assert.deepEqual(await store.read({ ...subject, target: 'ic' }, 'aaaaa-aa'), []);
      assert.deepEqual(readdirSync(folder), ['samples']);
      for (let count = 0; count < 310; count++) {
        await store.write({ ...subject, canister: `c${count}` }, 'aaaaa-aa', samples);
      }
      await store.dropOld();
      assert.equal(readdirSync(path.join(folder, 'samples')).length, 300);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are none where nothing can be written or read', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-samples-'));
    try {
      const file = path.join(folder, 'file');
      writeFileSync(file, '');
      const store = new SampleStore(file);
      await store.write(subject, 'aaaaa-aa', [sample(1, 2)]);
      assert.deepEqual(await store.read(subject, 'aaaaa-aa'), []);
      assert.deepEqual(await new SampleStore(undefined).read(subject, 'aaaaa-aa'), []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    for (const text of [
      '',
      '5',
      '{}',
      '{"canisterId":"aaaaa-aa","samples":5}',
      '{"canisterId":"aaaaa-aa","samples":[5]}',
    ]) {
      assert.deepEqual(readSamples(text, 'aaaaa-aa'), [], text);
    }
  });
});

describe('a sampler', () => {
  const subject = { manifest: '/a/dfx.json', canister: 'ledger', target: 'local' };
  const project = (checkedAt: number, more: object = {}) => {
    const facts = { canisterId: 'aaaaa-aa', exists: true, controllers: [], detail };
    const canisters = [{ name: 'ledger', id: 'aaaaa-aa', facts, checkedAt, ...more }, { name: 'new' }];
    return { manifest: '/a/dfx.json', snapshot: { target: { name: 'local' }, canisters } } as unknown as ProjectMonitor;
  };
  const make = (folder?: string) => new Sampler(new SampleStore(folder));
  const times = async (sampler: Sampler, id = 'aaaaa-aa') =>
    (await sampler.samples(subject, id)).map(({ at }) => at / 1_000);

  it('keeps an answer now and then while the view shows a canister, and many while its page does', async () => {
    const sampler = make();
    for (const seconds of [0, 10, 299, 300, 310]) {
      await sampler.take(project(seconds * 1_000));
    }
    assert.deepEqual(await times(sampler), [0, 300]);
    sampler.setPage(subject, true);
    for (const seconds of [311, 313, 316, 320]) {
      // What has not changed is measured, too.
      await sampler.take(project(seconds * 1_000));
    }
    sampler.setPage(subject, false);
    await sampler.take(project(330_000));
    assert.deepEqual(await times(sampler), [0, 300, 311, 316, 320]);
    sampler.dispose();
  });

  it('keeps nothing of a canister whose state is hidden, could not be read, or that is another', async () => {
    const sampler = make();
    await sampler.take(project(0, { facts: undefined }));
    await sampler.take(project(0, { failure: { kind: 'network' } }));
    await sampler.take(project(0, { id: undefined }));
    assert.deepEqual(await times(sampler), []);
    await sampler.take(project(1_000));
    await sampler.take(project(2_000, { id: '2vxsx-fae' }));
    assert.deepEqual(await times(sampler, '2vxsx-fae'), [2]);
    sampler.dispose();
  });

  it('tells of each sample, and has them again in another window', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-samples-'));
    try {
      const sampler = make(folder);
      const told: string[] = [];
      sampler.onDidTake((key) => told.push(key));
      await sampler.take(project(5_000));
      assert.deepEqual(told, [pageKey(subject)]);
      sampler.dispose();
      for (let tries = 0; tries < 100 && readdirSync(folder).length === 0; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.deepEqual(await times(make(folder)), [5]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
