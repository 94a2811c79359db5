/**
 * What dfx.json can say: every key, once. The schema file is generated from this table, and the checks, completion
 * and hover read it. Types, defaults and nullability follow dfx's loader (dfx-core `config/model/dfinity.rs`), not its
 * published schema, which is stricter in places; `since` is the first dfx release whose published schema has the key.
 */

import { type Message, msg } from '../../../util/message';
import type { BuiltinCanisterType } from '../dfx-config';

/** What a text stands for. */
export type TextRole =
  | 'text'
  | 'canister'
  | 'network'
  | 'principal'
  | 'candid'
  | 'file'
  | 'folder'
  | 'file-or-url'
  | 'url'
  | 'bind'
  | 'command'
  | 'canister-type'
  | 'cargo-package'
  | 'npm-workspace'
  | 'dfx-version';

export interface EnumValue {
  readonly value: string;
  readonly doc?: Message;
}

export interface TextSpec {
  readonly kind: 'text';
  readonly role: TextRole;
  /** Suffixes of the files that belong here, most fitting first. */
  readonly suffixes?: readonly string[];
}
export interface EnumSpec {
  readonly kind: 'enum';
  readonly values: readonly EnumValue[];
  /** The name of the definition in the schema that dfx prints. */
  readonly upstream?: string;
}
export interface IntegerSpec {
  readonly kind: 'integer';
  readonly unit?: 'percent' | 'cycles' | 'seconds' | 'port';
  readonly maximum: bigint;
  /** dfx also takes the number as a text. */
  readonly orText?: true;
}
export interface ArraySpec {
  readonly kind: 'array';
  readonly items: ValueSpec;
  readonly unique?: true;
}
export interface MapSpec {
  readonly kind: 'map';
  /** What the keys name. */
  readonly keys: 'canister' | 'network' | 'text';
  readonly values: ValueSpec;
}
export interface ObjectSpec {
  readonly kind: 'object';
  readonly keys: readonly KeySpec[];
  /** The name of the definition in the schema that dfx prints. */
  readonly upstream: string;
}
export type ValueSpec =
  | TextSpec
  | EnumSpec
  | IntegerSpec
  | ArraySpec
  | MapSpec
  | ObjectSpec
  | { readonly kind: 'boolean' }
  /** A number of bytes, or a text with a unit. */
  | { readonly kind: 'bytes' }
  /** A text such as `30days`. */
  | { readonly kind: 'duration' }
  /** One text or a list of them. */
  | { readonly kind: 'texts'; readonly item: TextSpec }
  /** `controllers`, `public` or `{"allowed_viewers": […]}`. */
  | { readonly kind: 'log-visibility' }
  /** A list of texts of which only some mean something to dfx; others are passed over. */
  | { readonly kind: 'bindings' };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface KeySpec {
  readonly name: string;
  /** Markdown: what the key means and what dfx does with it. */
  readonly doc: Message;
  readonly value: ValueSpec;
  /** dfx takes `null` for "not set". */
  readonly nullable?: true;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  /** The first dfx release that knows the key, where that is not older than 0.11.1. */
  readonly since?: string;
  /** The canister types that read the key; all, where missing. */
  readonly types?: readonly BuiltinCanisterType[];
  /** dfx refuses the object without it. A list names the canister types for which that holds. */
  readonly required?: true | readonly BuiltinCanisterType[];
  readonly deprecated?: Message;
}

const text = (role: TextRole, suffixes?: readonly string[]): TextSpec => ({ kind: 'text', role, suffixes });
const texts = (role: TextRole): ValueSpec => ({ kind: 'texts', item: text(role) });
const list = (items: ValueSpec): ArraySpec => ({ kind: 'array', items });
const oneOf = (upstream: string | undefined, ...values: (string | EnumValue)[]): EnumSpec => ({
  kind: 'enum',
  upstream,
  values: values.map((value) => (typeof value === 'string' ? { value } : value)),
});
const boolean: ValueSpec = { kind: 'boolean' };
const object = (upstream: string, ...keys: KeySpec[]): ObjectSpec => ({ kind: 'object', upstream, keys });

const U32 = 2n ** 32n - 1n;
const U64 = 2n ** 64n - 1n;
const U128 = 2n ** 128n - 1n;
/** Memory settings end at 256 TiB. */
export const MAX_MEMORY_BYTES = 2n ** 48n;
export const MAX_FREEZING_SECONDS = U64;

export const BINDINGS: readonly EnumValue[] = [
  { value: 'js', doc: msg('JavaScript: an interface factory and an actor that is ready to use.') },
  { value: 'ts', doc: msg('TypeScript types.') },
  { value: 'did', doc: msg('A copy of the Candid file.') },
  { value: 'mo', doc: msg('A Motoko actor type.') },
];

export const CANISTER_TYPES: readonly (EnumValue & { readonly value: BuiltinCanisterType })[] = [
  { value: 'motoko', doc: msg('Compiled by moc from the file in `main`. Assumed where `type` is missing.') },
  { value: 'rust', doc: msg('Compiled by cargo from the package in `package`; its interface is in `candid`.') },
  { value: 'assets', doc: msg('Serves the files of the folders in `source` over HTTP.') },
  { value: 'custom', doc: msg('A Wasm module and a Candid file of any origin, after the commands in `build`.') },
  { value: 'pull', doc: msg('A canister of others, fetched from the mainnet with `dfx deps pull`.') },
];

const LOG_LEVELS = ['critical', 'error', 'warning', 'info', 'debug', 'trace'] as const;

const bitcoin = object(
  'ConfigDefaultsBitcoin',
  {
    name: 'enabled',
    doc: msg('Whether the local network talks to Bitcoin nodes.'),
    value: boolean,
    default: false,
  },
  {
    name: 'nodes',
    doc: msg('Addresses (`host:port`) of the Bitcoin nodes to talk to.'),
    value: list(text('text')),
    nullable: true,
    default: null,
    examples: [['127.0.0.1:18444']],
  },
  {
    name: 'log_level',
    doc: msg('How much the Bitcoin adapter logs.'),
    value: oneOf('BitcoinAdapterLogLevel', ...LOG_LEVELS),
    default: 'info',
  },
  {
    name: 'canister_init_arg',
    doc: msg('Candid text with which the local Bitcoin canister is installed.'),
    value: text('candid'),
    since: '0.14.1',
  },
);

const dogecoin = object(
  'ConfigDefaultsDogecoin',
  {
    name: 'enabled',
    doc: msg('Whether the local network talks to Dogecoin nodes.'),
    value: boolean,
    default: false,
    since: '0.30.1',
  },
  {
    name: 'nodes',
    doc: msg('Addresses (`host:port`) of the Dogecoin nodes to talk to.'),
    value: list(text('text')),
    nullable: true,
    default: null,
    since: '0.30.1',
  },
);

const canisterHttp = object(
  'ConfigDefaultsCanisterHttp',
  {
    name: 'enabled',
    doc: msg('Whether canisters on the local network can make HTTPS outcalls.'),
    value: boolean,
    default: true,
  },
  {
    name: 'log_level',
    doc: msg('How much the HTTPS outcalls adapter logs.'),
    value: oneOf('HttpAdapterLogLevel', ...LOG_LEVELS),
    default: 'error',
    since: '0.12.0',
  },
);

const replica = object(
  'ConfigDefaultsReplica',
  {
    name: 'port',
    doc: msg('The port on which the local replica listens.'),
    value: { kind: 'integer', unit: 'port', maximum: 65535n },
    nullable: true,
    examples: [8080],
  },
  {
    name: 'subnet_type',
    doc: msg('The kind of subnet that the local network imitates. It decides prices, message sizes and limits.'),
    value: oneOf('ReplicaSubnetType', 'system', 'application', 'verifiedapplication'),
    nullable: true,
    default: 'application',
  },
  {
    name: 'log_level',
    doc: msg('How much the local replica logs. What canisters print is shown whatever the level.'),
    value: oneOf('ReplicaLogLevel', ...LOG_LEVELS),
    nullable: true,
    default: 'error',
    since: '0.12.0',
  },
);

const proxy = object('ConfigDefaultsProxy', {
  name: 'domain',
  doc: msg('The domains under which the HTTP gateway of the local network serves canisters.'),
  value: texts('text'),
  nullable: true,
  default: 'localhost',
  since: '0.15.3',
});

const bootstrapGone = msg('dfx no longer has a bootstrap server: it reads this setting and ignores it.');
const bootstrap = object(
  'ConfigDefaultsBootstrap',
  { name: 'ip', doc: msg('Ignored: the address of the former bootstrap server.'), value: text('text') },
  {
    name: 'port',
    doc: msg('Ignored: the port of the former bootstrap server.'),
    value: { kind: 'integer', unit: 'port', maximum: 65535n },
  },
  {
    name: 'timeout',
    doc: msg('Ignored: the time-out of the former bootstrap server, in seconds.'),
    value: { kind: 'integer', unit: 'seconds', maximum: U64 },
  },
);

const playground = object(
  'PlaygroundConfig',
  {
    name: 'playground_canister',
    doc: msg('The id of the canister that lends out canisters.'),
    value: text('principal'),
    required: true,
    since: '0.15.1',
  },
  {
    name: 'timeout_seconds',
    doc: msg('How long a canister can be borrowed, in seconds.'),
    value: { kind: 'integer', unit: 'seconds', maximum: U64 },
    default: 1200,
    since: '0.15.1',
  },
);

const networkSettings: readonly KeySpec[] = [
  {
    name: 'bitcoin',
    doc: msg('The Bitcoin adapter of the local network.'),
    value: bitcoin,
    nullable: true,
  },
  {
    name: 'dogecoin',
    doc: msg('The Dogecoin adapter of the local network.'),
    value: dogecoin,
    nullable: true,
    since: '0.30.1',
  },
  {
    name: 'canister_http',
    doc: msg('HTTPS outcalls of the local network.'),
    value: canisterHttp,
    nullable: true,
  },
  { name: 'replica', doc: msg('The replica of the local network.'), value: replica, nullable: true },
  {
    name: 'proxy',
    doc: msg('The HTTP gateway of the local network.'),
    value: proxy,
    nullable: true,
    since: '0.15.3',
  },
  {
    name: 'bootstrap',
    doc: msg('Ignored: settings of the former bootstrap server.'),
    value: bootstrap,
    nullable: true,
    deprecated: bootstrapGone,
  },
];

/** Both forms of a network in one object: with `providers` it is reached by URL, without it dfx runs it here. */
export const NETWORK: ObjectSpec = object(
  'ConfigLocalProvider',
  {
    name: 'providers',
    doc: msg('The URL at which this network is reached. dfx uses the first one only.'),
    value: list(text('url')),
    examples: [['https://icp0.io']],
  },
  {
    name: 'type',
    doc: msg(
      'Where canister ids of this network are kept. `persistent`: in `canister_ids.json`, meant for version control. `ephemeral`: under `.dfx`. Without it, a network with `providers` is persistent and any other ephemeral.',
    ),
    value: oneOf(
      'NetworkType',
      { value: 'ephemeral', doc: msg('A network that is reset often; its ids are kept under `.dfx`.') },
      { value: 'persistent', doc: msg('A network that lasts; its ids are kept in `canister_ids.json`.') },
    ),
  },
  {
    name: 'bind',
    doc: msg(
      'The address (`host:port`) on which the local network listens. Port 0 takes any free one. Without it: `127.0.0.1:4943` for the shared network, `127.0.0.1:8000` for one that a project defines.',
    ),
    value: text('bind'),
    nullable: true,
    examples: ['127.0.0.1:4943'],
  },
  {
    name: 'playground',
    doc: msg('Makes this network a playground: canisters are borrowed for a while, not created.'),
    value: playground,
    nullable: true,
    since: '0.15.1',
  },
  ...networkSettings,
);

const declarations = object(
  'CanisterDeclarationsConfig',
  {
    name: 'output',
    doc: msg(
      'The folder into which `dfx generate` writes; **it deletes and makes this folder anew**. Without it: `src/declarations/<canister>`.',
    ),
    value: text('folder'),
    nullable: true,
    examples: ['src/declarations/backend'],
  },
  {
    name: 'bindings',
    doc: msg('The languages for which declarations are generated. An empty list generates none.'),
    value: { kind: 'bindings' },
    nullable: true,
    default: ['js', 'ts', 'did'],
  },
  {
    name: 'env_override',
    doc: msg(
      'An expression that the generated JavaScript uses for the canister id, in place of `process.env.CANISTER_ID_…`.',
    ),
    value: text('text'),
    nullable: true,
  },
  {
    name: 'node_compatibility',
    doc: msg('Whether the generated JavaScript also runs under Node.'),
    value: boolean,
    default: false,
    since: '0.12.0',
  },
);

const metadataSection = object(
  'CanisterMetadataSection',
  {
    name: 'name',
    doc: msg('The name of the section. Of several with one name, the first that applies to the network counts.'),
    value: text('text'),
    required: true,
    examples: ['candid:service', 'candid:args'],
    since: '0.12.0',
  },
  {
    name: 'visibility',
    doc: msg('Who can read the section.'),
    value: oneOf(
      'MetadataVisibility',
      { value: 'public', doc: msg('Everyone can read it.') },
      { value: 'private', doc: msg('Only controllers of the canister can read it.') },
    ),
    default: 'public',
    since: '0.12.0',
  },
  {
    name: 'networks',
    doc: msg('The networks to which the section applies. Without it: all. An empty list: none.'),
    value: { kind: 'array', items: text('network'), unique: true },
    nullable: true,
    since: '0.12.0',
  },
  {
    name: 'path',
    doc: msg('The file whose content becomes the section. Not together with `content`.'),
    value: text('file'),
    nullable: true,
    since: '0.12.0',
  },
  {
    name: 'content',
    doc: msg('The content of the section. Not together with `path`.'),
    value: text('text'),
    nullable: true,
    since: '0.13.0',
  },
);

const initializationValues = object(
  'InitializationValues',
  {
    name: 'compute_allocation',
    doc: msg(
      'The guaranteed share of computing time, in **percent** (0 to 100). 0 is best effort. dfx also takes the number as a text.',
    ),
    value: { kind: 'integer', unit: 'percent', maximum: 100n, orText: true },
    nullable: true,
    default: null,
    examples: [0, 10],
  },
  {
    name: 'memory_allocation',
    doc: msg(
      'The memory that is reserved for the canister, in **bytes** or as a text with a unit such as `"2 GiB"`, up to 2^48 bytes. 0 is best effort.',
    ),
    value: { kind: 'bytes' },
    nullable: true,
    default: null,
    examples: ['2 GiB', '500 MB'],
  },
  {
    name: 'freezing_threshold',
    doc: msg(
      'The time for which the canister must be able to pay for its resources, or it freezes. A **text with a unit**, such as `"30days"`; a plain number is refused.',
    ),
    value: { kind: 'duration' },
    nullable: true,
    default: null,
    examples: ['30days', '90days'],
  },
  {
    name: 'reserved_cycles_limit',
    doc: msg(
      'The most **cycles** that the canister may set aside for future storage. With 0 it fails to take storage on a subnet that is filling up.',
    ),
    value: { kind: 'integer', unit: 'cycles', maximum: U128 },
    nullable: true,
    default: null,
    examples: [5_000_000_000_000],
    since: '0.15.1',
  },
  {
    name: 'wasm_memory_limit',
    doc: msg(
      'A soft limit of the Wasm memory, in **bytes** or as a text with a unit, up to 2^48 bytes. Updates, timers and upgrades fail above it, so that the canister does not run into the hard limit unnoticed.',
    ),
    value: { kind: 'bytes' },
    nullable: true,
    default: null,
    examples: ['3 GiB'],
    since: '0.20.1',
  },
  {
    name: 'wasm_memory_threshold',
    doc: msg(
      'How close to `wasm_memory_limit` the `on_low_wasm_memory` hook is called, in **bytes** or as a text with a unit. `dfx deploy` ignores it when it creates the canister.',
    ),
    value: { kind: 'bytes' },
    nullable: true,
    default: null,
    examples: ['512 MiB'],
    since: '0.25.0',
  },
  {
    name: 'log_visibility',
    doc: msg('Who can read the logs of the canister.'),
    value: { kind: 'log-visibility' },
    nullable: true,
    default: null,
    since: '0.21.0',
  },
);

export const LOG_VISIBILITY: readonly EnumValue[] = [
  { value: 'controllers', doc: msg('Only controllers of the canister.') },
  { value: 'public', doc: msg('Everyone.') },
];
export const ALLOWED_VIEWERS: KeySpec = {
  name: 'allowed_viewers',
  doc: msg('The principals that can read the logs, besides the controllers.'),
  value: list(text('principal')),
  required: true,
  since: '0.24.2',
};

const pullable = object(
  'Pullable',
  {
    name: 'wasm_url',
    doc: msg('The URL from which the Wasm module can be fetched.'),
    value: text('url'),
    required: true,
    since: '0.14.1',
  },
  {
    name: 'dependencies',
    doc: msg('The ids of the canisters on which this one depends directly.'),
    value: list(text('principal')),
    required: true,
    since: '0.14.1',
  },
  {
    name: 'init_guide',
    doc: msg('Tells whoever pulls the canister how to install it.'),
    value: text('text'),
    required: true,
    since: '0.14.1',
  },
  {
    name: 'init_arg',
    doc: msg('A default argument for the installation, as Candid text.'),
    value: text('candid'),
    nullable: true,
    since: '0.17.0',
  },
  {
    name: 'wasm_hash',
    doc: msg(
      'The SHA-256 hash, in hexadecimal, of the module at `wasm_url`, where it differs from the one on the mainnet.',
    ),
    value: text('text'),
    nullable: true,
    since: '0.14.1',
  },
  {
    name: 'wasm_hash_url',
    doc: msg('The URL at which that hash can be read. Wins over `wasm_hash`.'),
    value: text('url'),
    nullable: true,
    since: '0.16.0',
  },
);

const stackEntries: ValueSpec = {
  kind: 'map',
  keys: 'text',
  values: { kind: 'map', keys: 'text', values: text('text') },
};
const techStack = object(
  'TechStack',
  {
    name: 'cdk',
    doc: msg('The canister development kits, each with its facts such as `version`.'),
    value: stackEntries,
    nullable: true,
    examples: [{ 'ic-cdk': { version: '0.17' } }],
    since: '0.20.0',
  },
  {
    name: 'language',
    doc: msg('The programming languages, each with its facts such as `version`.'),
    value: stackEntries,
    nullable: true,
    since: '0.20.0',
  },
  {
    name: 'lib',
    doc: msg('The libraries, each with its facts such as `version`.'),
    value: stackEntries,
    nullable: true,
    since: '0.20.0',
  },
  {
    name: 'tool',
    doc: msg('The tools, each with its facts such as `version`.'),
    value: stackEntries,
    nullable: true,
    since: '0.20.0',
  },
  {
    name: 'other',
    doc: msg('Anything else, each with its facts.'),
    value: stackEntries,
    nullable: true,
    since: '0.20.0',
  },
);

const remote = object(
  'ConfigCanistersCanisterRemote',
  {
    name: 'id',
    doc: msg('From the name of a network to the id that the canister has there.'),
    value: { kind: 'map', keys: 'network', values: text('principal') },
    required: true,
  },
  {
    name: 'candid',
    doc: msg('The Candid file to use on those networks.'),
    value: text('file', ['.did']),
    nullable: true,
  },
);

export const CANISTER: ObjectSpec = object(
  'ConfigCanistersCanister',
  {
    name: 'type',
    doc: msg(
      'How the canister is built. Besides the types of dfx itself, the name of an installed dfx extension that defines one.',
    ),
    value: text('canister-type'),
    default: 'motoko',
  },
  {
    name: 'main',
    doc: msg('The Motoko file with which compilation begins, relative to the project.'),
    value: text('file', ['.mo']),
    nullable: true,
    required: ['motoko'],
    examples: ['src/backend/main.mo'],
  },
  {
    name: 'package',
    doc: msg('The cargo package that compiles to the Wasm module of this canister.'),
    value: text('cargo-package'),
    types: ['rust'],
    required: ['rust'],
  },
  {
    name: 'crate',
    doc: msg('The crate (binary or cdylib target) within `package`. Without it: the one with the name of the package.'),
    value: text('text'),
    nullable: true,
    types: ['rust'],
    since: '0.23.0',
  },
  {
    name: 'candid',
    doc: msg('The Candid file with the interface, relative to the project. A `custom` canister can give a URL.'),
    value: text('file-or-url', ['.did']),
    types: ['rust', 'custom'],
    required: ['rust', 'custom'],
    examples: ['src/backend/backend.did'],
  },
  {
    name: 'skip_cargo_audit',
    doc: msg('Whether to leave out `cargo audit` before the build.'),
    value: boolean,
    default: false,
    types: ['rust'],
    since: '0.25.1',
  },
  {
    name: 'source',
    doc: msg('The folders whose files are uploaded, relative to the project and inside it.'),
    value: list(text('folder')),
    types: ['assets'],
    required: ['assets'],
    examples: [['dist/']],
  },
  {
    name: 'workspace',
    doc: msg('The npm workspace in which `npm run build` makes the assets.'),
    value: text('npm-workspace'),
    nullable: true,
    types: ['assets'],
    since: '0.17.0',
  },
  {
    name: 'wasm',
    doc: msg(
      'The Wasm module to install: a path, relative to the project, or a URL. With a URL there can be no `build`.',
    ),
    value: text('file-or-url', ['.wasm', '.wasm.gz']),
    types: ['custom'],
    required: ['custom'],
    examples: ['target/backend.wasm'],
  },
  {
    name: 'build',
    doc: msg('Commands, run one after the other in the project folder, that make the module or the assets.'),
    value: texts('command'),
    default: [],
    types: ['custom', 'assets'],
  },
  {
    name: 'id',
    doc: msg('The id of the canister on the mainnet.'),
    value: text('principal'),
    types: ['pull'],
    required: ['pull'],
    since: '0.13.0',
  },
  {
    name: 'dependencies',
    doc: msg('The canisters of this file that are built and deployed before this one.'),
    value: list(text('canister')),
    default: [],
  },
  {
    name: 'args',
    doc: msg('More flags for the Motoko compiler, **in place of** those in `defaults.build.args`.'),
    value: text('text'),
    nullable: true,
  },
  {
    name: 'declarations',
    doc: msg('What `dfx generate` writes, and where.'),
    value: declarations,
  },
  {
    name: 'remote',
    doc: msg(
      'Marks the canister as deployed by others on the networks listed: dfx calls it there but does not deploy it.',
    ),
    value: remote,
    nullable: true,
  },
  {
    name: 'initialization_values',
    doc: msg('Settings that the canister gets when it is created.'),
    value: initializationValues,
  },
  {
    name: 'init_arg',
    doc: msg('The argument for the installation, as Candid text. Not together with `init_arg_file`.'),
    value: text('candid'),
    nullable: true,
    examples: ['(record { owner = principal "aaaaa-aa" })'],
    since: '0.17.0',
  },
  {
    name: 'init_arg_file',
    doc: msg('A file with the argument for the installation as Candid text. Not together with `init_arg`.'),
    value: text('file', ['.did', '.txt', '.args', '.candid']),
    nullable: true,
    since: '0.20.1',
  },
  {
    name: 'metadata',
    doc: msg('Sections of metadata for the Wasm module.'),
    value: list(metadataSection),
    default: [],
    since: '0.12.0',
  },
  {
    name: 'optimize',
    doc: msg('How far `ic-wasm` optimises the module after the build. With it, `shrink` is ignored.'),
    value: oneOf(
      'WasmOptLevel',
      { value: 'cycles', doc: msg('For few cycles: the same as `O3`.') },
      { value: 'size', doc: msg('For a small module: the same as `Oz`.') },
      { value: 'O4', doc: msg('For speed, most aggressively.') },
      { value: 'O3', doc: msg('For speed; the best choice for few cycles.') },
      { value: 'O2', doc: msg('For speed, moderately.') },
      { value: 'O1', doc: msg('For speed, lightly.') },
      { value: 'O0', doc: msg('No optimisation.') },
      { value: 'Oz', doc: msg('For size, most aggressively.') },
      { value: 'Os', doc: msg('For size.') },
    ),
    nullable: true,
    default: null,
    since: '0.14.0',
  },
  {
    name: 'shrink',
    doc: msg(
      'Whether to remove unused functions and debug information from the module. On for `rust` and `motoko`, off for `custom`.',
    ),
    value: boolean,
    nullable: true,
    since: '0.12.0',
  },
  {
    name: 'gzip',
    doc: msg('Whether to compress the module.'),
    value: boolean,
    nullable: true,
    default: false,
    since: '0.14.1',
  },
  {
    name: 'specified_id',
    doc: msg('The id to create the canister with. Ignored on the mainnet.'),
    value: text('principal'),
    nullable: true,
    since: '0.17.0',
  },
  {
    name: 'pre_install',
    doc: msg('Commands, run in the project folder, before the canister is installed.'),
    value: texts('command'),
    default: [],
    since: '0.25.0',
  },
  {
    name: 'post_install',
    doc: msg('Commands, run in the project folder, after the canister has been installed.'),
    value: texts('command'),
    default: [],
  },
  {
    name: 'pullable',
    doc: msg('Makes the canister ready for `dfx deps pull` by other projects.'),
    value: pullable,
    nullable: true,
    default: null,
    since: '0.14.1',
  },
  {
    name: 'tech_stack',
    doc: msg(
      'What the canister is made with, published in its metadata. A text of the form `$(command)` is run at build time.',
    ),
    value: techStack,
    nullable: true,
    default: null,
    since: '0.20.0',
  },
  {
    name: 'frontend',
    doc: msg('With any value but null, dfx prints a URL for the canister after a deployment. Otherwise unused.'),
    value: { kind: 'map', keys: 'text', values: text('text') },
    nullable: true,
  },
);

const build = object(
  'ConfigDefaultsBuild',
  {
    name: 'packtool',
    doc: msg('The command, run in the project folder, that tells the Motoko compiler where packages are.'),
    value: text('command'),
    nullable: true,
    examples: ['mops sources'],
  },
  {
    name: 'args',
    doc: msg('Flags for the Motoko compiler, for every canister without `args` of its own.'),
    value: text('text'),
    nullable: true,
  },
);

const defaults = object(
  'ConfigDefaults',
  {
    name: 'build',
    doc: msg('How Motoko canisters are compiled.'),
    value: build,
    nullable: true,
  },
  ...networkSettings,
);

export const ROOT: ObjectSpec = object(
  '',
  {
    name: 'canisters',
    doc: msg('The canisters of the project by name.'),
    value: { kind: 'map', keys: 'canister', values: CANISTER },
    nullable: true,
  },
  {
    name: 'networks',
    doc: msg(
      'The networks of the project by name. `ic`, `local` and `playground` exist without being defined; `ic` cannot be redefined.',
    ),
    value: { kind: 'map', keys: 'network', values: NETWORK },
    nullable: true,
  },
  {
    name: 'defaults',
    doc: msg(
      'Settings for the build, and for a local network that this project defines. They never apply to the shared local network.',
    ),
    value: defaults,
    nullable: true,
  },
  {
    name: 'dfx',
    doc: msg('The version of dfx that the version manager dfxvm runs in this project. dfx itself does not read it.'),
    value: text('dfx-version'),
    nullable: true,
    examples: ['0.32.0'],
  },
  {
    name: 'output_env_file',
    doc: msg(
      'A file inside the project into which dfx writes the ids and paths of the canisters as environment variables. What else the file holds is kept.',
    ),
    value: text('file', ['.env']),
    nullable: true,
    examples: ['.env'],
    since: '0.14.0',
  },
  {
    name: 'profile',
    doc: msg('How Motoko canisters are compiled.'),
    value: oneOf('Profile', 'Debug', 'Release'),
    nullable: true,
    default: 'Debug',
  },
  {
    name: 'version',
    doc: msg('The version of the format of this file.'),
    value: { kind: 'integer', maximum: U32 },
    nullable: true,
    default: 1,
  },
);

/** Keys that dfx does not know but that are meant so: `$schema`, and the usual ways to write a comment. */
export function isNeutralKey(name: string): boolean {
  return /^(?:[$_#]|\/\/)/.test(name);
}

const INDEXES = new WeakMap<ObjectSpec, ReadonlyMap<string, KeySpec>>();

/** The keys of an object by name. */
export function keysOf(spec: ObjectSpec): ReadonlyMap<string, KeySpec> {
  let index = INDEXES.get(spec);
  if (index === undefined) {
    index = new Map(spec.keys.map((key) => [key.name, key]));
    INDEXES.set(spec, index);
  }
  return index;
}

export function isBuiltinType(type: string): type is BuiltinCanisterType {
  return CANISTER_TYPES.some((known) => known.value === type);
}
