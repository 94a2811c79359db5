import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { applyEdits } from '../../../../../src/core/document/tree';
import { FINDING_CODES } from '../../../../../src/core/engines/icp/language/finding-codes';
import { IdsDocument } from '../../../../../src/core/engines/icp/language/ids-document';
import { folderWith, open, see } from './support';

const STEP = 'build: { steps: [{ type: script, command: cp a $ICP_WASM_OUTPUT_PATH }] }';
const A = `canisters:\n  - name: a\n    ${STEP}\n`;
/** A canister `a` with more lines. */
const a = (...lines: readonly string[]): string => A + lines.map((line) => `    ${line}\n`).join('');
const recipe = (type: string, ...lines: readonly string[]): string =>
  `canisters:\n  - name: a\n    recipe:\n      type: ${type}\n${lines.map((line) => `      ${line}\n`).join('')}`;
const environment = (...lines: readonly string[]): string =>
  `${A}environments:\n${lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}\n`).join('')}`;
const network = (...lines: readonly string[]): string =>
  `networks:\n${lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}\n`).join('')}`;
const DID = 'service : (record { owner : principal }, nat) -> {}';
const ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';

interface Example {
  readonly code: keyof typeof FINDING_CODES;
  readonly text: string;
  /** The text under the squiggle. */
  readonly at: string;
  readonly severity?: string;
  /** Other files. */
  readonly files?: Readonly<Record<string, string>>;
  /** The file that is looked at. */
  readonly file?: string;
  /** What the first repair makes of the text; `null` where there is none. */
  readonly fixed?: string | null;
  /** The file that a repair makes. */
  readonly creates?: string;
}

const EXAMPLES: readonly Example[] = [
  { code: 'syntax-error', text: 'canisters: [\n', at: '', fixed: null },
  { code: 'tab-indentation', text: 'canisters:\n\t- name: a\n', at: '\t' },
  {
    code: 'unquoted-text',
    text: recipe('@dfinity/rust@v3.3.0'),
    at: '@dfinity/rust@v3.3.0',
    fixed: recipe('"@dfinity/rust@v3.3.0"'),
  },
  { code: 'several-documents', text: `${A}---\n${A}`, at: '---' },
  { code: 'merge-conflict', text: `<<<<<<< ours\n${A}=======\n>>>>>>> theirs\n`, at: '<<<<<<< ours' },
  { code: 'refused-file', text: 'canisters:\n  - src\n', files: { 'src/canister.yaml': 'name: a.b' }, at: 'src' },
  { code: 'duplicate-key', text: `${A}canisters: []\n`, at: 'canisters', fixed: A },
  {
    code: 'duplicate-key',
    text: a('name: b'),
    at: 'name',
    severity: 'warning',
    fixed: a('name: b').replace('name: a\n    ', ''),
  },
  {
    code: 'merge-key',
    text: `canisters:\n  - &x\n    name: a\n    ${STEP}\n  - <<: *x\n    name: b\n    ${STEP}\n`,
    at: '<<',
  },
  {
    code: 'merge-key',
    text: network('<<: {}', 'name: n', 'mode: managed'),
    at: '<<',
    severity: 'warning',
    fixed: network('name: n', 'mode: managed'),
  },
  { code: 'unknown-key', text: `${A}canister: []\n`, at: 'canister', severity: 'error', fixed: A },
  { code: 'unknown-key', text: a('setings: {}'), at: 'setings', severity: 'error', fixed: a('settings: {}') },
  {
    code: 'unknown-key',
    text: a('settings:', '  compute_alocation: 1'),
    at: 'compute_alocation',
    severity: 'warning',
    fixed: a('settings:', '  compute_allocation: 1'),
  },
  {
    code: 'unknown-key',
    text: environment('name: e', 'canister: [a]'),
    at: 'canister',
    severity: 'warning',
    fixed: environment('name: e', 'canisters: [a]'),
  },
  {
    code: 'unknown-key',
    text: network('name: n', 'mode: managed', 'gateway: { prot: 1 }'),
    at: 'prot',
    severity: 'warning',
    fixed: network('name: n', 'mode: managed', 'gateway: { port: 1 }'),
  },
  {
    code: 'unknown-key',
    text: `canisters:\n  - name: a\n    build:\n      steps:\n        - type: script\n          comand: x\n          command: cp a $ICP_WASM_OUTPUT_PATH\n`,
    at: 'comand',
    severity: 'warning',
  },
  { code: 'unknown-key', text: recipe('"@dfinity/rust@v3.3.0"', 'config: {}'), at: 'config', severity: 'warning' },
  { code: 'key-style', text: a('init-args: ()'), at: 'init-args', severity: 'error', fixed: a('init_args: ()') },
  {
    code: 'key-style',
    text: network('name: n', 'mode: managed', 'image: x', 'port_mapping: ["1:1"]'),
    at: 'port_mapping',
    severity: 'warning',
    fixed: network('name: n', 'mode: managed', 'image: x', 'port-mapping: ["1:1"]'),
  },
  { code: 'dfx-key', text: a('dependencies: []'), at: 'dependencies', severity: 'error', fixed: A },
  { code: 'dfx-key', text: a('init_arg: ()'), at: 'init_arg', severity: 'error', fixed: a('init_args: ()') },
  { code: 'dfx-key', text: network('name: n', 'mode: managed', 'replica: {}'), at: 'replica', severity: 'warning' },
  {
    code: 'unused-key',
    text: `canisters:\n  - name: a\n    build:\n      steps:\n        - type: script\n          command: cp a $ICP_WASM_OUTPUT_PATH\n          path: x\n`,
    at: 'path',
    fixed: `canisters:\n  - name: a\n    build:\n      steps:\n        - type: script\n          command: cp a $ICP_WASM_OUTPUT_PATH\n`,
  },
  {
    code: 'unused-key',
    text: network('name: n', 'mode: connected', 'url: https://x.y', 'http-gateway-url: https://x.y', 'root-key: fetch'),
    at: 'http-gateway-url',
  },
  {
    code: 'wrong-type',
    text: `canisters:\n  - name: 1\n    ${STEP}\n`,
    at: '1',
    fixed: `canisters:\n  - name: "1"\n    ${STEP}\n`,
  },
  {
    code: 'not-a-list',
    text: `canisters:\n  a:\n    ${STEP}\n  b:\n    ${STEP}\n`,
    at: 'canisters',
    fixed: `canisters:\n  - name: a\n    ${STEP}\n  - name: b\n    ${STEP}\n`,
  },
  { code: 'not-a-list', text: 'canisters: src\n', at: 'src', fixed: 'canisters: [src]\n' },
  {
    code: 'missing-key',
    text: `canisters:\n  - ${STEP}\n`,
    at: 'build',
    fixed: `canisters:\n  - name: name\n    ${STEP}\n`,
  },
  {
    code: 'missing-key',
    text: network('name: n', 'mode: connected', 'url: https://x.y'),
    at: 'name',
    fixed: network('name: n', 'mode: connected', 'url: https://x.y', 'root-key: fetch'),
  },
  {
    code: 'missing-key',
    text: `canisters:\n  - name: a\n    build: {}\n`,
    at: 'build',
    fixed:
      'canisters:\n  - name: a\n    build: { steps: [{ type: script, command: "cp canister.wasm \\"$ICP_WASM_OUTPUT_PATH\\"" }] }\n',
  },
  {
    code: 'unknown-value',
    text: network('name: n', 'mode: manged'),
    at: 'manged',
    fixed: network('name: n', 'mode: managed'),
  },
  {
    code: 'unknown-value',
    text: a('settings:', '  log_visibility: controler'),
    at: 'controler',
    fixed: a('settings:', '  log_visibility: controllers'),
  },
  { code: 'out-of-range', text: a('settings:', '  compute_allocation: 101'), at: '101' },
  {
    code: 'invalid-name',
    text: `canisters:\n  - name: a.b\n    ${STEP}\n`,
    at: 'a.b',
    fixed: `canisters:\n  - name: a_b\n    ${STEP}\n`,
  },
  { code: 'duplicate-name', text: `${A}  - name: a\n    ${STEP}\n`, at: 'a' },
  { code: 'colliding-name', text: `canisters:\n  - name: a-b\n    ${STEP}\n  - name: a_b\n    ${STEP}\n`, at: 'a-b' },
  { code: 'missing-canister', text: 'canisters:\n  - src/x\n', at: 'src/x', creates: 'src/x/canister.yaml' },
  {
    code: 'missing-canister',
    text: 'canisters:\n  - src/canister.yaml\n',
    files: { 'src/canister.yaml': `name: a\n${STEP}` },
    at: 'src/canister.yaml',
    fixed: 'canisters:\n  - src\n',
  },
  {
    code: 'missing-canister',
    text: 'canisters:\n  - Src\n',
    files: { 'src/canister.yaml': `name: a\n${STEP}` },
    at: 'Src',
    fixed: 'canisters:\n  - src\n',
  },
  { code: 'invalid-pattern', text: 'canisters:\n  - "src/[a"\n', at: '"src/[a"' },
  { code: 'pattern-without-match', text: 'canisters:\n  - src/*\n', files: { 'src/a/x': '' }, at: 'src/*' },
  {
    code: 'pattern-without-match',
    text: 'canisters:\n  - src/*/canister.yaml\n',
    files: { 'src/a/canister.yaml': `name: a\n${STEP}` },
    at: 'src/*/canister.yaml',
    fixed: 'canisters:\n  - src/*\n',
  },
  { code: 'build-or-recipe', text: 'canisters:\n  - name: a\n', at: 'a' },
  { code: 'build-or-recipe', text: a('recipe: { type: "@dfinity/rust@v3.3.0" }'), at: 'build' },
  { code: 'empty-steps', text: 'canisters:\n  - name: a\n    build: { steps: [] }\n', at: 'steps' },
  { code: 'retired-step', text: a('sync:', '  steps:', '    - type: assets', '      dir: dist'), at: 'assets' },
  {
    code: 'step-source',
    text: 'canisters:\n  - name: a\n    build:\n      steps:\n        - type: pre-built\n',
    at: 'type',
    fixed:
      'canisters:\n  - name: a\n    build:\n      steps:\n        - type: pre-built\n          path: canister.wasm\n',
  },
  { code: 'two-sources', text: a('sync: { steps: [{ type: script, commands: [x], command: y }] }'), at: 'command' },
  {
    code: 'plugin-checksum',
    text: a('sync: { steps: [{ type: plugin, url: "https://x.y/z" }] }'),
    at: '"https://x.y/z"',
  },
  {
    code: 'url-without-checksum',
    text: 'canisters:\n  - name: a\n    build: { steps: [{ type: pre-built, url: "https://x.y/z" }] }\n',
    at: '"https://x.y/z"',
  },
  {
    code: 'invalid-checksum',
    text: 'canisters:\n  - name: a\n    build: { steps: [{ type: pre-built, url: "https://x.y/z", sha256: abc }] }\n',
    at: 'abc',
  },
  {
    code: 'invalid-checksum',
    text: `canisters:\n  - name: a\n    build: { steps: [{ type: pre-built, path: a.wasm, sha256: ${'a'.repeat(64)} }] }\n`,
    files: { 'a.wasm': 'x' },
    at: 'a'.repeat(64),
    fixed: `canisters:\n  - name: a\n    build: { steps: [{ type: pre-built, path: a.wasm, sha256: ${createHash('sha256').update('x').digest('hex')} }] }\n`,
  },
  {
    code: 'no-module-written',
    text: 'canisters:\n  - name: a\n    build: { steps: [{ type: script, command: cargo build }] }\n',
    at: 'script',
  },
  { code: 'recipe-type', text: recipe('./r.hbs'), at: './r.hbs', fixed: recipe('file://./r.hbs') },
  {
    code: 'recipe-version',
    text: recipe('"@dfinity/rust"'),
    at: '"@dfinity/rust"',
    fixed: recipe('"@dfinity/rust@v3.3.0"'),
  },
  {
    code: 'recipe-registry',
    text: recipe('"@other/rust@v3.0.0"'),
    at: '"@other/rust@v3.0.0"',
    fixed: recipe('"@dfinity/rust@v3.0.0"'),
  },
  {
    code: 'unknown-recipe',
    text: recipe('"@dfinity/rusty@v1.0.0"'),
    at: '"@dfinity/rusty@v1.0.0"',
    fixed: recipe('"@dfinity/rust@v1.0.0"'),
  },
  {
    code: 'broken-recipe',
    text: recipe('"@dfinity/asset-canister@v2.1.0"', 'configuration:', '  dir: dist'),
    at: '"@dfinity/asset-canister@v2.1.0"',
    fixed: recipe('"@dfinity/asset-canister@v2.3.0"', 'configuration:', '  dir: dist'),
  },
  {
    code: 'newer-recipe',
    text: recipe('"@dfinity/rust@v3.0.0"'),
    at: '"@dfinity/rust@v3.0.0"',
    fixed: recipe('"@dfinity/rust@v3.3.0"'),
  },
  {
    code: 'recipe-configuration',
    text: recipe('"@dfinity/rust@v3.3.0"', 'configuration:', '  packge: a'),
    at: 'packge',
    fixed: recipe('"@dfinity/rust@v3.3.0"', 'configuration:', '  package: a'),
  },
  {
    code: 'recipe-configuration',
    text: recipe('"@dfinity/static-site@v0.3.1"'),
    at: '"@dfinity/static-site@v0.3.1"',
    fixed: recipe('"@dfinity/static-site@v0.3.1"', 'configuration:', '  dir: dist'),
  },
  {
    code: 'mops-canister',
    text: recipe('"@dfinity/motoko@v5.1.0"'),
    files: { 'mops.toml': '[canisters.b]\nmain = "x"' },
    at: '"@dfinity/motoko@v5.1.0"',
  },
  { code: 'missing-file', text: a('init_args:', '  path: args.did'), at: 'args.did', creates: 'args.did' },
  {
    code: 'missing-file',
    text: a('init_args:', '  path: Args.did'),
    files: { 'args.did': '()' },
    at: 'Args.did',
    fixed: a('init_args:', '  path: args.did'),
  },
  {
    code: 'missing-file',
    text: recipe('"@dfinity/rust@v3.3.0"', 'configuration:', '  candid: x.did'),
    files: { '.gitignore': '' },
    at: 'x.did',
    severity: 'warning',
  },
  {
    code: 'invalid-amount',
    text: a('settings:', '  freezing_threshold: 30days'),
    at: '30days',
    fixed: a('settings:', '  freezing_threshold: 30d'),
  },
  {
    code: 'invalid-amount',
    text: a('settings:', '  memory_allocation: 2 TiB'),
    at: '2 TiB',
    fixed: a('settings:', '  memory_allocation: 2048gib'),
  },
  {
    code: 'invalid-amount',
    text: a('settings:', '  compute_allocation: "10"'),
    at: '"10"',
    fixed: a('settings:', '  compute_allocation: 10'),
  },
  {
    code: 'variable-value',
    text: a('settings:', '  environment_variables:', '    A: 1'),
    at: '1',
    fixed: a('settings:', '  environment_variables:', '    A: "1"'),
  },
  {
    code: 'reserved-variable',
    text: a('settings:', '  environment_variables:', '    "PUBLIC_CANISTER_ID:b": x'),
    at: '"PUBLIC_CANISTER_ID:b"',
  },
  { code: 'invalid-principal', text: a('settings:', '  log_visibility:', '    allowed_viewers: [x]'), at: 'x' },
  {
    code: 'unknown-controller',
    text: a('settings:', `  controllers: [${ID.replace('ryjl3', 'ryjl4')}]`),
    at: ID.replace('ryjl3', 'ryjl4'),
  },
  {
    code: 'binary-inline',
    text: a('init_args: { value: x, format: bin }'),
    at: 'bin',
    fixed: a('init_args: { value: x, format: hex }'),
  },
  {
    code: 'argument-conflict',
    text: a('init_args: { value: (), path: args.did }'),
    files: { 'args.did': '()' },
    at: '()',
  },
  { code: 'argument-syntax', text: a('init_args: "(1, )x"'), at: 'x' },
  { code: 'argument-syntax', text: a('init_args: { path: args.did }'), files: { 'args.did': '(' }, at: 'args.did' },
  {
    code: 'argument-type',
    text:
      recipe('"@dfinity/rust@v3.3.0"', 'configuration:', '  candid: a.did') +
      '    init_args: (record { owner = 1 }, 2)\n',
    files: { 'a.did': DID },
    at: '(record { owner = 1 }, 2)',
  },
  {
    code: 'argument-type',
    text:
      recipe('"@dfinity/rust@v3.3.0"', 'configuration:', '  candid: a.did') +
      `    init_args: (record { owner = principal "${ID}" })\n`,
    files: { 'a.did': DID },
    at: `(record { owner = principal "${ID}" })`,
  },
  {
    code: 'missing-argument',
    text: recipe('"@dfinity/rust@v3.3.0"', 'configuration:', '  candid: a.did'),
    files: { 'a.did': 'service : (text) -> {}' },
    at: 'a',
    fixed: `${recipe('"@dfinity/rust@v3.3.0"', 'configuration:', '  candid: a.did')}    init_args: "(\\"\\")"\n`,
  },
  { code: 'argument-use', text: a('init_args: ()'), at: 'init_args' },
  {
    code: 'unknown-network',
    text: environment('name: e', 'network: lokal'),
    at: 'lokal',
    fixed: environment('name: e', 'network: local'),
  },
  { code: 'unknown-canister', text: environment('name: e', 'canisters: [a, b]'), at: 'b' },
  { code: 'unused-override', text: environment('name: e', 'settings: { b: {} }'), at: 'b' },
  { code: 'unused-override', text: environment('name: e', 'canisters: []', 'init_args: { a: () }'), at: 'a' },
  {
    code: 'replaced-settings',
    text: `${a('settings:', '  compute_allocation: 1', '  environment_variables:', '    X: x', '    Y: y')}environments:\n  - name: e\n    settings:\n      a:\n        environment_variables:\n          X: z\n`,
    at: 'a',
    fixed: `${a('settings:', '  compute_allocation: 1', '  environment_variables:', '    X: x', '    Y: y')}environments:\n  - name: e\n    settings:\n      a:\n        environment_variables:\n          X: z\n          Y: y\n        compute_allocation: 1\n`,
  },
  {
    code: 'local-environment',
    text: environment('name: production'),
    at: 'production',
    fixed: environment('name: production', 'network: ic'),
  },
  { code: 'environment-path', text: environment('name: x/y', 'network: ic'), at: 'x/y' },
  { code: 'reserved-network', text: network('name: ic', 'mode: managed'), at: 'ic' },
  {
    code: 'network-url',
    text: network('name: n', 'mode: connected', 'url: icp-api.io', 'root-key: mainnet'),
    at: 'icp-api.io',
    fixed: network('name: n', 'mode: connected', 'url: https://icp-api.io', 'root-key: mainnet'),
  },
  {
    code: 'url-scheme',
    text: network('name: n', 'mode: connected', 'url: localhost:8000', 'root-key: fetch'),
    at: 'localhost:8000',
    fixed: network('name: n', 'mode: connected', 'url: http://localhost:8000', 'root-key: fetch'),
  },
  {
    code: 'root-key',
    text: network('name: n', 'mode: connected', 'url: https://x.y', 'root-key: abcd'),
    at: 'abcd',
    fixed: network('name: n', 'mode: connected', 'url: https://x.y', 'root-key: mainnet'),
  },
  {
    code: 'fetched-root-key',
    text: network('name: n', 'mode: connected', 'url: https://icp-api.io', 'root-key: fetch'),
    at: 'fetch',
    fixed: network('name: n', 'mode: connected', 'url: https://icp-api.io', 'root-key: mainnet'),
  },
  {
    code: 'image-without-ports',
    text: network('name: n', 'mode: managed', 'image: x', 'gateway: { port: 1 }'),
    at: 'image',
    fixed: network('name: n', 'mode: managed', 'image: x', 'gateway: { port: 1 }', 'port-mapping:', '  - 8000:4943'),
  },
  { code: 'shared-port', text: network('name: n', 'mode: managed'), at: 'n' },
  { code: 'missing-dependency', text: 'dependencies:\n  - name: d\n    path: dep\n', at: 'd' },
  {
    code: 'circular-dependency',
    text: 'dependencies:\n  - name: d\n    path: dep\n',
    files: { 'dep/icp.yaml': 'dependencies: [{ name: e, path: ../dep }]' },
    file: 'dep/icp.yaml',
    at: 'e',
  },
  {
    code: 'environment-in-dependency',
    text: `${environment('name: e')}dependencies: [{ name: d, path: dep }]\n`,
    files: { 'dep/icp.yaml': '' },
    at: 'e',
  },
];

/** Where the text has them they are told by the bytes, or in id files, which are tested apart. */
const ELSEWHERE = [
  'unreadable-file',
  'not-utf8',
  'ids-syntax',
  'ids-invalid-principal',
  'ids-unknown-canister',
  'ids-shared',
  'ids-ignored',
];

describe('checks of icp.yaml', () => {
  for (const [index, example] of EXAMPLES.entries()) {
    const { code, text, at, files = {}, fixed, severity, creates } = example;
    it(`${index}: ${code} at ${JSON.stringify(at)}`, async () => {
      const file = example.file ?? 'icp.yaml';
      const root = folderWith({ ...files, 'icp.yaml': text });
      const own = file === 'icp.yaml' ? text : files[file]!;
      const folder = file === 'icp.yaml' ? root : `${root}/${file.replace('/icp.yaml', '')}`;
      const { findings } = await open(folder, own);
      const seen = findings.map((each) => see(own, each));
      const found = findings.find((_, i) => seen[i]!.code === code && seen[i]!.text === at);
      assert.ok(found, JSON.stringify(seen, null, 1));
      assert.equal(found.severity, severity ?? FINDING_CODES[code]);
      const fixes = found.fixes?.() ?? [];
      if (fixed === null) {
        assert.deepEqual(fixes, []);
      } else if (fixed !== undefined) {
        assert.equal(applyEdits(own, fixes[0]?.edits ?? []), fixed);
        const again = await open(folder, fixed);
        assert.ok(
          !again.findings.some((each) => each.code === code && see(fixed, each).text === at),
          'the repair repairs it',
        );
      }
      if (creates !== undefined) {
        assert.ok(fixes.some(({ createFile }) => createFile?.path.endsWith(creates)));
      }
    });
  }

  it('are all shown here', () => {
    const shown = new Set<string>([...EXAMPLES.map(({ code }) => code), ...ELSEWHERE]);
    assert.deepEqual(
      Object.keys(FINDING_CODES).filter((code) => !shown.has(code)),
      [],
    );
  });

  it('find nothing in a project as it should be', async () => {
    const text = `# yaml-language-server: $schema=x
canisters:
  - name: backend
    recipe:
      type: "@dfinity/rust@v3.3.0"
      configuration:
        package: backend
    settings: &base
      compute_allocation: 1
      environment_variables: { A: "1" }
  - src/*
networks:
  - name: local
    mode: managed
    gateway: { port: 8001 }
environments:
  - name: production
    network: ic
    canisters: [backend, front]
    settings:
      backend: *base
`;
    const root = folderWith({ 'icp.yaml': text, 'src/front/canister.yaml': `name: front\n${STEP}\n` });
    assert.deepEqual((await open(root, text)).findings, []);
  });

  it('leave templates of other languages alone', async () => {
    for (const text of [
      'canisters:\n  - name: {{project-name}}\n',
      'canisters:\n{% if rust %}\n  - name: a\n{% endif %}\n',
      'canisters:\n  - name: "{{ name }}"\n    recipe: x\n',
      '{% for c in canisters %}\n- {{c}}\n{% endfor %}',
    ]) {
      assert.deepEqual((await open(folderWith({ 'icp.yaml': text }), text)).findings, [], text);
    }
    const command =
      'canisters:\n  - name: a.b\n    build: { steps: [{ type: script, command: "docker inspect -f {{.Id}}" }] }\n';
    assert.ok((await open(folderWith({ 'icp.yaml': command }), command)).findings.length > 0);
  });
});

describe('checks of id files of icp', () => {
  const codes = (text: string, canisters = ['a', 'b'], ignored?: boolean): string[] =>
    new IdsDocument(text).findings({ canisters: new Set(canisters), ignored }).map((each) => {
      const seen = see(text, each);
      return `${seen.code}: ${seen.text}`;
    });

  it('say what keeps icp from reading them, and what it does not use', () => {
    assert.deepEqual(codes(`{"a": "${ID}"}`), []);
    assert.deepEqual(codes('{"a": "x"}'), ['ids-invalid-principal: "x"']);
    assert.deepEqual(codes('{"a": 1}'), ['ids-invalid-principal: 1']);
    assert.deepEqual(codes('[]'), ['ids-syntax: []']);
    assert.deepEqual(codes('{"a": '), ['ids-syntax: {', 'ids-syntax: :']);
    assert.deepEqual(codes(`{"c": "${ID}"}`), ['ids-unknown-canister: "c"']);
    assert.deepEqual(codes(`{"a": "${ID}", "b": "${ID}"}`), [`ids-shared: "${ID}"`, `ids-shared: "${ID}"`]);
    assert.deepEqual(codes(`{"a": "${ID}"}`, ['a'], true), ['ids-ignored: {']);
  });
});
