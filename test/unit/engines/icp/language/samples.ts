/** Projects with everything in them, so that every fault can be put somewhere. Made for the tests; none is copied. */
import type { YamlTree } from '../../../../../src/core/document/parse-yaml';
import type { IcpFacts } from '../../../../../src/core/engines/icp/language/icp-facts';
import { readingOfTree } from '../../../../../src/core/engines/icp/project-disk';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';

const script = (command: string): JsonObject => ({ type: 'script', command });
const built = (name: string, extra: JsonObject = {}): JsonObject => ({
  name,
  build: { steps: [script(`cargo build -p ${name}`), script(`cp ${name}.wasm "$ICP_WASM_OUTPUT_PATH"`)] },
  ...extra,
});
const made = (name: string, type: string, configuration: JsonObject, extra: JsonObject = {}): JsonObject => ({
  name,
  recipe: { type, configuration },
  ...extra,
});

export function samples(): { name: string; project: JsonObject }[] {
  return [
    {
      name: 'one script',
      project: { canisters: [built('app', { init_args: '(record { limit = 5 : nat })' })] },
    },
    {
      name: 'a backend and a site',
      project: {
        canisters: [
          made(
            'backend',
            '@dfinity/rust@v3.3.0',
            { package: 'backend', shrink: true },
            {
              settings: { compute_allocation: 5, memory_allocation: '2gib', controllers: [ID] },
            },
          ),
          made('frontend', '@dfinity/static-site@v0.3.1', { dir: 'dist', build: ['npm run build'] }),
        ],
        environments: [
          { name: 'staging', network: 'ic', canisters: ['backend', 'frontend'] },
          { name: 'production', network: 'ic', init_args: { backend: '()' } },
        ],
      },
    },
    {
      name: 'networks of every kind',
      project: {
        canisters: [built('a', { sync: { steps: [script('echo done')] } }), built('b')],
        networks: [
          {
            name: 'local',
            mode: 'managed',
            gateway: { port: 8001, bind: '127.0.0.1' },
            ii: true,
            subnets: ['application', 'nns'],
          },
          { name: 'docker', mode: 'managed', image: 'a/b:1', 'port-mapping': ['8002:4943'] },
          { name: 'testnet', mode: 'connected', url: 'https://testnet.example', 'root-key': 'fetch' },
        ],
        environments: [
          { name: 'test', network: 'testnet' },
          { name: 'container', network: 'docker', canisters: [] },
        ],
      },
    },
    {
      name: 'settings and variables',
      project: {
        canisters: [
          built('ledger', {
            settings: {
              compute_allocation: 1,
              freezing_threshold: '30d',
              reserved_cycles_limit: '4t',
              wasm_memory_limit: 3221225472,
              log_visibility: { allowed_viewers: [ID] },
              environment_variables: { MODE: 'test', LIMIT: '5' },
              controllers: ['index'],
            },
            init_args: { value: '("ledger")', format: 'candid' },
            upgrade_args: '()',
          }),
          built('index'),
          { name: 'nns', build: { steps: [{ type: 'pre-built', path: 'nns.wasm', sha256: 'ab'.repeat(32) }] } },
        ],
        environments: [
          {
            name: 'live',
            network: 'ic',
            settings: {
              ledger: {
                compute_allocation: 10,
                freezing_threshold: '90d',
                reserved_cycles_limit: '8t',
                wasm_memory_limit: 3221225472,
                log_visibility: 'public',
                environment_variables: { MODE: 'live', LIMIT: '9' },
                controllers: [ID],
              },
            },
          },
        ],
      },
    },
    {
      name: 'many canisters',
      project: {
        canisters: Array.from({ length: 12 }, (_, index) =>
          index % 3 === 0
            ? made(`canister_${index}`, '@dfinity/motoko@v4.1.0', { main: `src/c${index}/main.mo` })
            : built(`canister_${index}`, { settings: { memory_allocation: `${index}gib` } }),
        ),
        environments: [{ name: 'beta', network: 'ic', canisters: ['canister_0', 'canister_1', 'canister_2'] }],
      },
    },
  ];
}

export interface FakeFacts {
  /** Absolute or relative paths that are not there; all others are. */
  readonly missing?: readonly string[];
  /** What patterns stand for. */
  readonly folders?: readonly string[];
  readonly root?: string;
}

/** Facts without a file system. */
export function fakeFacts({ missing = [], folders = [], root = '/project' }: FakeFacts = {}): IcpFacts {
  const isThere = (file: string): boolean => !missing.some((name) => file.endsWith(`/${name}`) || file === name);
  return {
    root,
    kind: (file) => (!isThere(file) ? 'missing' : /\.\w+$/.test(file) ? 'file' : 'directory'),
    text: () => undefined,
    similar: () => null,
    ignored: () => false,
    checksum: () => undefined,
    mopsCanisters: () => undefined,
    disk: (texts: ReadonlyMap<string, YamlTree>) => ({
      incomplete: false,
      read: (file, parse) => {
        const tree = texts.get(file);
        return tree === undefined ? 'missing' : readingOfTree(file, tree, parse);
      },
      isFile: isThere,
      folders: () => folders,
      real: (folder) => folder,
    }),
  };
}
