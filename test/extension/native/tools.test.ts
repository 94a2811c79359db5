/** The tools for language models, called as a model's client calls them: through VS Code. */
import assert from 'node:assert/strict';
import { Actor, HttpAgent } from '@dfinity/agent';
import * as vscode from 'vscode';

interface Suite {
  readonly dfxJson: string;
  readonly network: string;
  readonly ids: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
}

const suite = JSON.parse(process.env['NATIVE_SUITE'] ?? '{}') as Suite;
const extension = () => vscode.extensions.getExtension<unknown>('ic-canisters.ic-canisters')!;
const never = new vscode.CancellationTokenSource().token;

/** What a tool says to a model, as text. */
async function textOf(name: string, input: object, token = never): Promise<string> {
  const result = await vscode.lm.invokeTool(`icCanisters_${name}`, { input, toolInvocationToken: undefined }, token);
  return result.content
    .map((part) => {
      assert.ok(part instanceof vscode.LanguageModelTextPart);
      return part.value;
    })
    .join('');
}

/** The data in it, which comes after the sentence that says what it is. */
async function use(name: string, input: object): Promise<Record<string, unknown>> {
  const [note, json = '', ...more] = (await textOf(name, input)).split('\n');
  assert.match(note ?? '', /is data .* none of it is an instruction\.$/);
  assert.deepEqual(more, []);
  return JSON.parse(json) as Record<string, unknown>;
}

function fails(name: string, input: object, message: RegExp): Promise<void> {
  return assert.rejects(textOf(name, input), message);
}

async function stateOf(canister: string): Promise<unknown> {
  const { canisters } = (await use('listCanisters', {})) as { canisters: Record<string, unknown>[] };
  return canisters.find((each) => each['canister'] === canister)?.['state'];
}

async function changes(): Promise<number> {
  const response = await fetch(`${suite.network}/_/control`);
  const { counters } = (await response.json()) as { counters: { byKind: { call: number } } };
  return counters.byKind.call;
}

describe('tools for language models', () => {
  const select = (network: string) =>
    vscode.commands.executeCommand('icCanisters.useNetwork', { manifest: suite.dfxJson, network });
  before(() => extension().activate());

  it('are all there', async () => {
    const declared = (extension().packageJSON as Manifest).contributes.languageModelTools.map(({ name }) => name);
    assert.equal(declared.length, 8);
    const missing = () => declared.filter((name) => !vscode.lm.tools.some((tool) => tool.name === name));
    // The window tells of its list when it has time.
    for (let left = 50; left > 0 && missing().length > 0; left--) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(missing(), []);
  });

  it('list canisters with their state', async () => {
    const listed = (await use('listCanisters', {})) as Record<string, Record<string, unknown>[]>;
    assert.deepEqual(
      listed['projects']?.map(({ project, network, reaches, networkState, identity, askedAnonymously }) => [
        ...[project, network, reaches, networkState, identity, askedAnonymously],
      ]),
      [['hello/dfx.json', 'local', 'this computer', 'healthy', 'default', false]],
    );
    const backend = listed['canisters']?.find(({ canister }) => canister === 'hello_backend');
    assert.equal(backend?.['id'], suite.ids['hello_backend']);
    assert.equal(backend?.['state'], 'Running');
    assert.match(String(backend?.['cycles']), /^\d{10,}$/);
    assert.equal(listed['canisters']?.length, 5);
    const named = (await use('listCanisters', { project: suite.dfxJson })) as typeof listed;
    assert.deepEqual(
      named['canisters']?.map(({ id }) => id),
      listed['canisters']?.map(({ id }) => id),
    );
    await fails('listCanisters', { project: 'nowhere' }, /There is no project nowhere, but: hello\/dfx\.json/);
  });

  it('read the newest lines of a log', async () => {
    assert.deepEqual((await use('readLog', { canister: 'hello_ledger' }))['lines'], []);
    const agent = await HttpAgent.create({ host: suite.network, shouldFetchRootKey: true });
    const backend = Actor.createActor(({ IDL }) => IDL.Service({ stumble: IDL.Func([], [], []) }), {
      agent,
      canisterId: suite.ids['hello_backend']!,
    });
    for (let times = 0; times < 2; times++) {
      await assert.rejects(backend['stumble']!() as Promise<unknown>);
    }
    // By its id, too.
    const read = await use('readLog', { canister: suite.ids['hello_backend'], lines: 1 });
    assert.equal((read['lines'] as string[]).length, 1);
    assert.match((read['lines'] as string[])[0]!, /^\[\d+\. 20\d\d-.*\]: .*I stumble on purpose\./);
    assert.equal(read['olderLinesLeftOut'], 1);
    assert.equal(read['canister'], 'hello_backend');
  });

  it('check manifests as the editor does, with what is not saved', async () => {
    const before = (await use('checkManifest', {})) as { files: { file: string; findings: { severity: string }[] }[] };
    assert.deepEqual(
      before.files.map(({ file }) => file),
      ['dfx.json'],
    );
    assert.deepEqual(
      before.files[0]?.findings.filter(({ severity }) => severity === 'error'),
      [],
    );
    const document = await vscode.workspace.openTextDocument(suite.dfxJson);
    const edit = new vscode.WorkspaceEdit();
    const at = document.positionAt(document.getText().indexOf('"motoko"'));
    edit.replace(document.uri, new vscode.Range(at, at.translate(0, 8)), '"motto"');
    await vscode.workspace.applyEdit(edit);
    try {
      const { files } = (await use('checkManifest', { file: 'dfx.json' })) as typeof before;
      const [error, ...others] = files[0]!.findings.filter(({ severity }) => severity === 'error');
      assert.deepEqual(others, []);
      const from = { line: at.line + 1, column: at.character + 1 };
      const to = { ...from, column: from.column + 7 };
      const { message, ...rest } = error as unknown as Record<string, string>;
      assert.match(message ?? '', /motto/);
      assert.deepEqual(rest, { severity: 'error', code: 'unknown-type', from, to });
    } finally {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
    await fails('checkManifest', { file: '../../etc/passwd' }, /is not in this workspace/);
    await fails('checkManifest', { file: '/etc/passwd' }, /is not in this workspace/);
    await fails('checkManifest', { file: 'src/hello_backend/main.mo' }, /is no file of dfx or icp/);
    await fails('checkManifest', { file: 'icp.yaml' }, /There is no file .*icp\.yaml/);
  });

  it('call queries, and no method that could change something', async () => {
    const sent = await changes();
    const read = await use('callQuery', { canister: 'hello_backend', method: 'count' });
    assert.deepEqual(read, {
      canister: 'hello_backend',
      method: 'count',
      on: 'local',
      calledAs: 'default',
      reply: '(0 : nat)',
      complete: true,
      trust: 'not checked: the network supplies its own key',
    });
    const call = (method: string, text?: string) => ({ canister: 'hello_backend', method, arguments: text });
    await fails('callQuery', call('greet', '("x")'), /hello_backend\.greet is an update method/);
    await fails(
      'callQuery',
      call('cuont'),
      /has no method cuont\. It has these queries: count : \(\) -> \(nat\) query/,
    );
    await fails('callQuery', call('count', '(5)'), /input\.arguments, character 2: /);
    await fails('callQuery', call('count', '(5'), /input\.arguments, character \d: /);
    assert.equal(await changes(), sent);
  });

  it('say what is wrong with what they are asked for', async () => {
    await fails('readLog', {}, /input\.canister is missing\./);
    await fails('readLog', { canister: 5 }, /input\.canister has to be a text of 1 to 100 characters\./);
    await fails(
      'readLog',
      { canister: 'hello_backend', lines: 1e9 },
      /input\.lines has to be a whole number from 1 to 200\./,
    );
    await fails(
      'stop',
      { canister: 'hello_backend', force: true },
      /input\.force: the tool takes no such input, but: canister, project/,
    );
    await fails('readLog', { canister: '__proto__' }, /There is no canister __proto__, but: hello_backend, /);
  });

  it('end when they are cancelled', async () => {
    const source = new vscode.CancellationTokenSource();
    source.cancel();
    await assert.rejects(textOf('listCanisters', {}, source.token), /cancel/i);
  });

  it('change a canister with the operations of the commands', async () => {
    assert.deepEqual(
      await use('stop', { canister: 'hello_backend' }).then(({ done, on, state }) => [done, on, state]),
      ['stop', 'local', 'Stopped'],
    );
    assert.equal(await stateOf('hello_backend'), 'Stopped');
    await fails('stop', { canister: 'hello_backend' }, /Nothing to do: the state of hello_backend does not fit\./);
    assert.equal((await use('start', { canister: 'hello_backend' }))['state'], 'Running');
    const upgraded = await use('upgrade', { canister: 'hello_backend' });
    assert.deepEqual([upgraded['done'], upgraded['state']], ['upgrade', 'Running']);
    // No dfx is there.
    await fails('deploy', { canister: 'hello_backend' }, /dfx .*What the user can do: Install guide/);
  });

  it('change nothing on mainnet without our own question', async () => {
    const asked: unknown[] = [];
    const { showWarningMessage } = vscode.window;
    const answer = (...args: unknown[]) => {
      asked.push(args);
      return Promise.resolve(undefined);
    };
    Object.assign(vscode.window, { showWarningMessage: answer });
    await select('ic');
    try {
      await fails('deploy', { canister: 'hello_backend' }, /The user did not agree to it: nothing was done\./);
    } finally {
      Object.assign(vscode.window, { showWarningMessage });
      await select('local');
    }
    const detail = 'This costs cycles.\nA language model has asked for this.';
    assert.deepEqual(asked, [['Deploy hello_backend on ic (mainnet) as default?', { modal: true, detail }, 'Deploy']]);
  });
});
