/** Requests made by hand, so that they can be wrong in any way. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Cbor, requestIdOf } from '@dfinity/agent';
import { Principal } from '@dfinity/principal';
import { type CborValue, decodeCbor } from '../../network/cbor';
import type { TestNetwork } from '../../network/index';

export type Curve = 'ed25519' | 'secp256k1' | 'P-256';

export class Key {
  readonly der: Uint8Array;
  readonly principal: Principal;
  readonly #secret: KeyObject;

  constructor(curve: Curve) {
    const pair =
      curve === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: curve });
    this.#secret = pair.privateKey;
    this.der = Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }));
    this.principal = Principal.selfAuthenticating(this.der);
  }

  sign(domain: string, message: Uint8Array): Uint8Array {
    const bytes = Buffer.concat([Buffer.from([domain.length]), Buffer.from(domain), message]);
    const signature =
      this.#secret.asymmetricKeyType === 'ed25519'
        ? sign(null, bytes, this.#secret)
        : sign('sha256', bytes, { key: this.#secret, dsaEncoding: 'ieee-p1363' });
    return Uint8Array.from(signature);
  }
}

export const minutes = (count: number) => BigInt(Date.now() + count * 60_000) * 1_000_000n;

export interface Content {
  [member: string]: unknown;
}

/** The content of a call, anonymous and within its time. */
export function callContent(members: Content = {}): Content {
  return {
    request_type: 'call',
    sender: Principal.anonymous().toUint8Array(),
    ingress_expiry: minutes(4),
    canister_id: Principal.managementCanister().toUint8Array(),
    method_name: 'canister_status',
    arg: new Uint8Array(),
    ...members,
  };
}

export function idOf(content: Content): Uint8Array {
  return requestIdOf(content);
}

/** An envelope signed by a key. */
export function signed(content: Content, key: Key, more: Content = {}): Content {
  return {
    content,
    sender_pubkey: key.der,
    sender_sig: key.sign('ic-request', idOf(content)),
    ...more,
  };
}

export interface RawAnswer {
  readonly status: number;
  /** Where the body is not CBOR. */
  readonly text: string;
  /** Where it is. */
  readonly fields: ReadonlyMap<string, CborValue>;
}

/** @param path such as `/api/v2/canister/<id>/query` */
export async function post(network: TestNetwork, path: string, body: Content | Uint8Array): Promise<RawAnswer> {
  const response = await fetch(network.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/cbor' },
    body: body instanceof Uint8Array ? body : Cbor.encode(body),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isCbor = response.headers.get('content-type') === 'application/cbor';
  const decoded = isCbor ? decodeCbor(bytes) : undefined;
  return {
    status: response.status,
    text: isCbor ? '' : bytes.toString('utf8'),
    fields: decoded instanceof Map ? decoded : new Map(),
  };
}
