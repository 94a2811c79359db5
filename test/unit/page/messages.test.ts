import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_ITEMS, MAX_TEXT, readFromPage, readSubject, readToPage } from '../../../src/core/page/messages';
import type { PageFact, PageState } from '../../../src/core/page/model';
import { msg } from '../../../src/core/util/message';

const fact = (change: Partial<PageFact> = {}): PageFact => ({
  id: 'fact/id',
  label: msg('Canister ID'),
  values: ['aaaaa-aa'],
  meaning: undefined,
  copyable: true,
  opens: false,
  children: [],
  ...change,
});

const state = (change: Partial<PageState> = {}): PageState => ({
  canister: 'ledger',
  look: 'good',
  headline: [msg('Running')],
  place: [msg('{0} network', 'local')],
  dimmed: false,
  problems: [],
  operations: [],
  facts: [fact({ children: [fact()] })],
  ...change,
});

describe('messages to a page', () => {
  it('are read as they were sent, without what does not belong to them', () => {
    const message = { type: 'state', state: state() } as const;
    assert.deepEqual(readToPage(structuredClone(message)), message);
    assert.deepEqual(readToPage({ ...message, more: 1 }), message);
    const subject = { manifest: '/a/dfx.json', canister: 'b', target: 'local' };
    assert.deepEqual(readToPage({ type: 'init', translations: [['Copy', 'コピー']], subject }), {
      type: 'init',
      translations: [['Copy', 'コピー']],
      subject,
    });
  });

  it('tell what can be called, what came of it, and what was called', () => {
    const known = {
      did: 'service : {}',
      source: 'a',
      principals: [{ principal: 'aaaaa-aa', whose: msg('Canister ID') }],
    };
    const reply = { type: 'reply', text: '(5)', hex: undefined, notes: [msg('Running')], milliseconds: 3 } as const;
    const call = {
      ...{ method: 'm', kind: 'query', arguments: '()', at: 5, identity: 'alice', ok: true, outcome: '(5)' },
    } as const;
    for (const message of [
      { type: 'interface', interface: known, problem: undefined },
      { type: 'interface', interface: undefined, problem: msg('Unknown') },
      { type: 'result', turn: 1, result: reply },
      { type: 'result', turn: 1, result: { type: 'failure', words: ['a'] } },
      { type: 'result', turn: 1, result: { type: 'cancelled' } },
      { type: 'history', calls: [call] },
    ] as const) {
      assert.deepEqual(readToPage(structuredClone(message)), message);
    }
    for (const wrong of [
      { type: 'interface', interface: { ...known, did: 5 } },
      { type: 'result', turn: '1', result: reply },
      { type: 'result', turn: 1, result: { type: 'reply' } },
      { type: 'result', turn: 1, result: { type: 'success' } },
      { type: 'history', calls: [{ ...call, kind: 'oneway' }] },
    ]) {
      assert.equal(readToPage(wrong), undefined, JSON.stringify(wrong));
    }
  });

  it('are none where they have another form', () => {
    let deep = msg('x');
    for (let depth = 0; depth < 20; depth++) {
      deep = msg('{0}', deep);
    }
    const wrong: unknown[] = [
      undefined,
      null,
      'state',
      [],
      {},
      { type: 'toString' },
      { type: '__proto__' },
      { type: 'state' },
      { type: 'state', state: { ...state(), look: 'fine' } },
      { type: 'state', state: { ...state(), canister: {} } },
      { type: 'state', state: { ...state(), dimmed: 'no' } },
      { type: 'state', state: state({ headline: [deep] }) },
      { type: 'state', state: state({ place: ['x'.repeat(MAX_TEXT + 1)] }) },
      { type: 'state', state: state({ facts: Array.from({ length: MAX_ITEMS + 1 }, () => fact()) }) },
      { type: 'state', state: Object.create(state()) },
    ];
    for (const each of wrong) {
      assert.equal(readToPage(each), undefined, JSON.stringify(each)?.slice(0, 100));
    }
  });
});

describe('messages of a page', () => {
  it('are read where they have their form, and are none otherwise', () => {
    assert.deepEqual(readFromPage({ type: 'press', id: 'a', command: 'evil' }), { type: 'press', id: 'a' });
    const call = { type: 'call', turn: 1, method: 'm', kind: 'query', arguments: '()' } as const;
    assert.deepEqual(readFromPage(call), call);
    for (const wrong of [
      {},
      { ...call, kind: 'composite_query' },
      { ...call, arguments: undefined },
      { type: 'cancel' },
      { type: 'press' },
      { type: 'press', id: 5 },
      { type: 'press', id: ['a'] },
      { type: 'copy', id: 'x'.repeat(MAX_TEXT + 1) },
      { type: 'run', command: 'workbench.action.quit' },
      { type: 'constructor' },
    ]) {
      assert.equal(readFromPage(wrong), undefined, JSON.stringify(wrong).slice(0, 100));
    }
  });

  it('may have kept anything over a reload', () => {
    const subject = { manifest: '/a/dfx.json', canister: 'b', target: 'local' };
    assert.deepEqual(readSubject(subject), subject);
    for (const wrong of [undefined, null, 'b', { ...subject, target: 1 }, { manifest: 'a' }]) {
      assert.equal(readSubject(wrong), undefined);
    }
  });
});
