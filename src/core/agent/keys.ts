import { readFile } from 'node:fs/promises';
import { AnonymousIdentity, type Identity, type PublicKey, type Signature, SignIdentity } from '@dfinity/agent';
import { type ParsedKey, parsePem, publicKeyDer } from '../identity/pem';
import { signMessage } from '../identity/sign';
import { NetworkFailure } from '../network/failure';
import type { IdentityRef } from '../network/types';
import { msg } from '../util/message';

/** Signs with `node:crypto`, which is many times faster than the agent's own pure JavaScript identities. */
class KeyIdentity extends SignIdentity {
  readonly #key: ParsedKey;
  readonly #publicKey: PublicKey;

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
    return signMessage(this.#key, blob) as Signature;
  }
}

/** Reads keys when they are first needed and keeps them in this worker's memory only. */
export class KeyRing {
  readonly #fromFiles = new Map<string, { readonly pem: string; readonly identity: Identity }>();

  /** @throws {NetworkFailure} of kind `key` where there is no usable key. */
  async identity(ref: IdentityRef): Promise<Identity> {
    if (ref.kind === 'anonymous') {
      return new AnonymousIdentity();
    }
    const pem = await this.#readPem(ref.name, ref.file);
    const known = this.#fromFiles.get(ref.file);
    // An identity that was renamed or made anew under the same name has another key.
    if (known?.pem === pem) {
      return known.identity;
    }
    const parsed = parsePem(pem);
    if ('problem' in parsed) {
      throw new NetworkFailure({ kind: 'key', message: parsed.problem });
    }
    const identity = new KeyIdentity(parsed);
    this.#fromFiles.set(ref.file, { pem, identity });
    return identity;
  }

  async #readPem(name: string, file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new NetworkFailure({
        kind: 'key',
        message: msg('The key file of the identity {0} cannot be read.', name),
        detail,
      });
    }
  }
}
