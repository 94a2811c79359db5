import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FINDING_CODES } from '../../../../../src/core/engines/dfx/language/finding-codes';
import { knownBySchema } from '../../../../../src/core/engines/dfx/language/known-keys';
import { canisters, type FakeFacts, findingsOf, ID, OTHER_ID, samples, see } from './support';

const covered = new Set<string>();

/** Checks that exactly these findings of a code are made, by the text under each squiggle. */
function expect(
  code: keyof typeof FINDING_CODES,
  text: string,
  places: readonly string[],
  facts: FakeFacts = {},
): void {
  const found = findingsOf(text, facts).map((finding) => see(text, finding));
  const own = found.filter((finding) => finding.code === code);
  assert.deepEqual(
    own.map((finding) => finding.text),
    places,
    JSON.stringify(found, null, 1),
  );
  for (const finding of own) {
    assert.equal(finding.severity, FINDING_CODES[code]);
  }
  if (places.length > 0) {
    covered.add(code);
  }
}

/** Checks that the text has no finding that is an error or a warning, unless of these codes. */
function accepted(text: string, facts: FakeFacts = {}): void {
  const bad = findingsOf(text, facts)
    .map((finding) => see(text, finding))
    .filter(({ severity }) => severity === 'error' || severity === 'warning');
  assert.deepEqual(bad, [], text);
}

const motoko = (rest: object = {}) => ({ type: 'motoko', main: 'a.mo', ...rest });
const rust = (rest: object = {}) => ({ type: 'rust', package: 'p', candid: 'p.did', ...rest });
const custom = (rest: object = {}) => ({ type: 'custom', wasm: 'c.wasm', candid: 'c.did', ...rest });

/** Seen in an editor only, which knows how the text is saved: `test/extension/language.test.ts`. */
const OF_BYTES = ['not-utf8'];

after(() => {
  const missing = Object.keys(FINDING_CODES).filter(
    (code) => !covered.has(code) && !code.startsWith('ids-') && !OF_BYTES.includes(code),
  );
  assert.deepEqual(missing, [], 'codes without a test');
});

test('the samples have no errors and no warnings', () => {
  for (const { text } of samples()) {
    accepted(text, { otherwise: undefined });
  }
});

test('syntax', () => {
  expect('syntax-error', '{ "canisters": { "a": } }', [':']);
  expect('syntax-error', '', ['']);
  expect('syntax-error', '{ "a" }', ['"a"']);
  expect('syntax-error', '{"version": 01}', ['01']);
  expect('comment', '{ // one\n "version": 1 /* two */ }', ['// one', '/* two */']);
  expect('trailing-comma', '{ "version": 1, }', [',']);
  expect('byte-order-mark', '\ufeff{}', ['\ufeff']);
  expect('duplicate-key', '{ "dfx": "1.0.0", "version": 1, "dfx": "2.0.0" }', ['"dfx"']);
  expect('duplicate-key', '{ "canisters": { "a": {}, "a": {} } }', ['"a"']);
});

test('a repeated key: the last counts, and the first says where that one is', () => {
  const text = '{ "canisters": { "a": { "type": "motoko", "main": "a.mo", "type": "rusty" } } }';
  const findings = findingsOf(text, { extensions: new Map() });
  const twice = findings.find(({ code }) => code === 'duplicate-key')!;
  assert.equal(twice.range.offset, text.indexOf('"type"'));
  assert.equal(twice.related?.[0]?.range.offset, text.lastIndexOf('"type"'));
  assert.ok(findings.some(({ code }) => code === 'unknown-type'));
});

test('wrong types', () => {
  expect('wrong-type', '[]', ['[]']);
  expect('wrong-type', '"x"', ['"x"']);
  expect('wrong-type', '{ "canisters": [] }', ['[]']);
  expect('wrong-type', '{ "canisters": { "a": 5 } }', ['5']);
  expect('wrong-type', '{ "networks": { "a": "b" } }', ['"b"']);
  expect('wrong-type', canisters({ a: motoko({ dependencies: 'b' }) }), ['"b"']);
  expect('wrong-type', canisters({ a: motoko({ dependencies: [1, null] }) }), ['1', 'null']);
  expect('wrong-type', canisters({ a: motoko({ gzip: 'true' }) }), ['"true"']);
  expect('wrong-type', canisters({ a: { type: 5, main: 'a.mo' } }), ['5']);
  expect('wrong-type', '{ "version": 1.5 }', ['1.5']);
  expect('wrong-type', '{ "version": "1" }', ['"1"']);
  expect('wrong-type', canisters({ a: motoko({ metadata: {} }) }), ['{}']);
  // The loader parses the keys of every type, whatever type the canister has.
  expect('wrong-type', canisters({ a: motoko({ build: 5 }) }), ['5']);
  expect('wrong-type', canisters({ a: custom({ build: 5 }) }), ['5']);
  expect('wrong-type', canisters({ a: motoko({ initialization_values: { memory_allocation: true } }) }), ['true']);
  expect('wrong-type', canisters({ a: motoko({ initialization_values: { log_visibility: 5 } }) }), ['5']);
});

test('null is "not set" where dfx has an option, and a wrong type elsewhere', () => {
  accepted('{ "networks": null, "defaults": null, "dfx": null, "version": null }');
  accepted(canisters({ a: motoko({ optimize: null, remote: null, shrink: null, init_arg: null, tech_stack: null }) }));
  expect('wrong-type', canisters({ a: motoko({ dependencies: null, declarations: null }) }), ['null', 'null']);
  expect('wrong-type', '{ "canisters": null }', ['null']);
  // `Option` fields, but each is parsed as what it holds before it is known to be there.
  for (const name of ['crate', 'workspace', 'package', 'candid', 'wasm', 'source', 'build', 'skip_cargo_audit', 'id']) {
    for (const canister of [
      motoko(),
      rust(),
      custom(),
      { type: 'assets', source: ['web'] },
      { type: 'pull', id: ID },
    ]) {
      expect('wrong-type', canisters({ a: { ...canister, [name]: null } }), ['null']);
    }
  }
});

test('fixed values', () => {
  expect('unknown-value', canisters({ a: motoko({ optimize: 'O9' }) }), ['"O9"']);
  expect('unknown-value', '{ "profile": "debug" }', ['"debug"']);
  expect('unknown-value', '{ "networks": { "n": { "type": "persistant", "providers": ["https://x.y"] } } }', [
    '"persistant"',
  ]);
  expect('unknown-value', '{ "defaults": { "replica": { "log_level": "loud" } } }', ['"loud"']);
  expect('unknown-value', canisters({ a: motoko({ metadata: [{ name: 'candid:args', visibility: 'secret' }] }) }), [
    '"secret"',
  ]);
  expect('unknown-value', canisters({ a: motoko({ initialization_values: { log_visibility: 'all' } }) }), ['"all"']);
  expect(
    'unknown-value',
    canisters({ a: motoko({ initialization_values: { log_visibility: { allowed_viewers: [], other: 1 } } }) }),
    ['"other"'],
  );
});

test('numbers out of range', () => {
  const values = (value: object) => canisters({ a: motoko({ initialization_values: value }) });
  expect('out-of-range', values({ compute_allocation: 101 }), ['101']);
  expect('out-of-range', values({ compute_allocation: '101' }), ['"101"']);
  expect('out-of-range', values({ memory_allocation: 2 ** 48 + 1 }), [String(2 ** 48 + 1)]);
  expect('out-of-range', values({ memory_allocation: '257 TiB' }), ['"257 TiB"']);
  expect('out-of-range', values({ memory_allocation: -1 }), ['-1']);
  expect('out-of-range', values({ freezing_threshold: '999999999999999 years' }), ['"999999999999999 years"']);
  expect('out-of-range', '{ "version": 4294967296 }', ['4294967296']);
  expect('out-of-range', '{ "defaults": { "replica": { "port": 70000 } } }', ['70000']);
  accepted(values({ compute_allocation: 100, memory_allocation: 2 ** 48, freezing_threshold: '1h 30m' }));
  accepted(values({ compute_allocation: '0', memory_allocation: '1.5 GiB', wasm_memory_limit: '10M' }));
});

test('sizes and durations', () => {
  const values = (value: object) => canisters({ a: motoko({ initialization_values: value }) });
  expect('invalid-size', values({ memory_allocation: '2 gigs' }), ['"2 gigs"']);
  expect('invalid-size', values({ wasm_memory_limit: '' }), ['""']);
  expect('invalid-duration', values({ freezing_threshold: '30' }), ['"30"']);
  expect('invalid-duration', values({ freezing_threshold: '3 fortnights' }), ['"3 fortnights"']);
  expect('numeric-duration', values({ freezing_threshold: 2592000 }), ['2592000']);
});

test('unknown keys', () => {
  expect('unknown-key', '{ "canistres": {} }', ['"canistres"']);
  expect('unknown-key', canisters({ a: motoko({ dependancies: [] }) }), ['"dependancies"']);
  expect('unknown-key', '{ "networks": { "n": { "bindd": "x" } } }', ['"bindd"']);
  expect('unknown-key', '{ "$schema": "x", "_comment": "y", "//": "z" }', []);
  // An extension that defines a type reads keys of its own.
  expect('unknown-key', canisters({ a: { type: 'azle', main: 'a.ts', custom: {} } }), []);
});

test('keys that dfx drops', () => {
  expect('unused-key', canisters({ a: motoko({ candid: 'a.did', wasm: 5 }) }), ['"candid"', '"wasm"']);
  expect('deprecated-key', '{ "defaults": { "bootstrap": {} } }', ['"bootstrap"']);
  expect('shrink-ignored', canisters({ a: rust({ optimize: 'size', shrink: true }) }), ['"shrink"']);
});

test('keys that came after the dfx in use', () => {
  const canister = { a: motoko({ pre_install: [], init_arg: '()' }) };
  expect('key-newer-than-dfx', canisters(canister, { dfx: '0.17.0' }), ['"pre_install"']);
  expect('key-newer-than-dfx', canisters(canister, { dfx: '0.16.1' }), ['"pre_install"', '"init_arg"']);
  expect('key-newer-than-dfx', canisters(canister, { dfx: '0.25.0' }), []);
  expect('key-newer-than-dfx', canisters(canister, { dfx: 'nonsense' }), []);
  const schema = {
    properties: { canisters: {} },
    definitions: { ConfigCanistersCanister: { properties: { main: {} }, oneOf: [{ properties: { type: {} } }] } },
  };
  const known = knownBySchema(JSON.stringify(schema), '0.10.0')!;
  const text = canisters(canister, { dfx: '0.32.0' });
  const codes = findingsOf(text, {}, known).filter(({ code }) => code === 'key-newer-than-dfx');
  assert.deepEqual(
    codes.map((finding) => see(text, finding).text),
    ['"pre_install"', '"init_arg"', '"dfx"'],
  );
  assert.equal(knownBySchema('no json'), undefined);
  assert.equal(knownBySchema('[]'), undefined);
});

test('canister types', () => {
  expect('unknown-type', canisters({ a: { type: 'rsut' } }), ['"rsut"']);
  expect('unknown-type', canisters({ a: { type: 'cobol' } }), ['"cobol"']);
  expect('unknown-type', canisters({ a: { type: 'azle' } }), []);
  expect('unknown-type', canisters({ a: { type: 'azle' } }), ['"azle"'], { extensions: new Map() });
  expect('unknown-type', canisters({ a: { type: 'sns' } }), ['"sns"'], { extensions: new Map([['sns', false]]) });
  // Without a dfx on this machine nothing can be looked up.
  expect('unknown-type', canisters({ a: { type: 'kybra' }, b: { type: 'rsut' } }), ['"rsut"'], { extensions: null });
  expect('missing-type', canisters({ a: { main: 'a.mo' } }), ['"a"']);
});

test('keys that a type needs', () => {
  expect('missing-key', canisters({ a: { type: 'rust' } }), ['"a"', '"a"']);
  expect('missing-key', canisters({ a: { type: 'rust', package: 'p' } }), ['"a"']);
  expect('missing-key', canisters({ a: { type: 'assets' } }), ['"a"']);
  expect('missing-key', canisters({ a: { type: 'custom', wasm: 'x' } }), ['"a"']);
  expect('missing-key', canisters({ a: { type: 'pull' } }), ['"a"']);
  expect('missing-key', canisters({ a: motoko({ remote: {} }) }), ['"remote"']);
  expect('missing-key', canisters({ a: motoko({ metadata: [{ content: 'x' }] }) }), ['{']);
  expect('missing-key', canisters({ a: motoko({ pullable: {} }) }), ['"pullable"', '"pullable"', '"pullable"']);
  expect('missing-key', '{ "networks": { "n": { "providers": ["https://x.y"], "playground": {} } } }', [
    '"playground"',
  ]);
  expect('missing-main', canisters({ a: { type: 'motoko' } }), ['"a"']);
  expect('missing-main', canisters({ a: {} }), ['"a"']);
  expect('missing-main', canisters({ a: motoko({ main: null }) }), ['"a"']);
  expect('missing-main', canisters({ a: { type: 'azle' } }), []);
});

test('dependencies', () => {
  expect('unknown-dependency', canisters({ a: motoko({ dependencies: ['b', 'ledgr'] }), ledger: motoko() }), [
    '"b"',
    '"ledgr"',
  ]);
  expect('self-dependency', canisters({ a: motoko({ dependencies: ['a'] }) }), ['"a"']);
  const ring = canisters({
    a: motoko({ dependencies: ['b'] }),
    b: motoko({ dependencies: ['c'] }),
    c: motoko({ dependencies: ['a'] }),
    d: motoko({ dependencies: ['a'] }),
  });
  expect('circular-dependency', ring, ['"b"', '"c"', '"a"']);
  const [first] = findingsOf(ring).filter(({ code }) => code === 'circular-dependency');
  assert.equal(see(ring, first!).message, 'These canisters depend on each other in a circle: a → b → c → a.');
  assert.equal(first!.related?.length, 3);
});

test('a dependency named like a member of every object is an unknown one', () => {
  expect('unknown-dependency', canisters({ a: motoko({ dependencies: ['__proto__', 'constructor', 'toString'] }) }), [
    '"__proto__"',
    '"constructor"',
    '"toString"',
  ]);
  accepted(
    '{ "canisters": { "__proto__": { "type": "motoko", "main": "a.mo" }, "b": { "type": "motoko", "main": "b.mo", "dependencies": ["__proto__"] } } }',
  );
});

test('a chain of 20,000 canisters needs no recursion', () => {
  const all: Record<string, unknown> = {};
  for (let i = 0; i < 20_000; i++) {
    all[`c${i}`] = { type: 'motoko', main: 'm.mo', dependencies: [`c${(i + 1) % 20_000}`] };
  }
  const text = canisters(all);
  const found = findingsOf(text).filter(({ code }) => code === 'circular-dependency');
  assert.equal(found.length, 20_000);
  assert.ok(see(text, found[0]!).message.length < 300);
});

test('imports of Motoko programs', () => {
  const text = canisters({
    a: motoko({ dependencies: ['b'] }),
    b: motoko({ main: 'b.mo' }),
    c: motoko({ main: 'c.mo' }),
  });
  const imports = { 'a.mo': { canisters: new Set(['c', 'outside']), complete: true } };
  expect('undeclared-import', text, ['"a.mo"', '"a.mo"'], { imports });
  expect('unused-dependency', text, ['"b"'], { imports });
  expect('unused-dependency', text, [], { imports: { 'a.mo': { canisters: new Set(), complete: false } } });
});

test('pull canisters with one id', () => {
  const pull = (id: string) => ({ type: 'pull', id });
  expect('duplicate-pull-id', canisters({ a: pull(ID), b: pull(ID.toUpperCase()), c: pull(OTHER_ID) }), [
    `"${ID}"`,
    `"${ID.toUpperCase()}"`,
  ]);
});

test('principals', () => {
  const bad = 'ryjl3-tyaaa-aaaaa-aaabb-cai';
  expect('invalid-principal', canisters({ a: motoko({ remote: { id: { ic: bad, local: ID } } }) }), [`"${bad}"`]);
  expect('invalid-principal', canisters({ a: motoko({ specified_id: 'x' }) }), ['"x"']);
  expect('invalid-principal', canisters({ a: { type: 'pull', id: '' } }), ['""']);
  const pullable = { dependencies: [ID, bad], init_guide: '', wasm_url: 'https://x.y/z' };
  expect('invalid-principal', canisters({ a: motoko({ pullable }) }), [`"${bad}"`]);
  const log_visibility = { allowed_viewers: [bad] };
  expect('invalid-principal', canisters({ a: motoko({ initialization_values: { log_visibility } }) }), [`"${bad}"`]);
  const playground = { playground_canister: bad };
  expect('invalid-principal', JSON.stringify({ networks: { p: { providers: ['https://x.y'], playground } } }), [
    `"${bad}"`,
  ]);
});

test('installation arguments', () => {
  expect('init-arg-conflict', canisters({ a: motoko({ init_arg: '()', init_arg_file: 'x' }) }), [
    '"init_arg"',
    '"init_arg_file"',
  ]);
  expect('init-arg-conflict', canisters({ a: motoko({ init_arg: '()', init_arg_file: null }) }), []);
  expect('init-arg-syntax', canisters({ a: motoko({ init_arg: '(record { a = })' }) }), ['}']);
  expect('init-arg-syntax', canisters({ a: motoko({ init_arg: '(1' }) }), ['"']);
  expect('init-arg-syntax', canisters({ a: motoko({ init_arg: '("a\nb", principal "x")' }) }), ['\\"x\\"']);
  expect('init-arg-file-missing', canisters({ a: motoko({ init_arg_file: 'args' }) }), ['"args"'], {
    kinds: { args: 'missing' },
  });
  const facts: FakeFacts = { kinds: { args: 'file' }, texts: { args: '(vec {)' } };
  expect('init-arg-syntax', canisters({ a: motoko({ init_arg_file: 'args' }) }), ['"args"'], facts);
  accepted(canisters({ a: motoko({ init_arg: '(null, opt 5 : opt nat, blob "\\00\\ff", variant { a })' }) }));
  accepted(canisters({ a: motoko({ init_arg: 'record { a = 1 }' }) }));
});

test('metadata', () => {
  const metadata = (...items: object[]) => canisters({ a: motoko({ metadata: items }) });
  expect('metadata-conflict', metadata({ name: 'x', path: 'p', content: 'c' }), ['"path"', '"content"']);
  expect('metadata-empty', metadata({ name: 'x' }), ['"x"']);
  expect('metadata-empty', metadata({ name: 'x', path: null }), ['"x"']);
  accepted(metadata({ name: 'candid:service' }, { name: 'candid:args' }, { name: 'x', content: '' }));
});

test('building', () => {
  expect('url-wasm-build', canisters({ a: custom({ wasm: 'https://x.y/z.wasm', build: ['make'] }) }), ['"build"']);
  expect('url-wasm-build', canisters({ a: custom({ wasm: 'https://x.y/z.wasm', build: [] }) }), []);
  expect('url-wasm-build', canisters({ a: custom({ wasm: 'z.wasm', build: 'make' }) }), []);
  expect('unknown-binding', canisters({ a: motoko({ declarations: { bindings: ['js', 'rs'] } }) }), ['"rs"']);
  expect('unknown-package', canisters({ a: rust({ package: 'bakend' }) }), ['"bakend"'], { packages: ['backend'] });
  expect('unknown-package', canisters({ a: rust() }), [], { packages: ['p'] });
});

test('settings that creation drops or fails over', () => {
  const initialization_values = {
    wasm_memory_threshold: '1 GiB',
    wasm_memory_limit: '3 GiB',
    log_visibility: 'public',
  };
  const text = canisters({ a: motoko({ initialization_values }) });
  expect('threshold-ignored', text, ['"wasm_memory_threshold"']);
  expect('wallet-setting', text, ['"wasm_memory_limit"', '"log_visibility"']);
  expect('wallet-setting', canisters({ a: motoko({ initialization_values, specified_id: ID }) }), []);
});

test('networks', () => {
  const network = (value: object) => JSON.stringify({ networks: { n: value } });
  expect('no-providers', network({ providers: [] }), ['[]']);
  expect('invalid-provider-url', network({ providers: ['icp0.io', 'https://icp0.io', 'ftp://x.y'] }), [
    '"icp0.io"',
    '"ftp://x.y"',
  ]);
  for (const bind of ['127.0.0.1', 'localhost', '127.0.0.1:99999', '1.2.3.4.5:80', '::1:80', '300.0.0.1:80', '']) {
    expect('invalid-bind', network({ bind }), [JSON.stringify(bind)]);
  }
  for (const bind of ['evil.example:80', 'x.localhost:80', 'http://127.0.0.1:80', 'localhost@evil.example:80']) {
    expect('invalid-bind', network({ bind }), [JSON.stringify(bind)]);
  }
  for (const bind of ['127.0.0.1:0', 'localhost:8000', '[::1]:4943', '0.0.0.0:80', '127.1:8000', '1.2.3:80']) {
    expect('invalid-bind', network({ bind }), []);
  }
  expect('ic-network', '{ "networks": { "ic": { "providers": ["https://icp0.io"] } } }', ['"ic"']);
  expect('defaults-ignored', '{ "defaults": { "bitcoin": {}, "replica": {}, "build": {} } }', [
    '"bitcoin"',
    '"replica"',
  ]);
  expect('defaults-ignored', '{ "defaults": { "bitcoin": {} }, "networks": { "local": {} } }', []);
  const id = { ic: ID, stagin: ID, shared: ID, __default: ID, http___127_0_0_1_8000: ID };
  const remote = canisters(
    { a: motoko({ remote: { id } }) },
    { networks: { staging: { providers: ['https://x.y'] } } },
  );
  expect('unknown-network', remote, ['"stagin"'], { networks: ['shared'] });
  expect('unknown-network', canisters({ a: motoko({ metadata: [{ name: 'candid:args', networks: ['mainnet'] }] }) }), [
    '"mainnet"',
  ]);
});

test('files that are not there', () => {
  const facts: FakeFacts = { otherwise: 'missing' };
  expect('missing-file', canisters({ a: motoko() }), ['"a.mo"'], facts);
  expect('missing-file', canisters({ a: rust() }), ['"p.did"'], facts);
  expect('missing-file', canisters({ a: custom() }), ['"c.wasm"', '"c.did"'], facts);
  // The commands make it.
  expect('missing-file', canisters({ a: custom({ build: ['make'] }) }), [], facts);
  expect('missing-file', canisters({ a: custom({ candid: 'https://x.y/z.did' }) }), ['"c.wasm"'], facts);
  expect('missing-file', canisters({ a: { type: 'assets', source: ['www'] } }), ['"www"'], facts);
  // A build makes these folders, but not those above them.
  expect('missing-file', canisters({ a: { type: 'assets', source: ['dist/', './build/x'] } }), [], facts);
  expect('missing-file', canisters({ a: { type: 'assets', source: ['web/dist'] } }), ['"web/dist"'], facts);
  expect('missing-file', canisters({ a: { type: 'assets', source: ['web/dist'] } }), [], {
    otherwise: 'missing',
    kinds: { web: 'directory' },
  });
  expect('missing-file', canisters({ a: motoko({ metadata: [{ name: 'x', path: 'y' }] }) }), ['"a.mo"', '"y"'], facts);
  expect('missing-file', canisters({ a: motoko() }), ['"a.mo"'], { kinds: { 'a.mo': 'directory' } });
  expect('missing-file', canisters({}, { output_env_file: 'no/.env' }), ['"no/.env"'], facts);
  expect('missing-file', canisters({}, { output_env_file: '.env' }), [], facts);
});

test('paths that leave the project', () => {
  expect('outside-project', canisters({ a: { type: 'assets', source: ['../www', 'a/../..'] } }), [
    '"../www"',
    '"a/../.."',
  ]);
  expect('outside-project', canisters({ a: motoko({ declarations: { output: '../x' } }) }), ['"../x"']);
  expect('outside-project', '{ "output_env_file": "../.env" }', ['"../.env"']);
  expect('outside-project', '{ "output_env_file": "..env" }', []);
  expect('absolute-env-file', '{ "output_env_file": "/etc/env" }', ['"/etc/env"']);
});

test('names', () => {
  expect('dotted-name', canisters({ 'a.b': motoko() }), ['"a.b"']);
  expect('colliding-name', canisters({ 'a-b': motoko(), A_B: motoko(), ab: motoko() }), ['"a-b"', '"A_B"']);
  expect('principal-name', canisters({ [ID]: motoko() }), [`"${ID}"`]);
});

test('nothing is said of files before the facts are there', () => {
  const text = canisters({ a: motoko({ init_arg_file: 'x' }), b: rust() });
  const findings = findingsOf(text, { otherwise: undefined });
  assert.deepEqual(
    findings.map(({ code }) => code),
    [],
  );
});

test('JSON that dfx cannot hold', () => {
  const deep = (levels: number) => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  expect('json-limits', deep(128), ['[']);
  expect('json-limits', deep(127), []);
  expect('json-limits', '{"x": 1e400, "y": [-1e999]}', ['1e400', '-1e999']);
  expect('json-limits', '{"x": 1e308, "y": 0e400, "z": 1e-400}', []);
  expect('json-limits', String.raw`{"x": "\ud800", "\udc00": "\ud800\ud800\udc00", "y": "\ud800A"}`, [
    String.raw`\ud800`,
    String.raw`\udc00`,
    String.raw`\ud800`,
    String.raw`\ud800`,
  ]);
  expect('json-limits', String.raw`{"x": "\ud83d\ude00", "\uD83D\uDE00": 1}`, []);
});

test('an escaped pair of surrogates is one character of the text', () => {
  expect(
    'init-arg-syntax',
    String.raw`{"canisters":{"a":{"type":"motoko","main":"a.mo","init_arg":"(\"\ud83d\ude00\" x)"}}}`,
    ['x'],
  );
});

test('addresses of nodes', () => {
  const nodes = (chain: string, ...addresses: string[]) =>
    JSON.stringify({
      defaults: { [chain]: { nodes: addresses } },
      networks: { local: { [chain]: { nodes: addresses } } },
    });
  const wrong = [
    'localhost:18444',
    '127.0.0.1',
    'bitcoind:18444',
    '127.0.0.1:99999',
    '127.1:1',
    '01.2.3.4:5',
    '::1:80',
    '',
  ];
  for (const chain of ['bitcoin', 'dogecoin']) {
    const twice = [...wrong, ...wrong].map((address) => JSON.stringify(address));
    expect('invalid-address', nodes(chain, ...wrong), twice);
    expect('invalid-address', nodes(chain, '127.0.0.1:18444', '[::1]:18444', '[fe80::1%2]:0', '1.2.3.4:00080'), []);
  }
  expect('invalid-address', '{"defaults": {"bootstrap": {"ip": "localhost"}}}', ['"localhost"']);
  expect('invalid-address', '{"defaults": {"bootstrap": {"ip": "::1"}}}', []);
});

test('what dfx accepts although it looks wrong', () => {
  const values = (value: unknown) => canisters({ a: custom({ initialization_values: value }) });
  for (const size of [1e9, 1.5, 2.0, '4 GiB B', '4 TiB!', '1 K', '5z', '3.25 gib']) {
    const raw = values({ memory_allocation: size }).replace('1000000000', '1e9');
    expect('invalid-size', raw, []);
    expect('wrong-type', raw, []);
  }
  for (const duration of ['1 000 s', '1.5h', '0', '1h30m', '\u00851s', '1. 5 days']) {
    expect('invalid-duration', values({ freezing_threshold: duration }), []);
  }
  accepted(values({ log_visibility: { public: null } }));
  accepted(canisters({ a: custom({ optimize: { cycles: null } }) }));
  accepted(values([]));
  accepted(values([1, '2 GiB', '30days']));
  const network = { providers: ['https://icp0.io'], bind: 5, replica: { subnet_type: 'sys' }, bitcoin: 7 };
  accepted(JSON.stringify({ networks: { staging: network } }));
  expect('unused-key', JSON.stringify({ networks: { staging: network } }), ['"bind"', '"replica"', '"bitcoin"']);
});

test('what dfx refuses although it looks right', () => {
  const values = (value: unknown) => canisters({ a: custom({ initialization_values: value }) });
  for (const size of ['4\u00a0GB', '1 YiB', '4 .5', '.5', '5.', '4 GBx', '-1']) {
    expect('invalid-size', values({ memory_allocation: size }), [JSON.stringify(size)]);
  }
  for (const duration of [
    '1.0000000001s',
    '0.5ns',
    '1.5',
    ' 0',
    '1\ufeffs',
    '1 S',
    '99999999999999999999 days',
    '1.s',
  ]) {
    expect('invalid-duration', values({ freezing_threshold: duration }), [JSON.stringify(duration)]);
  }
  const limit = (raw: string) => values({ reserved_cycles_limit: 0 }).replace(': 0', `: ${raw}`);
  expect('out-of-range', limit('18446744073709551615'), []);
  expect('out-of-range', limit('18446744073709551616'), ['18446744073709551616']);
  expect('wrong-type', limit('1e9'), ['1e9']);
  // An optional or defaulted field may be left out of an array only at its end, and nothing may be too much.
  expect('array-for-object', values([]), ['[']);
  expect(
    'wrong-type',
    '{"canisters":{"a":{"type":"motoko","main":"a.mo","initialization_values":[null,null,null,null,null,null,null,1]}}}',
    ['[null,null,null,null,null,null,null,1]'],
  );
  expect('wrong-type', canisters({ a: custom({ declarations: [] }) }), ['[]']);
  expect('out-of-range', values([101]), ['101']);
  expect('wrong-type', values({ log_visibility: 5 }), ['5']);
  expect('invalid-principal', canisters({ a: custom({ id: 'nonsense' }) }), ['"nonsense"']);
  expect('wrong-type', canisters({ a: motoko({ source: 'web' }) }), ['"web"']);
  expect('wrong-type', canisters({ a: motoko({ skip_cargo_audit: 'yes' }) }), ['"yes"']);
});

test('canisters that are remote need nothing that a build needs', () => {
  const remote = { id: { ic: ID } };
  const found = findingsOf(canisters({ a: { remote }, b: { remote: { id: {} } } })).map(
    ({ code, severity }) => `${severity} ${code}`,
  );
  assert.deepEqual(found.sort(), ['error missing-main', 'hint missing-main', 'hint missing-type']);
  accepted(canisters({ a: { type: 'motoko', remote } }));
  const facts: FakeFacts = { packages: ['other'], kinds: { 'c.wasm': 'missing', args: 'missing' } };
  accepted(canisters({ a: rust({ remote }), b: custom({ remote }) }), facts);
  const [argument] = findingsOf(canisters({ a: custom({ remote, init_arg_file: 'args' }) }), facts).filter(
    ({ code }) => code === 'init-arg-file-missing',
  );
  assert.equal(argument?.severity, 'warning');
});

test('what a build makes need not be there', () => {
  const facts: FakeFacts = { kinds: { src: 'directory' }, otherwise: 'missing', ignored: ['made/args'] };
  const severities = (canister: object) =>
    findingsOf(canisters({ a: canister }), facts)
      .filter(({ code }) => code === 'init-arg-file-missing')
      .map(({ severity }) => severity);
  assert.deepEqual(severities(custom({ init_arg_file: 'args' })), ['error']);
  assert.deepEqual(severities(custom({ init_arg_file: 'args', build: 'make' })), ['hint']);
  for (const file of ['out/args', 'target/args', 'made/args', '.dfx/args', 'src/dist/args']) {
    assert.deepEqual(severities(custom({ init_arg_file: file })), [], file);
  }
  assert.deepEqual(severities(custom({ init_arg_file: 'lib/out/args' })), ['error']);
  expect('missing-file', canisters({ a: custom({ wasm: 'target/a.wasm', candid: 'made/args' }) }), [], facts);
  expect('missing-file', canisters({ a: custom({ build: 'make', wasm: 'sub', candid: '' }) }), ['"sub"', '""'], {
    kinds: { sub: 'directory', '': 'directory' },
  });
  const [source] = findingsOf(canisters({ a: { type: 'assets', source: ['www'], build: 'make' } }), facts);
  assert.equal(`${source?.severity} ${source?.code}`, 'hint missing-file');
});

test('a path that is wrong only in capitals or white space says so', () => {
  const text = canisters({ a: motoko({ main: 'Src/main.mo', init_arg_file: 'args.did ' }) });
  const facts: FakeFacts = {
    otherwise: 'missing',
    similar: { 'Src/main.mo': 'src/Main.mo', 'args.did ': 'args.did' },
  };
  const messages = findingsOf(text, facts).map((finding) => see(text, finding).message);
  assert.match(messages[0]!, /there is "src\/Main\.mo"\. Capital letters count/);
  assert.match(messages[1]!, /there is "args\.did"\. White space counts/);
});

test('URLs where dfx wants a path, and those that it cannot fetch', () => {
  const url = 'https://x.y/z';
  expect('unread-url', canisters({ a: motoko({ main: url }), b: rust({ candid: url }) }), [`"${url}"`, `"${url}"`]);
  expect('unread-url', canisters({ a: custom({ init_arg_file: url, metadata: [{ name: 'm', path: url }] }) }), [
    `"${url}"`,
    `"${url}"`,
  ]);
  expect('unread-url', canisters({ a: custom({ wasm: 'c:/a.wasm', candid: 'file://TMP/a.did' }) }), [
    '"c:/a.wasm"',
    '"file://TMP/a.did"',
  ]);
  expect('unread-url', canisters({ a: custom({ wasm: url, candid: 'HTTP:x.y/z' }) }), []);
  // What has a scheme is a URL to dfx, and then there can be no build.
  for (const wasm of ['https:x.y/z.wasm', 'c:/a.wasm', 'file:a.wasm']) {
    expect('url-wasm-build', canisters({ a: custom({ wasm, build: 'make' }) }), ['"build"']);
  }
});

test('the file for environment variables', () => {
  const facts: FakeFacts = {
    kinds: { web: 'directory', 'web/..': 'directory', 'a.txt': 'file' },
    otherwise: 'missing',
  };
  for (const value of ['', '.', './.', '.env/', 'web', 'web/', 'gone/../.env', 'gone/.env', 'a.txt/.env', 'web/..']) {
    expect('missing-file', canisters({}, { output_env_file: value }), [JSON.stringify(value)], facts);
  }
  for (const value of ['.env', 'web/.env', 'web/../.env', './.env', 'web//.env']) {
    expect('missing-file', canisters({}, { output_env_file: value }), [], facts);
  }
});

test('crates', () => {
  const facts: FakeFacts = {
    packages: ['p', 'lib-only', 'two'],
    crates: {
      p: [
        { name: 'p', types: ['lib'] },
        { name: 'my-tool', types: ['bin'] },
        { name: 'my_lib', types: ['cdylib', 'rlib'] },
      ],
      'lib-only': [{ name: 'lib_only', types: ['lib'] }],
      two: [
        { name: 'two', types: ['cdylib'] },
        { name: 'two', types: ['bin'] },
      ],
    },
  };
  expect('unknown-crate', canisters({ a: rust() }), ['"p"'], facts);
  expect('unknown-crate', canisters({ a: rust({ crate: 'nocrate' }) }), ['"nocrate"'], facts);
  expect('unknown-crate', canisters({ a: rust({ crate: 'my_tool' }) }), ['"my_tool"'], facts);
  expect(
    'unknown-crate',
    canisters({ a: rust({ package: 'lib-only' }), b: rust({ package: 'two' }) }),
    ['"lib-only"', '"two"'],
    facts,
  );
  expect('unknown-crate', canisters({ a: rust({ crate: 'my-tool' }), b: rust({ crate: 'my-lib' }) }), [], facts);
});

test('names that are no names of files', () => {
  const wrong = ['..', '.', '', 'a/..', 'a\0'];
  const all = Object.fromEntries([...wrong, 'a/b', 'a/.', '...', 'a..b'].map((name) => [name, motoko()]));
  expect(
    'unusable-name',
    canisters(all),
    wrong.map((name) => JSON.stringify(name)),
  );
});
