/**
 * Reads private keys as dfx keeps them. For the agent bundle only: it pulls in the key libraries.
 * No error text ever holds a part of a key.
 */
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { secp256k1 } from '@noble/curves/secp256k1';
import { type Message, msg } from '../util/message';
import { type Der, expectDer, INTEGER, OBJECT_ID, OCTET_STRING, SEQUENCE } from './der';

export type KeyAlgorithm = 'secp256k1' | 'ed25519';

/** Object identifiers, as the content of their DER encoding in hex. */
const OID_SECP256K1 = '2b8104000a';
const OID_EC = '2a8648ce3d0201';
const OID_ED25519 = '2b6570';

/** DER of an Ed25519 key: all but the 32 bytes at the end (RFC 8410). */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** DER of an uncompressed secp256k1 public key: all but the 65 bytes at the end. */
const SECP256K1_SPKI_PREFIX = Buffer.from('3056301006072a8648ce3d020106052b8104000a034200', 'hex');

const KEY_BYTES = 32;

/** A private key in memory. It is never part of what `console.log`, `JSON.stringify` or an error prints. */
export class ParsedKey {
  readonly algorithm: KeyAlgorithm;
  /** 65 bytes, uncompressed, for secp256k1; 32 bytes for Ed25519. */
  readonly publicKey: Uint8Array;
  /**
   * The key for `node:crypto`. Undefined for secp256k1 where its library does not know the curve: that of Electron,
   * in which desktop VS Code runs extensions, does not.
   */
  readonly keyObject: KeyObject | undefined;
  readonly #secret: Uint8Array;

  /** @throws where the secret is no valid key; use {@link parsePem} */
  constructor(algorithm: KeyAlgorithm, secret: Uint8Array) {
    this.algorithm = algorithm;
    this.#secret = secret;
    if (algorithm === 'ed25519') {
      const der = Buffer.concat([ED25519_PKCS8_PREFIX, secret]);
      this.keyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      const spki = createPublicKey(this.keyObject).export({ format: 'der', type: 'spki' });
      this.publicKey = new Uint8Array(spki.subarray(ED25519_SPKI_PREFIX.length));
    } else {
      this.publicKey = secp256k1PublicKey(secret);
      this.keyObject = secp256k1KeyObject(secret, this.publicKey);
    }
  }

  /** The 32 bytes of the secret, for signing in pure JavaScript. */
  secret(): Uint8Array {
    return this.#secret;
  }

  toJSON(): string {
    return `[${this.algorithm} key]`;
  }

  [inspect.custom](): string {
    return this.toJSON();
  }
}

function secp256k1PublicKey(secret: Uint8Array): Uint8Array {
  if (!secp256k1.utils.isValidPrivateKey(secret)) {
    throw new RangeError('not a secp256k1 key');
  }
  try {
    const ecdh = createECDH('secp256k1');
    ecdh.setPrivateKey(secret);
    return new Uint8Array(ecdh.getPublicKey());
  } catch {
    return secp256k1.getPublicKey(secret, false);
  }
}

function secp256k1KeyObject(secret: Uint8Array, publicKey: Uint8Array): KeyObject | undefined {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'secp256k1',
    d: text(secret),
    x: text(publicKey.subarray(1, 33)),
    y: text(publicKey.subarray(33)),
  };
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

const CONTEXT_0 = 0xa0;

function isSmallInteger(value: Der | undefined, allowed: readonly number[]): boolean {
  return value?.body.length === 1 && allowed.includes(value.body[0]!);
}

type KeyOrProblem = ParsedKey | { readonly problem: Message };

const malformed = (): { problem: Message } => ({
  problem: msg('The key file is damaged: its content is no private key.'),
});

const wrongCurve = (): { problem: Message } => ({
  problem: msg('The key is of a kind that this extension does not support. It must be secp256k1 or Ed25519.'),
});

function makeKey(algorithm: KeyAlgorithm, secret: Buffer): KeyOrProblem {
  try {
    return new ParsedKey(algorithm, new Uint8Array(secret));
  } catch {
    return malformed();
  }
}

/** ECPrivateKey of RFC 5915. @param curve the curve named outside of it, if any */
function readSec1(der: Buffer, curve: string | undefined): KeyOrProblem {
  const body = expectDer(der, SEQUENCE)?.body;
  const version = expectDer(body, INTEGER);
  const secret = expectDer(version?.rest, OCTET_STRING);
  if (!isSmallInteger(version, [1]) || secret === undefined) {
    return malformed();
  }
  const parameters = expectDer(secret.rest, CONTEXT_0);
  const own = parameters && expectDer(parameters.body, OBJECT_ID)?.body.toString('hex');
  if ((own ?? curve ?? OID_SECP256K1) !== OID_SECP256K1) {
    return wrongCurve();
  }
  if (secret.body.length !== KEY_BYTES) {
    return malformed();
  }
  return makeKey('secp256k1', secret.body);
}

/** PrivateKeyInfo of RFC 5208 and its second version (RFC 5958), which old versions of dfx wrote not quite to the letter. */
function readPkcs8(der: Buffer): KeyOrProblem {
  const version = expectDer(expectDer(der, SEQUENCE)?.body, INTEGER);
  const algorithm = expectDer(version?.rest, SEQUENCE);
  const id = expectDer(algorithm?.body, OBJECT_ID);
  const key = expectDer(algorithm?.rest, OCTET_STRING);
  if (!isSmallInteger(version, [0, 1]) || id === undefined || key === undefined) {
    return malformed();
  }
  switch (id.body.toString('hex')) {
    case OID_ED25519: {
      const seed = expectDer(key.body, OCTET_STRING);
      return seed?.body.length === KEY_BYTES ? makeKey('ed25519', seed.body) : malformed();
    }
    case OID_EC:
      return readSec1(key.body, expectDer(id.rest, OBJECT_ID)?.body.toString('hex'));
    default:
      return wrongCurve();
  }
}

/** Blocks beyond these are not looked for: a key file has one or two. */
const MAX_BLOCKS = 20;

/** The blocks between lines of `BEGIN` and `END` with the same label. */
function* blocks(text: string): Iterable<{ readonly label: string; readonly content: string }> {
  const begin = /-----BEGIN ([A-Z0-9 ]{1,100})-----/g;
  for (let count = 0; count < MAX_BLOCKS; count++) {
    const match = begin.exec(text);
    if (match === null) {
      return;
    }
    const label = match[1]!;
    const last = `-----END ${label}-----`;
    const end = text.indexOf(last, begin.lastIndex);
    if (end >= 0) {
      yield { label, content: text.slice(begin.lastIndex, end) };
      begin.lastIndex = end + last.length;
    }
  }
}

/**
 * Reads a PEM file as dfx does: a SEC1 key (`EC PRIVATE KEY`, with or without a block of parameters before it) on
 * secp256k1, or PKCS#8 (`PRIVATE KEY`) of either version with a secp256k1 or Ed25519 key. Line ends may be of any kind.
 */
export function parsePem(text: string): KeyOrProblem {
  let curve: string | undefined;
  for (const { label, content } of blocks(text)) {
    if (label === 'ENCRYPTED PRIVATE KEY' || /^[ \t]*Proc-Type:[ \t]*4,[ \t]*ENCRYPTED/im.test(content)) {
      return { problem: msg('The key file is encrypted in a way that this extension does not support.') };
    }
    const base64 = content.replace(/\s/g, '');
    const der = /^[A-Za-z0-9+/]*={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : Buffer.alloc(0);
    switch (label) {
      case 'EC PARAMETERS':
        curve = expectDer(der, OBJECT_ID)?.body.toString('hex') ?? '';
        break;
      case 'EC PRIVATE KEY':
        return readSec1(der, curve);
      case 'PRIVATE KEY':
        return readPkcs8(der);
      case 'RSA PRIVATE KEY':
      case 'DSA PRIVATE KEY':
      case 'OPENSSH PRIVATE KEY':
        return wrongCurve();
    }
  }
  return text.trim() === ''
    ? { problem: msg('The key file is empty.') }
    : { problem: msg('The key file holds no private key in PEM form.') };
}

/** The public key as requests carry it: DER of the `SubjectPublicKeyInfo`, for secp256k1 with the point uncompressed. */
export function publicKeyDer(key: ParsedKey): Uint8Array {
  const prefix = key.algorithm === 'ed25519' ? ED25519_SPKI_PREFIX : SECP256K1_SPKI_PREFIX;
  return new Uint8Array(Buffer.concat([prefix, key.publicKey]));
}
