/** Keys of the network: BLS for certificates, Ed25519 for its node. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import { bls12_381 } from '@noble/curves/bls12-381';

/** Interface specification, "Certification": BLS signatures in G1, public keys in G2. */
const BLS_DST = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const BLS_DER_PREFIX = Buffer.from('308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100', 'hex');
/** PKCS#8 frame of an Ed25519 seed (RFC 8410). */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Gives 32 bytes for a purpose: always the same ones for the same seed, random ones without a seed. */
export function seedBytes(seed: string | undefined, purpose: string): Buffer {
  if (seed === undefined) {
    return randomBytes(32);
  }
  return createHash('sha256').update(`ic-test-network/${purpose}/${seed}`).digest();
}

export class BlsKey {
  readonly #secret: Uint8Array;
  /** DER as in `root_key`. */
  readonly publicKeyDer: Uint8Array;

  constructor(seed: Uint8Array) {
    // Any number below the order of the group that is not 0 is a secret key; 2^254 is below it.
    const secret = Buffer.from(createHash('sha256').update(seed).digest());
    secret[0]! &= 0x3f;
    secret[31]! |= 1;
    this.#secret = secret;
    this.publicKeyDer = Buffer.concat([BLS_DER_PREFIX, bls12_381.shortSignatures.getPublicKey(secret).toBytes(true)]);
  }

  /** 48 bytes, about 5 ms. */
  sign(message: Uint8Array): Uint8Array {
    const { shortSignatures } = bls12_381;
    return shortSignatures.sign(shortSignatures.hash(message, BLS_DST), this.#secret).toBytes(true);
  }
}

export class NodeKey {
  readonly #key: KeyObject;
  readonly publicKeyDer: Uint8Array;
  readonly id: Principal;

  constructor(seed: Uint8Array) {
    this.#key = createPrivateKey({
      key: Buffer.concat([ED25519_PKCS8_PREFIX, seed]),
      format: 'der',
      type: 'pkcs8',
    });
    this.publicKeyDer = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.id = Principal.selfAuthenticating(this.publicKeyDer);
  }

  sign(message: Uint8Array): Uint8Array {
    return sign(null, message, this.#key);
  }
}

/** Prefixes a message with its domain, one byte of length and the text. */
export function inDomain(domain: string, message: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([domain.length]), Buffer.from(domain, 'latin1'), message]);
}
