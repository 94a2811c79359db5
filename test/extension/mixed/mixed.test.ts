import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

interface Suite {
  readonly network: string;
  /** The id of `ledger` in dfx.json. */
  readonly dfx: string;
  /** Those in the icp.yaml of each folder. */
  readonly ids: Readonly<Record<'both' | 'alone', string>>;
  readonly manifests: Readonly<Record<'dfx' | 'both' | 'alone', string>>;
}

const { network, dfx, ids, manifests } = JSON.parse(process.env['MIXED_SUITE'] ?? '{}') as Suite;
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

async function statusOf(id: string): Promise<string | undefined> {
  const response = await fetch(`${network}/_/control`, { method: 'POST', body: '{}' });
  const { canisters } = (await response.json()) as { canisters: { id: string; status: string }[] };
  return canisters.find((canister) => canister.id === id)?.status;
}

async function copiedId(manifest: string): Promise<string> {
  await vscode.env.clipboard.writeText('');
  await run('icCanisters.copyId', { manifest, canister: 'ledger' });
  return await vscode.env.clipboard.readText();
}

async function until(what: string, holds: () => Promise<boolean>, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a workspace with projects of dfx and of icp, two of them in one folder', () => {
  before(() => run('icCanisters.canisters.focus'));

  it('has the ids of each project', async () => {
    for (const [manifest, id] of [
      [manifests.dfx, dfx],
      [manifests.both, ids.both],
      [manifests.alone, ids.alone],
    ] as const) {
      await until(manifest, async () => (await copiedId(manifest)) === id);
    }
  });

  it('stops the canister that is meant, whoever else has its name', async () => {
    for (const [manifest, id] of [
      [manifests.both, ids.both],
      [manifests.alone, ids.alone],
      [manifests.dfx, dfx],
    ] as const) {
      assert.equal(await statusOf(id), 'running');
      await until('a stop', async () => {
        await run('icCanisters.stop', { manifest, canister: 'ledger' });
        return (await statusOf(id)) === 'stopped';
      });
    }
    await run('icCanisters.start', { manifest: manifests.both, canister: 'ledger' });
    assert.deepEqual([await statusOf(ids.both), await statusOf(ids.alone)], ['running', 'stopped']);
  });

  it('follows a manifest of icp that breaks and is repaired, without a stop of anything else', async () => {
    const text = readFileSync(manifests.alone, 'utf8');
    writeFileSync(manifests.alone, `${text}  - {`);
    await run('icCanisters.refresh');
    await run('icCanisters.start', { manifest: manifests.alone, canister: 'ledger' });
    assert.equal(await statusOf(ids.alone), 'stopped', 'nothing is done with what cannot be read');
    assert.equal(await copiedId(manifests.alone), ids.alone, 'but shown');
    writeFileSync(manifests.alone, text);
    await until('a start', async () => {
      await run('icCanisters.start', { manifest: manifests.alone, canister: 'ledger' });
      return (await statusOf(ids.alone)) === 'running';
    });
  });
});
