/** Tools for language models: nothing without trust, nothing changed without a person, failures as sentences. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { parseInterface } from '../../../src/core/candid/interface';
import { failedFor } from '../../../src/core/lifecycle/outcome';
import type { CanisterState } from '../../../src/core/monitor/state';
import { diagnosis } from '../../../src/core/report/issue-report';
import { Failure } from '../../../src/core/util/failure';
import { msg } from '../../../src/core/util/message';
import { FakeVscode, failing } from './vscode';

interface Declared {
  readonly name: string;
  readonly when: string;
  readonly inputSchema: { readonly required?: readonly string[] };
}

const packageJSON = JSON.parse(readFileSync(path.resolve(__dirname, '../../../package.json'), 'utf8'));
const TOOLS: readonly Declared[] = packageJSON.contributes.languageModelTools;
const CHANGES = ['start', 'stop', 'deploy', 'upgrade'] as const;
const HOSTILE = '[x](command:workbench.action.quit)';

const vscode = new FakeVscode();
let tools: typeof import('../../../src/commands/model-tools');
let table: typeof import('../../../src/commands/model-tool-table');
let registry: import('../../../src/commands/command-registry').CommandRegistry;
/** Every modal question with its buttons, and which of them is pressed. */
let asked: string[][] = [];
let pressed: string | undefined;
let guarded: string[] = [];

before(() => {
  vscode.install();
  const api = vscode.api as Record<string, Record<string, unknown>>;
  class Text {
    constructor(readonly value: string) {}
  }
  Object.assign(api, {
    MarkdownString: Text,
    LanguageModelTextPart: Text,
    LanguageModelToolResult: class {
      constructor(readonly content: readonly Text[]) {}
    },
  });
  api['window']!['showWarningMessage'] = async (text: string, { detail }: { detail: string }, ...buttons: string[]) => {
    asked.push([text, detail, ...buttons]);
    return pressed;
  };
  api['workspace']!['getConfiguration'] = () => ({ inspect: () => ({ globalValue: guarded }) });
  api['workspace']!['workspaceFolders'] = [];
  tools = require('../../../src/commands/model-tools');
  table = require('../../../src/commands/model-tool-table');
  const { CommandRegistry } =
    require('../../../src/commands/command-registry') as typeof import('../../../src/commands/command-registry');
  registry = new CommandRegistry({ subscriptions: [], extension: { packageJSON } } as never, {} as never);
});
beforeEach(() => {
  vscode.trusted = true;
  asked = [];
  pressed = undefined;
  guarded = [];
  registry.failures.length = 0;
});

class Token {
  isCancellationRequested = false;
  #listener: (event: undefined) => unknown = () => {};

  onCancellationRequested = (listener: (event: undefined) => unknown) => {
    this.#listener = listener;
    return { dispose: () => {} };
  };

  cancel(): void {
    this.isCancellationRequested = true;
    this.#listener(undefined);
  }
}

const extension = { extension: { packageJSON } };
const toolOf = (context: object, name: string) => {
  const remember: typeof registry.remember = (...failed) => registry.remember(...failed);
  return tools.modelTool({ extension, remember, ...context } as never, name);
};

/** As an editor uses a tool: a person has agreed to what it has asked. */
async function use(context: object, name: string, input: object) {
  const tool = toolOf(context, name);
  await tool.prepare(input, new Token());
  return (await tool.invoke(input, new Token())).content as { value: string }[];
}

/** A project with one canister, and what is done to it. */
function world(url: string, status: 'running' | 'stopped' = 'running', canister = 'ledger') {
  const state = {
    name: canister,
    definition: { name: canister, place: { file: '/w/dfx.json' }, type: 'motoko', dependencies: [] },
    id: 'rrkah-fqaaa-aaaaa-aaaaq-cai',
    owner: 'project',
    facts: {
      exists: true,
      moduleHash: 'ab',
      controllers: ['aaaaa-aa'],
      detail: { status, cycles: 5n, memorySize: 6n },
    },
  } as unknown as CanisterState;
  const network = { name: 'net', url };
  const project = {
    manifest: '/w/dfx.json',
    root: '/w',
    name: 'w',
    snapshot: {
      ...{ target: { name: 'net', network }, tool: 'dfx', problems: [], trusted: true },
      ...{ identity: { name: 'alice', storage: 'plaintext', ref: { kind: 'pem' } }, canisters: [state] },
    },
    canister: (name: string) => (name === canister ? state : undefined),
    checkBuilds: async () => {},
    refresh: async () => {},
    load: async () => {},
  };
  const done: string[] = [];
  const log: string[] = [];
  const context = {
    consent: { agreed: () => true },
    identityService: {},
    log: { info: () => {}, error: (text: string) => log.push(text) },
    ownership: { owners: async () => new Map(), controllersAtHand: async () => [] },
    pages: {},
    problems: { begin: () => {}, show: () => {} },
    service: {
      run: async (operation: string, targets: readonly unknown[]) => {
        done.push(operation);
        return { outcomes: targets.map((target) => ({ target, ok: true })), findings: [], urls: [] };
      },
      native: {} as object,
    },
    workspace: { ready: async () => {}, projects: [project] },
  };
  return { context, done, log, project };
}

const LOCAL = 'http://127.0.0.1:4943';
const MAINNET = 'https://icp-api.io';
const OTHER = 'https://staging.example';

describe('a tool for language models', () => {
  it('is there for every one that package.json declares, hidden where nothing is trusted', () => {
    assert.deepEqual(
      TOOLS.map(({ name }) => name),
      Object.keys(table.MODEL_TOOLS),
    );
    for (const { name, when } of TOOLS) {
      assert.equal(when, 'icCanisters.hasTools', name);
    }
  });

  it('does nothing, and asks nothing, in a workspace that is not trusted', async () => {
    vscode.trusted = false;
    const log: string[] = [];
    // Any use of anything else would end in another error.
    const nothing = failing(() => new Error('used'));
    const context = { log: { error: (text: string) => log.push(text) }, workspace: nothing, service: nothing };
    for (const { name } of TOOLS) {
      const tool = toolOf(context, name);
      const input = { canister: 'ledger', method: 'm' };
      const refusal = /^このワークスペースは信頼されていないため.*\n/;
      await assert.rejects(tool.prepare(input, new Token()), { message: refusal });
      await assert.rejects(tool.invoke(input, new Token()), { message: refusal });
    }
    assert.equal(log.length, 2 * TOOLS.length);
    assert.deepEqual(asked, []);
  });

  it('that changes something has the editor ask before, in our words, wherever that is', async () => {
    const { context } = world(LOCAL);
    for (const operation of CHANGES) {
      const prepared = await toolOf(context, `icCanisters_${operation}`).prepare({ canister: 'ledger' }, new Token());
      const { title, message } = prepared.confirmationMessages!;
      assert.match(
        (message as { value: string }).value,
        /^alice として net (?:の ledger を|に ledger を).*しますか\\\?\n\n言語モデルが要求しています。$/,
      );
      assert.notEqual(title, '');
      assert.match((prepared.invocationMessage as { value: string }).value, /^ledger を/);
    }
    const { context: main } = world(MAINNET);
    const stop = await toolOf(main, 'icCanisters_stop').prepare({ canister: 'ledger' }, new Token());
    const { message } = stop.confirmationMessages!;
    assert.match((message as { value: string }).value, /^alice として net \\\(mainnet\\\) の ledger .*\n\n/);
  });

  it('shows names as they are', async () => {
    const { context } = world(LOCAL, 'running', HOSTILE);
    const prepared = await toolOf(context, 'icCanisters_stop').prepare({ canister: HOSTILE }, new Token());
    for (const text of [prepared.invocationMessage, prepared.confirmationMessages?.message]) {
      assert.doesNotMatch((text as { value: string }).value, /(?<!\\)[[\]()]/);
    }
  });

  it('that sends what a model writes to others has the editor ask before', async () => {
    const input = { canister: 'ledger', method: 'find', arguments: '("a*b")' };
    const questionOn = async (url: string) => {
      const { context } = world(url);
      const { confirmationMessages } = await toolOf(context, 'icCanisters_callQuery').prepare(input, new Token());
      return (confirmationMessages?.message as { value: string } | undefined)?.value;
    };
    assert.equal(await questionOn(LOCAL), undefined);
    for (const url of [MAINNET, OTHER]) {
      assert.match((await questionOn(url)) ?? '', /\n\nledger\\.find \\\(\\"a\\\*b\\"\\\)\n\n/);
    }
    guarded = ['net'];
    assert.notEqual(await questionOn(LOCAL), undefined);
  });

  it('that sends much has all of it shown before', async () => {
    const { context } = world(MAINNET);
    const text = `("${Array.from({ length: 2_500 }, (_, index) => `${index} `).join('')}😀")`;
    const input = { canister: 'ledger', method: 'find', arguments: text };
    const { confirmationMessages } = await toolOf(context, 'icCanisters_callQuery').prepare(input, new Token());
    const shown = (confirmationMessages!.message as { value: string }).value
      .replaceAll('\n\n', '')
      .replaceAll('\\', '');
    assert.ok(shown.includes(text));
  });

  it('that was not asked about sends nothing to a network that is selected while the interface is read', async () => {
    const { context, project } = world(LOCAL);
    const called: unknown[] = [];
    context.service.native = {
      interface: async () => {
        project.snapshot.target = { name: 'net', network: { name: 'net', url: MAINNET } };
        const parsed = parseInterface('service : { find : () -> () query }');
        return { parsed, text: '' };
      },
      call: async (...call: unknown[]) => {
        called.push(call);
        return { text: '()', bytes: new Uint8Array(), trust: 'unchecked' };
      },
      caller: async () => 'aaaaa-aa',
    };
    const call = { canister: 'ledger', method: 'find' };
    await assert.rejects(use(context, 'icCanisters_callQuery', call), /エディターが事前に確認した内容と異なります/);
    assert.deepEqual(called, []);
  });

  it('that changes something asks our own question on mainnet and on networks of others, and does nothing without it', async () => {
    for (const url of [MAINNET, OTHER]) {
      for (const operation of CHANGES) {
        const { context, done } = world(url, operation === 'start' ? 'stopped' : 'running');
        const name = `icCanisters_${operation}`;
        asked = [];
        pressed = undefined;
        await assert.rejects(use(context, name, { canister: 'ledger' }), /ユーザーが同意しなかった/);
        assert.deepEqual(done, [], operation);
        assert.equal(asked.length, 1, operation);
        assert.match(asked[0]![0]!, /ledger/);
        assert.match(asked[0]![1]!, /言語モデルが要求しています。$/);
        pressed = asked[0]!.at(-1);
        const content = await use(context, name, { canister: 'ledger' });
        assert.deepEqual(done, [operation]);
        assert.equal(asked.length, 2, operation);
        assert.equal(JSON.parse(content[0]!.value.split('\n')[1]!).done, operation);
      }
    }
  });

  it('on this computer is not asked about twice, unless the user wants the network guarded', async () => {
    const { context, done } = world(LOCAL);
    const stop = () => use(context, 'icCanisters_stop', { canister: 'ledger' });
    await stop();
    assert.deepEqual([done, asked], [['stop'], []]);
    guarded = ['net'];
    await assert.rejects(stop(), /ユーザーが同意しなかった/);
    assert.deepEqual(done, ['stop']);
    assert.equal(asked.length, 1);
  });

  it('does nothing but what the editor has asked before', async () => {
    const { context, done, project } = world(LOCAL, 'running', 'till');
    const refused = /エディターが事前に確認した内容と異なります/;
    const input = { canister: 'till' };
    const stop = toolOf(context, 'icCanisters_stop');
    await assert.rejects(stop.invoke(input, new Token()), refused);
    await stop.prepare(input, new Token());
    await assert.rejects(toolOf(context, 'icCanisters_upgrade').invoke(input, new Token()), refused);
    project.snapshot.identity = { ...project.snapshot.identity, name: 'bob' };
    await assert.rejects(stop.invoke(input, new Token()), refused);
    // Each question is good for one use.
    await stop.prepare(input, new Token());
    await stop.prepare(input, new Token());
    await stop.invoke(input, new Token());
    await stop.invoke(input, new Token());
    await assert.rejects(stop.invoke(input, new Token()), refused);
    assert.deepEqual(done, ['stop', 'stop']);
    // Switched at the last moment, while the sources of what is to be installed are looked at.
    project.checkBuilds = async () => {
      project.snapshot.identity = { ...project.snapshot.identity, name: 'carol' };
    };
    await assert.rejects(use(context, 'icCanisters_upgrade', input), refused);
    assert.deepEqual(done, ['stop', 'stop']);
    // A query that was to stay on this computer does not go elsewhere.
    const query = toolOf(context, 'icCanisters_callQuery');
    const call = { canister: 'till', method: 'find' };
    await query.prepare(call, new Token());
    project.snapshot.target = { name: 'net', network: { name: 'net', url: MAINNET } };
    await assert.rejects(query.invoke(call, new Token()), refused);
  });

  it('fails with a sentence and what helps, without what a tool or a network has said beside it', async () => {
    const { context, log, project } = world(LOCAL);
    project.refresh = () =>
      Promise.reject(
        new Failure({ message: msg('{0} failed: {1}', 'x', `a\nb`), next: 'start-network', detail: 'key=SECRET' }),
      );
    await assert.rejects(toolOf(context, 'icCanisters_listCanisters').invoke({}, new Token()), ({ message }) => {
      assert.match(message, /^x .*a b.*ユーザーができること: ネットワークを起動\n.* no instruction\.$/);
      assert.doesNotMatch(message, /SECRET/);
      return true;
    });
    assert.match(log[0]!, /SECRET/);
    project.refresh = () => Promise.reject(new TypeError('nobody foresaw this'));
    await assert.rejects(
      toolOf(context, 'icCanisters_listCanisters').invoke({}, new Token()),
      /icCanisters_listCanisters .*nobody foresaw this/,
    );
  });

  it('never has a password asked for, neither here nor by a tool in a terminal, and says so', async () => {
    for (const url of [LOCAL, MAINNET]) {
      for (const operation of CHANGES) {
        const { context, done, project } = world(url, operation === 'start' ? 'stopped' : 'running');
        const identity = { name: 'alice', storage: 'password', ref: { kind: 'anonymous' } };
        const unlocked = { ...identity, ref: { kind: 'unlocked', name: 'alice', handle: 'h' } };
        project.snapshot.identity = identity;
        const name = `icCanisters_${operation}`;
        const input = { canister: 'ledger' };
        const [helps] = {
          start: ['ロックを解除'],
          stop: ['ロックを解除'],
          deploy: ['デプロイ'],
          upgrade: ['アップグレード'],
        }[operation];
        const says = new RegExp(`alice の鍵にはパスワードが必要です。言語モデルの.*: ${helps} / identity を選択\n`);
        // Before the editor has asked, and where it has asked already.
        await assert.rejects(toolOf(context, name).prepare(input, new Token()), says);
        await assert.rejects(toolOf(context, name).invoke(input, new Token()), says);
        project.snapshot.identity = unlocked;
        const itself = ['start', 'stop'].includes(operation);
        if (itself && url === LOCAL) {
          await use(context, name, input);
          assert.deepEqual(done, [operation]);
        } else if (!itself) {
          await assert.rejects(use(context, name, input), says);
        }
      }
    }
    assert.deepEqual(asked, []);
  });

  it('says that a key in the keyring could not sign, where the network refuses', async () => {
    const { context, project } = world(LOCAL);
    const note = msg('The identity {0} is in the system keyring: asking anonymously.', 'alice');
    project.snapshot.identity = { name: 'alice', storage: 'keyring', ref: { kind: 'anonymous' }, note } as never;
    const refused = new Failure({ kind: 'rejected', code: 'IC0512', message: msg('{0} is not a controller.', 'x') });
    context.service.run = async (_operation: string, targets: readonly unknown[]) => ({
      outcomes: targets.map((target) => failedFor(target as never, refused)) as never,
      findings: [],
      urls: [],
    });
    await assert.rejects(
      use(context, 'icCanisters_stop', { canister: 'ledger' }),
      /alice はシステムのキーリングにあります.*ユーザーができること: identity を選択/s,
    );
    assert.deepEqual(asked, []);
  });

  it('that fails is told by a report of an issue, once, without secrets', async () => {
    const { context, project } = world(MAINNET);
    const list = () => toolOf(context, 'icCanisters_listCanisters').invoke({}, new Token());
    const tokens = ['hunter2', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', '84bb057c8a151c80dbe3afae7c775ba58724f825'];
    const said = `password: ${tokens[0]} ${tokens[1]} key: ${tokens[2]}${'ab'.repeat(12)}`;
    project.refresh = () => Promise.reject(new Failure({ message: msg('{0} failed: {1}', 'x', said), detail: said }));
    await assert.rejects(list());
    project.refresh = () => Promise.reject(new TypeError(`nobody foresaw ${said}`));
    await assert.rejects(list());
    // Nothing failed where nobody agreed, or where there is nothing to do.
    await assert.rejects(use(context, 'icCanisters_deploy', { canister: 'ledger' }), /ユーザーが同意しなかった/);
    await assert.rejects(use(context, 'icCanisters_start', { canister: 'ledger' }));
    assert.deepEqual(
      registry.failures.map(({ command, failure }) => [command, failure.kind]),
      [
        ['icCanisters_listCanisters', 'other'],
        ['icCanisters_listCanisters', 'internal'],
      ],
    );
    const surroundings = { home: '/home/x', folders: [], env: {} };
    const facts = { versions: [], trusted: true, projects: [], failures: registry.failures, surroundings };
    const text = diagnosis({ ...facts, now: Date.now() }, 10_000);
    assert.equal(text.match(/^icCanisters_listCanisters, \d+ s before: (other|internal)$/gm)?.length, 2, text);
    assert.match(text, /nobody foresaw/);
    for (const token of tokens) {
      assert.ok(!text.includes(token), text);
    }
  });

  it('ends when it is cancelled, whatever it waits for', async () => {
    const { context, project, log } = world(LOCAL);
    const token = new Token();
    project.refresh = () => {
      setImmediate(() => token.cancel());
      return new Promise(() => {});
    };
    const { CancellationError } = vscode.api as { CancellationError: new () => Error };
    await assert.rejects(
      toolOf(context, 'icCanisters_listCanisters').invoke({}, token),
      (error) => error instanceof CancellationError,
    );
    assert.deepEqual(log, []);
  });

  it('tells projects apart, and asks which one is meant', async () => {
    const { context, project } = world(LOCAL);
    const other = { ...project, manifest: '/v/icp.yaml', root: '/v', name: 'v' };
    context.workspace.projects.push(other);
    const stop = (input: object) => toolOf(context, 'icCanisters_stop').prepare(input, new Token());
    await assert.rejects(stop({ canister: 'ledger' }), /w\/dfx\.json, v\/icp\.yaml/);
    await stop({ canister: 'ledger', project: 'v/icp.yaml' });
    await stop({ canister: 'ledger', project: '/w/dfx.json' });
    await assert.rejects(
      stop({ canister: 'ledger', project: 'u/icp.yaml' }),
      /u\/icp\.yaml .*w\/dfx\.json, v\/icp\.yaml/,
    );
  });
});
