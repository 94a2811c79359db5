/** The commands and options of dfx 0.32 that the stand-in covers. */
import type { CommandSpec, OptionSpec } from './cli';
import { isPrincipalText } from './text';

const flag = (long: string, more: Partial<OptionSpec> = {}): OptionSpec => ({ long, ...more });
const option = (long: string, value: string, more: Partial<OptionSpec> = {}): OptionSpec => ({ long, value, ...more });

const network: OptionSpec[] = [
  option('network', 'NETWORK', { env: 'DFX_NETWORK', conflicts: ['ic', 'playground'] }),
  flag('ic', { conflicts: ['playground'] }),
  flag('playground'),
];

const principal = { check: (value: string) => (isPrincipalText(value) ? undefined : 'not a principal') };
const cycles = {
  check: (value: string) => (/^\d[\d_]*([kmbt]?c?)$/i.test(value) ? undefined : 'Must be a non negative amount.'),
};

const argumentOptions = (name: string): OptionSpec[] => [
  option(name, 'ARGUMENT', { conflicts: ['argument-file'] }),
  option('argument-type', 'ARGUMENT_TYPE', { values: ['idl', 'raw'], requires: ['argument'] }),
  option('argument-file', 'ARGUMENT_FILE'),
];

const installMode: OptionSpec[] = [
  option('mode', 'MODE', { short: 'm', values: ['install', 'reinstall', 'upgrade', 'auto'] }),
  flag('skip-pre-upgrade'),
  option('wasm-memory-persistence', 'WASM_MEMORY_PERSISTENCE', { values: ['keep', 'replace'] }),
];

const canister = { positionals: [{ name: 'CANISTER' }], oneOf: ['all', '[CANISTER]'] };
const oneCanister = { positionals: [{ name: 'CANISTER', required: true }] };

const IDENTITY_NAME = /^[A-Za-z0-9.\-_@]+$/;
const storage: OptionSpec[] = [
  option('storage-mode', 'STORAGE_MODE', {
    values: ['keyring', 'password-protected', 'plaintext'],
    conflicts: ['disable-encryption'],
  }),
  flag('disable-encryption'),
  flag('force'),
];

export const DFX: CommandSpec = {
  options: [
    flag('verbose', { short: 'v', multiple: true }),
    flag('quiet', { short: 'q', multiple: true }),
    option('log', 'LOGMODE', { values: ['stderr', 'tee', 'file'] }),
    option('logfile', 'LOGFILE'),
    option('identity', 'IDENTITY', { env: 'DFX_IDENTITY' }),
    option('provisional-create-canister-effective-canister-id', 'PRINCIPAL'),
  ],
  subcommands: {
    new: {
      options: [
        option('type', 'TYPE', { values: ['azle', 'kybra', 'motoko', 'rust'] }),
        flag('dry-run'),
        option('frontend', 'FRONTEND', { values: ['sveltekit', 'react', 'vue', 'vanilla', 'simple-assets', 'none'] }),
        flag('no-frontend', { conflicts: ['frontend'] }),
        option('agent-version', 'AGENT_VERSION', { requires: ['frontend'] }),
        option('extras', 'EXTRAS', { multiple: true, values: ['bitcoin', 'internet-identity', 'frontend-tests'] }),
      ],
      positionals: [
        {
          name: 'PROJECT_NAME',
          required: true,
          check: (name) => (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name) ? undefined : 'not a valid project name'),
        },
      ],
    },
    start: {
      options: [
        option('host', 'HOST'),
        flag('background'),
        flag('clean'),
        flag('force'),
        flag('system-canisters'),
        flag('enable-bitcoin'),
        flag('pocketic'),
        flag('replica'),
        option('artificial-delay', 'ARTIFICIAL_DELAY'),
        option('domain', 'DOMAIN', { multiple: true }),
      ],
    },
    stop: {},
    ping: { positionals: [{ name: 'NETWORK' }], options: [flag('wait-healthy')] },
    info: {
      subcommands: {
        'webserver-port': {},
        'networks-json-path': {},
        'config-json-path': {},
        'replica-rev': {},
      },
    },
    build: {
      options: [
        ...network,
        flag('all', { conflicts: ['[CANISTER_NAME]'] }),
        flag('check'),
        option('output-env-file', 'FILE'),
      ],
      positionals: [{ name: 'CANISTER_NAME' }],
    },
    deploy: {
      options: [
        ...network,
        ...argumentOptions('argument'),
        ...installMode,
        flag('upgrade-unchanged'),
        option('with-cycles', 'WITH_CYCLES', cycles),
        option('specified-id', 'PRINCIPAL', { ...principal, requires: ['[CANISTER_NAME]'] }),
        option('wallet', 'WALLET'),
        flag('no-wallet', { conflicts: ['wallet'] }),
        option('output-env-file', 'FILE'),
        flag('yes', { short: 'y' }),
        flag('no-asset-upgrade'),
        flag('always-assist', { conflicts: ['argument', 'argument-file', 'yes'] }),
      ],
      positionals: [{ name: 'CANISTER_NAME' }],
    },
    generate: { options: network, positionals: [{ name: 'CANISTER_NAME' }] },
    deps: {
      options: network,
      subcommands: {
        pull: {},
        init: { options: argumentOptions('argument'), positionals: [{ name: 'CANISTER' }] },
        deploy: { positionals: [{ name: 'CANISTER' }] },
      },
    },
    wallet: { options: network, subcommands: { balance: { options: [flag('precise')] } } },
    identity: {
      options: network,
      subcommands: {
        list: {},
        whoami: {},
        'get-principal': {},
        'get-wallet': {},
        'set-wallet': { options: [flag('force')], positionals: [{ name: 'CANISTER_NAME', required: true }] },
        new: {
          options: storage,
          positionals: [
            {
              name: 'NEW_IDENTITY',
              required: true,
              check: (name) => (IDENTITY_NAME.test(name) ? undefined : 'Invalid identity name.'),
            },
          ],
        },
        import: {
          options: [...storage, option('seed-file', 'SEED_FILE', { conflicts: ['[PEM_FILE]'] })],
          positionals: [{ name: 'NEW_IDENTITY', required: true }, { name: 'PEM_FILE' }],
          oneOf: ['[PEM_FILE]', 'seed-file'],
        },
        export: { positionals: [{ name: 'EXPORTED_IDENTITY', required: true }] },
        use: { positionals: [{ name: 'NEW_IDENTITY', required: true }] },
        rename: {
          positionals: [
            { name: 'FROM', required: true },
            { name: 'TO', required: true },
          ],
        },
        remove: { options: [flag('drop-wallets')], positionals: [{ name: 'REMOVED_IDENTITY', required: true }] },
      },
    },
    canister: {
      options: [...network, option('wallet', 'WALLET')],
      subcommands: {
        create: {
          options: [
            flag('all'),
            option('with-cycles', 'WITH_CYCLES', cycles),
            option('specified-id', 'PRINCIPAL', { ...principal, conflicts: ['all'] }),
            option('controller', 'CONTROLLER', { multiple: true }),
            option('compute-allocation', 'COMPUTE_ALLOCATION', { short: 'c' }),
            option('memory-allocation', 'MEMORY_ALLOCATION'),
            flag('no-wallet'),
          ],
          positionals: [{ name: 'CANISTER_NAME' }],
          oneOf: ['all', '[CANISTER_NAME]'],
        },
        install: {
          options: [
            flag('all', { conflicts: ['argument', 'argument-file'] }),
            flag('async-call'),
            ...installMode,
            flag('upgrade-unchanged'),
            ...argumentOptions('argument'),
            option('wasm', 'WASM', { conflicts: ['all'] }),
            flag('yes', { short: 'y' }),
            flag('no-asset-upgrade'),
            flag('always-assist', { conflicts: ['argument', 'argument-file', 'yes'] }),
          ],
          // The second is an accident of dfx.
          positionals: [{ name: 'CANISTER' }, { name: 'OUTPUT_ENV_FILE' }],
          oneOf: ['all', '[CANISTER]'],
        },
        start: { options: [flag('all')], ...canister },
        stop: { options: [flag('all')], ...canister },
        'uninstall-code': { options: [flag('all')], ...canister },
        status: { options: [flag('all')], ...canister },
        delete: {
          options: [
            flag('all'),
            flag('no-withdrawal'),
            option('withdraw-cycles-to-canister', 'CANISTER', { conflicts: ['no-withdrawal'] }),
            option('initial-margin', 'INITIAL_MARGIN', { conflicts: ['no-withdrawal'] }),
            flag('yes', { short: 'y' }),
          ],
          ...canister,
        },
        id: oneCanister,
        info: oneCanister,
        url: oneCanister,
        'set-id': {
          positionals: [
            { name: 'CANISTER', required: true },
            { name: 'PRINCIPAL', required: true, ...principal },
          ],
        },
        call: {
          options: [
            option('type', 'TYPE', { values: ['idl', 'raw'], requires: ['[ARGUMENT]'] }),
            option('argument-file', 'ARGUMENT_FILE', { conflicts: ['[ARGUMENT]'] }),
            flag('async', { conflicts: ['query', 'update', 'output'] }),
            flag('query', { conflicts: ['update'] }),
            flag('update'),
            option('output', 'OUTPUT', { values: ['idl', 'raw', 'pp', 'json'] }),
            option('candid', 'CANDID'),
          ],
          positionals: [
            { name: 'CANISTER_NAME', required: true },
            { name: 'METHOD_NAME', required: true },
            { name: 'ARGUMENT' },
          ],
        },
      },
    },
  },
};
