/**
 * Identities that dfx or icp protects with a password. For the agent's worker only: deriving the key takes seconds of pure
 * computing and 64 MB.
 */
import { createDecipheriv, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { argon2idAsync } from '@noble/hashes/argon2';
import { type Message, msg } from '../util/message';
import { type Der, expectDer, INTEGER, OBJECT_ID, OCTET_STRING, SEQUENCE } from './der';

/** dfx's parameters: RustCrypto's argon2 with 64000 KiB, 3 passes, 1 lane, version 0x13. */
const ARGON2 = { m: 64_000, t: 3, p: 1, version: 0x13, dkLen: 32 } as const;
/** The worker serves its other requests meanwhile: it yields to them this often, in milliseconds. */
const YIELD_EVERY_MS = 10;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** How a key is encrypted. */
export type IdentityEncryption = DfxEncryption | PemEncryption;

/** icp's way: the file says it all itself. */
export interface PemEncryption {
  readonly scheme: 'pbes2';
  /** Changes with the file, so that a key that was encrypted anew counts as another. */
  readonly stamp: string;
}

/** dfx's way, as in the identity's identity.json. */
export interface DfxEncryption {
  readonly pwSalt: string;
  /** 12 bytes. */
  readonly fileNonce: readonly number[];
}

const wrongPassword = (): DecryptFailure => ({
  kind: 'wrong-password',
  problem: msg('The password is wrong, or the encrypted key file is damaged.'),
});

/** Why an encrypted key could not be read; `wrong-password` cannot be told from a damaged file. */
export type DecryptFailure = { readonly kind: 'wrong-password' | 'damaged'; readonly problem: Message };

/** @returns the text of the PEM file with the key */
export function decryptPem(
  content: Uint8Array,
  encryption: IdentityEncryption,
  password: string,
): Promise<{ pem: string } | DecryptFailure> {
  return 'scheme' in encryption ? decryptPkcs8(content, password) : decryptDfxPem(content, encryption, password);
}

/**
 * Decrypts the content of an `identity.pem.encrypted`: AES-256-GCM under a key that Argon2id makes from the password.
 *
 * The salt is what base64 decoding makes of the hexadecimal text in identity.json, since dfx passes that text to a
 * function that takes salts in base64.
 * @returns the text of the PEM file
 */
async function decryptDfxPem(
  ciphertext: Uint8Array,
  encryption: DfxEncryption,
  password: string,
): Promise<{ pem: string } | DecryptFailure> {
  const nonce = Uint8Array.from(encryption.fileNonce);
  const salt = Buffer.from(encryption.pwSalt, 'base64');
  if (ciphertext.length <= TAG_BYTES || nonce.length !== NONCE_BYTES || salt.length < 8) {
    return { kind: 'damaged', problem: msg('The encrypted key file is damaged.') };
  }
  const secret = new TextEncoder().encode(password);
  const key = await argon2idAsync(secret, new Uint8Array(salt), { ...ARGON2, asyncTick: YIELD_EVERY_MS });
  secret.fill(0);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  try {
    const start = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
    return { pem: Buffer.concat([start, decipher.final()]).toString('utf8') };
  } catch {
    return wrongPassword();
  } finally {
    key.fill(0);
  }
}

const OID_PBES2 = '2a864886f70d01050d';
const OID_SCRYPT = '2b06010401da47040b';
const OID_AES_256_CBC = '60864801650304012a';
/** icp writes N = 2^17, r = 8, p = 1, which takes 128 MiB. A file may ask for more, within reason. */
const MAX_SCRYPT_BYTES = 2 ** 30;

interface EncryptedKey {
  readonly salt: Buffer;
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
}

function integerOf(value: Der | undefined): number {
  return value === undefined || value.body.length === 0 || value.body.length > 5
    ? 0
    : value.body.readUIntBE(0, value.body.length);
}

/** EncryptedPrivateKeyInfo of RFC 5958 with PBES2 (RFC 8018), scrypt (RFC 7914) and AES-256-CBC. */
function readEncryptedKey(der: Buffer): EncryptedKey | undefined {
  const scheme = expectDer(expectDer(der, SEQUENCE)?.body, SEQUENCE);
  const ciphertext = expectDer(scheme?.rest, OCTET_STRING)?.body;
  const id = expectDer(scheme?.body, OBJECT_ID);
  const derivation = expectDer(expectDer(id?.rest, SEQUENCE)?.body, SEQUENCE);
  const derivationId = expectDer(derivation?.body, OBJECT_ID);
  const salt = expectDer(expectDer(derivationId?.rest, SEQUENCE)?.body, OCTET_STRING);
  const N = expectDer(salt?.rest, INTEGER);
  const r = expectDer(N?.rest, INTEGER);
  const p = expectDer(r?.rest, INTEGER);
  const cipherId = expectDer(expectDer(derivation?.rest, SEQUENCE)?.body, OBJECT_ID);
  const iv = expectDer(cipherId?.rest, OCTET_STRING)?.body;
  const known =
    id?.body.toString('hex') === OID_PBES2 &&
    derivationId?.body.toString('hex') === OID_SCRYPT &&
    cipherId?.body.toString('hex') === OID_AES_256_CBC;
  if (!known || ciphertext === undefined || salt === undefined || iv?.length !== 16) {
    return undefined;
  }
  return { salt: salt.body, N: integerOf(N), r: integerOf(r), p: integerOf(p), iv, ciphertext };
}

/** Decrypts a PEM file with an encrypted PKCS#8 key. OpenSSL would refuse the memory that its scrypt takes. */
async function decryptPkcs8(content: Uint8Array, password: string): Promise<{ pem: string } | DecryptFailure> {
  const text = Buffer.from(content).toString('latin1');
  const body = /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END/.exec(text)?.[1];
  const key = body === undefined ? undefined : readEncryptedKey(Buffer.from(body, 'base64'));
  const memory = key === undefined ? 0 : 128 * key.r * (key.N + key.p);
  if (key === undefined || memory === 0 || memory > MAX_SCRYPT_BYTES) {
    return { kind: 'damaged', problem: msg('The encrypted key file is damaged.') };
  }
  const { salt, N, r, p, iv, ciphertext } = key;
  try {
    const options = { N, r, p, maxmem: memory + 2 ** 20 };
    const derive = promisify<string, Buffer, number, typeof options, Buffer>(scrypt);
    const derived = await derive(password, salt, 32, options);
    const decipher = createDecipheriv('aes-256-cbc', derived, iv);
    derived.fill(0);
    const der = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
    der.fill(0);
    return { pem };
  } catch {
    return wrongPassword();
  }
}
