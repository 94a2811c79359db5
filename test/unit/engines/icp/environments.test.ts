/** What an environment of icp comes to in the rows, and what goes with its folder. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { IcpProject } from '../../../../src/core/engines/icp/icp-project';
import { detailRows } from '../../../../src/core/rows/detail-rows';
import { rowStates, say, troubles, write } from '../../monitor/world';
import { makeIcpWorld } from './world';

describe('an environment', () => {
  it('has a part of the canisters, and ids of its own', async (t) => {
    const { monitor, selection, manifest, root, ids, network } = await makeIcpWorld(t);
    await monitor.refresh();
    assert.deepEqual(rowStates(monitor), { ledger: 'Running', archive: 'Running', indexer: 'Not created' });
    await selection.setTarget(manifest, 'part');
    await monitor.refresh();
    assert.deepEqual(rowStates(monitor), {
      ledger: 'Not created',
      archive: 'Not in this environment',
      indexer: 'Not in this environment',
    });
    write(path.join(root, '.icp', 'data', 'mappings', 'part.ids.json'), { ledger: ids.get('archive') });
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'Running');
    assert.equal(monitor.canister('ledger')?.id, ids.get('archive'));
    assert.equal(monitor.snapshot.target.network?.url, network.url);
  });

  it('shows the recipe of a canister as its type', async (t) => {
    const { monitor, root } = await makeIcpWorld(t);
    await monitor.refresh();
    const types = monitor.snapshot.canisters.map((state) => {
      const rows = detailRows('r', state, monitor.snapshot, { otherIds: [] }, root, Date.now());
      return rows.filter(({ label }) => say(label) === 'Type').flatMap(({ description }) => description.map(say));
    });
    assert.deepEqual(types, [['custom'], ['rust'], ['pre-built']]);
  });

  it('has settings in place of those of the canister, as a whole', async (t) => {
    const { monitor, manifest } = await makeIcpWorld(t);
    const text = readFileSync(manifest, 'utf8')
      .replace(
        '  - name: archive',
        '    settings: { freezing_threshold: 2d, log_visibility: public }\n  - name: archive',
      )
      .replace('canisters: [ledger] }', 'canisters: [ledger], settings: { ledger: { wasm_memory_limit: 1gib } } }');
    write(manifest, text);
    await monitor.load();
    const project = monitor.files as IcpProject;
    const of = (environment: string) => project.settings('ledger', environment)?.settings;
    assert.equal(of('test')?.freezingThreshold, 172_800n);
    assert.equal(of('test')?.logVisibility, 'public');
    assert.equal(of('part')?.freezingThreshold, undefined);
    assert.equal(of('part')?.wasmMemoryLimit, 1n << 30n);
  });
});

describe('ids of a network that lasts', () => {
  it('that git ignores are lost with the folder, which is said', async (t) => {
    const { monitor, root, selection, manifest } = await makeIcpWorld(t);
    mkdirSync(path.join(root, '.git'));
    const ignore = path.join(root, '.gitignore');
    write(ignore, '.icp/cache/\n');
    await monitor.load();
    assert.deepEqual(troubles(monitor), []);
    write(ignore, '.icp/\n');
    await monitor.load();
    assert.match(troubles(monitor).join(), /git ignores the ids of test: nobody else gets them/);
    assert.equal(monitor.snapshot.refusal, undefined, 'work goes on');
    await selection.setTarget(manifest, 'part');
    await monitor.load();
    assert.deepEqual(troubles(monitor), [], 'where there are none, none are lost');
  });
});
