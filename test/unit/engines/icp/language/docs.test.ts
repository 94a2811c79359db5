import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { documentationUrl, FINDING_CODES } from '../../../../../src/core/engines/icp/language/finding-codes';

test('every code for files of icp has a paragraph, and every paragraph a code', () => {
  const text = readFileSync(join(__dirname, '../../../../../docs/icp-yaml-checks.md'), 'utf8');
  const headings = [...text.matchAll(/^### (.+)$/gm)].map((match) => match[1]!);
  assert.deepEqual(headings, Object.keys(FINDING_CODES));
  for (const heading of headings) {
    const paragraph = text.slice(text.indexOf(`### ${heading}\n`) + heading.length + 5).split(/\n#/)[0]!;
    assert.ok(paragraph.trim().length > 30, heading);
    assert.ok(documentationUrl(heading).endsWith(`docs/icp-yaml-checks.md#${heading}`));
  }
});
