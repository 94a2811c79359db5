import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyEdits, rangeOf } from '../../../../../src/core/document/tree';
import { DfxDocument } from '../../../../../src/core/engines/dfx/language/dfx-document';
import { hover } from '../../../../../src/core/engines/dfx/language/hover';
import { CanisterIdsDocument } from '../../../../../src/core/engines/dfx/language/ids-document';
import { lensActions } from '../../../../../src/core/language/lens';
import { describePrincipal } from '../../../../../src/core/language/principals';
import { definitionOf, referencesOf, renameEdits, symbolAt } from '../../../../../src/core/language/symbols';
import type { CanisterState } from '../../../../../src/core/monitor/state';
import type { CanisterDetail, CanisterFacts } from '../../../../../src/core/network/canister-facts';
import { offeredOperations } from '../../../../../src/core/rows/canister-row';
import { formatMessage, msg } from '../../../../../src/core/util/message';
import { shortId } from '../../../../../src/core/util/shorten';
import { brief, canisters, ID, OTHER_ID, samples } from './support';

const main = { type: 'motoko', main: 'a.mo' };
const text = canisters(
  {
    'my "ledger"': main,
    web: { type: 'assets', source: ['x'], dependencies: ['my "ledger"', 'api'] },
    api: { ...main, dependencies: ['my "ledger"'], remote: { id: { staging: ID } } },
  },
  { networks: { staging: { providers: ['https://icp0.io'] } } },
);
const document = new DfxDocument(text);

test('symbols are found at definitions and uses', () => {
  const ledger = symbolAt(document, text.indexOf('my '));
  assert.equal(ledger?.kind, 'canister');
  assert.equal(ledger.name, 'my "ledger"');
  const use = symbolAt(document, text.lastIndexOf('my ') + 2);
  assert.equal(use?.name, 'my "ledger"');
  assert.equal(text.slice(use.range.offset, use.range.offset + use.range.length), 'my \\"ledger\\"');
  assert.equal(symbolAt(document, text.indexOf('staging'))?.kind, 'network');
  assert.equal(symbolAt(document, text.indexOf('a.mo')), undefined);
  assert.equal(symbolAt(document, 0), undefined);
});

test('definition and references', () => {
  const symbol = { kind: 'canister' as const, name: 'my "ledger"' };
  assert.equal(definitionOf(document, symbol)?.node.start, text.indexOf('"my '));
  assert.equal(referencesOf(document, symbol).length, 2);
  assert.equal(referencesOf(document, { kind: 'network', name: 'staging' }).length, 1);
});

test('rename reaches every place and changes nothing else', () => {
  const symbol = { kind: 'canister' as const, name: 'my "ledger"' };
  const renamed = applyEdits(text, renameEdits(document, symbol, 'the\\books'));
  assert.deepEqual(JSON.parse(renamed), JSON.parse(text.replaceAll('my \\"ledger\\"', 'the\\\\books')));
  assert.deepEqual(brief(renamed), brief(text));
  const network = applyEdits(text, renameEdits(document, { kind: 'network', name: 'staging' }, 'test'));
  assert.deepEqual(brief(network), brief(text));
  assert.equal(network, text.replaceAll('staging', 'test'));
});

test('rename of every canister of every sample keeps the findings', () => {
  for (const { text: sample } of samples()) {
    const dfx = new DfxDocument(sample);
    for (const name of dfx.model.canisters.keys()) {
      const renamed = applyEdits(sample, renameEdits(dfx, { kind: 'canister', name }, 'renamed_one'));
      assert.deepEqual(
        brief(renamed).map((line) => line.replace('renamed_one', name)),
        brief(sample),
      );
    }
  }
});

test('rename is refused where the name would be wrong', () => {
  const obstacle = (name: string) => {
    const message = document.renameObstacle({ kind: 'canister', name: 'api' }, name);
    return message && formatMessage(message);
  };
  assert.equal(obstacle('web'), 'There is a canister "web" already.');
  assert.equal(obstacle(''), 'A name cannot be empty.');
  assert.equal(obstacle('__x'), 'Names that begin with "__" belong to dfx.');
  assert.equal(obstacle('new'), undefined);
  assert.equal(obstacle('api'), undefined);
  assert.ok(document.renameObstacle({ kind: 'network', name: 'staging' }, 'ic'));
});

test('id files are renamed along', () => {
  const ids = new CanisterIdsDocument(JSON.stringify({ api: { staging: ID, ic: ID }, web: { staging: OTHER_ID } }));
  assert.equal(referencesOf(ids, { kind: 'canister', name: 'api' }).length, 1);
  assert.equal(referencesOf(ids, { kind: 'canister', name: 'other' }).length, 0);
  const canister = applyEdits(ids.source.text, renameEdits(ids, { kind: 'canister', name: 'api' }, 'core'));
  assert.equal(canister, ids.source.text.replace('"api"', '"core"'));
  const network = applyEdits(ids.source.text, renameEdits(ids, { kind: 'network', name: 'staging' }, 'test'));
  assert.equal(network, ids.source.text.replaceAll('staging', 'test'));
});

test('links to files and addresses', () => {
  const linked = canisters({
    a: { type: 'custom', wasm: 'https://x.y/z.wasm', candid: 'src/a.did' },
    b: { type: 'motoko', main: '../outside.mo' },
    c: { type: 'motoko', main: 'command:evil' },
  });
  const root = join(__dirname, 'project');
  const found = new DfxDocument(linked)
    .links(root)
    .map(({ range, target }) => [
      linked.slice(range.offset, range.offset + range.length),
      'url' in target ? target.url : target.file,
    ]);
  assert.deepEqual(found, [
    ['https://x.y/z.wasm', 'https://x.y/z.wasm'],
    ['src/a.did', join(root, 'src', 'a.did')],
    ['command:evil', join(root, 'command:evil')],
  ]);
});

test('outline', () => {
  assert.deepEqual(
    document.definitions.map(({ label, detail, kind }) => [label, detail, kind]),
    [
      ['my "ledger"', 'motoko', 'canister'],
      ['web', 'assets', 'canister'],
      ['api', 'motoko', 'canister'],
      ['staging', '', 'network'],
    ],
  );
  assert.equal(new DfxDocument('{ "canisters": { "": {} } }').definitions[0]?.label, '""');
});

function hoverAt(source: string, needle: string): string[] {
  const found = hover(new DfxDocument(source), source.indexOf(needle) + 1);
  return found?.parts.map((part) => formatMessage(part.text)) ?? [];
}

test('hover', () => {
  const source = canisters({
    a: {
      ...main,
      specified_id: ID,
      declarations: { output: null },
      optimize: 'size',
      initialization_values: {
        memory_allocation: '1.5 GiB',
        freezing_threshold: '30days',
        reserved_cycles_limit: 5e12,
        compute_allocation: '10',
      },
    },
    b: { ...main, dependencies: ['a'] },
  });
  assert.deepEqual(hoverAt(source, '"a"'), ['motoko canister', 'Used by: b']);
  assert.deepEqual(hoverAt(source, ID), ['the ICP ledger']);
  assert.deepEqual(hoverAt(source, '1.5 GiB'), ['1.5 GiB = 1,610,612,736 bytes']);
  assert.deepEqual(hoverAt(source, '30days'), ['30 d = 2,592,000 seconds']);
  assert.deepEqual(hoverAt(source, '5000000000000'), ['5 T cycles']);
  assert.deepEqual(hoverAt(source, '10"'), ['10 percent of one processor']);
  assert.ok(hoverAt(source, 'size')[0]?.includes('small module'));
  assert.ok(hoverAt(source, 'output')[0]?.includes('deletes and makes'));
  assert.ok(hoverAt(source, 'output').includes('Default here: src/declarations/a'));
  assert.ok(hoverAt(source, 'memory_allocation')[0]?.includes('bytes'));
  assert.deepEqual(hoverAt(source, 'a.mo'), []);
  const dependency = hover(new DfxDocument(source), source.lastIndexOf('"a"') + 1);
  assert.equal(dependency?.canister, 'a');
  assert.deepEqual(rangeOf({ start: dependency.range.offset, end: dependency.range.offset + 3 }), dependency.range);
});

test('what a principal is', () => {
  const describe = (principal: string) => {
    const message = describePrincipal(principal);
    return message && formatMessage(message);
  };
  assert.match(describe('aaaaa-aa')!, /management canister/);
  assert.match(describe('2vxsx-fae')!, /anonymous/);
  assert.equal(describe('nonsense'), undefined);
});

test('lenses', () => {
  assert.deepEqual(
    document.definitions.filter(({ kind }) => kind === 'canister').map(({ name }) => name),
    ['my "ledger"', 'web', 'api'],
  );
  const definition = {
    name: 'web',
    place: { file: 'dfx.json' },
    type: 'rust',
    dependencies: [],
    pulled: false,
    hasFrontend: false,
    bindings: 'src/declarations/x',
    syncs: false,
  };
  const settings = { controllers: [], computeAllocation: 0n, memoryAllocation: 0n, freezingThreshold: 0n };
  const usage = { cycles: 0n, idleCyclesBurnedPerDay: 0n, memorySize: 0n, settings };
  const facts = (status: CanisterDetail['status']): CanisterFacts => ({
    canisterId: ID,
    exists: true,
    moduleHash: 'ff',
    controllers: ['2vxsx-fae'],
    detail: { ...usage, status },
  });
  const titles = (state: Partial<CanisterState>) =>
    lensActions(offeredOperations({ name: 'web', definition, owner: 'project', ...state })).map(({ title }) =>
      formatMessage(title),
    );
  const running = { id: ID, facts: facts('running') };
  assert.deepEqual(titles(running), ['Stop', 'Deploy', 'Call…', 'Logs']);
  assert.deepEqual(titles({ id: ID, facts: facts('stopped') }), ['Start', 'Deploy', 'Logs']);
  assert.deepEqual(titles({}), ['Deploy']);
  assert.deepEqual(titles({ definition: { ...definition, pulled: true }, owner: 'pulled' }), []);
  assert.deepEqual(titles({ ...running, busy: msg('Stopping…') }), []);
  assert.equal(shortId(ID), 'ryjl3-…-cai');
  assert.equal(shortId('aaaaa-aa'), 'aaaaa-aa');
});

test('commands that a canister runs when it is built or installed are told', () => {
  const wasm = { type: 'custom', candid: 'a.did', wasm: 'a.wasm' };
  const { definitions } = new DfxDocument(
    canisters({
      built: { ...wasm, build: 'make' },
      several: { ...wasm, build: ['make', 'make install'] },
      after: { ...main, post_install: 'echo' },
      none: { ...wasm, build: [] },
      empty: { ...wasm, build: '' },
      plain: main,
    }),
  );
  assert.deepEqual(
    definitions.map(({ runs }) => runs !== undefined),
    [true, true, true, false, false, false],
  );
});
