import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Principal } from '@dfinity/principal';

export type KeyKind = 'secp256k1' | 'ed25519';

export interface Identity {
  readonly name: string;
  readonly principal: string;
  readonly pemFile: string;
  readonly privateKey: KeyObject;
}

/** What dfx writes about a local network that it has started. */
export interface LocalNetwork {
  readonly port: number;
  /** `network-id` and the state folder follow from it; another text stands for a network started anew. */
  readonly generation?: string;
  /** This process unless given. */
  readonly pid?: number;
  readonly effectiveCanisterId?: string;
}

/** Canister name to canister id. */
export type CanisterIds = Readonly<Record<string, string>>;

/**
 * A folder laid out as dfx leaves its own outside projects (configuration, identities, shared networks), so that
 * a test never sees the dfx of whoever runs it. Processes that are to use it get {@link env}.
 */
export class DfxHome {
  /** The user's home folder. */
  readonly home: string;
  readonly dataHome: string;
  readonly configRoot: string;
  readonly configDir: string;
  readonly sharedDataDir: string;

  constructor(folder: string) {
    this.home = join(folder, 'home');
    this.dataHome = join(folder, 'data');
    this.configRoot = join(folder, 'config');
    this.configDir = join(this.configRoot, '.config', 'dfx');
    this.sharedDataDir =
      process.platform === 'darwin'
        ? join(this.home, 'Library', 'Application Support', 'org.dfinity.dfx')
        : join(this.dataHome, 'dfx');
    for (const each of [this.home, this.configDir, this.sharedDataDir]) {
      mkdirSync(each, { recursive: true });
    }
  }

  /** Variables that make dfx, and what reads its files, use this home. */
  get env(): Record<string, string> {
    return { HOME: this.home, XDG_DATA_HOME: this.dataHome, DFX_CONFIG_ROOT: this.configRoot };
  }

  /** Makes an identity with a new key in a plaintext PEM file, as `dfx identity new --storage-mode plaintext` does. */
  addIdentity(name: string, kind: KeyKind = 'secp256k1'): Identity {
    const { privateKey, publicKey } =
      kind === 'secp256k1' ? generateKeyPairSync('ec', { namedCurve: 'secp256k1' }) : generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: kind === 'secp256k1' ? 'sec1' : 'pkcs8', format: 'pem' }).toString();
    const pemFile = join(this.identityFolder(name), 'identity.pem');
    rmSync(pemFile, { force: true });
    // dfx ends the lines of the keys that it makes with CRLF.
    writeFileSync(pemFile, pem.replaceAll('\n', '\r\n'));
    chmodSync(pemFile, 0o400);
    this.writeIdentityConfig(name, { hsm: null, encryption: null, keyring_identity_suffix: null });
    const der = publicKey.export({ type: 'spki', format: 'der' });
    return { name, principal: Principal.selfAuthenticating(der).toText(), pemFile, privateKey };
  }

  /** The folder of an identity's files; it is made where it does not exist. */
  identityFolder(name: string): string {
    const folder = join(this.configDir, 'identity', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Writes an identity's `identity.json`; with `hsm` or `keyring_identity_suffix` set it needs no PEM file. */
  writeIdentityConfig(name: string, config: object): void {
    writeJson(join(this.identityFolder(name), 'identity.json'), config);
  }

  /** Selects the identity that commands use by default. */
  selectIdentity(name: string): void {
    writeJson(join(this.configDir, 'identity.json'), { default: name });
  }

  /** Writes the user's own networks, a bare map from name to definition. */
  writeNetworks(networks: object): void {
    writeJson(join(this.configDir, 'networks.json'), networks);
  }

  /** Leaves the files of a shared local network that runs. */
  startLocal(network: LocalNetwork): void {
    writeLocalNetwork(this.#localFolder, network, true);
  }

  /** As `dfx stop`: only the pid file goes. */
  stopLocal(): void {
    rmSync(join(this.#localFolder, 'pid'), { force: true });
  }

  /** As if the network had never been started. */
  removeLocal(): void {
    rmSync(this.#localFolder, { recursive: true, force: true });
  }

  get #localFolder(): string {
    return join(this.sharedDataDir, 'network', 'local');
  }
}

/**
 * Writes `.dfx/<network>/canister_ids.json`, which holds the ids on networks that do not last.
 *
 * @param generation of the shared network that the ids belong to, for dfx's cohesion rule; without it no `network-id`
 * is written, as for networks that are not shared.
 */
export function writeLocalIds(project: string, network: string, ids: CanisterIds, generation?: string): void {
  const folder = join(project, '.dfx', network);
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, 'canister_ids.json'), withNetwork(ids, network));
  if (generation !== undefined) {
    writeFileSync(join(folder, 'network-id'), networkId(generation));
  }
}

/** The generation of a network for which none is given. */
export const FIRST_GENERATION = 'first';

function writeLocalNetwork(folder: string, network: LocalNetwork, shared: boolean): void {
  const generation = network.generation ?? FIRST_GENERATION;
  mkdirSync(folder, { recursive: true });
  const effective = {
    replica_rev: createHash('sha1').update('replica').digest('hex'),
    effective_canister_id: network.effectiveCanisterId ?? 'rwlgt-iiaaa-aaaaa-aaaaa-cai',
    type: 'pocket_ic',
    config: { subnet_type: 'application', log_level: 'error', artificial_delay: 600 },
  };
  const pid = String(network.pid ?? process.pid);
  writeFileSync(join(folder, 'pid'), pid);
  writeFileSync(join(folder, 'webserver-port'), String(network.port));
  writeFileSync(join(folder, 'pocket-ic-pid'), pid);
  writeFileSync(join(folder, 'pocket-ic-port'), String(network.port));
  writeJson(join(folder, 'replica-effective-config.json'), effective);
  writeFileSync(join(folder, 'network-id'), networkId(generation));
  if (shared) {
    const state = join(folder, settingsDigest(generation));
    mkdirSync(join(state, 'state'), { recursive: true });
    writeFileSync(join(state, 'network-id'), networkId(generation));
    writeJson(join(state, 'replica-effective-config.json'), effective);
    if (!existsSync(join(state, 'wallets.json'))) {
      writeJson(join(state, 'wallets.json'), { identities: {} });
    }
  }
}

function networkId(generation: string): string {
  return JSON.stringify({
    created: '2026-01-02 03:04:05.678901 +00:00:00',
    settings_digest: settingsDigest(generation),
  });
}

function settingsDigest(generation: string): string {
  return createHash('sha256').update(generation).digest('hex');
}

/** `Object.fromEntries` takes `__proto__` for a name like any other. */
function withNetwork(ids: CanisterIds, network: string): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, Object.fromEntries([[network, id]])]));
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
