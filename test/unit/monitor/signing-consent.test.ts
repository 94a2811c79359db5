import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Cbor } from '@dfinity/agent';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { DfxToolchain } from '../../../src/core/engines/dfx/dfx-toolchain';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import type { OperationOptions } from '../../../src/core/lifecycle/tool-operations';
import { NetworkOverview } from '../../../src/core/monitor/network-overview';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import { SigningConsent } from '../../../src/core/monitor/signing-consent';
import { networkRow } from '../../../src/core/rows/network-rows';
import { formatMessage } from '../../../src/core/util/message';
import { MemoryStore, makeWorld, rowStates, say, troubles, write } from './world';

const NO: OperationOptions = { answer: async () => false };

/** The sample project on a network that leads, through a name, to ours. */
async function setUp(t: TestContext) {
  const world = await makeWorld(t);
  const { network, project, locations, selection } = world;
  const url = 'http://staging.example:8000';
  const content = JSON.parse(readFileSync(project.dfxJson, 'utf8'));
  write(project.dfxJson, { ...content, networks: { staging: { providers: [url] } } });
  write(path.join(project.folder, 'canister_ids.json'), {
    ledger: { staging: project.ids.get('ledger') },
    gone: { staging: project.ids.get('gone') },
  });
  await selection.setTarget(project.dfxJson, 'staging');
  const signed: string[] = [];
  const client = agentOperations((input, init) => {
    const { pathname } = new URL(String(input));
    if (init?.body instanceof Uint8Array && 'sender_sig' in Cbor.decode<object>(init.body)) {
      signed.push(pathname);
    }
    return fetch(new URL(pathname, network.url), init);
  });
  const store = new MemoryStore();
  const consent = new SigningConsent(store);
  const monitor = new ProjectMonitor(new DfxEngine(locations).open(project.dfxJson), {
    client,
    selection,
    consent,
    trust: { isTrusted: true },
    now: Date.now,
  });
  t.after(() => monitor.dispose());
  const overview = new NetworkOverview({
    client,
    engines: [monitor.engine],
    selection,
    consent,
    projects: () => [monitor],
    now: Date.now,
  });
  t.after(() => overview.dispose());
  const row = async () => {
    const entries = await overview.list(monitor);
    return networkRow('p', entries.find(({ target }) => target === 'staging')!);
  };
  const ran: (readonly string[])[] = [];
  const tool = {
    available: async () => true,
    run: async ({ args }: { readonly args: readonly string[] }) => {
      ran.push(args);
      return { stdout: '', stderr: '' };
    },
  };
  const service = new LifecycleService(client, [new DfxToolchain(tool as never, locations)]);
  const target = { project: monitor, canister: 'ledger' };
  await monitor.refresh();
  return { ...world, monitor, consent, store, url, row, service, target, ran, signed };
}

describe('a network that the user has not agreed to', () => {
  it('is asked anonymously until the user agrees, and again when that is taken back', async (t) => {
    const { monitor, consent, url } = await setUp(t);
    const NOTE =
      'Asked anonymously: staging.example:8000 is neither on this computer nor mainnet. · Click to sign requests';
    const state = () => [rowStates(monitor)['ledger'], troubles(monitor).includes(NOTE)];
    assert.deepEqual(state(), ['Running state hidden: asked anonymously', true]);
    assert.equal(monitor.snapshot.identity?.name, 'alice');
    assert.deepEqual(monitor.snapshot.identity?.ref, { kind: 'anonymous' });

    await consent.agree(url);
    await monitor.refresh();
    assert.deepEqual(state(), ['Running', false]);
    assert.equal(monitor.snapshot.identity?.ref.kind, 'pem');

    await consent.revoke(`${url}/`);
    await monitor.refresh();
    assert.deepEqual(state(), ['Running state hidden: asked anonymously', true]);
  });

  it('is told on its row, with the way to change it', async (t) => {
    const { row, consent, url } = await setUp(t);
    const words = async () => (await row()).description.map(say).join(' · ');
    assert.match(await words(), /in use.* · asked anonymously · http:\/\/staging\.example:8000$/);
    assert.deepEqual(
      (await row()).flags.filter((flag) => flag.includes('signing')),
      ['can-allow-signing'],
    );
    await consent.agree(url);
    assert.match(await words(), / · requests are signed · http/);
    assert.deepEqual(
      (await row()).flags.filter((flag) => flag.includes('signing')),
      ['can-revoke-signing'],
    );
  });

  it('gets no signature, from here or from the tool', async (t) => {
    const { monitor, service, target, network, ran, signed } = await setUp(t);
    const refusals = {
      start: 'rejected',
      stop: 'rejected',
      create: 'unsigned',
      deploy: 'unsigned',
      install: 'unsigned',
      upgrade: 'unsigned',
      uninstall: 'rejected',
      delete: 'unsigned',
    } as const;
    for (const [operation, kind] of Object.entries(refusals)) {
      const { outcomes } = await service.run(operation as keyof typeof refusals, [target], NO);
      assert.ok(outcomes[0] && !outcomes[0].ok, operation);
      assert.equal(outcomes[0].failure.kind, kind, operation);
    }
    const [all] = (await service.deployAll(monitor, ['ledger'], NO)).outcomes;
    assert.ok(all && !all.ok && all.failure.kind === 'unsigned');
    assert.match(formatMessage(all.failure.message), /staging\.example:8000/);
    assert.equal(await service.native.caller(target), 'anonymous');
    assert.deepEqual([ran, signed], [[], []]);
    assert.equal(network.canister(monitor.canister('ledger')!.id!)?.status, 'running');
  });

  it('loses no cycles with a canister that it says is gone', async (t) => {
    const { monitor, service, target, ran, consent, url } = await setUp(t);
    await consent.agree(url);
    await monitor.refresh();
    const gone = { project: monitor, canister: 'gone' };
    assert.equal(rowStates(monitor)['gone'], 'No longer on this network');
    await service.run('delete', [gone, target], NO);
    const deletions = ran.filter(([, verb]) => verb === 'delete');
    assert.equal(deletions.length, 2);
    assert.ok(!deletions.flat().includes('--no-withdrawal'));
  });
});

describe('the agreement to sign', () => {
  it('holds for scheme, host and port, for every workspace of this computer', async () => {
    const store = new MemoryStore();
    const consent = new SigningConsent(store);
    let changes = 0;
    consent.onDidChange(() => {
      changes += 1;
    });
    await consent.agree('https://Staging.example/x');
    await consent.agree('https://staging.example:443');
    assert.equal(changes, 1);
    const other = new SigningConsent(store);
    for (const [url, expected] of [
      ['https://staging.example', true],
      ['https://staging.example/y?z', true],
      ['http://staging.example', false],
      ['https://staging.example:8443', false],
      ['https://staging.example.', false],
      ['https://staging.example@evil.example', false],
      ['https://x.staging.example', false],
      ['nonsense', false],
      ['', false],
    ] as const) {
      assert.equal(other.agreed(url), expected, url);
    }
    await other.revoke('https://staging.example');
    assert.equal(consent.agreed('https://staging.example'), false);
  });

  it('is none where what is stored is damaged', async () => {
    const store = new MemoryStore();
    for (const value of ['https://a.example', { 0: 'https://a.example' }, [1, null], null, 5]) {
      store.values.set('icCanisters.signingAgreed', value);
      assert.equal(new SigningConsent(store).agreed('https://a.example'), false);
    }
    await new SigningConsent(store).agree('https://a.example');
    assert.equal(new SigningConsent(store).agreed('https://a.example'), true);
  });
});
