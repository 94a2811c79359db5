/** Identities as dfx keeps them, and the commands on them. */
import { createCipheriv, createDecipheriv, createPrivateKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AnonymousIdentity, type SignIdentity } from '@dfinity/agent';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Secp256k1KeyIdentity } from '@dfinity/identity-secp256k1';
import { argon2id } from '@noble/hashes/argon2';
import { generateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english';
import { type Context, readJson, readLine, writeJson } from './context';
import { DfxError, fail } from './failure';

interface IdentityFile {
  readonly hsm: null;
  readonly encryption: { readonly pw_salt: string; readonly file_nonce: readonly number[] } | null;
  readonly keyring_identity_suffix: string | null;
}

const PLAIN: IdentityFile = { hsm: null, encryption: null, keyring_identity_suffix: null };

export class Identities {
  readonly #context: Context;
  readonly #root: string;
  readonly #file: string;

  constructor(context: Context) {
    this.#context = context;
    this.#root = path.join(context.configDir, 'identity');
    this.#file = path.join(context.configDir, 'identity.json');
    if (!existsSync(this.#file)) {
      this.#initialize();
    }
    const override = context.parsed.get('identity');
    if (override !== undefined && !this.exists(override)) {
      throw new DfxError([
        'The specified identity must exist',
        `Identity ${override} does not exist at '${this.#folder(override)}'.`,
      ]);
    }
  }

  get selected(): string {
    return this.#context.parsed.get('identity') ?? this.#default;
  }

  get #default(): string {
    return String(readJson(this.#file)['default']);
  }

  get names(): string[] {
    const all = existsSync(this.#root) ? readdirSync(this.#root) : [];
    const names = all.filter((name) => name !== 'anonymous' && !/^___(s_)?temp___/.test(name) && this.exists(name));
    return [...names, 'anonymous'].sort();
  }

  exists(name: string): boolean {
    const files = ['identity.pem', 'identity.pem.encrypted', 'identity.json'];
    return name === 'anonymous' || files.some((file) => existsSync(path.join(this.#folder(name), file)));
  }

  require(name: string): void {
    if (!this.exists(name)) {
      fail(`Identity ${name} does not exist at '${this.#folder(name)}'.`);
    }
  }

  /** Whether the key is in plain text, which mainnet commands refuse. */
  isPlaintext(name: string): boolean {
    return name !== 'anonymous' && existsSync(path.join(this.#folder(name), 'identity.pem'));
  }

  async load(name: string): Promise<SignIdentity | AnonymousIdentity> {
    if (name === 'anonymous') {
      return new AnonymousIdentity();
    }
    const pem = await this.pem(name);
    try {
      if (pem.includes('EC PRIVATE KEY')) {
        return Secp256k1KeyIdentity.fromPem(
          pem.replace(/-----BEGIN EC PARAMETERS-----[\s\S]*?-----END EC PARAMETERS-----\s*/, '').trim(),
        );
      }
      const der = Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64');
      return Ed25519KeyIdentity.fromSecretKey(new Uint8Array(der.subarray(16, 48)));
    } catch {
      throw new DfxError([`Failed to load identity ${name}`, 'Failed to validate pem file']);
    }
  }

  async pem(name: string): Promise<string> {
    this.require(name);
    const folder = this.#folder(name);
    const configFile = path.join(folder, 'identity.json');
    const config = existsSync(configFile) ? (readJson(configFile) as unknown as IdentityFile) : PLAIN;
    if (config.keyring_identity_suffix !== null) {
      return this.#keyring().get(name) ?? fail(`Failed to load identity ${name} from the keyring`);
    }
    if (config.encryption === null) {
      return readFileSync(path.join(folder, 'identity.pem'), 'utf8');
    }
    const file = path.join(folder, 'identity.pem.encrypted');
    const password = await this.#password(file, 'Please enter the passphrase for your identity');
    const bytes = readFileSync(file);
    const decipher = createDecipheriv(
      'aes-256-gcm',
      deriveKey(password, config.encryption.pw_salt),
      Buffer.from(config.encryption.file_nonce),
    );
    decipher.setAuthTag(bytes.subarray(-16));
    try {
      const text = decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
      this.#context.say('Decryption complete.');
      return text;
    } catch {
      throw new DfxError([`Failed to decrypt PEM file at ${file}`, 'Failed to decrypt content']);
    }
  }

  async save(name: string, pem: string, mode: string, force: boolean): Promise<void> {
    if (name === 'anonymous') {
      fail('Cannot create an anonymous identity.');
    }
    if (this.exists(name)) {
      if (!force) {
        throw new DfxError([`Failed to create identity`, 'Identity already exists.']);
      }
      rmSync(this.#folder(name), { recursive: true });
    }
    const folder = this.#folder(name);
    if (mode === 'plaintext') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'identity.pem'), pem, { mode: 0o400 });
      writeJson(path.join(folder, 'identity.json'), PLAIN);
    } else if (mode === 'keyring' && this.#keyringFile !== undefined) {
      this.#keyring().set(name, pem);
      writeJson(path.join(folder, 'identity.json'), { ...PLAIN, keyring_identity_suffix: name });
    } else {
      // Without a keyring dfx falls back to a password.
      const file = path.join(folder, 'identity.pem.encrypted');
      const password = await this.#password(file, 'Please enter a passphrase for your identity');
      const salt = randomBytes(32).toString('hex');
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', deriveKey(password, salt), nonce);
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, Buffer.concat([cipher.update(pem), cipher.final(), cipher.getAuthTag()]), { mode: 0o400 });
      writeJson(path.join(folder, 'identity.json'), {
        ...PLAIN,
        encryption: { pw_salt: salt, file_nonce: [...nonce] },
      });
      this.#context.print('Encryption complete.');
    }
  }

  use(name: string): void {
    this.require(name);
    writeJson(this.#file, { default: name });
  }

  rename(from: string, to: string): boolean {
    if (from === 'anonymous' || to === 'anonymous') {
      fail('Cannot rename to or from the anonymous identity.');
    }
    this.require(from);
    if (this.exists(to)) {
      fail('Identity already exists.');
    }
    const wasDefault = this.#default === from;
    renameSync(this.#folder(from), this.#folder(to));
    if (wasDefault) {
      this.use(to);
    }
    return wasDefault;
  }

  remove(name: string, dropWallets: boolean): void {
    if (name === 'anonymous') {
      fail('Cannot delete the anonymous identity.');
    }
    this.require(name);
    if (this.#default === name) {
      fail('Cannot delete the default identity.');
    }
    const wallets = path.join(this.#folder(name), 'wallets.json');
    if (existsSync(wallets) && !dropWallets) {
      fail('This identity is connected to wallets. Run the command again with --drop-wallets to remove it anyway.');
    }
    rmSync(this.#folder(name), { recursive: true });
  }

  walletFile(name: string): string {
    const { network } = this.#context;
    if (network.type !== 'ephemeral') {
      return path.join(this.#folder(name), 'wallets.json');
    }
    if (!network.local) {
      return path.join(this.#context.sharedDir, 'network', network.name, 'wallets.json');
    }
    if (!network.local.shared) {
      return path.join(this.#context.project.root, '.dfx', 'local', 'wallets.json');
    }
    const metadata = path.join(network.local.data, 'network-id');
    const digest = existsSync(metadata) ? String(readJson(metadata)['settings_digest']) : 'none';
    return path.join(network.local.data, digest, 'wallets.json');
  }

  #folder(name: string): string {
    return path.join(this.#root, name);
  }

  get #keyringFile(): string | undefined {
    return this.#context.env['DFX_CI_MOCK_KEYRING_LOCATION'] || undefined;
  }

  #keyring(): { get(name: string): string | undefined; set(name: string, pem: string): void } {
    const file = this.#keyringFile ?? fail('No keyring is available.');
    const read = (): Record<string, string> =>
      existsSync(file) ? (readJson(file)['kv_store'] as Record<string, string>) : {};
    const account = (name: string): string => `internet_computer_identity_${name}`;
    return {
      get: (name) => {
        const hex = read()[account(name)];
        return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString('utf8');
      },
      set: (name, pem) =>
        writeJson(file, { kv_store: { ...read(), [account(name)]: Buffer.from(pem).toString('hex') } }),
    };
  }

  async #password(file: string, question: string): Promise<string> {
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new DfxError([
        `Failed to decrypt PEM file at ${file}`,
        'Failed to read user input',
        'IO error: not a terminal',
      ]);
    }
    process.stderr.write(`${question}: [hidden] `);
    return readLine();
  }

  /** What dfx does the first time it needs an identity. */
  #initialize(): void {
    this.#context.info('Creating the "default" identity.');
    const file = path.join(this.#root, 'default', 'identity.pem');
    if (existsSync(file)) {
      this.#context.info(`  - using key already in place at ${file}`);
    } else {
      this.#context.info(`  - generating new key at ${file}`);
      const { pem, phrase } = newKey();
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, pem, { mode: 0o400 });
      this.#context.say(`Your seed phrase: ${phrase}`);
      this.#context.say(
        'This can be used to reconstruct your key in case of emergency, so write it down in a safe place.',
      );
    }
    writeJson(this.#file, { default: 'default' });
    this.#context.info('Created the "default" identity.');
  }
}

function deriveKey(password: string, salt: string): Uint8Array {
  // The trap: the hexadecimal text is decoded as base64.
  return argon2id(password, new Uint8Array(Buffer.from(salt, 'base64')), {
    t: 3,
    m: 64_000,
    p: 1,
    version: 0x13,
    dkLen: 32,
  });
}

function fromPhrase(phrase: string): string {
  const { secretKey, publicKey } = Secp256k1KeyIdentity.fromSeedPhrase(phrase).getKeyPair();
  const point = Buffer.from(publicKey.toRaw?.() ?? []);
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const key = {
    kty: 'EC',
    crv: 'secp256k1',
    d: text(secretKey),
    x: text(point.subarray(1, 33)),
    y: text(point.subarray(33)),
  };
  const pem = String(createPrivateKey({ key, format: 'jwk' }).export({ type: 'sec1', format: 'pem' }));
  return pem.replaceAll('\n', '\r\n');
}

function newKey(): { pem: string; phrase: string } {
  const phrase = generateMnemonic(wordlist, 256);
  return { pem: fromPhrase(phrase), phrase };
}

export async function identityCommand(context: Context, command: string): Promise<void> {
  const { parsed } = context;
  const identities = new Identities(context);
  const name = parsed.get('[NEW_IDENTITY]') ?? '';
  const mode = parsed.has('disable-encryption') ? 'plaintext' : (parsed.get('storage-mode') ?? 'keyring');
  switch (command) {
    case 'list':
      for (const one of identities.names) {
        process.stdout.write(one);
        if (one === identities.selected) {
          process.stderr.write(' *');
        }
        process.stdout.write('\n');
      }
      return;
    case 'whoami':
      return context.print(identities.selected);
    case 'get-principal':
      return context.print((await identities.load(identities.selected)).getPrincipal().toText());
    case 'new': {
      const { pem, phrase } = newKey();
      await identities.save(name, pem, mode, parsed.has('force'));
      context.say(`Your seed phrase for identity '${name}': ${phrase}`);
      context.say('This can be used to reconstruct your key in case of emergency, so write it down in a safe place.');
      return context.info(`Created identity: "${name}".`);
    }
    case 'import': {
      const seed = parsed.get('seed-file');
      const file = seed ?? parsed.get('[PEM_FILE]') ?? '';
      if (!existsSync(file)) {
        fail(`Failed to read ${file}`);
      }
      const text = readFileSync(file, 'utf8');
      const pem = seed === undefined ? text : fromPhrase(text.trim());
      if (!/PRIVATE KEY/.test(pem)) {
        throw new DfxError(['Failed to import identity', 'Failed to validate pem file']);
      }
      await identities.save(name, pem, mode, parsed.has('force'));
      return context.info(`Imported identity: "${name}".`);
    }
    case 'export':
      return context.print((await identities.pem(parsed.get('[EXPORTED_IDENTITY]') ?? '')).trimEnd());
    case 'use':
      context.info(`Using identity: "${name}".`);
      return identities.use(name);
    case 'rename': {
      const [from = '', to = ''] = [parsed.get('[FROM]'), parsed.get('[TO]')];
      const wasDefault = identities.rename(from, to);
      context.info(`Renamed identity "${from}" to "${to}".`);
      if (wasDefault) {
        context.info(`Now using identity: "${to}".`);
      }
      return;
    }
    case 'remove': {
      const removed = parsed.get('[REMOVED_IDENTITY]') ?? '';
      identities.remove(removed, parsed.has('drop-wallets'));
      return context.info(`Removed identity "${removed}".`);
    }
  }
}
