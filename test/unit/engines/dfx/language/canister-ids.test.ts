import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../../../../src/core/document/tree';
import { CanisterIdsDocument, type ProjectNames } from '../../../../../src/core/engines/dfx/language/ids-document';
import { ID, see } from './support';

const project: ProjectNames = {
  canisters: new Set(['backend', 'web']),
  networks: new Map([['staging', {}]]),
  sharedNetworks: new Set(['team']),
};

function seen(value: unknown, names: ProjectNames | undefined = project): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return new CanisterIdsDocument(text).findings(names).map((finding) => {
    const { code, severity, text: place } = see(text, finding);
    return `${severity} ${code}: ${place}`;
  });
}

test('a good file has no findings', () => {
  assert.deepEqual(
    seen({ backend: { ic: ID, staging: ID, team: ID, local: ID, __default: ID }, __Candid_UI: { ic: ID } }),
    [],
  );
});

test('faults', () => {
  assert.deepEqual(seen({ bakend: { ic: ID } }), ['hint ids-unknown-canister: "bakend"']);
  assert.deepEqual(seen({ backend: { ic: 'x' } }), ['warning ids-invalid-principal: "x"']);
  assert.deepEqual(seen({ backend: { satging: ID } }), ['hint unknown-network: "satging"']);
  assert.deepEqual(seen({ backend: 5 }), ['error wrong-type: 5']);
  assert.deepEqual(seen({ backend: { ic: null } }), ['error wrong-type: null']);
  assert.deepEqual(seen([]), ['error wrong-type: []']);
  assert.deepEqual(seen('{ "backend": {}, }'), ['error trailing-comma: ,']);
  assert.deepEqual(seen('{ "toString": {} }'), ['hint ids-unknown-canister: "toString"']);
});

test('names are not doubted without a dfx.json', () => {
  assert.deepEqual(new CanisterIdsDocument(JSON.stringify({ other: { other: ID } })).findings(undefined), []);
  assert.deepEqual(new CanisterIdsDocument('{ "other": { "net": "x" } }').findings(undefined).length, 1);
});

test('fixes', () => {
  const text = '{ "bakend": { "ic": "x" }, "web": { "ic": "y" } }';
  const [finding] = new CanisterIdsDocument(text).findings(project);
  const [rename, remove] = finding!.fixes!();
  assert.equal(applyEdits(text, rename!.edits), text.replace('bakend', 'backend'));
  assert.deepEqual(JSON.parse(applyEdits(text, remove!.edits)), { web: { ic: 'y' } });
});
