import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DFX_JSON } from '../../../../../src/core/engines/dfx/language/keys';
import { knownBySchema } from '../../../../../src/core/engines/dfx/language/known-keys';
import type { Finding } from '../../../../../src/core/language/findings';
import type { ObjectSpec } from '../../../../../src/core/language/spec';
import { findingsOf, realFiles, samples, see, sharedData } from './support';

/**
 * Faults that these files really have. Both are test data of dfx itself, whose scripts add `remote.id` before dfx
 * reads the file; as they stand, its loader refuses them.
 */
const REALLY_WRONG = new Map([
  ['dfinity__sdk_e2e_assets_remote_call_mock.dfx.json', ['missing-key: "remote"']],
  ['dfinity__sdk_e2e_assets_remote_extra.dfx.json', ['missing-key: "remote"']],
]);

test('real files have no errors and no warnings but those that they deserve', (t) => {
  const files = realFiles();
  if (files.length === 0) {
    return t.skip('../shared is not here');
  }
  for (const { name, text } of files) {
    const loud = findingsOf(text)
      .map((finding) => see(text, finding))
      .filter(({ severity }) => severity !== 'hint');
    assert.deepEqual(
      loud.map(({ code, text: place }) => `${code}: ${place}`),
      REALLY_WRONG.get(name) ?? [],
      name,
    );
  }
});

test('the schema that dfx prints knows every key that real files and samples use', (t) => {
  const upstream = sharedData('upstream-dfx-json-schema.json');
  if (upstream === undefined) {
    return t.skip('../shared is not here');
  }
  const known = knownBySchema(upstream);
  assert.ok(known);
  for (const { name, text } of [...realFiles(), ...samples()]) {
    const newer: Finding[] = findingsOf(text, {}, known).filter(({ code }) => code === 'key-newer-than-dfx');
    assert.deepEqual(newer, [], name);
  }
  // And every key of our table, for all objects but the one that stands for two.
  const visit = (object: ObjectSpec): void => {
    for (const key of object.keys) {
      assert.notEqual(known.knows(object.upstream, key.name, key.since), false, `${object.upstream}.${key.name}`);
      const { value } = key;
      const inner = value.kind === 'array' ? value.items : value.kind === 'map' ? value.values : value;
      if (inner.kind === 'object') {
        visit(inner);
      }
    }
  };
  visit(DFX_JSON);
});
