/** What a dfx.json becomes as icp.yaml, and what is said of every key. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Conversion } from '../../../src/core/convert/conversion';
import { UNUSED } from '../../../src/core/convert/ledger';
import type { ConversionSources } from '../../../src/core/convert/project';
import { writeFiles } from '../../../src/core/convert/write';
import { DFX_JSON } from '../../../src/core/engines/dfx/language/keys';
import { FileCache, loadProjectFiles } from '../../../src/core/engines/icp/project-files';
import type { ValueSpec } from '../../../src/core/language/spec';
import type { CanisterId } from '../../../src/core/project/model';
import { formatMessage } from '../../../src/core/util/message';
import { runIcp, withoutIcp } from '../../support/icp-binary';
import { convert, type Files, project, put, refusals, unmentioned, verdictOf, write } from './support';

const ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
const OTHER_ID = 'rrkah-fqaaa-aaaaa-aaaaq-cai';

interface Canister {
  readonly name: string;
  readonly build: { readonly steps: readonly Step[] };
  readonly sync?: { readonly steps: readonly Step[] };
  readonly settings?: Record<string, unknown>;
  readonly init_args?: unknown;
}

interface Step {
  readonly type: string;
  readonly command?: string;
  readonly commands?: readonly string[];
  readonly dirs?: readonly string[];
  readonly path?: string;
  readonly url?: string;
}

interface Manifest {
  readonly canisters: readonly Canister[];
  readonly networks?: readonly Record<string, unknown>[];
  readonly environments?: readonly Record<string, unknown>[];
}

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'convert-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  readonly root: string;
  readonly conversion: Conversion;
  readonly manifest: Manifest;
}

async function make(dfxJson: object, files: Files = {}, more: Partial<ConversionSources> = {}): Promise<Made> {
  const text = JSON.stringify(dfxJson, null, 2);
  const root = project({ 'dfx.json': text, ...files }, folder);
  const conversion = await convert(root, text, more);
  assert.deepEqual(unmentioned(conversion, text), []);
  write(root, conversion);
  assert.deepEqual(await refusals(root), [], conversion.manifest.text);
  return { root, conversion, manifest: (parse(conversion.manifest.text) ?? {}) as Manifest };
}

function commandsOf(steps: readonly Step[] = []): string[] {
  return steps.flatMap(({ command, commands }) => commands ?? (command === undefined ? [] : [command]));
}

function only({ manifest }: Made): Canister {
  assert.equal(manifest.canisters.length, 1);
  return manifest.canisters[0]!;
}

const ids = (canister: string, network: string, id: string): Map<string, Map<string, CanisterId>> =>
  new Map([[canister, new Map([[network, { id, owner: 'project' }]])]]);

/** A project with every key that dfx knows. */
const FULL = {
  version: 1,
  dfx: '0.29.1',
  profile: 'Release',
  output_env_file: '.env',
  canisters: {
    backend: {
      type: 'motoko',
      main: 'src/backend/main.mo',
      args: '--incremental-gc -W=M0194',
      dependencies: ['ledger'],
      declarations: { output: 'src/declarations', bindings: ['js'], env_override: 'x', node_compatibility: true },
      init_arg: '(record { owner = principal "aaaaa-aa" })',
      initialization_values: {
        compute_allocation: '10',
        memory_allocation: '2 GiB',
        freezing_threshold: '30days',
        reserved_cycles_limit: 5_000_000_000_000,
        wasm_memory_limit: '3 TiB',
        wasm_memory_threshold: 536_870_912,
        log_visibility: { allowed_viewers: ['aaaaa-aa'] },
      },
      metadata: [
        { name: 'candid:service', visibility: 'private' },
        { name: 'team', content: 'it\'s "ours"', networks: ['ic', 'staging'] },
        { name: 'licence', path: 'LICENSE' },
      ],
      optimize: 'cycles',
      shrink: true,
      gzip: true,
      pre_install: 'scripts/before.sh',
      post_install: ['scripts/after.sh', 'echo done'],
      tech_stack: { cdk: { c: { version: '1' } }, language: {}, lib: {}, tool: {}, other: { o: { at: '$(date)' } } },
      specified_id: ID,
      frontend: { entrypoint: 'x' },
    },
    ledger: {
      type: 'rust',
      package: 'my-ledger',
      crate: 'ledger_bin',
      candid: 'ledger.did',
      skip_cargo_audit: true,
      init_arg_file: 'init.txt',
      pullable: {
        wasm_url: 'https://example.org/x.wasm',
        dependencies: [],
        init_guide: 'none',
        init_arg: '()',
        wasm_hash: 'ab',
        wasm_hash_url: 'https://example.org/x.sha256',
      },
    },
    identity: {
      type: 'custom',
      wasm: 'https://example.org/identity.wasm.gz',
      candid: 'https://example.org/identity.did',
      remote: { id: { ic: OTHER_ID }, candid: 'identity.did' },
    },
    built: { type: 'custom', wasm: 'built.wasm', candid: 'built.did', build: ['./build.sh', 'true'] },
    web: { type: 'assets', source: ['web/dist', 'web/public'], build: ['npm ci'], workspace: 'web' },
    pulled: { type: 'pull', id: ID },
  },
  defaults: {
    build: { packtool: 'mops sources', args: '--x' },
    bitcoin: { enabled: true, nodes: ['127.0.0.1:18444'], log_level: 'info', canister_init_arg: '()' },
    dogecoin: { enabled: true, nodes: ['127.0.0.1:22556'] },
    canister_http: { enabled: true, log_level: 'info' },
    proxy: { domain: ['shop.localhost'] },
    replica: { port: 8080, subnet_type: 'verifiedapplication', log_level: 'error' },
    bootstrap: { ip: '127.0.0.1', port: 1, timeout: 1 },
  },
  networks: {
    local: { bind: '127.0.0.1:4943', type: 'ephemeral' },
    staging: { providers: ['https://icp0.io'], type: 'persistent' },
    mine: { bind: '0.0.0.0:0', replica: { subnet_type: 'system' }, type: 'persistent' },
    games: {
      providers: ['https://icp0.io'],
      playground: { playground_canister: ID, timeout_seconds: 60 },
    },
  },
};

const FULL_FILES = {
  'init.txt': '(1)',
  'scripts/before.sh': '',
  'scripts/after.sh': '',
  'mops.toml': '[toolchain]\nmoc = "1.5.0"\n',
};

describe('a dfx.json as icp.yaml', () => {
  it('has every key that dfx knows, and says of each what became of it', async () => {
    const { conversion } = await make(FULL, FULL_FILES);
    // None of them is passed over as if dfx itself did nothing with it.
    const passedOver = conversion.rows.filter(({ text }) => text === UNUSED).map(({ path: key }) => key.join('.'));
    assert.deepEqual(passedOver, []);
    const used = new Set(JSON.stringify(FULL).match(/"\w+":/g));
    assert.deepEqual(
      [...specKeys(DFX_JSON)].filter((key) => !used.has(`"${key}":`)),
      [],
      'the sample has every key of the table',
    );
  });

  it('keeps the order in which dfx builds, and compiles Motoko with what it imports', async () => {
    const made = await make(
      {
        canisters: {
          shop: { main: 'shop.mo', dependencies: ['stock'] },
          stock: { main: 'stock.mo' },
          bank: { type: 'rust', package: 'bank', candid: 'bank.did' },
        },
      },
      {
        'shop.mo': 'import Stock "canister:stock"; import Bank "canister:bank"; actor {}',
        'stock.mo': 'actor {}',
        'mops.toml': '[toolchain]\nmoc = "1.5.0"\n',
      },
    );
    assert.deepEqual(
      made.manifest.canisters.map(({ name }) => name),
      ['stock', 'shop', 'bank'],
    );
    const [first, second] = commandsOf(made.manifest.canisters[1]?.build.steps);
    assert.match(first ?? '', /moc\)" stock\.mo .*--idl -o "\$ICP_WASM_OUTPUT_PATH\.stock\.did"$/);
    assert.match(second ?? '', /--actor-env-alias stock PUBLIC_CANISTER_ID:stock "\$ICP_WASM_OUTPUT_PATH\.stock\.did"/);
    assert.match(second ?? '', /--actor-env-alias bank PUBLIC_CANISTER_ID:bank bank\.did/);
    assert.equal(verdictOf(made.conversion, 'canisters.shop.dependencies'), 'different');
  });

  it('says where an import has no interface', async () => {
    const { conversion } = await make(
      {
        canisters: {
          shop: { type: 'motoko', main: 'shop.mo', dependencies: ['web'] },
          web: { type: 'assets', source: ['a'] },
        },
      },
      { 'shop.mo': 'import Web "canister:web"; actor {}' },
    );
    assert.equal(verdictOf(conversion, 'canisters.shop.dependencies'), 'none');
  });

  it('has settings in units that icp reads', async () => {
    const made = await make({ canisters: { backend: FULL.canisters.backend } }, FULL_FILES);
    assert.deepEqual(only(made).settings, {
      compute_allocation: 10,
      memory_allocation: '2 GiB',
      freezing_threshold: '30d',
      reserved_cycles_limit: 5_000_000_000_000,
      wasm_memory_limit: 3 * 1024 ** 4,
      wasm_memory_threshold: 536_870_912,
      log_visibility: { allowed_viewers: ['aaaaa-aa'] },
    });
    assert.equal(only(made).init_args, '(record { owner = principal "aaaaa-aa" })');
  });

  it('says of settings that dfx refuses that they are lost', async () => {
    const values = {
      compute_allocation: 'much',
      freezing_threshold: 30,
      memory_allocation: '-1',
      log_visibility: 'all',
    };
    const made = await make({
      canisters: { a: { type: 'rust', package: 'a', candid: 'a.did', initialization_values: values } },
    });
    assert.equal(only(made).settings, undefined);
    for (const key of Object.keys(values)) {
      assert.equal(verdictOf(made.conversion, `canisters.a.initialization_values.${key}`), 'none', key);
    }
  });

  it('names arguments from a file only where there is one, since icp reads it at once', async () => {
    const canister = { type: 'rust', package: 'a', candid: 'a.did', init_arg_file: 'args/init.txt' };
    const there = await make({ canisters: { a: canister } }, { 'args/init.txt': '(1)' });
    assert.deepEqual(only(there).init_args, { path: 'args/init.txt' });
    assert.deepEqual(there.conversion.reads, ['args/init.txt']);
    const missing = await make({ canisters: { a: canister } });
    assert.equal(only(missing).init_args, undefined);
    assert.equal(verdictOf(missing.conversion, 'canisters.a.init_arg_file'), 'none');
    assert.match(missing.conversion.manifest.text, /^ {2}# .*args\/init\.txt/m);
  });

  it('takes the ids along, and leaves a remote canister out where it is one', async () => {
    const made = await make(FULL, FULL_FILES, {
      ids: new Map<string, Map<string, CanisterId>>([
        [
          'backend',
          new Map([
            ['ic', { id: ID, owner: 'project' }],
            ['local', { id: OTHER_ID, owner: 'project' }],
          ]),
        ],
        ['identity', new Map([['ic', { id: OTHER_ID, owner: 'remote' }]])],
        ['web', new Map([['nowhere', { id: ID, owner: 'project' }]])],
      ]),
    });
    const file = path.join(made.root, '.icp', 'data', 'mappings', 'ic.ids.json');
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { backend: ID, identity: OTHER_ID });
    assert.ok(!existsSync(path.join(made.root, '.icp', 'cache')), 'ids of the local network stay');
    const canistersOf = (environment: string) =>
      made.manifest.environments?.find(({ name }) => name === environment)?.['canisters'];
    assert.deepEqual(canistersOf('ic'), ['ledger', 'backend', 'built', 'web']);
    assert.deepEqual(canistersOf('staging'), ['ledger', 'backend', 'identity', 'built', 'web']);
    assert.equal(canistersOf('mine'), undefined, 'a pulled canister is there, too');
    assert.equal(verdictOf(made.conversion, 'canisters.identity.remote.id.ic'), 'converted');
    const left = made.conversion.leftIds.map(formatMessage);
    assert.equal(left.length, 2);
    assert.match(left.join('\n'), /^nowhere: .*web$/m);
  });

  it('changes no id that icp has already', async () => {
    const file = '.icp/data/mappings/ic.ids.json';
    const before = JSON.stringify({ a: OTHER_ID, b: ID }, null, 2);
    const more = { ids: new Map([...ids('a', 'ic', ID), ...ids('b', 'ic', ID), ...ids('c', 'ic', OTHER_ID)]) };
    const rust = { type: 'rust', package: 'a', candid: 'a.did' };
    const { conversion } = await make({ canisters: { a: rust, b: rust, c: rust } }, { [file]: before }, more);
    const planned = conversion.files.find(({ path: name }) => name === file);
    assert.equal(planned?.before, before);
    assert.deepEqual(JSON.parse(planned.text), { a: OTHER_ID, b: ID, c: OTHER_ID });
    assert.match(conversion.leftIds.map(formatMessage).join(), /a has another id there already/);
  });

  it('has the networks, and environments of their names', async () => {
    const { conversion, manifest } = await make(FULL, FULL_FILES);
    assert.deepEqual(manifest.networks, [
      {
        name: 'local',
        mode: 'managed',
        gateway: { bind: '127.0.0.1', port: 4943, domains: ['shop.localhost'] },
        subnets: ['verified-application'],
        'bitcoind-addr': ['127.0.0.1:18444'],
        'dogecoind-addr': ['127.0.0.1:22556'],
      },
      { name: 'staging', mode: 'connected', url: 'https://icp0.io', 'root-key': 'mainnet' },
      {
        name: 'mine',
        mode: 'managed',
        gateway: { bind: '0.0.0.0', port: 0, domains: ['shop.localhost'] },
        subnets: ['system'],
        'bitcoind-addr': ['127.0.0.1:18444'],
        'dogecoind-addr': ['127.0.0.1:22556'],
      },
    ]);
    assert.deepEqual(
      manifest.environments?.map(({ name }) => name),
      ['ic', 'staging', 'mine'],
    );
    assert.equal(verdictOf(conversion, 'networks.games'), 'none');
  });

  it('takes a network of the user along where the project has ids on it', async () => {
    const range = { offset: 0, length: 0 };
    const network = { name: 'testnet', range, nameRange: range, providers: [{ value: 'http://10.0.0.1:8080', range }] };
    const rust = { type: 'rust', package: 'a', candid: 'a.did' };
    const more = { sharedNetworks: [network], ids: ids('a', 'testnet', ID) };
    const { manifest, root } = await make({ canisters: { a: rust } }, {}, more);
    assert.deepEqual(manifest.networks, [
      { name: 'testnet', mode: 'connected', url: 'http://10.0.0.1:8080', 'root-key': 'fetch' },
    ]);
    assert.ok(existsSync(path.join(root, '.icp/data/mappings/testnet.ids.json')));
    assert.equal(
      (await make({ canisters: { a: rust } }, {}, { sharedNetworks: [network] })).manifest.networks,
      undefined,
    );
  });

  it('ignores defaults where dfx does: for a project without a network of its own', async () => {
    const { conversion, manifest } = await make({ defaults: FULL.defaults });
    assert.equal(manifest.networks, undefined);
    assert.equal(verdictOf(conversion, 'defaults.bitcoin'), 'converted');
  });

  it('builds frontends with the ids at hand, and uploads one folder', async () => {
    const made = await make(
      {
        canisters: { web: { type: 'assets', source: ['a b/dist/', '../shared'] }, api: FULL.canisters.ledger },
        output_env_file: 'web/.env',
      },
      {
        'package.json': '{}',
        'init.txt': '()',
        'web/.env':
          'MINE=1\n# DFX CANISTER ENVIRONMENT VARIABLES\nOLD=1\n# END DFX CANISTER ENVIRONMENT VARIABLES\nLAST=1\n',
      },
    );
    const web = made.manifest.canisters.find(({ name }) => name === 'web');
    const [script, plugin] = web?.sync?.steps ?? [];
    const { canisters } = await loadProjectFiles(path.join(made.root, 'icp.yaml'), new FileCache());
    assert.deepEqual(
      canisters.filter(({ uploads }) => uploads).map(({ name }) => name),
      ['web'],
      'it is known as a frontend',
    );
    assert.deepEqual(plugin?.dirs, ['.icp/cache/assets/web']);
    // The script does what dfx did, in the shell that icp runs it with.
    put(made.root, {
      'a b/dist/index.html': 'index',
      '../shared/logo.svg': 'logo',
      'bin/npm': '#!/bin/sh\necho "$1 $2 $CANISTER_ID_API $DFX_NETWORK" > built\n',
    });
    execFileSync('chmod', ['+x', path.join(made.root, 'bin/npm')]);
    const env = {
      PATH: `${path.join(made.root, 'bin')}:${process.env['PATH']}`,
      ICP_CLI_ENVIRONMENT: 'ic',
      ICP_CLI_CID: ID,
      ICP_CLI_CID_WEB: ID,
      ICP_CLI_CID_API: OTHER_ID,
    };
    execFileSync('sh', ['-c', script?.command ?? 'exit 1'], { cwd: made.root, env });
    const read = (file: string) => readFileSync(path.join(made.root, file), 'utf8');
    assert.equal(read('built'), `run build ${OTHER_ID} ic\n`);
    assert.equal(read('.icp/cache/assets/web/index.html') + read('.icp/cache/assets/web/logo.svg'), 'indexlogo');
    assert.equal(
      read('web/.env'),
      `MINE=1\nLAST=1\n# DFX CANISTER ENVIRONMENT VARIABLES\nDFX_NETWORK='ic'\nCANISTER_ID_WEB='${ID}'\nCANISTER_ID_API='${OTHER_ID}'\nCANISTER_CANDID_PATH_API='${made.root}/ledger.did'\n# END DFX CANISTER ENVIRONMENT VARIABLES\n`,
    );
  });

  it('runs the commands of a custom canister, with the variables that its scripts use', async () => {
    const canister = { type: 'custom', wasm: 'out.wasm', candid: 'a.did', build: ['build.sh', 'make DFX_NETWORK'] };
    const made = await make({ canisters: { a: canister } }, { 'build.sh': 'echo $DFX_NETWORK' });
    assert.deepEqual(commandsOf(only(made).build.steps), [
      'export DFX_NETWORK="$ICP_CLI_ENVIRONMENT"; ./build.sh',
      'export DFX_NETWORK="$ICP_CLI_ENVIRONMENT"; make DFX_NETWORK',
      'cp out.wasm "$ICP_WASM_OUTPUT_PATH"',
    ]);
    assert.equal(verdictOf(made.conversion, 'canisters.a.build'), 'different');
    const other = await make({ canisters: { a: canister } }, { 'build.sh': 'echo $CANISTER_ID_B' });
    assert.equal(verdictOf(other.conversion, 'canisters.a.build'), 'none');
  });

  it('leaves to a person what an extension built, unless the extension is installed', async () => {
    const dfxJson = { canisters: { hello: { type: 'azle', main: 'src/index.ts', custom: { experimental: true } } } };
    const without = await make(dfxJson);
    assert.deepEqual(without.conversion.unbuilt, ['hello']);
    assert.equal(verdictOf(without.conversion, 'canisters.hello.type'), 'none');
    assert.throws(
      () => execFileSync('sh', ['-c', commandsOf(only(without).build.steps)[0]!], { stdio: 'pipe' }),
      /hello: dfx built it/,
    );
    const definition = {
      defaults: {
        build: 'azle compile {{canister_name}} {{canister.main}}',
        candid: 'x.did',
        wasm: '{{canister_name}}.wasm',
        gzip: true,
      },
    };
    const extensionTypes = new Map([['azle', JSON.stringify(definition)]]);
    const made = await make(dfxJson, {}, { extensionTypes });
    assert.deepEqual(made.conversion.unbuilt, []);
    assert.deepEqual(commandsOf(only(made).build.steps).slice(0, 2), [
      'azle compile hello src/index.ts',
      'cp hello.wasm "$ICP_WASM_OUTPUT_PATH"',
    ]);
    assert.equal(verdictOf(made.conversion, 'canisters.hello.type'), 'different');
  });

  it('gives canisters names that icp allows, each its own', async () => {
    const rust = { type: 'rust', package: 'a', candid: 'a.did' };
    const { conversion, manifest } = await make(
      { canisters: { 'a.b': rust, a_b: rust, ä: rust, '': rust } },
      {},
      { ids: ids('a.b', 'ic', ID) },
    );
    assert.deepEqual(
      manifest.canisters.map(({ name }) => name),
      ['a_b_2', 'a_b', '_', 'canister'],
    );
    assert.equal(verdictOf(conversion, 'canisters.a.b'), 'different');
    assert.deepEqual([...(conversion.ids[0]?.ids ?? [])], [['a_b_2', ID]]);
  });

  it('has nothing of a hostile text run or break out', async () => {
    const evil = '$(touch pwned)`touch pwned`";touch pwned;\'\n# x\u2028\u0000';
    const made = await make({
      canisters: {
        [evil]: { type: evil },
        rust: { type: 'rust', package: evil, crate: evil, candid: evil, metadata: [{ name: evil, content: evil }] },
        motoko: { type: 'motoko', main: evil, args: evil },
        web: { type: 'assets', source: [evil, evil] },
        custom: { type: 'custom', wasm: evil, candid: evil },
      },
      defaults: { build: { packtool: evil, args: evil } },
      output_env_file: 'evil$(touch pwned)',
      networks: { [evil]: { providers: ['http://127.0.0.1:1/'] } },
    });
    const commands = made.manifest.canisters.flatMap(({ build, sync }) => [
      ...commandsOf(build.steps),
      ...commandsOf(sync?.steps),
    ]);
    assert.ok(commands.length > 8);
    for (const command of commands) {
      // A null character never gets into a process.
      try {
        execFileSync('sh', ['-c', command.replaceAll('\0', '')], {
          cwd: made.root,
          stdio: 'ignore',
          env: { PATH: '/usr/bin:/bin', ICP_WASM_OUTPUT_PATH: '/dev/null' },
        });
      } catch {
        // There is no such program.
      }
      assert.ok(!existsSync(path.join(made.root, 'pwned')), command);
    }
    const lines = made.conversion.manifest.text.split('\n');
    assert.ok(lines.every((line) => !/^\s*touch/.test(line)));
  });

  it('says of values that dfx refuses that they are lost', async () => {
    const { conversion } = await make({ canisters: { a: { type: 'motoko', main: 5 } }, networks: { x: 'y' } });
    assert.equal(verdictOf(conversion, 'canisters.a.main'), 'none');
    assert.equal(verdictOf(conversion, 'networks.x'), 'none');
    assert.deepEqual(conversion.unbuilt, ['a']);
  });

  it('ends in time on a file that is made to take long', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`${i}ä`, { type: 'assets', source: ['a'] }]),
    );
    const networks = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`n${i}`, { providers: ['http://x/'] }]));
    const root = project({}, folder);
    const before = performance.now();
    const { manifest } = await convert(root, JSON.stringify({ canisters: many, networks, output_env_file: '.env' }));
    assert.ok(performance.now() - before < 10_000);
    assert.ok(manifest.text.length < 100_000_000);
    const more = JSON.stringify({ canisters: { ...many, one: {} } });
    await assert.rejects(convert(root, more), /more than 500 canisters/);
  });

  it('refuses what is no JSON object', async () => {
    const root = project({}, folder);
    await assert.rejects(convert(root, '{"canisters": {'), /dfx\.json cannot be read/);
    await assert.rejects(convert(root, '[]'), /dfx\.json must be a JSON object/);
  });

  it('has .icp/cache ignored by git, and nothing more', async () => {
    const ignored = async (text: string) =>
      (await make({}, { '.gitignore': text })).conversion.files.find(({ path: name }) => name === '.gitignore')?.text;
    assert.equal(await ignored('.env'), '.env\n.icp/cache/\n');
    for (const text of ['.icp/cache\n', '.icp/\n', '/.icp/cache/\n']) {
      assert.equal(await ignored(text), undefined, text);
    }
    assert.equal((await make({})).conversion.files.length, 1);
    const warned = async (text: string) =>
      (await make({}, { '.gitignore': text })).conversion.notes.some((note) => /\.icp\/data/.test(formatMessage(note)));
    assert.deepEqual([await warned('.icp/\n'), await warned('.icp/cache/\n')], [true, false]);
  });

  it('is a project that icp reads as it is meant', { skip: withoutIcp }, async () => {
    const { root } = await make(FULL, FULL_FILES);
    const { code, stderr, stdout } = await runIcp(['project', 'show'], { cwd: root, home: path.join(folder, 'home') });
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes('freezing_threshold: 30d\n'));
    assert.ok(stdout.includes('memory_allocation: 2 GiB\n'));
  });
});

describe('the files of a conversion', () => {
  const file = (text: string, before?: string) => ({ path: 'icp.yaml', text, before });

  it('are written where they were shown, and not where they have changed since', async () => {
    const root = project({}, folder);
    await writeFiles([file('one'), { path: '.icp/data/x.json', text: '{}', before: undefined }], root);
    assert.equal(readFileSync(path.join(root, 'icp.yaml'), 'utf8'), 'one');
    await writeFiles([file('two', 'one')], root);
    writeFileSync(path.join(root, 'icp.yaml'), 'mine');
    await assert.rejects(
      writeFiles([{ path: 'new', text: '', before: undefined }, file('three', 'two')], root),
      /has changed since/,
    );
    assert.equal(readFileSync(path.join(root, 'icp.yaml'), 'utf8'), 'mine');
    assert.ok(!existsSync(path.join(root, 'new')), 'none of them is written');
  });

  it('are not written where a link leads out of the project', async () => {
    const root = project({}, folder);
    symlinkSync(folder, path.join(root, '.icp'));
    const planned = { path: '.icp/data/mappings/ic.ids.json', text: '{}', before: undefined };
    await assert.rejects(writeFiles([planned], root), /outside of the project/);
  });
});

function specKeys(spec: ValueSpec, found = new Set<string>()): Set<string> {
  if (spec.kind === 'object') {
    for (const { name, value } of spec.keys) {
      found.add(name);
      specKeys(value, found);
    }
  } else if (spec.kind === 'map') {
    specKeys(spec.values, found);
  } else if (spec.kind === 'array') {
    specKeys(spec.items, found);
  } else if (spec.kind === 'enum-or-object') {
    found.add(spec.key.name);
  }
  return found;
}
