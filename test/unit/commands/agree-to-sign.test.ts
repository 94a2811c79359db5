import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { CanisterRef } from '../../../src/core/lifecycle/canister-ref';
import { OPERATIONS, type Operation } from '../../../src/core/lifecycle/operations';
import { SigningConsent } from '../../../src/core/monitor/signing-consent';
import { Failure } from '../../../src/core/util/failure';
import { MemoryStore } from '../monitor/world';
import { FakeVscode } from './vscode';

const URL = 'http://staging.example:8000';
const vscode = new FakeVscode();
/** Every modal question, and what is answered to it. */
let questions: string[] = [];
let agrees = true;
let confirm: (consent: SigningConsent, operation: Operation, targets: readonly CanisterRef[]) => Promise<void>;

before(() => {
  vscode.install();
  const { window } = vscode.api as { window: Record<string, unknown> };
  window['showWarningMessage'] = async (text: string, ...rest: unknown[]) => {
    questions.push(text);
    return agrees ? rest.at(-1) : undefined;
  };
  window['showInputBox'] = async ({ title, placeHolder }: { title: string; placeHolder: string }) => {
    questions.push(title);
    return placeHolder;
  };
  const commands =
    require('../../../src/commands/run-operation') as typeof import('../../../src/commands/run-operation');
  confirm = async (consent, operation, targets) => {
    await commands.confirm({ consent } as never, operation, targets);
  };
});
beforeEach(() => {
  questions = [];
  agrees = true;
});

/** A canister of a project on a network, as the monitor shows it. */
function on(consent: SigningConsent, url = URL): CanisterRef {
  const network = { name: 'staging', url, rootKey: 'fetch' };
  const project = {
    snapshot: {},
    canister: () => undefined,
    refresh: async () => {
      const withheld = url === URL && !consent.agreed(url);
      project.snapshot = {
        target: { name: 'staging', network },
        identity: { name: 'alice', storage: 'plaintext', ref: { kind: withheld ? 'anonymous' : 'pem' }, withheld },
        canisters: [],
      };
    },
  };
  void project.refresh();
  return { project, canister: 'ledger' } as never;
}

const ASKS = 'staging.example:8000 への要求に identity alice で署名しますか?';

describe('before a signed request to a network of somebody else', () => {
  it('every change asks for the agreement, once for a URL, and then for itself, with the host', async () => {
    for (const [operation, { severity }] of Object.entries(OPERATIONS)) {
      const consent = new SigningConsent(new MemoryStore());
      questions = [];
      await confirm(consent, operation as Operation, [on(consent), on(consent)]);
      assert.equal(consent.agreed(URL), severity !== 'harmless', operation);
      if (severity === 'harmless') {
        assert.deepEqual(questions, [], operation);
        continue;
      }
      assert.equal(questions[0], ASKS, operation);
      assert.equal(questions.filter((question) => question === ASKS).length, 1, operation);
      assert.match(questions[1] ?? '', /staging \(staging\.example:8000\)/, operation);

      questions = [];
      await confirm(consent, operation as Operation, [on(consent)]);
      assert.ok(questions.length > 0 && !questions.includes(ASKS), operation);
    }
  });

  it('who does not agree has changed nothing', async () => {
    agrees = false;
    const consent = new SigningConsent(new MemoryStore());
    await assert.rejects(
      confirm(consent, 'stop', [on(consent)]),
      (error) => error instanceof Failure && error.cancelled,
    );
    assert.deepEqual(questions, [ASKS]);
    assert.equal(consent.agreed(URL), false);
  });

  it('this computer and mainnet are not asked about', async () => {
    const consent = new SigningConsent(new MemoryStore());
    await confirm(consent, 'start', [on(consent, 'http://127.0.0.1:4943')]);
    assert.deepEqual(questions, []);
    await confirm(consent, 'start', [on(consent, 'https://icp0.io')]);
    assert.equal(questions.length, 1);
    assert.notEqual(questions[0], ASKS);
  });
});
