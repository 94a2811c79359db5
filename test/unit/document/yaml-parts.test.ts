/** A YAML text that is put together from parts has the tree that it has as a whole, whatever is done to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { parseWhole, parseYaml } from '../../../src/core/document/parse-yaml';
import type { Property, ValueNode } from '../../../src/core/document/tree';
import { Random } from '../../support/random';
import { samples } from '../engines/icp/language/samples';

const EDITS = 3000;
const PIECES = [
  '\n',
  '  ',
  '- ',
  ': ',
  '#',
  '"',
  "'",
  '|\n',
  '[',
  '}',
  '\n\n',
  '&a ',
  '*a',
  '\t',
  '\r\n',
  'x',
  '? ',
  '---\n',
  '>+\n',
  '\ud800',
];

/** A tree without what its nodes refer to above them. */
function plain(node: ValueNode | Property | undefined): unknown {
  switch (node?.type) {
    case 'object':
      return { type: node.type, start: node.start, end: node.end, properties: node.properties.map(plain) };
    case 'array':
      return { type: node.type, start: node.start, end: node.end, items: node.items.map(plain), commas: node.commas };
    case 'property':
      return { start: node.start, end: node.end, colon: node.colon, key: plain(node.key), value: plain(node.value) };
    case 'string':
      return { type: node.type, start: node.start, end: node.end, value: node.value };
    default:
      return node && { type: node.type, start: node.start, end: node.end, raw: node.raw };
  }
}

test('a text put together from its parts is the text as a whole', () => {
  const random = Random.forTest('YAML by parts');
  const texts = samples().flatMap(({ project }) =>
    [{}, { indentSeq: false }, { indent: 4 }].map((style) => {
      const text = stringify(project, style).replace(/:\n *\[\]/g, ': []');
      // Long enough to be taken apart.
      const comment = `# ${'x'.repeat(4100)}\n`;
      return comment + text;
    }),
  );
  for (let i = 0; i < EDITS; i++) {
    let text = random.pick(texts);
    for (let edits = random.below(3); edits > 0; edits--) {
      const at = 4100 + random.below(text.length - 4099);
      text = text.slice(0, at) + random.pick(PIECES) + text.slice(at + random.below(4));
    }
    const whole = parseWhole(text);
    const parts = parseYaml(text);
    assert.deepEqual(plain(parts.root), plain(whole.root), JSON.stringify(text.slice(4100)));
    assert.deepEqual(parts.problems, whole.problems, JSON.stringify(text.slice(4100)));
  }
});
