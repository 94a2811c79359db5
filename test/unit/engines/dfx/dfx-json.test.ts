import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { FileProblem } from '../../../../src/core/document/parse-json';
import { parseDfxConfig, parseNetworksJson } from '../../../../src/core/engines/dfx/dfx-json';
import { formatMessage } from '../../../../src/core/util/message';

const texts = (problems: readonly FileProblem[]): string[] => problems.map((problem) => formatMessage(problem.message));

/** The part of the text that a range covers. */
function cut(text: string, range: { offset: number; length: number } | undefined): string {
  assert.ok(range);
  return text.slice(range.offset, range.offset + range.length);
}

test('canisters of every type are read with their places', () => {
  const text = `{
    "version": 1, "dfx": "0.32.0", "output_env_file": ".env",
    "canisters": {
      "backend": {"main": "src/main.mo", "dependencies": ["ledger", "assets"]},
      "ledger": {"type": "rust", "package": "ledger", "candid": "ledger.did", "init_arg": "(1)"},
      "assets": {"type": "assets", "source": ["dist", "static"], "frontend": {"entrypoint": "x"}},
      "built": {"type": "custom", "wasm": "a.wasm.gz", "candid": "a.did", "init_arg_file": "args"},
      "ii": {"type": "pull", "id": "rdmx6-jaaaa-aaaaa-aaadq-cai"},
      "azle": {"type": "azle", "main": "src/index.ts"},
      "far": {"main": "x.mo", "remote": {"candid": "far.did", "id": {"ic": "a", "__default": "b"}}, "specified_id": "c"}
    }
  }`;
  const config = parseDfxConfig(text);
  assert.deepEqual(config.problems, []);
  assert.deepEqual(
    config.canisters.map(({ name, kind, type }) => [name, kind, type]),
    [
      ['backend', 'motoko', 'motoko'],
      ['ledger', 'rust', 'rust'],
      ['assets', 'assets', 'assets'],
      ['built', 'custom', 'custom'],
      ['ii', 'pull', 'pull'],
      ['azle', 'extension', 'azle'],
      ['far', 'motoko', 'motoko'],
    ],
  );
  const [backend, ledger, assets, built, ii, , far] = config.canisters;
  assert.equal(cut(text, backend?.nameRange), '"backend"');
  assert.ok(cut(text, backend?.range).startsWith('"backend": {"main"'));
  assert.equal(backend?.typeRange, undefined);
  assert.deepEqual(
    backend?.dependencies.map(({ value }) => value),
    ['ledger', 'assets'],
  );
  assert.equal(cut(text, backend?.dependencies[1]?.range), '"assets"');
  assert.equal(cut(text, ledger?.typeRange), '"rust"');
  assert.equal(ledger?.package?.value, 'ledger');
  assert.equal(ledger?.initArg?.value, '(1)');
  assert.equal(assets?.hasFrontend, true);
  assert.equal(ledger?.hasFrontend, false);
  assert.deepEqual(
    assets?.sources.map(({ value }) => value),
    ['dist', 'static'],
  );
  assert.equal(built?.wasm?.value, 'a.wasm.gz');
  assert.equal(built?.initArgFile?.value, 'args');
  assert.equal(ii?.pullId?.value, 'rdmx6-jaaaa-aaaaa-aaadq-cai');
  assert.deepEqual(
    [...(far?.remoteIds ?? [])].map(([network, id]) => [network, id.value]),
    [
      ['ic', 'a'],
      ['__default', 'b'],
    ],
  );
  assert.equal(far?.remoteCandid?.value, 'far.did');
  assert.equal(far?.specifiedId?.value, 'c');
});

test('a byte order mark is reported and counts as no part of the text', () => {
  const text = '{"canisters": {"a": {}}}';
  const config = parseDfxConfig(`\uFEFF${text}`);
  assert.match(texts(config.problems).join(), /byte order mark/);
  assert.equal(cut(text, config.canisters[0]?.nameRange), '"a"');
});

test('line ends of Windows change nothing but the places', () => {
  const text = '{\r\n  "canisters": {\r\n    "a": {"type": "rust"}\r\n  }\r\n}\r\n';
  const config = parseDfxConfig(text);
  assert.deepEqual(config.problems, []);
  assert.equal(cut(text, config.canisters[0]?.typeRange), '"rust"');
});

test('what strict JSON forbids is reported where it is, and the rest is read', () => {
  for (const [text, expected, at] of [
    ['{"canisters": {"a": {}, "b": {},}}', /trailing comma/, ',}'],
    ['{"canisters": {"a": {"dependencies": ["b",]}, "b": {}}}', /trailing comma/, ',]'],
    ['{ // note\n"canisters": {"a": {}, "b": {}}}', /Comments/, '//'],
    ['{ /* note */ "canisters": {"a": {}, "b": {}}}', /Comments/, '/*'],
    ['{"canisters": {"a": {} "b": {}}}', /comma/, '} "b"'],
    ['{"canisters": {"a": {}, "b": {}}} {}', /follow/, '{}'],
    ['{"canisters": {"a": {}, \'b\': {}}}', /property name|JSON/, "'"],
  ] as const) {
    const config = parseDfxConfig(text);
    const found = config.problems.find((problem) => expected.test(formatMessage(problem.message)));
    assert.ok(found, `${text}: ${texts(config.problems)}`);
    assert.ok(text.slice(found.range.offset).startsWith(at), `${text} at ${found.range.offset}`);
    assert.equal(config.canisters[0]?.name, 'a', text);
  }
});

test('an empty or foreign file is a problem, not a crash', () => {
  for (const [text, expected] of [
    ['', /empty/],
    ['  \n', /empty/],
    ['[]', /object/],
    ['"x"', /object/],
    ['null', /object/],
    ['}{', /JSON|expected/],
    ['\0\0\0', /./],
  ] as const) {
    const config = parseDfxConfig(text);
    assert.deepEqual(config.canisters, [], text);
    assert.match(texts(config.problems).join(), expected, JSON.stringify(text));
  }
});

test('wrong types are reported where they are and left out', () => {
  const text = `{
    "dfx": 5, "output_env_file": [],
    "networks": {"n": 1, "m": {"type": "forever", "bind": 4, "playground": {"timeout_seconds": -1}},
      "o": {"providers": "https://icp0.io"}, "p": {"playground": {"playground_canister": "x", "timeout_seconds": "9"}}},
    "canisters": {
      "a": 1, "b": null, "c": [],
      "d": {"type": 1, "main": 2, "candid": null, "wasm": {}, "package": [], "source": "dist", "dependencies": null,
        "remote": 3, "id": 4, "specified_id": 5, "init_arg": 6, "init_arg_file": 7, "frontend": 8},
      "e": {"dependencies": ["a", 1, null], "source": [2], "remote": {"candid": 1, "id": {"ic": 1, "x": "y"}}},
      "f": {"remote": {}},
      "g": {"main": null, "remote": null, "specified_id": null, "init_arg": null, "init_arg_file": null, "frontend": null}
    }
  }`;
  const config = parseDfxConfig(text);
  const found = config.problems.map(({ message, range }) => `${formatMessage(message)} @ ${cut(text, range)}`);
  for (const expected of [
    '"dfx" must be a string. @ 5',
    '"output_env_file" must be a string. @ []',
    'Network "n" must be an object. @ 1',
    'The type of a network must be "persistent" or "ephemeral". @ "forever"',
    '"bind" must be a string. @ 4',
    '"playground" must have the key "playground_canister". @ {"timeout_seconds": -1}',
    '"providers" must be an array of strings. @ "https://icp0.io"',
    '"timeout_seconds" must be a whole number of seconds. @ "9"',
    'Canister "a" must be an object. @ 1',
    'Canister "b" must be an object. @ null',
    'Canister "c" must be an object. @ []',
    '"type" must be a string. @ 1',
    '"main" must be a string. @ 2',
    '"candid" must be a string. @ null',
    '"wasm" must be a string. @ {}',
    '"package" must be a string. @ []',
    '"source" must be an array of strings. @ "dist"',
    '"dependencies" must be an array of strings. @ null',
    '"remote" must be an object. @ 3',
    '"id" must be a string. @ 4',
    '"specified_id" must be a string. @ 5',
    '"init_arg" must be a string. @ 6',
    '"init_arg_file" must be a string. @ 7',
    '"frontend" must be an object. @ 8',
    'Every item of "dependencies" must be a string. @ 1',
    'Every item of "dependencies" must be a string. @ null',
    'Every item of "source" must be a string. @ 2',
    '"ic" must be a string. @ 1',
    '"remote" must have the key "id". @ {}',
  ]) {
    assert.ok(found.includes(expected), `${expected}\nnot in\n${found.join('\n')}`);
  }
  assert.equal(found.filter((line) => line.includes('"candid"')).length, 2);
  assert.deepEqual(
    config.canisters.map(({ name }) => name),
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  );
  const e = config.canisters[4];
  assert.deepEqual(
    e?.dependencies.map(({ value }) => value),
    ['a'],
  );
  assert.deepEqual([...(e?.remoteIds.keys() ?? [])], ['x']);
  // A provider list that is none leaves the local form, as the loader's second try does.
  assert.equal(config.networks.find(({ name }) => name === 'o')?.providers, undefined);
  assert.deepEqual(config.networks.find(({ name }) => name === 'p')?.playground, {
    canister: 'x',
    timeoutSeconds: 1200,
  });

  for (const broken of ['{"canisters": 1}', '{"canisters": []}', '{"networks": "x"}']) {
    assert.match(texts(parseDfxConfig(broken).problems).join(), /must be an object/);
  }
  assert.deepEqual(parseDfxConfig('{"canisters": null, "networks": null}').problems, []);
});

test('of equal names the last counts', () => {
  const config = parseDfxConfig(
    '{"canisters": {"a": {"main": "1"}}, "canisters": {"b": {"main": "2"}, "b": {"main": "3"}}}',
  );
  assert.deepEqual(
    config.canisters.map(({ name, main }) => [name, main?.value]),
    [['b', '3']],
  );
});

test('names mean nothing: prototypes, numbers, shell characters', () => {
  const names = ['__proto__', 'constructor', '1', '0', '', '$(rm -rf ~)', '../../x', 'a b', 'Ünïcode', '-rf'];
  const entries = names.map((name) => `${JSON.stringify(name)}: {"main": "m"}`);
  const config = parseDfxConfig(`{"__proto__": {"canisters": 1}, "canisters": {${entries.join()}}}`);
  assert.deepEqual(
    config.canisters.map(({ name }) => name),
    names,
  );
  assert.deepEqual(config.problems, []);
  assert.equal(({} as { canisters?: unknown }).canisters, undefined);
});

test('nesting without end is a problem, not a stack overflow', () => {
  const config = parseDfxConfig(`{"canisters": {"a": ${'['.repeat(200_000)}`);
  assert.ok(config.problems.length > 0);
});

test('networks are read in both forms', () => {
  const text = `{
    "local": {"bind": "127.0.0.1:0", "type": "ephemeral", "replica": {"subnet_type": "system"}},
    "staging": {"providers": ["https://icp0.io", "https://b.example"], "type": "persistent"},
    "empty": {"providers": []},
    "play": {"providers": ["https://icp0.io"], "playground": {"playground_canister": "aaaaa-aa", "timeout_seconds": 60}}
  }`;
  const { networks, problems } = parseNetworksJson(text);
  assert.deepEqual(problems, []);
  const byName = new Map(networks.map((network) => [network.name, network]));
  assert.equal(byName.get('local')?.bind?.value, '127.0.0.1:0');
  assert.equal(byName.get('local')?.providers, undefined);
  assert.deepEqual(
    byName.get('staging')?.providers?.map(({ value }) => value),
    ['https://icp0.io', 'https://b.example'],
  );
  assert.deepEqual(byName.get('empty')?.providers, []);
  assert.deepEqual(byName.get('play')?.playground, { canister: 'aaaaa-aa', timeoutSeconds: 60 });
  assert.equal(cut(text, byName.get('staging')?.nameRange), '"staging"');
  assert.match(texts(parseNetworksJson('[1]').problems).join(), /object/);
});

/** The best of several rounds, in microseconds of the processor: others may be busy on this machine. */
function parseTime(count: number): number {
  const canisters = Array.from({ length: count }, (_, i) => [
    `canister_${i}`,
    { type: 'rust', package: `p${i}`, candid: `src/${i}/x.did`, dependencies: [`canister_${(i + 1) % count}`] },
  ]);
  const text = JSON.stringify({ version: 1, canisters: Object.fromEntries(canisters) }, undefined, 2);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 15; round++) {
    const start = process.cpuUsage();
    assert.equal(parseDfxConfig(text).canisters.length, count);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, user + system);
  }
  return best;
}

test('the time grows as the file does, not faster', () => {
  const ratio = parseTime(4_000) / parseTime(500);
  // Eight times the work; sixty-four times where something looks at every pair.
  assert.ok(ratio < 30, `${ratio.toFixed(1)} times the time for eight times the canisters`);
});

const data = path.resolve(__dirname, '../../../../../shared/data/dfx-json');
const files = existsSync(data) ? readdirSync(data) : [];

test('real files are read, whole and cut off anywhere', {
  skip: files.length === 0 && 'no recorded files',
}, async () => {
  let canisters = 0;
  for (const file of files) {
    const text = await readFile(path.join(data, file), 'utf8');
    const config = parseDfxConfig(text);
    canisters += config.canisters.length;
    const strict = ((): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    })();
    // Two recorded files lack what dfx's own end-to-end tests add before dfx reads them.
    const incomplete = file.includes('_e2e_assets_remote_') ? '"remote" must have the key "id".' : '';
    const unexpected = texts(config.problems).filter((problem) => problem !== incomplete);
    if (strict) {
      assert.deepEqual(unexpected, [], file);
    } else {
      assert.ok(config.problems.length > 0, file);
    }
    // A prime step visits every kind of place over so many files.
    for (let end = 0; end < text.trimEnd().length; end += 7) {
      const part = parseDfxConfig(text.slice(0, end));
      assert.ok(part.problems.length > 0, `${file} cut at ${end}`);
      for (const { range } of part.problems) {
        assert.ok(range.offset >= 0 && range.offset + range.length <= Math.max(end, 1));
      }
    }
  }
  assert.ok(canisters > 100, `${canisters} canisters`);
});
