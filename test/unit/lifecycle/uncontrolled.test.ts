import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { applicableOperations } from '../../../src/core/lifecycle/operations';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import { troubleRows } from '../../../src/core/rows/project-rows';
import { makeWorld, rowStates, say, write } from '../monitor/world';

it('a canister without controllers is not offered what only a controller may do', async (t) => {
  const { monitor, network, project } = await makeWorld(t);
  await network.changeCanister(project.ids.get('ledger')!, { controllers: [] });
  await monitor.refresh();
  assert.equal(rowStates(monitor)['ledger'], 'Running state hidden: it has no controllers');
  assert.deepEqual(applicableOperations(monitor.canister('ledger')!), ['build', 'call', 'logs', 'top-up', 'generate']);
});

describe('two projects', () => {
  it('whose networks have one address are told so', async (t) => {
    const { monitor, folder, locations, client, selection } = await makeWorld(t);
    const open = (name: string, bind: string) => {
      const manifest = write(path.join(folder, name, 'dfx.json'), { canisters: {}, networks: { local: { bind } } });
      const project = new ProjectMonitor(new DfxEngine(locations).open(manifest), {
        client,
        selection,
        trust: { isTrusted: true },
        now: Date.now,
      });
      t.after(() => project.dispose());
      return project;
    };
    const projects = [
      open('one', '127.0.0.1:8123'),
      open('two', '0.0.0.0:8123'),
      open('three', '127.0.0.1:8124'),
      monitor,
    ];
    await Promise.all(projects.map((project) => project.load()));
    const told = projects.map((project) => troubleRows(project, 0, projects).map(({ label }) => say(label)));
    assert.deepEqual(told, [
      ['two has its network at http://127.0.0.1:8123, too: only one of them can run.'],
      ['one has its network at http://127.0.0.1:8123, too: only one of them can run.'],
      [],
      [],
    ]);
  });
});
