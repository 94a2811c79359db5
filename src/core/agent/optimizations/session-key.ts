/**
 * Session keys for identities whose own key signs slowly: secp256k1 takes `node:crypto` some 0.3 ms, and the libraries in
 * pure JavaScript, for want of that curve in VS Code's Electron, several times as much. What it is worth:
 * `optimizations.ts`.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type PublicKey, type Signature, SignIdentity } from '@dfinity/agent';
import { DelegationChain, DelegationIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';

/** How long a session key may sign. */
const LIFETIME_MS = 15 * 60_000;
/** What must be left of it when it is used: a request may be under way for a while, and clocks differ. */
const RESERVE_MS = 5 * 60_000;

/** A P-256 key of this process: `node:crypto` signs with it ten times faster than with secp256k1, Electron's too. */
class SessionKey extends SignIdentity {
  readonly #privateKey: KeyObject;
  readonly #publicKey: PublicKey;

  constructor() {
    super();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const der = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    this.#privateKey = privateKey;
    this.#publicKey = { toDer: () => der };
  }

  override getPublicKey(): PublicKey {
    return this.#publicKey;
  }

  override async sign(message: Uint8Array): Promise<Signature> {
    // ECDSA over SHA-256, r and s, 32 bytes each (interface specification, "Signatures").
    return new Uint8Array(sign('sha256', message, { key: this.#privateKey, dsaEncoding: 'ieee-p1363' })) as Signature;
  }
}

/**
 * Signs in the name of an identity with a key that lives for minutes and is good for the management canister only
 * (interface specification, "Authentication": `sender_delegation` with `targets`). So the identity's own key signs one
 * delegation and not each of hundreds of questions for a status.
 */
export class SessionSigner {
  readonly #owner: SignIdentity;
  readonly #now: () => number;
  #current: { readonly identity: Promise<DelegationIdentity>; readonly expiresAt: number } | undefined;

  constructor(owner: SignIdentity, now: () => number = Date.now) {
    this.#owner = owner;
    this.#now = now;
  }

  identity(): Promise<DelegationIdentity> {
    const now = this.#now();
    if (!this.#current || this.#current.expiresAt - now < RESERVE_MS) {
      const expiresAt = now + LIFETIME_MS;
      this.#current = { identity: this.#delegate(new Date(expiresAt)), expiresAt };
    }
    return this.#current.identity;
  }

  async #delegate(expiration: Date): Promise<DelegationIdentity> {
    const key = new SessionKey();
    const targets = [Principal.managementCanister()];
    const chain = await DelegationChain.create(this.#owner, key.getPublicKey(), expiration, { targets });
    return DelegationIdentity.fromDelegation(key, chain);
  }
}
