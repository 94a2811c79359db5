import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonDocument } from '../../../src/core/document/json-document';
import { applyEdits, pathOf, propertiesOf, type ValueNode } from '../../../src/core/document/tree';
import { Random } from '../../support/random';
import { realFiles, samples } from '../engines/dfx/language/support';

/** The value that a tree stands for. */
function toValue(node: ValueNode | undefined): unknown {
  if (node === undefined) {
    return undefined;
  }
  switch (node.type) {
    case 'string':
      return node.value;
    case 'object': {
      const entries = [...propertiesOf(node)].map(([name, property]) => [name, toValue(property.value)]);
      return Object.fromEntries(entries);
    }
    case 'array':
      return node.items.map(toValue);
    default:
      return JSON.parse(node.raw);
  }
}

function randomJson(random: Random, depth: number): unknown {
  const kind = random.below(depth > 4 ? 4 : 6);
  if (kind === 0) {
    return random.pick([true, false, null]);
  }
  if (kind === 1) {
    return random.pick([0, -1, 1.5, 1e21, -2.5e-7, 123456789]);
  }
  if (kind < 4) {
    return random.pick(['', 'plain', 'with "quotes"', 'back\\slash', 'ünï\ncode\t\u0001', '{[]},:', '//no']);
  }
  const length = random.below(5);
  if (kind === 4) {
    return Array.from({ length }, () => randomJson(random, depth + 1));
  }
  return Object.fromEntries(Array.from({ length }, (_, i) => [`key ${i}"`, randomJson(random, depth + 1)]));
}

test('reads valid JSON as JSON.parse does', () => {
  const random = Random.forTest('valid JSON');
  for (let i = 0; i < 500; i++) {
    const value = randomJson(random, 0);
    const text = JSON.stringify(value, null, random.pick([0, 1, 2, '\t']));
    const document = new JsonDocument(text);
    assert.deepEqual(document.problems, [], text);
    assert.deepEqual(toValue(document.root), value, text);
  }
  for (const { text } of [...samples(), ...realFiles()]) {
    const document = new JsonDocument(text);
    assert.deepEqual(document.problems, []);
    assert.deepEqual(toValue(document.root), JSON.parse(text));
  }
});

test('reports a problem exactly where JSON.parse refuses', () => {
  const random = Random.forTest('edited JSON');
  const { text } = samples()[0]!;
  for (let i = 0; i < 3000; i++) {
    const at = random.below(text.length);
    const edited =
      text.slice(0, at) +
      random.pick(['', '"', '{', '}', ',', ':', 'x', '\\', '\n', '0', '/*']) +
      text.slice(at + random.below(3));
    let valid = true;
    try {
      JSON.parse(edited);
    } catch {
      valid = false;
    }
    assert.equal(new JsonDocument(edited).problems.length === 0, valid, `edit at ${at}`);
  }
});

test('places are those of the text, with CRLF, comments and a byte order mark', () => {
  const text = '\ufeff{\r\n\t"a": [1, "b\\u0041c"], // note\r\n\t"d": { "e": null }\r\n}';
  const document = new JsonDocument(text);
  assert.equal(document.lineBreak, '\r\n');
  assert.equal(document.indent, '\t');
  const at = text.indexOf('b\\u');
  const node = document.nodeAt(at);
  assert.equal(node?.type, 'string');
  assert.deepEqual(pathOf(node), ['a', 1]);
  assert.equal(text.slice(node.start, node.end), '"b\\u0041c"');
  assert.equal(document.offsetInString(node, 2), node.start + 1 + 7);
  assert.deepEqual(
    document.problems.map(({ fault }) => fault),
    ['byte-order-mark', 'comment'],
  );
});

test('goes on behind what is missing', () => {
  const names = (text: string): string[] => {
    const root = new JsonDocument(text).rootObject;
    return root === undefined ? [] : [...propertiesOf(root).keys()];
  };
  assert.deepEqual(names('{ "a": , "b": 1 }'), ['a', 'b']);
  assert.deepEqual(names('{ "a": \n "b": 1 }'), ['a', 'b']);
  assert.deepEqual(names('{ "a": 1 "b": 2 }'), ['a', 'b']);
  assert.deepEqual(names('{ "a": [1, 2, "b": 2 }'), ['a', 'b']);
  assert.deepEqual(names('{ "a": { "x": 1 '), ['a']);
  assert.deepEqual(names('{ "a": "open\n, "b": 2 }'), ['a', 'b']);
  assert.deepEqual(names('{ a: 1, "b": 2 }'), ['b']);
  assert.deepEqual(names('{ "a": nul, "b": 2 }'), ['a', 'b']);
  assert.deepEqual(names('{ "__proto__": 1 }'), ['__proto__']);
});

test('nesting without end is a problem, not a crash', () => {
  for (const open of ['[', '{"a":']) {
    const document = new JsonDocument(open.repeat(200_000));
    assert.ok(document.problems.some(({ fault }) => fault === 'too-deep'));
  }
  assert.deepEqual(new JsonDocument(`${'['.repeat(127)}${']'.repeat(127)}`).problems, []);
});

test('values at a path are set, made and removed in the style of the file', () => {
  const set = (text: string, path: string[], value: unknown) =>
    applyEdits(text, new JsonDocument(text).setAt(path, value));
  assert.equal(set('{\n}', ['a', 'ic'], 'x'), '{\n  "a": {\n    "ic": "x"\n  }\n}');
  assert.equal(set('{"a":{"ic":"x"}}', ['a', 'ic'], 'y'), '{"a":{"ic":"y"}}');
  assert.equal(set('{"a":{"ic":"x"}}', ['a', 'b'], 1), '{"a":{"ic":"x", "b":1}}');
  assert.equal(set('{ "a": 5 }', ['a', 'b'], true), '{ "a": {"b":true} }');
  assert.equal(set('{\n\t"a": 1,\n\t"b": 2\n}', ['b'], undefined), '{\n\t"a": 1\n}');
  assert.equal(set('{"a": 1, "a": 2}', ['a'], 3), '{"a": 1, "a": 3}');
  assert.equal(set('{"a": 1}', ['b', 'c'], undefined), '{"a": 1}');
});
