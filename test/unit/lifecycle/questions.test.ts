import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dfxNetwork } from '../../../src/core/engines/dfx/networks';
import type { GuardedTarget } from '../../../src/core/lifecycle/guard';
import { OPERATIONS, type Operation } from '../../../src/core/lifecycle/operations';
import { whyAsk } from '../../../src/core/lifecycle/questions';
import type { ActiveIdentity } from '../../../src/core/monitor/active-identity';
import { ANONYMOUS } from '../../../src/core/network/identity-ref';
import { formatMessage } from '../../../src/core/util/message';

const LOCAL = 'http://127.0.0.1:4943';

function target(url: string, identity: Partial<ActiveIdentity> = {}): GuardedTarget {
  const network = dfxNetwork({ name: 'net', kind: 'persistent', scope: 'project', url, local: url === LOCAL });
  return {
    canister: 'shop',
    project: {
      canister: () => ({}),
      snapshot: {
        target: { name: 'net', network },
        identity: { name: 'alice', chosenBy: 'tool', ref: ANONYMOUS, ...identity },
      },
    },
  };
}

/** The operations that somebody has to be asked about before. */
function asked(at: GuardedTarget, guarded: readonly string[] = []): string[] {
  const all = Object.keys(OPERATIONS) as Operation[];
  return all.filter((operation) => whyAsk(operation, [at], guarded, []) !== undefined);
}

const LOSES = ['deploy-anyway', 'reinstall', 'snapshot-load', 'snapshot-delete', 'uninstall', 'delete', 'forget'];
const HARMLESS = ['build', 'logs', 'generate'];

describe('what cannot be done without asking', () => {
  it('is what loses something, on this computer', () => {
    assert.deepEqual(asked(target(LOCAL)), LOSES);
  });

  it('is every change on mainnet, elsewhere, and where the user wants it', () => {
    const changes = Object.keys(OPERATIONS).filter((operation) => !HARMLESS.includes(operation));
    for (const url of ['https://icp-api.io', 'https://example.org', '']) {
      assert.deepEqual(asked(target(url)), changes, url);
    }
    assert.deepEqual(asked(target(LOCAL), ['net']), changes);
    const why = whyAsk('stop', [target(LOCAL), target('https://icp0.io')], [], [])!;
    assert.match(formatMessage(why), /^What is to be done to shop, shop on net, net needs your agreement first\.$/);
  });

  it('is what would be signed for a network that the user has not agreed to', () => {
    const why = whyAsk('stop', [target('https://example.org:8443', { withheld: true })], [], []);
    assert.equal(formatMessage(why!), 'Nothing is signed for example.org:8443 until you agree to that.');
    assert.equal(whyAsk('build', [target('https://example.org', { withheld: true })], [], []), undefined);
  });

  it('is what a locked key would sign here', () => {
    const locked = target(LOCAL, { storage: 'password' });
    assert.equal(
      formatMessage(whyAsk('stop', [locked], [], [])!),
      'The key of alice is locked: its password is asked for before.',
    );
    assert.ok(whyAsk('logs', [locked], [], []));
    assert.equal(whyAsk('build', [locked], [], []), undefined);
  });

  it('is the installation of a build that is out of date', () => {
    const at = target(LOCAL) as never;
    const why = whyAsk('upgrade', [at], [], [{ target: at, newer: 'src/main.mo' }]);
    assert.equal(formatMessage(why!), 'The source of shop is newer than its last build: src/main.mo');
  });
});
