/**
 * Identities that dfx protects with a password. For the agent's worker only: deriving the key takes seconds of pure
 * computing and 64 MB.
 */
import { createDecipheriv } from 'node:crypto';
import { argon2idAsync } from '@noble/hashes/argon2';
import { type Message, msg } from '../util/message';

/** dfx's parameters: RustCrypto's argon2 with 64000 KiB, 3 passes, 1 lane, version 0x13. */
const ARGON2 = { m: 64_000, t: 3, p: 1, version: 0x13, dkLen: 32 } as const;
/** The worker serves its other requests meanwhile: it yields to them this often, in milliseconds. */
const YIELD_EVERY_MS = 10;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** How a key is encrypted, as in the identity's identity.json. */
export interface IdentityEncryption {
  readonly pwSalt: string;
  /** 12 bytes. */
  readonly fileNonce: readonly number[];
}

/** Why an encrypted key could not be read; `wrong-password` cannot be told from a damaged file. */
export type DecryptFailure = { readonly kind: 'wrong-password' | 'damaged'; readonly problem: Message };

/**
 * Decrypts the content of an `identity.pem.encrypted`: AES-256-GCM under a key that Argon2id makes from the password.
 *
 * The salt is what base64 decoding makes of the hexadecimal text in identity.json, since dfx passes that text to a
 * function that takes salts in base64.
 * @returns the text of the PEM file
 */
export async function decryptPem(
  ciphertext: Uint8Array,
  encryption: IdentityEncryption,
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
    return { kind: 'wrong-password', problem: msg('The password is wrong, or the encrypted key file is damaged.') };
  } finally {
    key.fill(0);
  }
}
