import { readFileSync } from 'node:fs';
import { AnonymousIdentity, type Identity, type PublicKey, type Signature, SignIdentity } from '@dfinity/agent';
import { decryptPem } from '../identity/encrypted';
import { type ParsedKey, parsePem, publicKeyDer } from '../identity/pem';
import { signMessageAside } from '../identity/sign';
import type { IdentityRef } from '../network/identity-ref';
import type { UnlockRequest } from '../network/network-api';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { SessionSigner } from './optimizations/session-key';

/** Signs with `node:crypto`, which is many times faster than the agent's own pure JavaScript identities. */
class KeyIdentity extends SignIdentity {
  readonly #key: ParsedKey;
  readonly #publicKey: PublicKey;
  readonly #session = new SessionSigner(this);

  constructor(key: ParsedKey) {
    super();
    this.#key = key;
    const der = publicKeyDer(key);
    this.#publicKey = { toDer: () => der };
  }

  override getPublicKey(): PublicKey {
    return this.#publicKey;
  }

  override async sign(blob: Uint8Array): Promise<Signature> {
    return (await signMessageAside(this.#key, blob)) as Signature;
  }

  /** The same sender, for many questions to the management canister in a row. */
  async forManyQuestions(): Promise<Identity> {
    // Ed25519 is as quick as the session key, which then only makes requests longer.
    return this.#key.algorithm === 'ed25519' ? this : this.#session.identity();
  }
}

export const ANONYMOUS_IDENTITY = new AnonymousIdentity();

/** See {@link KeyIdentity.forManyQuestions}. */
export function forManyQuestions(identity: Identity): Promise<Identity> | Identity {
  return identity instanceof KeyIdentity ? identity.forManyQuestions() : identity;
}

/** Reads keys when they are first needed and keeps them in this worker's memory only. */
export class KeyRing {
  readonly #fromFiles = new Map<string, { readonly pem: string; readonly identity: Identity }>();
  readonly #unlocked = new Map<string, { readonly identity: Identity; readonly timer: NodeJS.Timeout }>();

  /** @throws {Failure} of kind `key` where there is no usable key. */
  async identity(ref: IdentityRef): Promise<Identity> {
    if (ref.kind === 'anonymous') {
      return ANONYMOUS_IDENTITY;
    }
    if (ref.kind === 'unlocked') {
      const entry = this.#unlocked.get(ref.handle);
      if (!entry) {
        throw new Failure({ kind: 'key', message: msg('The identity {0} is locked.', ref.name) });
      }
      return entry.identity;
    }
    const pem = this.#readPem(ref.name, ref.file);
    const known = this.#fromFiles.get(ref.file);
    // An identity that was renamed or made anew under the same name has another key.
    if (known?.pem === pem) {
      return known.identity;
    }
    const identity = toIdentity(pem);
    this.#fromFiles.set(ref.file, { pem, identity });
    return identity;
  }

  /**
   * Decrypts a key and keeps it for as long as the request says, unless it is aborted meanwhile.
   *
   * @throws {Failure} of kind `password` where the password is wrong, else `key`
   */
  async unlock(request: UnlockRequest, signal: AbortSignal): Promise<Identity> {
    const ciphertext = this.#read(request.name, request.file);
    const result = await decryptPem(ciphertext, request.encryption, request.password);
    signal.throwIfAborted();
    if ('problem' in result) {
      const kind = result.kind === 'wrong-password' ? 'password' : 'key';
      throw new Failure({ kind, message: result.problem });
    }
    const identity = toIdentity(result.pem);
    this.lock(request.handle);
    const timer = setTimeout(() => this.#unlocked.delete(request.handle), request.keepMs);
    this.#unlocked.set(request.handle, { identity, timer });
    return identity;
  }

  lock(handle: string): void {
    clearTimeout(this.#unlocked.get(handle)?.timer);
    this.#unlocked.delete(handle);
  }

  #readPem(name: string, file: string): string {
    try {
      return this.#read(name, file).toString('utf8');
    } catch (error) {
      // Where the file is gone, so is the key.
      this.#fromFiles.delete(file);
      throw error;
    }
  }

  #read(name: string, file: string): Buffer {
    try {
      // Once for every request, of which there may be hundreds at once: this way costs a tenth, and only this thread.
      return readFileSync(file);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new Failure({
        kind: 'key',
        message: msg('The key file of the identity {0} cannot be read.', name),
        detail,
      });
    }
  }
}

function toIdentity(pem: string): Identity {
  const parsed = parsePem(pem);
  if ('problem' in parsed) {
    throw new Failure({ kind: 'key', message: parsed.problem });
  }
  return new KeyIdentity(parsed);
}
