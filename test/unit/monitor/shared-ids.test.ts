import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { sharedIds } from '../../../src/core/monitor/shared-ids';
import type { CanisterId } from '../../../src/core/project/model';
import { sharedIdsRow } from '../../../src/core/rows/project-rows';

type Ids = Readonly<Record<string, Readonly<Record<string, string>>>>;

function project(manifest: string, ids: Ids): Parameters<typeof sharedIds>[0] {
  const all = new Map(
    Object.entries(ids).map(([canister, targets]) => [
      canister,
      new Map(Object.entries(targets).map(([target, id]): [string, CanisterId] => [target, { id, owner: 'project' }])),
    ]),
  );
  return { manifest, root: path.dirname(manifest), files: { idsByTarget: async () => all } } as never;
}

describe('two projects in one folder', () => {
  const dfx = project('/shop/dfx.json', { web: { ic: 'a', local: 'b', staging: 'c' }, api: { ic: 'd' } });

  it('share the ids that both have for a canister on a target', async () => {
    const icp = project('/shop/icp.yaml', { web: { ic: 'a', local: 'x', staging: 'c' }, api: { ic: 'e' } });
    const shared = await sharedIds(icp, [dfx, icp], 0);
    assert.deepEqual(shared, { manifest: '/shop/dfx.json', targets: ['ic', 'staging'] });
    const row = sharedIdsRow(icp, shared);
    assert.deepEqual(row.description, ['ic, staging']);
    assert.deepEqual(row.action, { do: 'open', file: '/shop/dfx.json' });
  });

  it('share none where they are of other canisters, or of another folder', async () => {
    const others = [project('/shop/icp.yaml', { web: { ic: 'z' } }), project('/other/icp.yaml', { web: { ic: 'a' } })];
    assert.equal(await sharedIds(dfx, [dfx, ...others], 0), undefined);
  });
});
