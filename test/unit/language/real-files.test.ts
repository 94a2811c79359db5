import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf, realFiles, see } from './support';

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
  if (files.length === 0) return t.skip('../shared is not here');
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
