import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dfxNetwork } from '../../../src/core/engines/dfx/networks';
import { decide, type GuardedTarget, namesMatch, proxiesOf } from '../../../src/core/lifecycle/guard';
import { OPERATIONS, type Operation } from '../../../src/core/lifecycle/operations';
import { countsAsMainnet } from '../../../src/core/lifecycle/place';
import { ANONYMOUS } from '../../../src/core/network/identity-ref';

function target(
  canister: string,
  url: string | undefined,
  networkName = 'net',
  identity = 'alice',
  wallet?: string,
): GuardedTarget {
  const network = dfxNetwork({
    name: networkName,
    kind: 'persistent',
    scope: 'project',
    url: url ?? '',
    local: false,
  });
  return {
    canister,
    project: {
      canister: () => (wallet === undefined ? {} : { through: { proxy: wallet } }),
      snapshot: {
        target: { name: networkName, network: url === undefined ? undefined : network },
        identity: { name: identity, chosenBy: 'tool', ref: ANONYMOUS },
      },
    },
  };
}

const LOCAL = 'http://127.0.0.1:4943';
const HARMLESS: readonly Operation[] = ['build', 'generate', 'logs'];
const LOSS: readonly Operation[] = ['snapshot-load', 'snapshot-delete', 'deploy-anyway', 'forget'];
const DESTRUCTION: readonly Operation[] = ['reinstall', 'uninstall', 'delete'];
const ALL = Object.keys(OPERATIONS) as Operation[];
const CHANGES = ALL.filter((operation) => ![...HARMLESS, ...LOSS, ...DESTRUCTION].includes(operation));

describe('mainnet', () => {
  it('is told by the URL, never by the name', () => {
    for (const url of [
      'https://icp0.io',
      'https://icp0.io/',
      'https://icp-api.io',
      'https://ic0.app',
      'https://IC0.App:443/x',
      'https://a.raw.icp0.io.',
      'https://boundary.icp.net',
      'https://ic.dfinity.network',
      'https://BOUNDARY.dfinity.network',
      'https://x.internetcomputer.org..',
      'https://icp0.io....',
    ]) {
      assert.equal(countsAsMainnet({ url, rootKey: 'fetch' }), true, url);
    }
    for (const url of [LOCAL, 'http://localhost:8000', 'https://icp0.io.example.org', 'https://notic0.app']) {
      assert.equal(countsAsMainnet({ url, rootKey: 'fetch' }), false, url);
    }
    // A network that is called like it, elsewhere; and one that nobody knows.
    assert.deepEqual(decide('stop', [target('a', LOCAL, 'ic')], []), { ask: 'nothing' });
    assert.equal(decide('stop', [target('a', undefined, 'gone')], []).ask, 'consent');
  });

  it('is also told by its key, where something on this computer passes requests on', () => {
    const canister = target('a', LOCAL, 'relay');
    const { snapshot } = canister.project;
    const network = { ...snapshot.target.network!, rootKey: 'mainnet' as const };
    const relayed: GuardedTarget = {
      ...canister,
      project: { ...canister.project, snapshot: { ...snapshot, target: { name: 'relay', network } } },
    };
    const group = { target: 'relay', mainnet: true, identity: 'alice', canisters: ['a'] };
    assert.deepEqual(decide('stop', [relayed], []), { ask: 'consent', groups: [group] });
    assert.equal(decide('delete', [relayed], []).ask, 'names');
  });

  it('asks before every change, with network, identity and canisters', () => {
    for (const operation of CHANGES) {
      const decision = decide(
        operation,
        [target('a', 'https://icp0.io', 'ic'), target('b', 'https://icp0.io', 'ic')],
        [],
      );
      assert.deepEqual(
        decision,
        { ask: 'consent', groups: [{ target: 'ic', mainnet: true, identity: 'alice', canisters: ['a', 'b'] }] },
        operation,
      );
    }
    for (const operation of HARMLESS) {
      assert.deepEqual(decide(operation, [target('a', 'https://icp0.io')], ['net']), { ask: 'nothing' }, operation);
    }
  });

  it('wants the names typed before destruction', () => {
    for (const operation of DESTRUCTION) {
      const decision = decide(operation, [target('a', 'https://ic0.app'), target('b', 'https://ic0.app')], []);
      assert.equal(decision.ask, 'names', operation);
      assert.deepEqual('names' in decision && decision.names, ['a', 'b']);
    }
  });
});

describe('elsewhere', () => {
  it('changes are not asked about, losses are', () => {
    for (const operation of CHANGES) {
      assert.deepEqual(decide(operation, [target('a', LOCAL)], ['other']), { ask: 'nothing' }, operation);
    }
    for (const operation of [...LOSS, ...DESTRUCTION]) {
      assert.equal(decide(operation, [target('a', LOCAL)], []).ask, 'consent', operation);
    }
  });

  it('a guarded network is treated as mainnet is', () => {
    for (const operation of CHANGES) {
      assert.equal(decide(operation, [target('a', LOCAL, 'staging')], ['staging']).ask, 'consent', operation);
    }
    for (const operation of DESTRUCTION) {
      assert.equal(decide(operation, [target('a', LOCAL, 'staging')], ['staging']).ask, 'names', operation);
    }
  });
});

describe('a network that is neither mainnet nor on this computer', () => {
  const STAGING = 'https://staging.example:8443/x';

  it('is asked about as mainnet is, with its host', () => {
    for (const operation of CHANGES) {
      assert.deepEqual(
        decide(operation, [target('a', STAGING, 'local')], []),
        {
          ask: 'consent',
          groups: [
            { target: 'local', mainnet: false, identity: 'alice', canisters: ['a'], host: 'staging.example:8443' },
          ],
        },
        operation,
      );
    }
    for (const operation of DESTRUCTION) {
      assert.equal(decide(operation, [target('a', STAGING)], []).ask, 'names', operation);
    }
    for (const operation of HARMLESS) {
      assert.deepEqual(decide(operation, [target('a', STAGING)], []), { ask: 'nothing' }, operation);
    }
  });

  it('is told by where requests go, not by what its URL looks like', () => {
    for (const url of ['http://127.0.0.1@evil.example', 'http://localhost.evil.example', 'http://192.168.0.1:4943']) {
      assert.equal(decide('stop', [target('a', url)], []).ask, 'consent', url);
    }
    for (const url of ['http://0.0.0.0:8000', 'http://[::]:8000', 'http://127.1:80', 'http://[::1]']) {
      assert.equal(decide('stop', [target('a', url)], []).ask, 'nothing', url);
    }
  });
});

describe('several projects', () => {
  it('are told apart by network and identity; one on mainnet is enough to ask', () => {
    const targets = [
      target('a', LOCAL, 'local', 'alice'),
      target('b', 'https://icp0.io', 'ic', 'bob'),
      target('c', LOCAL, 'local', 'alice'),
    ];
    assert.deepEqual(decide('stop', targets, []), {
      ask: 'consent',
      groups: [
        { target: 'local', mainnet: false, identity: 'alice', canisters: ['a', 'c'] },
        { target: 'ic', mainnet: true, identity: 'bob', canisters: ['b'] },
      ],
    });
    const destruction = decide('delete', targets, []);
    assert.deepEqual('names' in destruction && destruction.names, ['b']);
    assert.deepEqual(decide('stop', [], []), { ask: 'nothing' });
  });
});

describe('wallets', () => {
  it('are named once each', () => {
    const through = (canister: string, wallet?: string) => target(canister, LOCAL, 'local', 'alice', wallet);
    assert.deepEqual(proxiesOf([through('a', 'w'), through('b'), through('c', 'w'), through('d', 'v')]), ['w', 'v']);
  });
});

describe('typed names', () => {
  it('must be all and no others', () => {
    assert.ok(namesMatch('ledger', ['ledger']));
    assert.ok(namesMatch(' b,  a ', ['a', 'b']));
    for (const typed of ['', 'a', 'a b c', 'A b', 'ab', 'a a']) {
      assert.ok(!namesMatch(typed, ['a', 'b']), typed);
    }
  });
});
