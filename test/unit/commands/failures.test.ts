import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { ARGUMENT_TEXTS } from '../../../src/commands/open-arguments';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { Failure, type FailureKind, type NextStep } from '../../../src/core/util/failure';
import { msg } from '../../../src/core/util/message';
import { FakeVscode, failing } from './vscode';

const packageJSON = JSON.parse(readFileSync(path.resolve(__dirname, '../../../package.json'), 'utf8'));

const KINDS: Record<FailureKind, 'told' | 'silent'> = {
  cancelled: 'silent',
  declined: 'silent',
  'needs-confirmation': 'told',
  offline: 'told',
  timeout: 'told',
  'too-large': 'told',
  redirected: 'told',
  proxy: 'told',
  unsigned: 'told',
  garbage: 'told',
  security: 'told',
  busy: 'told',
  clock: 'told',
  rejected: 'told',
  key: 'told',
  password: 'told',
  candid: 'told',
  internal: 'told',
  'not-started': 'told',
  'network-not-running': 'told',
  'network-unreachable': 'told',
  'not-a-controller': 'told',
  'not-built': 'told',
  'no-id': 'told',
  'canister-unknown': 'told',
  'canister-running': 'told',
  'plaintext-identity': 'told',
  'identity-missing': 'told',
  'needs-terminal': 'told',
  'no-cycles': 'told',
  compile: 'told',
  config: 'told',
  'port-in-use': 'told',
  'incompatible-upgrade': 'told',
  'bad-arguments': 'told',
  'version-missing': 'told',
  'nothing-to-do': 'told',
  'not-dfx': 'told',
  killed: 'told',
  other: 'told',
};

const STEPS: Record<NextStep, number> = {
  'start-network': 1,
  build: 1,
  create: 1,
  'stop-canister': 1,
  // Its canister is not known here.
  'show-logs': 0,
  'deploy-anyway': 1,
  'select-identity': 1,
  'open-dfx-json': 1,
  'open-icp-yaml': 1,
  'show-problems': 1,
  'run-in-terminal': 0,
  'install-dfx-version': 2,
  'choose-dfx': 2,
  'choose-icp': 2,
  'manage-trust': 1,
};

/** Terms that Japanese keeps. */
const NAMES = /dfx\.json|icp\.yaml|dfx|icp|PEM|Candid|identity/g;

/** What menus, rows and lenses pass, with names that no English sentence has. */
const ROW = { dfxJson: '/作業/dfx.json', canister: '台帳', network: '網', identity: '花子', row: { copy: '値' } };
const PASSED: readonly (readonly unknown[])[] = [[], [ROW], [ROW, [ROW]], ['/無い']];

const vscode = new FakeVscode();
let register: (id: string, handler: (...args: unknown[]) => unknown) => void;

function assertJapanese(text: string): void {
  assert.doesNotMatch(text, /\{\d+\}/);
  assert.doesNotMatch(text.replace(NAMES, ''), /[A-Za-z]{2}/, text);
}

async function run(id: string, args: readonly unknown[]) {
  vscode.shown.length = 0;
  await vscode.handlers.get(id)?.(...args);
  // The boundary does not wait for the message to be closed.
  await new Promise((resolve) => setImmediate(resolve));
  return [...vscode.shown];
}

before(() => {
  vscode.install();
  const { CommandRegistry } =
    require('../../../src/commands/command-registry') as typeof import('../../../src/commands/command-registry');
  const fails = failing(() => vscode.error);
  const read: () => unknown = fails;
  // What was open in a window before is read at once.
  const workspaceState = { get: (key: string) => (key === ARGUMENT_TEXTS ? undefined : read()), update: fails };
  const extension = { subscriptions: [], extensionPath: '/', extension: { packageJSON }, workspaceState };
  const registry = new CommandRegistry(
    extension as never,
    { info: () => {}, error: () => {}, show: () => {} } as never,
  );
  register = registry.register.bind(registry);
  registry.registerAll({
    extension: extension as never,
    engines: [new DfxEngine(dfxLocations({}, 'linux', '/無い'))],
    log: fails,
    client: fails,
    selection: fails,
    consent: fails,
    workspace: fails,
    identityService: fails,
    networks: fails,
    identities: fails,
    ownership: fails,
    localActivity: fails,
    failures: registry.failures,
    remember: registry.remember.bind(registry),
    findingsOf: fails,
    identitiesChanged: () => {},
  });
});

beforeEach(() => {
  vscode.trusted = true;
});

describe('a failure in a command', () => {
  const ids: string[] = packageJSON.contributes.commands.map(({ command }: { command: string }) => command);

  for (const id of [...ids, 'icCanisters.openFile']) {
    it(`is told in one language, or kept silent: ${id}`, async () => {
      for (const [kind, expected] of Object.entries(KINDS)) {
        const message = msg('{0} is not a controller. Controllers: {1}', '花子', '太郎');
        vscode.error = new Failure({ kind: kind as FailureKind, message, detail: 'IC0512: Only controllers …' });
        let told = 0;
        for (const args of PASSED) {
          for (const { text, buttons } of await run(id, args)) {
            told += Number(text.includes('太郎'));
            assertJapanese(text);
            buttons.forEach(assertJapanese);
          }
        }
        // These need a reply, a preview or a file on the screen, or the sample on disk, before anything else can fail.
        const early = [
          ...['callAgain', 'callRequest', 'callWithArguments', 'copyCallAs', 'copyReply'],
          ...['openFile', 'openSample', 'writeConversion'],
        ];
        const reached = !early.includes(id.replace('icCanisters.', ''));
        assert.equal(told > 0, expected === 'told' && reached, kind);
      }
    });
  }

  it('leads on by a button', async () => {
    for (const [next, buttons] of Object.entries(STEPS)) {
      vscode.error = new Failure({ message: msg('Cancelled.'), next: next as NextStep });
      const [shown] = await run('icCanisters.refresh', []);
      assert.equal(shown?.buttons.length, buttons + 1, next);
      shown.buttons.forEach(assertJapanese);
    }
  });

  it('goes on with what was asked once its cause is removed, and only then', async (t) => {
    t.after(() => {
      vscode.pressed = -1;
      vscode.execute = undefined;
    });
    vscode.pressed = 0;
    vscode.execute = (id, args) => vscode.handlers.get(id)?.(...args);
    const canister = { manifest: '/作業/dfx.json', canister: '台帳' };
    const asked: unknown[][] = [];
    let remedy = () => {};
    let removesCause = true;
    register('test.remedy', () => remedy());
    register('test.asked', (...args) => {
      asked.push(args);
      if (asked.length === 1) {
        const actions = [{ title: msg('Build'), command: 'test.remedy', removesCause }];
        throw new Failure({ message: msg('Cancelled.'), actions, again: [canister] });
      }
    });
    const times = async () => {
      asked.length = 0;
      await run('test.asked', []);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return asked;
    };
    assert.deepEqual(await times(), [[], [canister]]);
    remedy = () => {
      throw new Failure({ kind: 'cancelled', message: msg('Cancelled.') });
    };
    assert.deepEqual(await times(), [[]]);
    remedy = () => {
      vscode.pressed = -1;
      throw new Failure({ message: msg('Cancelled.') });
    };
    assert.deepEqual(await times(), [[]]);
    remedy = () => {};
    vscode.pressed = 0;
    removesCause = false;
    assert.deepEqual(await times(), [[]]);
  });

  it('goes on after the buttons that remove a cause, not after those that show or choose something', () => {
    const { actionsOf } =
      require('../../../src/commands/failure-actions') as typeof import('../../../src/commands/failure-actions');
    const remedies = Object.keys(STEPS).filter((next) =>
      actionsOf(next as NextStep, ROW).some(({ removesCause }) => removesCause),
    );
    assert.deepEqual(remedies.sort(), ['build', 'create', 'start-network', 'stop-canister']);
  });

  it('that nobody foresaw is told with its own words', async () => {
    vscode.error = new TypeError('EACCES');
    const [shown] = await run('icCanisters.refresh', []);
    assert.match(shown?.text ?? '', /EACCES/);
  });

  it('is that the workspace is not trusted, before anything is looked at', async () => {
    vscode.trusted = false;
    vscode.error = new Failure({ message: msg('Cancelled.') });
    for (const { command, enablement = '' } of packageJSON.contributes.commands) {
      const [shown] = await run(command, [ROW]);
      if (enablement.includes('isWorkspaceTrusted')) {
        assert.match(shown?.text ?? '', /信頼/, command);
      }
    }
  });

  it('is not that somebody passes nonsense', async () => {
    vscode.error = new Failure({ message: msg('Cancelled.') });
    const trap = new Proxy({}, { get: () => assert.fail('looked at') });
    const nonsense = [null, 0, 'x', [], { dfxJson: 1, canister: {} }, trap, Object.create(null), () => {}];
    for (const id of ids) {
      for (const first of nonsense) {
        for (const { text } of await run(id, [first, nonsense])) {
          assertJapanese(text);
        }
      }
    }
  });
});
