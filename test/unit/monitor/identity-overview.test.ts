import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { DfxToolchain } from '../../../src/core/engines/dfx/dfx-toolchain';
import { accountIdentifier } from '../../../src/core/identity/account';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import { applies } from '../../../src/core/lifecycle/operations';
import { IdentityOverview } from '../../../src/core/monitor/identity-overview';
import { IdentityService } from '../../../src/core/monitor/identity-service';
import { Ownership } from '../../../src/core/monitor/ownership';
import type { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import type { CallReply, CallRequest } from '../../../src/core/network/network-api';
import type { RunResult } from '../../../src/core/process/run';
import type { Tool } from '../../../src/core/process/tool';
import { detailRows } from '../../../src/core/rows/detail-rows';
import { identityDetails, identityRow } from '../../../src/core/rows/identity-rows';
import { Failure } from '../../../src/core/util/failure';
import { msg } from '../../../src/core/util/message';
import { shortId } from '../../../src/core/util/shorten';
import { buildWasm } from '../../network';
import { CAROL } from '../support/encrypted-identity';
import { makeWorld, rowStates, say, write } from './world';

async function setUp(t: TestContext, projects?: (own: ProjectMonitor) => ProjectMonitor[]) {
  const world = await makeWorld(t);
  const { home, locations, selection, monitor } = world;
  const bob = home.addIdentity('bob', 'ed25519');
  home.writeIdentityConfig('carol', CAROL.identityJson);
  writeFileSync(path.join(home.identityFolder('carol'), 'identity.pem.encrypted'), CAROL.ciphertext);
  home.writeIdentityConfig('ring', { hsm: null, encryption: null, keyring_identity_suffix: 'ring' });
  home.writeIdentityConfig('stick', { hsm: { pkcs11_lib_path: '/lib.so', key_id: '01' }, encryption: null });
  home.writeIdentityConfig('hollow', { hsm: null, encryption: null, keyring_identity_suffix: null });
  const keys = agentOperations(fetch);
  const engines = [new DfxEngine(locations)];
  const identityService = new IdentityService(keys, engines, Date.now);
  t.after(() => identityService.dispose());
  const calls: CallRequest[] = [];
  let reply: string | Failure = '(record { amount = 2_500_000_000_000 : nat64 })';
  const client = {
    call: async (request: CallRequest): Promise<CallReply> => {
      calls.push(request);
      if (reply instanceof Failure) {
        throw reply;
      }
      return { text: reply, untyped: false, bytes: new Uint8Array(), trust: 'unchecked', milliseconds: 1 };
    },
  };
  const overview = new IdentityOverview({
    identityService,
    client,
    engines,
    selection,
    projects: () => projects?.(monitor) ?? [monitor],
    label: ({ name }) => name,
  });
  await monitor.refresh();
  const answer = (next: string | Failure) => {
    reply = next;
  };
  const rows = async () =>
    new Map((await overview.list()).map(({ known, use }) => [known.info.name, identityRow(known, use)]));
  return { ...world, bob, identityService, overview, calls, rows, answer };
}

function walletsOf(identity: string, network: string, id: string): object {
  return { identities: { [identity]: { [network]: id } } };
}

/** Where the shared network that `DfxHome` lays out keeps its wallets. */
function sharedWallets(world: Awaited<ReturnType<typeof setUp>>): string {
  const data = path.join(world.locations.sharedDataDir, 'network', 'local');
  const { settings_digest: digest } = JSON.parse(readFileSync(path.join(data, 'network-id'), 'utf8')) as {
    settings_digest: string;
  };
  return path.join(data, digest, 'wallets.json');
}

describe('the identities', () => {
  it('are told apart by storage, use and what can be known of them', async (t) => {
    const { rows, alice, bob } = await setUp(t);
    const texts = new Map(
      [...(await rows())].map(([name, { description }]) => [name, description.map(say).join(' · ')]),
    );
    const short = (principal: string) => `${principal.split('-')[0]}-…-${principal.split('-').at(-1)}`;
    assert.equal(texts.get('alice'), `in use · selected in dfx · plain text · ${short(alice.principal)}`);
    assert.equal(texts.get('bob'), `plain text · ${short(bob.principal)}`);
    assert.equal(texts.get('carol'), 'password, locked');
    assert.equal(texts.get('ring'), 'system keyring');
    assert.equal(texts.get('stick'), 'hardware key');
    assert.equal(texts.get('anonymous'), 'no key');
    assert.equal(texts.get('hollow'), 'The key file of identity "hollow" is missing.');
  });

  it('are offered what can be done with them', async (t) => {
    const { rows, selection, project, identityService } = await setUp(t);
    const flags = async (name: string) => (await rows()).get(name)!.flags.filter((flag) => flag.startsWith('can-'));
    assert.deepEqual(await flags('alice'), ['can-use-here', 'can-rename']);
    assert.deepEqual(await flags('bob'), ['can-use-here', 'can-use-in-dfx', 'can-rename', 'can-remove']);
    assert.deepEqual(await flags('anonymous'), ['can-use-here', 'can-use-in-dfx']);
    assert.ok((await flags('carol')).includes('can-unlock'));
    await identityService.unlock('carol', CAROL.password, 60_000);
    assert.ok((await flags('carol')).includes('can-lock'));
    await selection.setIdentity(project.dfxJson, 'bob');
    assert.deepEqual(await flags('bob'), ['can-follow-dfx', 'can-use-in-dfx', 'can-rename', 'can-remove']);
  });

  it('say what they are below their row', async (t) => {
    const { identityService, alice } = await setUp(t);
    const below = async (name: string) =>
      identityDetails((await identityService.find(name))!, []).map(({ label, description }) =>
        [say(label), ...description.map(say)].join(' · '),
      );
    assert.ok((await below('alice')).includes(`Principal · ${alice.principal}`));
    assert.ok((await below('alice')).includes(`Account ID · ${accountIdentifier(alice.principal)}`));
    assert.ok((await below('carol')).includes('Principal · Known once it is unlocked'));
    assert.ok((await below('ring')).includes('Principal · Known to dfx alone'));
    await identityService.unlock('carol', CAROL.password, 60_000);
    assert.ok((await below('carol')).some((line) => line.startsWith('Unlocked until · ')));
  });
});

describe('several projects', () => {
  it('are named where they use different identities', async (t) => {
    const others: ProjectMonitor[] = [];
    const world = await setUp(t, (own) => [own, ...others]);
    const other = await makeWorld(t);
    others.push(other.monitor);
    await world.selection.setIdentity(other.project.dfxJson, 'bob');
    const texts = [...(await world.rows()).values()].map((row) => row.description.map(say).join(' · '));
    assert.ok(texts.some((text) => /^in use by project · selected in dfx/.test(text)));
    assert.ok(texts.some((text) => /^in use by project · plain text/.test(text)));
  });
});

describe('wallets', () => {
  it('are shown with their balance, asked as the identity that has them', async (t) => {
    const world = await setUp(t);
    const wallet = await world.network.createCanister({ controllers: [world.alice.principal] });
    write(sharedWallets(world), walletsOf('alice', 'local', wallet));
    const wallets = async () => await world.overview.proxies((await world.identityService.find('alice'))!);
    assert.deepEqual(await wallets(), [{ target: 'local', id: wallet, balance: 2_500_000_000_000n }]);
    assert.deepEqual([world.calls[0]?.canisterId, world.calls[0]?.method], [wallet, 'wallet_balance']);
    world.answer(new Failure({ kind: 'rejected', message: msg('The network refused: {0}', 'no') }));
    const [row] = identityDetails((await world.identityService.find('alice'))!, await wallets()).slice(-1);
    assert.equal(say(row!.label), 'Wallet on local');
    assert.match(row!.description.map(say).join(' · '), /-cai · The network refused: no$/);
    assert.deepEqual(await world.overview.proxies((await world.identityService.find('bob'))!), []);
    // A network that does not answer is not asked.
    await world.network.stop();
    await world.monitor.refresh();
    const before = world.calls.length;
    assert.deepEqual(await wallets(), [{ target: 'local', id: wallet }]);
    assert.equal(world.calls.length, before);
  });

  it('mark the canisters that they control, whose operations then go through them', async (t) => {
    const world = await setUp(t);
    const { monitor, network, project } = world;
    const wallet = await network.createCanister({ controllers: [world.alice.principal] });
    const id = project.ids.get('oracle')!;
    network.deleteCanister(id);
    const own = await network.createCanister({ id, controllers: [wallet], wasm: buildWasm() });
    assert.equal(own, id);
    await monitor.refresh();
    assert.equal(monitor.canister('oracle')?.through, undefined);
    write(sharedWallets(world), walletsOf('alice', 'local', wallet));
    await monitor.refresh();
    assert.deepEqual(monitor.canister('oracle')?.through, { proxy: wallet });
    assert.equal(monitor.canister('ledger')?.through, undefined);
    assert.equal(rowStates(monitor)['oracle'], 'Running state hidden: your wallet is the controller');
    assert.ok(applies('stop', monitor.canister('oracle')!) && applies('start', monitor.canister('oracle')!));

    const owners = await new Ownership(world.identityService).owners(monitor);
    const rows = detailRows('r', monitor.canister('oracle')!, monitor.snapshot, { otherIds: [], owners }, '/', 0);
    const lines = rows.map(({ label, description }) => [say(label), ...description.map(say)].join(' · '));
    assert.ok(lines.includes('Controllers · 1 · wallet of alice'), lines.join('\n'));
    assert.ok(
      lines.includes(`Operations · wallet of alice · through the wallet ${shortId(wallet)} (dfx --wallet)`),
      lines.join('\n'),
    );

    const run: string[][] = [];
    const tool = {
      run: async ({ args }: { args: readonly string[] }) => void run.push([...args]),
    } as unknown as Tool;
    const service = new LifecycleService(agentOperations(fetch), [new DfxToolchain(tool, world.locations)]);
    const options = { answer: async () => false };
    const { outcomes } = await service.run(
      'stop',
      [
        { project: monitor, canister: 'oracle' },
        { project: monitor, canister: 'ledger' },
      ],
      options,
    );
    assert.ok(outcomes.every(({ ok }) => ok));
    const common = ['--network', 'local', '--identity', 'alice'];
    assert.deepEqual(run, [['canister', 'stop', ...common, '--wallet', wallet, 'oracle']]);
    assert.equal(network.canister(project.ids.get('ledger')!)?.status, 'stopped');

    // One command for several canisters goes through the wallet only where it controls them all.
    run.length = 0;
    const silent = { stdout: '', stderr: '' };
    tool.run = async ({ args }) => {
      run.push([...args]);
      return silent as RunResult;
    };
    await service.deployAll(monitor, ['oracle', 'indexer'], options);
    await service.deployAll(monitor, ['oracle', 'ledger'], options);
    assert.deepEqual(
      run.map((args) => args.includes('--wallet')),
      [true, false],
    );
  });

  it('are not needed where the identity itself is a controller', async (t) => {
    const world = await setUp(t);
    const wallet = await world.network.createCanister({ controllers: [world.alice.principal] });
    const controllers = [world.alice.principal, wallet];
    const id = world.project.ids.get('ledger')!;
    world.network.deleteCanister(id);
    await world.network.createCanister({ id, controllers, wasm: buildWasm() });
    write(sharedWallets(world), walletsOf('alice', 'local', wallet));
    await world.monitor.refresh();
    assert.equal(world.monitor.canister('ledger')?.through, undefined);
    assert.equal(rowStates(world.monitor)['ledger'], 'Running');
  });
});

describe('a key that only dfx can reach', () => {
  it('sends operations through dfx, where whether it runs cannot be seen', async (t) => {
    const { monitor, selection, project } = await setUp(t);
    await selection.setIdentity(project.dfxJson, 'ring');
    await monitor.refresh();
    assert.equal(monitor.snapshot.identity?.storage, 'keyring');
    assert.deepEqual(monitor.canister('ledger')?.through, {});
    assert.equal(rowStates(monitor)['ledger'], 'Running state hidden: only dfx can reach the key');
    await selection.setIdentity(project.dfxJson, undefined);
    await monitor.refresh();
    assert.equal(monitor.canister('ledger')?.through, undefined);
    assert.equal(rowStates(monitor)['ledger'], 'Running');
  });
});

describe('ownership', () => {
  it('names identities, wallets and canisters behind principals, and who at hand is a controller', async (t) => {
    const { monitor, identityService, alice, bob, project, network } = await setUp(t);
    const ownership = new Ownership(identityService);
    const whose = async (principal: string) => ((await ownership.owners(monitor)).get(principal) ?? []).map(say);
    assert.deepEqual(await whose(alice.principal), ['alice (identity)']);
    assert.deepEqual(await whose(project.ids.get('ledger')!), ['ledger (canister)']);
    assert.deepEqual(await whose(CAROL.principal), []);

    const id = project.ids.get('oracle')!;
    network.deleteCanister(id);
    await network.createCanister({ id, controllers: [bob.principal, CAROL.principal], wasm: buildWasm() });
    await monitor.refresh();
    assert.deepEqual(await ownership.controllersAtHand(monitor, 'oracle'), ['bob']);
    await identityService.unlock('carol', CAROL.password, 60_000);
    assert.deepEqual((await ownership.controllersAtHand(monitor, 'oracle')).sort(), ['bob', 'carol']);
    assert.deepEqual(await whose(CAROL.principal), ['carol (identity)']);
  });
});
