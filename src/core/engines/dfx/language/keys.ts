/**
 * What dfx.json can say: every key, once. The schema file is generated from this table, and the checks, completion
 * and hover read it. Types, defaults and nullability follow dfx's loader (dfx-core `config/model/dfinity.rs`), not its
 * published schema, which is stricter in places; `since` is the first dfx release whose published schema has the key.
 */
import type { EnumValue, KeySpec, ObjectSpec, StringRole, StringSpec, ValueSpec } from '../../../language/spec';
import { type Message, msg } from '../../../util/message';
import type { BuiltinCanisterType } from '../dfx-config';

const string = (role: StringRole, suffixes?: readonly string[]): StringSpec => ({ kind: 'string', role, suffixes });
const strings = (role: StringRole): ValueSpec => ({ kind: 'strings', item: string(role) });
const array = (items: ValueSpec): ValueSpec => ({ kind: 'array', items });
const oneOf = (upstream: string, ...values: (string | EnumValue)[]): ValueSpec => ({
  kind: 'enum',
  upstream,
  values: values.map((value) => (typeof value === 'string' ? { value } : value)),
});
const boolean: ValueSpec = { kind: 'boolean' };
/** Objects that serde reads from an array too: its fields in their order, of which so many have no default. */
const POSITIONAL = new Map(
  (
    [
      [
        'InitializationValues',
        0,
        'compute_allocation memory_allocation freezing_threshold reserved_cycles_limit ' +
          'wasm_memory_limit wasm_memory_threshold log_visibility',
      ],
      ['ConfigDefaultsBitcoin', 0, 'enabled nodes log_level canister_init_arg'],
      ['ConfigDefaultsDogecoin', 0, 'enabled nodes'],
      ['ConfigDefaultsCanisterHttp', 0, 'enabled log_level'],
      ['ConfigDefaultsBootstrap', 0, 'ip port timeout'],
      ['ConfigDefaultsReplica', 3, 'port subnet_type log_level'],
      ['ConfigDefaultsProxy', 1, 'domain'],
      ['ConfigDefaultsBuild', 2, 'packtool args'],
      ['ConfigDefaults', 7, 'bitcoin dogecoin bootstrap build canister_http proxy replica'],
      ['PlaygroundConfig', 1, 'playground_canister timeout_seconds'],
      ['CanisterDeclarationsConfig', 3, 'output bindings env_override node_compatibility'],
      ['CanisterMetadataSection', 5, 'name visibility networks path content'],
      ['Pullable', 6, 'wasm_url wasm_hash wasm_hash_url dependencies init_guide init_arg'],
      ['TechStack', 5, 'cdk language lib tool other'],
      ['ConfigCanistersCanisterRemote', 2, 'candid id'],
    ] as const
  ).map(([upstream, minimum, names]) => [upstream as string, { minimum, names: names.split(' ') }]),
);
const object = (upstream: string, ...keys: KeySpec[]): ObjectSpec => ({
  kind: 'object',
  upstream,
  keys,
  positional: POSITIONAL.get(upstream),
});
const key = (
  name: string,
  value: ValueSpec,
  doc: Message,
  rest: Omit<KeySpec, 'name' | 'value' | 'doc'> = {},
): KeySpec => ({
  name,
  value,
  doc,
  ...rest,
});
/** A key that may be null, which dfx takes for "not set". */
const option = (
  name: string,
  value: ValueSpec,
  doc: Message,
  rest: Omit<KeySpec, 'name' | 'value' | 'doc'> = {},
): KeySpec => key(name, value, doc, { ...rest, nullable: true });

const U32 = 2n ** 32n - 1n;
const U64 = 2n ** 64n - 1n;

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
  key('enabled', boolean, msg('Whether the local network talks to Bitcoin nodes.'), { default: false }),
  option(
    'nodes',
    array(string('socket-address')),
    msg('Addresses (`IP:port`, no names) of the Bitcoin nodes to talk to.'),
    {
      examples: [['127.0.0.1:18444']],
    },
  ),
  key('log_level', oneOf('BitcoinAdapterLogLevel', ...LOG_LEVELS), msg('How much the Bitcoin adapter logs.'), {
    default: 'info',
  }),
  key('canister_init_arg', string('candid'), msg('Candid text with which the local Bitcoin canister is installed.'), {
    since: '0.14.1',
  }),
);

const dogecoin = object(
  'ConfigDefaultsDogecoin',
  key('enabled', boolean, msg('Whether the local network talks to Dogecoin nodes.'), {
    default: false,
    since: '0.30.1',
  }),
  option(
    'nodes',
    array(string('socket-address')),
    msg('Addresses (`IP:port`, no names) of the Dogecoin nodes to talk to.'),
    {
      since: '0.30.1',
    },
  ),
);

const canisterHttp = object(
  'ConfigDefaultsCanisterHttp',
  key('enabled', boolean, msg('Whether canisters on the local network can make HTTPS outcalls.'), { default: true }),
  key('log_level', oneOf('HttpAdapterLogLevel', ...LOG_LEVELS), msg('How much the HTTPS outcalls adapter logs.'), {
    default: 'error',
    since: '0.12.0',
  }),
);

const replica = object(
  'ConfigDefaultsReplica',
  option(
    'port',
    { kind: 'integer', unit: 'port', maximum: 65535n },
    msg('The port on which the local replica listens.'),
    { examples: [8080] },
  ),
  option(
    'subnet_type',
    oneOf('ReplicaSubnetType', 'system', 'application', 'verifiedapplication'),
    msg('The kind of subnet that the local network imitates. It decides prices, message sizes and limits.'),
    { default: 'application' },
  ),
  option(
    'log_level',
    oneOf('ReplicaLogLevel', ...LOG_LEVELS),
    msg('How much the local replica logs. What canisters print is shown whatever the level.'),
    { default: 'error', since: '0.12.0' },
  ),
);

const proxy = object(
  'ConfigDefaultsProxy',
  option(
    'domain',
    strings('plain'),
    msg('The domains under which the HTTP gateway of the local network serves canisters.'),
    { default: 'localhost', since: '0.15.3' },
  ),
);

const bootstrapGone = msg('dfx no longer has a bootstrap server: it reads this setting and ignores it.');
const bootstrap = object(
  'ConfigDefaultsBootstrap',
  key('ip', string('ip-address'), msg('Ignored: the address of the former bootstrap server.')),
  key(
    'port',
    { kind: 'integer', unit: 'port', maximum: 65535n },
    msg('Ignored: the port of the former bootstrap server.'),
  ),
  key(
    'timeout',
    { kind: 'integer', unit: 'seconds', maximum: U64 },
    msg('Ignored: the time-out of the former bootstrap server, in seconds.'),
  ),
);

const playground = object(
  'PlaygroundConfig',
  key('playground_canister', string('principal'), msg('The id of the canister that lends out canisters.'), {
    required: true,
    since: '0.15.1',
  }),
  key(
    'timeout_seconds',
    { kind: 'integer', unit: 'seconds', maximum: U64 },
    msg('How long a canister can be borrowed, in seconds.'),
    { default: 1200, since: '0.15.1' },
  ),
);

const networkSettings: readonly KeySpec[] = [
  option('bitcoin', bitcoin, msg('The Bitcoin adapter of the local network.')),
  option('dogecoin', dogecoin, msg('The Dogecoin adapter of the local network.'), { since: '0.30.1' }),
  option('canister_http', canisterHttp, msg('HTTPS outcalls of the local network.')),
  option('replica', replica, msg('The replica of the local network.')),
  option('proxy', proxy, msg('The HTTP gateway of the local network.'), { since: '0.15.3' }),
  option('bootstrap', bootstrap, msg('Ignored: settings of the former bootstrap server.'), {
    deprecated: bootstrapGone,
  }),
];

/** Both forms of a network in one object: with `providers` it is reached by URL, without it dfx runs it here. */
export const NETWORK: ObjectSpec = object(
  'ConfigLocalProvider',
  key(
    'providers',
    array(string('url')),
    msg('The URL at which this network is reached. dfx uses the first one only.'),
    { examples: [['https://icp0.io']] },
  ),
  key(
    'type',
    oneOf(
      'NetworkType',
      { value: 'ephemeral', doc: msg('A network that is reset often; its ids are kept under `.dfx`.') },
      { value: 'persistent', doc: msg('A network that lasts; its ids are kept in `canister_ids.json`.') },
    ),
    msg(
      'Where canister ids of this network are kept. `persistent`: in `canister_ids.json`, meant for version control. `ephemeral`: under `.dfx`. Without it, a network with `providers` is persistent and any other ephemeral.',
    ),
  ),
  option(
    'bind',
    string('bind'),
    msg(
      'The address (`host:port`) on which the local network listens. Port 0 takes any free one. Without it: `127.0.0.1:4943` for the shared network, `127.0.0.1:8000` for one that a project defines.',
    ),
    { examples: ['127.0.0.1:4943'] },
  ),
  option(
    'playground',
    playground,
    msg('Makes this network a playground: canisters are borrowed for a while, not created.'),
    { since: '0.15.1' },
  ),
  ...networkSettings,
);

const declarations = object(
  'CanisterDeclarationsConfig',
  option(
    'output',
    string('folder'),
    msg(
      'The folder into which `dfx generate` writes; **it deletes and makes this folder anew**. Without it: `src/declarations/<canister>`.',
    ),
    { examples: ['src/declarations/backend'] },
  ),
  option(
    'bindings',
    { kind: 'known-strings', values: BINDINGS },
    msg('The languages for which declarations are generated. An empty array generates none.'),
    { default: ['js', 'ts', 'did'] },
  ),
  option(
    'env_override',
    string('plain'),
    msg(
      'An expression that the generated JavaScript uses for the canister id, in place of `process.env.CANISTER_ID_…`.',
    ),
  ),
  key('node_compatibility', boolean, msg('Whether the generated JavaScript also runs under Node.'), {
    default: false,
    since: '0.12.0',
  }),
);

const metadataSection = object(
  'CanisterMetadataSection',
  key(
    'name',
    string('plain'),
    msg('The name of the section. Of several with one name, the first that applies to the network counts.'),
    { required: true, examples: ['candid:service', 'candid:args'], since: '0.12.0' },
  ),
  key(
    'visibility',
    oneOf(
      'MetadataVisibility',
      { value: 'public', doc: msg('Everyone can read it.') },
      { value: 'private', doc: msg('Only controllers of the canister can read it.') },
    ),
    msg('Who can read the section.'),
    { default: 'public', since: '0.12.0' },
  ),
  option(
    'networks',
    { kind: 'array', items: string('network'), unique: true },
    msg('The networks to which the section applies. Without it: all. An empty array: none.'),
    { since: '0.12.0' },
  ),
  option('path', string('file'), msg('The file whose content becomes the section. Not together with `content`.'), {
    since: '0.12.0',
  }),
  option('content', string('plain'), msg('The content of the section. Not together with `path`.'), { since: '0.13.0' }),
);

export const LOG_VISIBILITY: readonly EnumValue[] = [
  { value: 'controllers', doc: msg('Only controllers of the canister.') },
  { value: 'public', doc: msg('Everyone.') },
];
export const ALLOWED_VIEWERS: KeySpec = key(
  'allowed_viewers',
  array(string('principal')),
  msg('The principals that can read the logs, besides the controllers.'),
  { required: true, since: '0.24.2' },
);

const initializationValues = object(
  'InitializationValues',
  option(
    'compute_allocation',
    { kind: 'integer', unit: 'percent', maximum: 100n, orString: true },
    msg(
      'The guaranteed share of computing time, in **percent** (0 to 100). 0 is best effort. dfx also takes the number as a string.',
    ),
    { examples: [0, 10] },
  ),
  option(
    'memory_allocation',
    { kind: 'bytes' },
    msg(
      'The memory that is reserved for the canister, in **bytes** or as a string with a unit such as `"2 GiB"`, up to 2^48 bytes. 0 is best effort.',
    ),
    { examples: ['2 GiB', '500 MB'] },
  ),
  option(
    'freezing_threshold',
    { kind: 'duration' },
    msg(
      'The time for which the canister must be able to pay for its resources, or it freezes. A **string with a unit**, such as `"30days"`; a plain number is refused.',
    ),
    { examples: ['30days', '90days'] },
  ),
  option(
    'reserved_cycles_limit',
    { kind: 'integer', unit: 'cycles', maximum: U64 },
    msg(
      'The most **cycles** that the canister may set aside for future storage. With 0 it fails to take storage on a subnet that is filling up.',
    ),
    { examples: [5_000_000_000_000], since: '0.15.1' },
  ),
  option(
    'wasm_memory_limit',
    { kind: 'bytes' },
    msg(
      'A soft limit of the Wasm memory, in **bytes** or as a string with a unit, up to 2^48 bytes. Updates, timers and upgrades fail above it, so that the canister does not run into the hard limit unnoticed.',
    ),
    { examples: ['3 GiB'], since: '0.20.1' },
  ),
  option(
    'wasm_memory_threshold',
    { kind: 'bytes' },
    msg(
      'How close to `wasm_memory_limit` the `on_low_wasm_memory` hook is called, in **bytes** or as a string with a unit. `dfx deploy` ignores it when it creates the canister.',
    ),
    { examples: ['512 MiB'], since: '0.25.0' },
  ),
  option(
    'log_visibility',
    { kind: 'enum-or-object', values: LOG_VISIBILITY, key: ALLOWED_VIEWERS },
    msg('Who can read the logs of the canister.'),
    { since: '0.21.0' },
  ),
);

const pullable = object(
  'Pullable',
  key('wasm_url', string('url'), msg('The URL from which the Wasm module can be fetched.'), {
    required: true,
    since: '0.14.1',
  }),
  key('dependencies', array(string('principal')), msg('The ids of the canisters on which this one depends directly.'), {
    required: true,
    since: '0.14.1',
  }),
  key('init_guide', string('plain'), msg('Tells whoever pulls the canister how to install it.'), {
    required: true,
    since: '0.14.1',
  }),
  option('init_arg', string('candid'), msg('A default argument for the installation, as Candid text.'), {
    since: '0.17.0',
  }),
  option(
    'wasm_hash',
    string('plain'),
    msg('The SHA-256 hash, in hexadecimal, of the module at `wasm_url`, where it differs from the one on the mainnet.'),
    { since: '0.14.1' },
  ),
  option('wasm_hash_url', string('url'), msg('The URL at which that hash can be read. Wins over `wasm_hash`.'), {
    since: '0.16.0',
  }),
);

const stackEntries: ValueSpec = {
  kind: 'map',
  keys: 'string',
  values: { kind: 'map', keys: 'string', values: string('plain') },
};
const techStack = object(
  'TechStack',
  option('cdk', stackEntries, msg('The canister development kits, each with its facts such as `version`.'), {
    examples: [{ 'ic-cdk': { version: '0.17' } }],
    since: '0.20.0',
  }),
  option('language', stackEntries, msg('The programming languages, each with its facts such as `version`.'), {
    since: '0.20.0',
  }),
  option('lib', stackEntries, msg('The libraries, each with its facts such as `version`.'), { since: '0.20.0' }),
  option('tool', stackEntries, msg('The tools, each with its facts such as `version`.'), { since: '0.20.0' }),
  option('other', stackEntries, msg('Anything else, each with its facts.'), { since: '0.20.0' }),
);

const remote = object(
  'ConfigCanistersCanisterRemote',
  key(
    'id',
    { kind: 'map', keys: 'network', values: string('principal') },
    msg('From the name of a network to the id that the canister has there.'),
    { required: true },
  ),
  option('candid', string('file', ['.did']), msg('The Candid file to use on those networks.')),
);

export const CANISTER: ObjectSpec = object(
  'ConfigCanistersCanister',
  key(
    'type',
    string('canister-type'),
    msg(
      'How the canister is built. Besides the types of dfx itself, the name of an installed dfx extension that defines one.',
    ),
    { default: 'motoko' },
  ),
  option(
    'main',
    string('file', ['.mo']),
    msg('The Motoko file with which compilation begins, relative to the project.'),
    { required: ['motoko'], examples: ['src/backend/main.mo'] },
  ),
  key('package', string('cargo-package'), msg('The cargo package that compiles to the Wasm module of this canister.'), {
    types: ['rust'],
    required: ['rust'],
  }),
  key(
    'crate',
    string('plain'),
    msg('The crate (binary or cdylib target) within `package`. Without it: the one with the name of the package.'),
    { types: ['rust'], since: '0.23.0' },
  ),
  key(
    'candid',
    string('file-or-url', ['.did']),
    msg('The Candid file with the interface, relative to the project. A `custom` canister can give a URL.'),
    { types: ['rust', 'custom'], required: ['rust', 'custom'], examples: ['src/backend/backend.did'] },
  ),
  key('skip_cargo_audit', boolean, msg('Whether to leave out `cargo audit` before the build.'), {
    default: false,
    types: ['rust'],
    since: '0.25.1',
  }),
  key(
    'source',
    array(string('folder')),
    msg('The folders whose files are uploaded, relative to the project and inside it.'),
    { types: ['assets'], required: ['assets'], examples: [['dist/']] },
  ),
  key('workspace', string('npm-workspace'), msg('The npm workspace in which `npm run build` makes the assets.'), {
    types: ['assets'],
    since: '0.17.0',
  }),
  key(
    'wasm',
    string('file-or-url', ['.wasm', '.wasm.gz']),
    msg('The Wasm module to install: a path, relative to the project, or a URL. With a URL there can be no `build`.'),
    { types: ['custom'], required: ['custom'], examples: ['target/backend.wasm'] },
  ),
  key(
    'build',
    strings('command'),
    msg('Commands, run one after the other in the project folder, that make the module or the assets.'),
    { default: [], types: ['custom', 'assets'] },
  ),
  key('id', string('principal'), msg('The id of the canister on the mainnet.'), {
    types: ['pull'],
    required: ['pull'],
    since: '0.13.0',
  }),
  key(
    'dependencies',
    array(string('canister')),
    msg('The canisters of this file that are built and deployed before this one.'),
    { default: [] },
  ),
  option(
    'args',
    string('plain'),
    msg('More flags for the Motoko compiler, **in place of** those in `defaults.build.args`.'),
  ),
  key('declarations', declarations, msg('What `dfx generate` writes, and where.')),
  option(
    'remote',
    remote,
    msg('Marks the canister as deployed by others on the networks listed: dfx calls it there but does not deploy it.'),
  ),
  key('initialization_values', initializationValues, msg('Settings that the canister gets when it is created.')),
  option(
    'init_arg',
    string('candid'),
    msg('The argument for the installation, as Candid text. Not together with `init_arg_file`.'),
    { examples: ['(record { owner = principal "aaaaa-aa" })'], since: '0.17.0' },
  ),
  option(
    'init_arg_file',
    string('file', ['.did', '.txt', '.args', '.candid']),
    msg('A file with the argument for the installation as Candid text. Not together with `init_arg`.'),
    { since: '0.20.1' },
  ),
  key('metadata', array(metadataSection), msg('Sections of metadata for the Wasm module.'), {
    default: [],
    since: '0.12.0',
  }),
  option(
    'optimize',
    oneOf(
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
    msg('How far `ic-wasm` optimises the module after the build. With it, `shrink` is ignored.'),
    { since: '0.14.0' },
  ),
  option(
    'shrink',
    boolean,
    msg(
      'Whether to remove unused functions and debug information from the module. On for `rust` and `motoko`, off for `custom`.',
    ),
    { since: '0.12.0' },
  ),
  option('gzip', boolean, msg('Whether to compress the module.'), { default: false, since: '0.14.1' }),
  option('specified_id', string('principal'), msg('The id to create the canister with. Ignored on the mainnet.'), {
    since: '0.17.0',
  }),
  key(
    'pre_install',
    strings('command'),
    msg('Commands, run in the project folder, before the canister is installed.'),
    { default: [], since: '0.25.0' },
  ),
  key(
    'post_install',
    strings('command'),
    msg('Commands, run in the project folder, after the canister has been installed.'),
    { default: [] },
  ),
  option('pullable', pullable, msg('Makes the canister ready for `dfx deps pull` by other projects.'), {
    since: '0.14.1',
  }),
  option(
    'tech_stack',
    techStack,
    msg(
      'What the canister is made with, published in its metadata. A string of the form `$(command)` is run at build time.',
    ),
    { since: '0.20.0' },
  ),
  option(
    'frontend',
    { kind: 'map', keys: 'string', values: string('plain') },
    msg('With any value but null, dfx prints a URL for the canister after a deployment. Otherwise unused.'),
  ),
);

const build = object(
  'ConfigDefaultsBuild',
  option(
    'packtool',
    string('command'),
    msg('The command, run in the project folder, that tells the Motoko compiler where packages are.'),
    { examples: ['mops sources'] },
  ),
  option('args', string('plain'), msg('Flags for the Motoko compiler, for every canister without `args` of its own.')),
);

const defaults = object(
  'ConfigDefaults',
  option('build', build, msg('How Motoko canisters are compiled.')),
  ...networkSettings,
);

export const DFX_JSON: ObjectSpec = object(
  '',
  key('canisters', { kind: 'map', keys: 'canister', values: CANISTER }, msg('The canisters of the project by name.')),
  option(
    'networks',
    { kind: 'map', keys: 'network', values: NETWORK },
    msg(
      'The networks of the project by name. `ic`, `local` and `playground` exist without being defined; `ic` cannot be redefined.',
    ),
  ),
  option(
    'defaults',
    defaults,
    msg(
      'Settings for the build, and for a local network that this project defines. They never apply to the shared local network.',
    ),
  ),
  option(
    'dfx',
    string('dfx-version'),
    msg('The version of dfx that the version manager dfxvm runs in this project. dfx itself does not read it.'),
    { examples: ['0.32.0'] },
  ),
  option(
    'output_env_file',
    string('file', ['.env']),
    msg(
      'A file inside the project into which dfx writes the ids and paths of the canisters as environment variables. What else the file holds is kept.',
    ),
    { examples: ['.env'], since: '0.14.0' },
  ),
  option('profile', oneOf('Profile', 'Debug', 'Release'), msg('How Motoko canisters are compiled.'), {
    default: 'Debug',
  }),
  option('version', { kind: 'integer', maximum: U32 }, msg('The version of the format of this file.'), { default: 1 }),
);

/** Keys that dfx does not know but that are meant so: `$schema`, and the usual ways to write a comment. */
export function isNeutralKey(name: string): boolean {
  return /^(?:[$_#]|\/\/)/.test(name);
}

export function isBuiltinType(type: string): type is BuiltinCanisterType {
  return CANISTER_TYPES.some((known) => known.value === type);
}
