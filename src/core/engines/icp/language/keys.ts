/**
 * What icp.yaml and canister.yaml can say: every key, once. The schema files are generated from this table, and hover,
 * completion and the checks for keys that icp passes over read it. What icp refuses, `manifest-reader.ts` knows.
 *
 * `since` is the first release of icp that knows the key, where that is after 1.0.
 */
import type { EnumValue, KeySpec, ObjectSpec, StringRole, StringSpec, ValueSpec } from '../../../language/spec';
import { type Message, msg } from '../../../util/message';

const string = (role: StringRole = 'plain', suffixes?: readonly string[]): StringSpec => ({
  kind: 'string',
  role,
  suffixes,
});
const strings = (role: StringRole = 'plain'): ValueSpec => ({ kind: 'array', items: string(role) });
const list = (items: ValueSpec): ValueSpec => ({ kind: 'array', items });
const either = (text: StringSpec, inner: ObjectSpec): ValueSpec => ({ kind: 'either', string: text, object: inner });
const oneOf = (...values: (string | EnumValue)[]): ValueSpec => ({
  kind: 'enum',
  values: values.map((value) => (typeof value === 'string' ? { value } : value)),
});
const boolean: ValueSpec = { kind: 'boolean' };
const bytes: ValueSpec = { kind: 'bytes' };
const object = (upstream: string, ...keys: KeySpec[]): ObjectSpec => ({ kind: 'object', upstream, keys });
const key = (
  name: string,
  value: ValueSpec,
  doc: Message,
  rest: Omit<KeySpec, 'name' | 'value' | 'doc'> = {},
): KeySpec => ({ name, value, doc, ...rest });
const U64 = 2n ** 64n - 1n;

export const SUBNETS: readonly EnumValue[] = [
  { value: 'application', doc: msg('An ordinary subnet, as most canisters are on.') },
  { value: 'system', doc: msg('A system subnet: no cycles are charged there.') },
  { value: 'verified-application', doc: msg('A verified application subnet.') },
  { value: 'bitcoin', doc: msg('The subnet of the Bitcoin canisters.') },
  { value: 'fiduciary', doc: msg('The subnet of the ckBTC and ckETH ledgers.') },
  { value: 'nns', doc: msg('The subnet of the NNS canisters.') },
  { value: 'sns', doc: msg('The subnet of the SNS canisters.') },
];

const VISIBILITIES: readonly EnumValue[] = [
  { value: 'controllers', doc: msg('Only controllers may see it.') },
  { value: 'public', doc: msg('Everybody may see it.') },
];

const visibility = (): ValueSpec => ({
  kind: 'enum-or-object',
  values: VISIBILITIES,
  key: key('allowed_viewers', strings('principal'), msg('Principals that may see it besides the controllers.')),
});

export const VARIABLE = object(
  'EnvironmentVariable',
  key('path', string('file'), msg('A file that holds the value, relative to the folder of the canister.'), {
    since: '1.3.0',
    required: true,
  }),
);

export const SETTINGS = object(
  'Settings',
  key(
    'compute_allocation',
    { kind: 'integer', unit: 'percent', maximum: 100n },
    msg('Guaranteed share of one processor in percent, 0 to 100. It is paid for all the time.'),
  ),
  key(
    'memory_allocation',
    bytes,
    msg('Memory that is reserved and paid for: bytes, or a string such as `4gib` with kb, kib, mb, mib, gb or gib.'),
  ),
  key(
    'freezing_threshold',
    { kind: 'duration' },
    msg('The canister freezes when its cycles last for less than this: seconds, or `30d` with s, m, h, d or w.'),
  ),
  key(
    'reserved_cycles_limit',
    { kind: 'integer', unit: 'cycles', maximum: U64, orString: true },
    msg('The most cycles that may be reserved for memory: a number, or `4t` with k, m, b or t.'),
  ),
  key('wasm_memory_limit', bytes, msg('Updates fail once the heap of the canister is larger than this.')),
  key(
    'wasm_memory_threshold',
    bytes,
    msg('The method `on_low_wasm_memory` runs once less than this is left of the heap.'),
  ),
  key('log_memory_limit', bytes, msg('How much of the log of the canister is kept.')),
  key('log_visibility', visibility(), msg('Who may read the log.'), { default: 'controllers' }),
  key('snapshot_visibility', visibility(), msg('Who may read snapshots.'), { since: '1.5.0' }),
  key('status_visibility', visibility(), msg('Who may read the status.'), { since: '1.5.0' }),
  key(
    'environment_variables',
    { kind: 'map', keys: 'string', values: either(string(), VARIABLE) },
    msg('Variables that the canister can read while it runs. They are merged with those that it has, never removed.'),
  ),
  key(
    'controllers',
    strings('controller'),
    msg('Further controllers: principals, or canisters of this project by name. They are added, never removed.'),
  ),
);

export const ARGUMENT = object(
  'Arguments',
  key('value', string('candid'), msg('The arguments as text.')),
  key(
    'path',
    string('file', ['.did', '.txt', '.idl', '.candid', '.bin', '.hex']),
    msg('A file with the arguments, relative to the folder of the canister. It wins over `value`.'),
  ),
  key(
    'format',
    oneOf(
      { value: 'candid', doc: msg('Candid text such as `("name", 1)`.') },
      { value: 'hex', doc: msg('Hexadecimal digits of the encoded arguments.') },
      { value: 'bin', doc: msg('The encoded arguments themselves; only with `path`.') },
    ),
    msg('How the arguments are written.'),
    { default: 'candid' },
  ),
);

const initArgs = key(
  'init_args',
  either(string('candid'), ARGUMENT),
  msg(
    'Arguments with which `icp deploy` installs and reinstalls the canister, and upgrades it where there are no `upgrade_args`. `icp canister install` does not use them.',
  ),
  { examples: ['()'] },
);
const upgradeArgs = key(
  'upgrade_args',
  either(string('candid'), ARGUMENT),
  msg('Arguments with which `icp deploy` upgrades the canister, in place of `init_args`.'),
  { since: '1.5.0', examples: ['()'] },
);

export const BUILD_TYPES: readonly EnumValue[] = [
  { value: 'script', doc: msg('Commands, the last of which writes the module to `$ICP_WASM_OUTPUT_PATH`.') },
  { value: 'pre-built', doc: msg('A module that is there already, as a file or at a URL.') },
];
export const SYNC_TYPES: readonly EnumValue[] = [
  { value: 'script', doc: msg('Commands that run after each installation.') },
  { value: 'plugin', doc: msg('A Wasm component that icp runs after each installation.') },
];

const command = key(
  'command',
  string('command'),
  msg('A command for the shell, run in the folder of the canister. It wins over `commands` where it stands first.'),
  { types: ['script'] },
);
const commands = key('commands', strings('command'), msg('Commands for the shell, one process each.'), {
  types: ['script'],
});
const checksum = (types: readonly string[], doc: Message): KeySpec => key('sha256', string('checksum'), doc, { types });

export const BUILD_STEP = object(
  'BuildStep',
  key('type', oneOf(...BUILD_TYPES), msg('What the step does.'), { required: true }),
  command,
  commands,
  key(
    'path',
    string('file', ['.wasm', '.wasm.gz']),
    msg('The file of the module, relative to the folder of the canister. It wins over `url`.'),
    { types: ['pre-built'] },
  ),
  key('url', string('url'), msg('The address of the module.'), { types: ['pre-built'] }),
  checksum(['pre-built'], msg('The SHA-256 checksum of the module in 64 hexadecimal digits.')),
);

export const SYNC_STEP = object(
  'SyncStep',
  key('type', oneOf(...SYNC_TYPES), msg('What the step does.'), { required: true }),
  command,
  commands,
  key(
    'path',
    string('file', ['.wasm']),
    msg('The file of the plugin, relative to the folder of the canister. It wins over `url`.'),
    { types: ['plugin'] },
  ),
  key('url', string('url'), msg('The address of the plugin.'), { types: ['plugin'] }),
  checksum(['plugin'], msg('The SHA-256 checksum of the plugin; needed where it comes from a URL.')),
  key('dirs', { kind: 'strings', item: string('folder') }, msg('Folders that the plugin may read.'), {
    types: ['plugin'],
  }),
  key('files', { kind: 'strings', item: string('file') }, msg('Files that the plugin may read.'), {
    types: ['plugin'],
  }),
  key(
    'fields',
    { kind: 'map', keys: 'string', values: string() },
    msg('Values for the plugin: strings, numbers, true or false.'),
    { types: ['plugin'], since: '1.5.0' },
  ),
  key('canisters', strings('canister'), msg('Further canisters that the plugin may call.'), {
    types: ['plugin'],
    since: '1.5.0',
  }),
);

const BUILD = object(
  'Build',
  key('steps', list(BUILD_STEP), msg('Steps that make the Wasm module, run in this order. At least one.'), {
    required: true,
  }),
);
const SYNC = object(
  'Sync',
  key('steps', list(SYNC_STEP), msg('Steps that run after each installation, in this order.'), { required: true }),
);

export const RECIPE = object(
  'Recipe',
  key(
    'type',
    string('recipe'),
    msg(
      'The recipe: `@dfinity/<name>@<version>`, a URL, or `file://` with a path relative to the folder in which icp is started.',
    ),
    { required: true },
  ),
  key(
    'configuration',
    { kind: 'map', keys: 'string', values: string() },
    msg('Values for the recipe. Which there are depends on it.'),
  ),
  key('sha256', string('checksum'), msg('The SHA-256 checksum of the recipe, in hexadecimal digits.')),
);

export const CANISTER = object(
  'Canister',
  key('name', string(), msg('The name of the canister: ASCII letters, digits, `_` and `-`.'), { required: true }),
  key('recipe', RECIPE, msg('How the canister is built, from a template. Either this or `build`.')),
  key('build', BUILD, msg('How the canister is built, step by step. Either this or `recipe`.')),
  key('sync', SYNC, msg('What is done after each installation, such as uploading assets.')),
  key(
    'settings',
    SETTINGS,
    msg(
      'Settings of the canister. Only those that are written are changed on the network. The settings of an environment stand in place of all of these.',
    ),
  ),
  initArgs,
  upgradeArgs,
);

/** The keys of a network that are only read for one kind of it. */
const connected = { types: ['connected'] };
const launcher = { types: ['launcher'] };
const image = { types: ['image'] };

const GATEWAY = object(
  'Gateway',
  key('bind', string(), msg('The address at which the network answers.'), { default: '127.0.0.1' }),
  key(
    'port',
    { kind: 'integer', unit: 'port', maximum: 65535n },
    msg('The port at which the network answers; 0 for one that is free.'),
    { default: 8000 },
  ),
  key('domains', strings(), msg('Further names of hosts under which canisters are served.')),
);

export const NETWORK = object(
  'Network',
  key('name', string(), msg('The name of the network. `ic` is the mainnet and cannot be defined anew.'), {
    required: true,
  }),
  key(
    'mode',
    oneOf(
      { value: 'managed', doc: msg('icp starts and stops the network on this computer.') },
      { value: 'connected', doc: msg('The network runs elsewhere and is reached by URL.') },
    ),
    msg('Whether icp runs the network or connects to it.'),
    { required: true },
  ),
  key('url', string('url'), msg('The address of the network, for its API and for pages of canisters.'), connected),
  key('api-url', string('url'), msg('The address of the API. It wins over `url`.'), connected),
  key(
    'http-gateway-url',
    string('url'),
    msg('The address for pages of canisters, beside `api-url`. Without it no addresses are shown.'),
    connected,
  ),
  key(
    'root-key',
    {
      kind: 'enum',
      values: [
        { value: 'mainnet', doc: msg('The key of the mainnet, which is built in.') },
        { value: 'fetch', doc: msg('Asked of the network itself: nothing that it answers can be checked.') },
      ],
    },
    msg('The key with which answers of the network are checked: `mainnet`, `fetch`, or 266 hexadecimal digits.'),
    { ...connected, since: '1.1.0' },
  ),
  key('gateway', GATEWAY, msg('Where the network answers on this computer.'), launcher),
  key(
    'artificial-delay-ms',
    { kind: 'integer', maximum: U64 },
    msg('How long each update takes at least, in milliseconds.'),
    launcher,
  ),
  key('ii', boolean, msg('Whether Internet Identity is installed.'), { ...launcher, default: false }),
  key('nns', boolean, msg('Whether the NNS canisters are installed.'), { ...launcher, default: false }),
  key(
    'subnets',
    list({ kind: 'enum', values: SUBNETS }),
    msg('The subnets of the network, in place of the one application subnet.'),
    launcher,
  ),
  key('bitcoind-addr', strings(), msg('Addresses (`host:port`) of Bitcoin nodes.'), launcher),
  key('dogecoind-addr', strings(), msg('Addresses (`host:port`) of Dogecoin nodes.'), launcher),
  key('version', string(), msg('The version of the network launcher; the newest where it is not given.'), launcher),
  key('image', string(), msg('A Docker image that is the network. It needs `port-mapping` beside it.'), {
    types: ['image', 'launcher'],
  }),
  key('port-mapping', strings(), msg('Ports of the container, as `host:container`.'), {
    ...image,
    examples: [['8000:4943']],
  }),
  key('rm-on-exit', boolean, msg('Whether the container is removed when the network stops.'), {
    ...image,
    default: false,
  }),
  key('args', strings(), msg('Arguments of the container.'), image),
  key('cmd', strings(), msg('Another name for `args`.'), image),
  key('command', strings(), msg('Another name for `args`.'), image),
  key('entrypoint', strings(), msg('The entry point of the container.'), image),
  key('environment', strings(), msg('Environment variables of the container, as `NAME=value`.'), image),
  key('volumes', strings(), msg('Volumes of the container.'), image),
  key('platform', string(), msg('The platform of the image, such as `linux/amd64`.'), image),
  key('user', string(), msg('The user in the container.'), image),
  key('shm-size', { kind: 'integer', maximum: U64 }, msg('The shared memory of the container, in bytes.'), image),
  key('status-dir', string(), msg('The folder in the container in which it tells its status.'), {
    ...image,
    default: '/app/status',
  }),
  key('mounts', strings(), msg('Folders of this computer that the container sees.'), image),
  key('extra-hosts', strings(), msg('Further names of hosts for the container, as `name:address`.'), image),
);

export const ENVIRONMENT = object(
  'Environment',
  key('name', string(), msg('The name of the environment. `local` and `ic` are there without being defined.'), {
    required: true,
  }),
  key('network', string('network'), msg('The network of the environment.'), { default: 'local' }),
  key(
    'canisters',
    strings('canister'),
    msg('The canisters that are deployed there: all where this is not given, none with `[]`.'),
  ),
  key(
    'settings',
    { kind: 'map', keys: 'canister', values: SETTINGS },
    msg('Settings by canister. They stand in place of all settings of the canister: nothing is merged.'),
  ),
  key(
    'init_args',
    { kind: 'map', keys: 'canister', values: either(string('candid'), ARGUMENT) },
    msg('Arguments by canister, in place of its `init_args`.'),
  ),
  key(
    'upgrade_args',
    { kind: 'map', keys: 'canister', values: either(string('candid'), ARGUMENT) },
    msg('Arguments by canister, in place of its `upgrade_args`.'),
    { since: '1.5.0' },
  ),
);

export const DEPENDENCY = object(
  'Dependency',
  key('name', string(), msg('The name by which canisters find those of the dependency.'), { required: true }),
  key('path', string('project-folder'), msg('The folder of the other project, in which there is an icp.yaml.'), {
    required: true,
  }),
  key(
    'canisters',
    strings(),
    msg('The canisters of the dependency whose ids the canisters of this project get; all where this is not given.'),
  ),
);

export const ICP_YAML = object(
  'Project',
  key(
    'canisters',
    list(either(string('canister-folder'), CANISTER)),
    msg('The canisters of the project: defined here, or folders with a `canister.yaml`, or patterns of such folders.'),
  ),
  key(
    'networks',
    list(either(string('file', ['.yaml', '.yml']), NETWORK)),
    msg('Networks besides `local` and `ic`: defined here, or files that define one each.'),
  ),
  key(
    'environments',
    list(either(string('file', ['.yaml', '.yml']), ENVIRONMENT)),
    msg('Environments besides `local` and `ic`: defined here, or files that define one each.'),
  ),
  key(
    'dependencies',
    list(DEPENDENCY),
    msg('Other projects whose canisters are deployed with those of this one. Experimental.'),
    { since: '1.1.0' },
  ),
);

/** Objects in which an unknown key is refused; everywhere else it is passed over in silence. */
export const CLOSED: ReadonlySet<ObjectSpec> = new Set([ICP_YAML, CANISTER, DEPENDENCY]);
