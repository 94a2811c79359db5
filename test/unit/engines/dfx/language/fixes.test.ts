import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../../../../src/core/document/tree';
import { fixAllEdits } from '../../../../../src/core/language/findings';
import { formatMessage } from '../../../../../src/core/util/message';
import { applyFix, brief, canisters, type FakeFacts, findingsOf, fixesOf, ID, samples } from './support';

/** Applies the fix with this title and returns the text. */
function fix(text: string, code: string, title: string, facts: FakeFacts = {}): string {
  const fixes = fixesOf(text, code, facts);
  const found = fixes.find((each) => formatMessage(each.title) === title);
  assert.ok(found, `${title} is not among: ${fixes.map((each) => formatMessage(each.title)).join(' | ')}`);
  return applyFix(text, found);
}

function value(text: string): unknown {
  return JSON.parse(text);
}

const main = { type: 'motoko', main: 'a.mo' };

test('did you mean', () => {
  assert.deepEqual(value(fix('{ "canistres": {} }', 'unknown-key', 'Change to "canisters"')), { canisters: {} });
  const type = canisters({ a: { ...main, type: 'motko' } });
  assert.deepEqual(value(fix(type, 'unknown-type', 'Change to "motoko"')), { canisters: { a: main } });
  const dependency = canisters({ a: { ...main, dependencies: ['bb'] }, b1: main });
  assert.match(fix(dependency, 'unknown-dependency', 'Change to "b1"'), /"b1"\s*\]/);
  const network = canisters({ a: { ...main, remote: { id: { locla: ID } } } });
  assert.match(fix(network, 'unknown-network', 'Change to "local"'), /"local": "ryjl3/);
  const binding = canisters({ a: { ...main, declarations: { bindings: ['tss'] } } });
  assert.match(fix(binding, 'unknown-binding', 'Change to "ts"'), /"ts"/);
});

test('missing keys are added in the style of the file', () => {
  const text = '{\n    "canisters": {\n        "a": {\n            "type": "rust"\n        }\n    }\n}';
  assert.equal(
    fix(text, 'missing-key', 'Add all missing keys'),
    '{\n    "canisters": {\n        "a": {\n            "type": "rust",\n            "package": "a",\n            "candid": "src/a/a.did"\n        }\n    }\n}',
  );
  assert.equal(
    fix('{"canisters":{"a":{"type":"motoko"}}}', 'missing-main', 'Add "main"'),
    '{"canisters":{"a":{"type":"motoko", "main":"src/a/main.mo"}}}',
  );
  assert.deepEqual(value(fix('{"canisters":{"a":{}}}', 'missing-type', 'Add "type": "motoko"')), {
    canisters: { a: { type: 'motoko' } },
  });
  const crlf = text.replaceAll('\n', '\r\n').replaceAll('    ', '\t');
  assert.equal(
    fix(crlf, 'missing-key', 'Add "candid"'),
    '{\r\n\t"canisters": {\r\n\t\t"a": {\r\n\t\t\t"type": "rust",\r\n\t\t\t"candid": "src/a/a.did"\r\n\t\t}\r\n\t}\r\n}',
  );
});

test('a type is put in front', () => {
  const text = '{\n  "canisters": {\n    "a": {\n      "main": "a.mo"\n    }\n  }\n}';
  assert.equal(
    fix(text, 'missing-type', 'Add "type": "motoko"'),
    '{\n  "canisters": {\n    "a": {\n      "type": "motoko",\n      "main": "a.mo"\n    }\n  }\n}',
  );
});

test('what is removed takes its comma along', () => {
  const conflict = canisters({ a: { ...main, init_arg: '()', init_arg_file: 'x' } });
  for (const key of ['init_arg', 'init_arg_file']) {
    const fixed = fix(conflict, 'init-arg-conflict', `Remove "${key}"`);
    assert.equal(Object.hasOwn((value(fixed) as { canisters: { a: object } }).canisters.a, key), false);
  }
  for (const dependencies of [['a'], ['a', 'b'], ['b', 'a'], ['b', 'a', 'c']]) {
    const text = canisters({ a: { ...main, dependencies }, b: main, c: main });
    for (const style of [text, JSON.stringify(JSON.parse(text))]) {
      const fixed = value(fix(style, 'self-dependency', 'Remove the dependency on "a"'));
      const left = dependencies.filter((name) => name !== 'a');
      assert.deepEqual((fixed as { canisters: { a: { dependencies: string[] } } }).canisters.a.dependencies, left);
    }
  }
});

test('a circle is opened', () => {
  const text = canisters({ a: { ...main, dependencies: ['b'] }, b: { ...main, dependencies: ['a'] } });
  const fixed = fix(text, 'circular-dependency', 'Remove the dependency on "b"');
  assert.deepEqual(brief(fixed), []);
});

test('files that are missing can be made, inside the project only', () => {
  const facts: FakeFacts = { otherwise: 'missing' };
  const [create] = fixesOf(canisters({ a: { type: 'motoko', main: 'src/x.mo' } }), 'missing-file', facts);
  assert.ok(create?.createFile);
  assert.ok(create.createFile.path.endsWith('x.mo'));
  assert.match(create.createFile.content, /actor/);
  const [args] = fixesOf(
    canisters({ a: { type: 'motoko', main: 'x', init_arg_file: 'x.args' } }),
    'init-arg-file-missing',
    facts,
  );
  assert.equal(args?.createFile?.content, '()\n');
  assert.deepEqual(fixesOf(canisters({ a: { type: 'motoko', main: '../x.mo' } }), 'missing-file', facts), []);
  assert.deepEqual(fixesOf(canisters({ a: { type: 'assets', source: ['www'] } }), 'missing-file', facts), []);
});

test('comments are removed, one or all', () => {
  const text = '{\n  // first\n  "version": 1, /* second */ "dfx": "1.0.0" // third\n}\n';
  assert.equal(
    fix(text, 'comment', 'Remove the comment'),
    '{\n  "version": 1, /* second */ "dfx": "1.0.0" // third\n}\n',
  );
  const clean = fix(text, 'comment', 'Remove all comments');
  assert.deepEqual(value(clean), { version: 1, dfx: '1.0.0' });
  assert.deepEqual(value(fix('{ "version": 1, }', 'trailing-comma', 'Remove the comma')), { version: 1 });
  assert.deepEqual(value(fix('{ "version": 1 "dfx": "1.0.0" }', 'syntax-error', 'Insert the comma')), {
    version: 1,
    dfx: '1.0.0',
  });
});

test('values are put right', () => {
  const settings = (rest: object) => canisters({ a: { ...main, initialization_values: rest } });
  assert.match(fix(settings({ freezing_threshold: 60 }), 'numeric-duration', 'Change to "60s"'), /"60s"/);
  assert.match(fix(settings({ freezing_threshold: '60' }), 'invalid-duration', 'Change to "60s"'), /"60s"/);
  assert.match(fix(canisters({ a: { ...main, gzip: 'true' } }), 'wrong-type', 'Change to true'), /"gzip": true/);
  assert.match(fix('{ "version": "1" }', 'wrong-type', 'Change to 1'), /: 1 /);
  assert.match(
    fix(canisters({ a: { ...main, dependencies: 'b' }, b: main }), 'wrong-type', 'Wrap it in an array'),
    /: \["b"\]/,
  );
  const id = 'ryjl3tyaaaaaaaaaaabacai';
  assert.match(
    fix(canisters({ a: { ...main, specified_id: id } }), 'invalid-principal', `Change to "${ID}"`),
    /ryjl3-/,
  );
  assert.match(
    fix('{ "networks": { "n": { "bind": "localhost" } } }', 'invalid-bind', 'Change to "localhost:8000"'),
    /:8000/,
  );
});

test('fix all repairs what has one sure fix and leaves the rest', () => {
  const text = `{
  // note
  "canistres": { "x": {} },
  "canisters": {
    "a": { "main": "a.mo", "dependancies": ["b"], },
    "b": { "type": "rsut", "package": "b", "candid": "b.did", "dependencies": ["b"] }
  },
}`;
  let fixed = text;
  for (let round = 0; round < 4; round++) {
    fixed = applyEdits(fixed, fixAllEdits(findingsOf(fixed)));
  }
  const parsed = value(fixed) as { canisters: Record<string, object> };
  assert.deepEqual(parsed.canisters, {
    a: { type: 'motoko', main: 'a.mo', dependencies: ['b'] },
    b: { type: 'rust', package: 'b', candid: 'b.did', dependencies: [] },
  });
});

test('every fix of every finding leaves a text that can be read at least as well', () => {
  const facts: FakeFacts = { otherwise: 'missing' };
  for (const { text } of samples()) {
    const before = findingsOf(text, facts);
    for (const finding of before) {
      for (const each of finding.fixes?.() ?? []) {
        if (each.createFile === undefined) {
          assert.doesNotThrow(() => JSON.parse(applyFix(text, each)));
        }
      }
    }
  }
});

test('Candid arguments get their quotes and plain spaces', () => {
  const text = canisters({
    a: { type: 'motoko', main: 'a.mo', init_arg: '(record { type = "é\u00a0x";\u3000b = 1 })' },
  });
  const [keyword] = fixesOf(text, 'init-arg-syntax');
  const quoted = applyFix(text, keyword!);
  assert.match(quoted, /record \{ \\"type\\" = /);
  const [space] = fixesOf(quoted, 'init-arg-syntax');
  const right = applyFix(quoted, space!);
  assert.deepEqual(brief(right), []);
  assert.equal(JSON.parse(right).canisters.a.init_arg, '(record { "type" = "é\u00a0x"; b = 1 })');
});
