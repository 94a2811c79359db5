/** Requests as they come in: envelope, request id, expiry, sender and signature (interface specification, "Authentication"). */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import { CborError, type CborValue, decodeCbor } from './cbor';
import { inDomain } from './keys';
import { textOf } from './principal';
import { HttpError } from './reject';

const MAX_INGRESS_TTL_NS = 5n * 60n * 1_000_000_000n;
/** What the replica grants to clients whose clocks are ahead. */
const PERMITTED_DRIFT_NS = 30n * 1_000_000_000n;
const MAX_DELEGATIONS = 20;
const ANONYMOUS = '2vxsx-fae';

interface Common {
  readonly requestId: Uint8Array;
  readonly sender: Principal;
  /** Nanoseconds since 1970. */
  readonly expiryNs: bigint;
  /** The canisters that the sender's delegations allow; undefined for all. */
  readonly targets?: ReadonlySet<string>;
}

export interface CallRequest extends Common {
  readonly type: 'call' | 'query';
  readonly canisterId: Principal;
  readonly method: string;
  readonly arg: Uint8Array;
}

export interface ReadStateRequest extends Common {
  readonly type: 'read_state';
  readonly paths: readonly (readonly Uint8Array[])[];
}

type Fields = ReadonlyMap<string, CborValue>;

/**
 * Reads and checks a signed request.
 *
 * @param nowNs nanoseconds since 1970
 * @throws HttpError 400 for a malformed or expired request, 403 for one that is not authentic
 */
export function readEnvelope(body: Uint8Array, type: 'call' | 'query', nowNs: bigint): CallRequest;
export function readEnvelope(body: Uint8Array, type: 'read_state', nowNs: bigint): ReadStateRequest;
export function readEnvelope(
  body: Uint8Array,
  type: 'call' | 'query' | 'read_state',
  nowNs: bigint,
): CallRequest | ReadStateRequest {
  const envelope = decode(body, type);
  const content = envelope.get('content');
  if (!(content instanceof Map)) {
    throw malformed(type, 'missing field `content`');
  }
  if (content.get('request_type') !== type) {
    throw malformed(type, `unknown variant \`${String(content.get('request_type'))}\`, expected \`${type}\``);
  }
  const expiryNs = natural(content, 'ingress_expiry', type);
  const sender = principal(content, 'sender', type);
  if (content.has('nonce')) {
    const nonce = blob(content, 'nonce', type);
    if (nonce.length > 32) {
      throw malformed(type, 'nonce is longer than 32 bytes');
    }
  }
  const requestId = hashOfMap(content);
  // Replicas do not look at the time of anonymous reads, which is how clients with a wrong clock learn the right time.
  if (type === 'call' || textOf(sender) !== ANONYMOUS) {
    checkExpiry(expiryNs, nowNs);
  }
  const targets = authenticate(envelope, sender, requestId, nowNs, type);
  const common = { requestId, sender, expiryNs, targets };
  if (type === 'read_state') {
    return { ...common, type, paths: paths(content) };
  }
  const canisterId = principal(content, 'canister_id', type);
  if (targets && !targets.has(textOf(canisterId))) {
    throw notAuthentic(requestId, `Canister ${textOf(canisterId)} is not one of the delegation targets`);
  }
  return {
    ...common,
    type,
    canisterId,
    method: text(content, 'method_name', type),
    // A copy: @dfinity/candid reads the memory below a view from its beginning.
    arg: Uint8Array.from(blob(content, 'arg', type)),
  };
}

function decode(body: Uint8Array, type: string): Fields {
  try {
    const value = decodeCbor(body);
    if (value instanceof Map) {
      return value;
    }
  } catch (error) {
    if (!(error instanceof CborError)) {
      throw error;
    }
    throw malformed(type, error.message);
  }
  throw malformed(type, 'expected a map');
}

function malformed(type: string, reason: string): HttpError {
  const what = type === 'read_state' ? 'read state' : type;
  return new HttpError(400, `Could not parse body as ${what} message: ${reason}`);
}

function blob(fields: Fields, name: string, type: string): Uint8Array {
  const value = fields.get(name);
  if (!(value instanceof Uint8Array)) {
    throw malformed(type, `missing field \`${name}\``);
  }
  return value;
}

function text(fields: Fields, name: string, type: string): string {
  const value = fields.get(name);
  if (typeof value !== 'string') {
    throw malformed(type, `missing field \`${name}\``);
  }
  return value;
}

function natural(fields: Fields, name: string, type: string): bigint {
  const value = fields.get(name);
  if ((typeof value !== 'number' && typeof value !== 'bigint') || value < 0) {
    throw malformed(type, `missing field \`${name}\``);
  }
  return BigInt(value);
}

function principal(fields: Fields, name: string, type: string): Principal {
  const bytes = blob(fields, name, type);
  if (bytes.length > 29) {
    throw malformed(type, `Converting ${name} to PrincipalId failed: too long`);
  }
  return Principal.fromUint8Array(Uint8Array.from(bytes));
}

function paths(content: Fields): Uint8Array[][] {
  const value = content.get('paths');
  if (!Array.isArray(value)) {
    throw malformed('read_state', 'missing field `paths`');
  }
  if (value.length > 1000) {
    throw malformed('read_state', 'too many paths');
  }
  return value.map((path) => {
    if (!Array.isArray(path)) {
      throw malformed('read_state', 'a path is not an array');
    }
    return path.map((label) => {
      if (label instanceof Uint8Array) {
        return label;
      }
      throw malformed('read_state', 'a label is not a blob');
    });
  });
}

function checkExpiry(expiryNs: bigint, nowNs: bigint): void {
  const latest = nowNs + MAX_INGRESS_TTL_NS + PERMITTED_DRIFT_NS;
  if (expiryNs >= nowNs && expiryNs <= latest) {
    return;
  }
  throw new HttpError(
    400,
    `Invalid request expiry: Specified ingress_expiry not within expected range: Minimum allowed expiry: ${utc(nowNs)}, ` +
      `Maximum allowed expiry: ${utc(latest)}, Provided expiry: ${utc(expiryNs)}`,
  );
}

function utc(ns: bigint): string {
  const ms = Number(ns / 1_000_000n);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) {
    return `${ns} ns`;
  }
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, '0');
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}.${fraction} UTC`;
}

function notAuthentic(requestId: Uint8Array, reason: string): HttpError {
  return new HttpError(
    403,
    `Failed to authenticate request 0x${Buffer.from(requestId).toString('hex')} due to: ${reason}`,
  );
}

/** Checks sender and signatures. Gives the canisters that the delegations are limited to, if they are. */
function authenticate(
  envelope: Fields,
  sender: Principal,
  requestId: Uint8Array,
  nowNs: bigint,
  type: string,
): ReadonlySet<string> | undefined {
  const publicKey = optionalBlob(envelope, 'sender_pubkey', type);
  const signature = optionalBlob(envelope, 'sender_sig', type);
  const anonymous = textOf(sender) === ANONYMOUS;
  if (!publicKey && !signature) {
    if (anonymous) {
      return undefined;
    }
    throw notAuthentic(requestId, `Missing signature from user: ${textOf(sender)}`);
  }
  if (!publicKey || !signature) {
    throw malformed(
      type,
      `got ${publicKey ? 'a public key' : 'a signature'} only, expected both sender_pubkey and sender_sig`,
    );
  }
  if (anonymous) {
    throw notAuthentic(requestId, 'Signature is not allowed for the anonymous user');
  }
  if (textOf(Principal.selfAuthenticating(Uint8Array.from(publicKey))) !== textOf(sender)) {
    throw notAuthentic(
      requestId,
      `The user id ${textOf(sender)} does not match the public key ${Buffer.from(publicKey).toString('hex')}`,
    );
  }
  const { key, targets } = followDelegations(envelope, publicKey, requestId, nowNs, type);
  verifySignature(key, inDomain('ic-request', requestId), signature, requestId, 'Invalid signature');
  return targets;
}

function optionalBlob(fields: Fields, name: string, type: string): Uint8Array | undefined {
  const value = fields.get(name);
  if (value === undefined || value === null) {
    return undefined;
  }
  return blob(fields, name, type);
}

function followDelegations(
  envelope: Fields,
  publicKey: Uint8Array,
  requestId: Uint8Array,
  nowNs: bigint,
  type: string,
): { key: Uint8Array; targets: ReadonlySet<string> | undefined } {
  const delegations = envelope.get('sender_delegation');
  let key = publicKey;
  let targets: Set<string> | undefined;
  if (delegations === undefined || delegations === null) {
    return { key, targets };
  }
  if (!Array.isArray(delegations)) {
    throw malformed(type, 'sender_delegation is not an array');
  }
  if (delegations.length > MAX_DELEGATIONS) {
    throw notAuthentic(
      requestId,
      `Invalid delegation: Chain of delegations is too long: got ${delegations.length} delegations, but at most ${MAX_DELEGATIONS} are allowed`,
    );
  }
  for (const signed of delegations) {
    if (!(signed instanceof Map)) {
      throw malformed(type, 'a delegation is not a map');
    }
    const delegation = signed.get('delegation');
    if (!(delegation instanceof Map)) {
      throw malformed(type, 'missing field `delegation`');
    }
    const expiration = natural(delegation, 'expiration', type);
    if (expiration < nowNs) {
      throw new HttpError(
        400,
        `Invalid delegation expiry: Specified sender delegation has expired:\nProvided expiry: ${utc(expiration)}\nLocal time:      ${utc(nowNs)}`,
      );
    }
    const signature = blob(signed, 'signature', type);
    // A client sends the same delegation with each of its requests: what held once need not be checked again.
    const message = inDomain('ic-request-auth-delegation', hashOfMap(delegation));
    const id = Buffer.concat([key, signature, message]).toString('latin1');
    if (!knownDelegations.has(id)) {
      verifySignature(key, message, signature, requestId, 'Invalid delegation');
      if (knownDelegations.size >= 1000) {
        knownDelegations.clear();
      }
      knownDelegations.add(id);
    }
    const own = delegation.get('targets');
    if (Array.isArray(own)) {
      const allowed = own.map((target) => {
        if (!(target instanceof Uint8Array)) {
          throw malformed(type, 'a delegation target is not a blob');
        }
        return textOf(Principal.fromUint8Array(Uint8Array.from(target)));
      });
      targets = new Set(allowed.filter((target) => !targets || targets.has(target)));
    }
    key = blob(delegation, 'pubkey', type);
  }
  return { key, targets };
}

/** Parsed public keys, as the same few identities sign over and over. */
const keys = new Map<string, KeyObject>();

function parseKey(der: Uint8Array): KeyObject {
  const id = Buffer.from(der).toString('base64');
  let key = keys.get(id);
  if (!key) {
    key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    if (keys.size >= 1000) {
      keys.clear();
    }
    keys.set(id, key);
  }
  return key;
}

/** Public key, signature and message of the delegations that held. */
const knownDelegations = new Set<string>();

function verifySignature(
  der: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  requestId: Uint8Array,
  failure: string,
): void {
  let key: KeyObject;
  try {
    key = parseKey(der);
  } catch {
    throw notAuthentic(
      requestId,
      `${failure}: Invalid public key: this network knows Ed25519, secp256k1 and P-256 keys only`,
    );
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const algorithm =
    key.asymmetricKeyType === 'ed25519'
      ? 'Ed25519'
      : curve === 'secp256k1'
        ? 'EcdsaSecp256k1'
        : curve === 'prime256v1'
          ? 'EcdsaP256'
          : undefined;
  if (!algorithm) {
    throw notAuthentic(requestId, `${failure}: Invalid public key: unsupported algorithm`);
  }
  const valid =
    signature.length === 64 &&
    (algorithm === 'Ed25519'
      ? verify(null, message, key, signature)
      : verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature));
  if (!valid) {
    throw notAuthentic(
      requestId,
      `${failure}: Invalid basic signature: ${algorithm} signature could not be verified: public key ${Buffer.from(der).toString('hex')}, signature ${Buffer.from(signature).toString('hex')}`,
    );
  }
}

/** Representation-independent hash of a map (interface specification). */
export function hashOfMap(fields: ReadonlyMap<string, CborValue>): Uint8Array {
  const pairs: Buffer[] = [];
  for (const [name, value] of fields) {
    if (value === null) {
      continue;
    }
    pairs.push(Buffer.concat([hashOfName(name), hashOfValue(value)]));
  }
  return sha256(Buffer.concat(pairs.sort(Buffer.compare)));
}

/** The same few names stand in every request. */
const nameHashes = new Map<string, Uint8Array>();

function hashOfName(name: string): Uint8Array {
  let known = nameHashes.get(name);
  if (known === undefined) {
    known = sha256(Buffer.from(name, 'utf8'));
    if (nameHashes.size < 1000) {
      nameHashes.set(name, known);
    }
  }
  return known;
}

function hashOfValue(value: CborValue): Uint8Array {
  if (value instanceof Uint8Array) {
    return sha256(value);
  }
  if (typeof value === 'string') {
    return sha256(Buffer.from(value, 'utf8'));
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return sha256(leb128(BigInt(value)));
  }
  if (Array.isArray(value)) {
    return sha256(Buffer.concat(value.map(hashOfValue)));
  }
  if (value instanceof Map) {
    return hashOfMap(value);
  }
  throw new HttpError(400, 'Malformed request: a value that has no representation-independent hash');
}

/** Unsigned LEB128. */
export function leb128(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}
