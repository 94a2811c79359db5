import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const ROOT = path.resolve(__dirname, '../../..');
const text = readFileSync(path.join(ROOT, 'CHANGELOG.md'), 'utf8');
const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

describe('CHANGELOG.md', () => {
  const [, ...versions] = text.split(/^## /m);

  it('has the versions of the product, the newest first, each with its day', () => {
    const heads = versions.map((version) => version.slice(0, version.indexOf('\n')));
    assert.equal(heads[0], '[Unreleased]');
    for (const head of heads.slice(1)) {
      assert.match(head, /^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
    }
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    assert.ok(heads.some((head) => head.startsWith(`[${version}] `)));
    assert.deepEqual(heads.slice(1), heads.slice(1).sort().reverse());
  });

  it('has every change under its kind', () => {
    for (const version of versions) {
      const [before = '', ...sections] = version.split(/^### /m);
      assert.doesNotMatch(before, /^- /m);
      const kinds = sections.map((section) => section.slice(0, section.indexOf('\n')));
      assert.deepEqual(
        kinds,
        KINDS.filter((kind) => kinds.includes(kind)),
      );
      for (const section of sections) {
        assert.match(section, /^\w+\n\n- /);
      }
    }
  });
});
