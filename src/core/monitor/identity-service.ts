import { stat } from 'node:fs/promises';
import type { Engine } from '../engines/engine';
import { ANONYMOUS_NAME, type IdentityInfo } from '../identity/identity-info';
import type { IdentityRef } from '../network/identity-ref';
import type { NetworkApi } from '../network/network-api';
import { type Disposable, Emitter } from '../util/events';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import type { UnlockedKeys } from './active-identity';

/** The principal of whoever has no key (interface specification, "Principals"). */
const ANONYMOUS_PRINCIPAL = '2vxsx-fae';
/** A timer cannot be set for longer. */
const MAX_KEEP_MS = 2 ** 31 - 1;

/** An identity of one of the tools and what can be known of it without asking for a secret. */
export interface KnownIdentity {
  /** The tool whose identity it is. */
  readonly engine: string;
  readonly info: IdentityInfo;
  readonly principal?: string;
  /** When an unlocked key is forgotten, in milliseconds since 1970. */
  readonly unlockedUntil?: number;
}

interface Unlocked {
  readonly name: string;
  readonly principal: string;
  readonly until: number;
  readonly timer: NodeJS.Timeout;
}

/** The tools' identities with their principals, and the keys that are unlocked. Holds no secret: the agent's worker does. */
export class IdentityService implements UnlockedKeys, Disposable {
  readonly #keys: Pick<NetworkApi, 'principal' | 'unlock' | 'lock'>;
  readonly #engines: readonly Engine[];
  readonly #now: () => number;
  readonly #unlocked = new Map<string, Unlocked>();
  /** By key file; good for as long as the file is the same. */
  readonly #principals = new Map<string, { readonly stamp: string; readonly principal: string }>();
  readonly #changed = new Emitter<void>();
  /** A key was unlocked or locked. */
  readonly onDidChange = this.#changed.event;

  constructor(keys: Pick<NetworkApi, 'principal' | 'unlock' | 'lock'>, engines: readonly Engine[], now: () => number) {
    this.#keys = keys;
    this.#engines = engines;
    this.#now = now;
  }

  /** All identities by name. Reads plaintext keys, asks for nothing, starts no process. */
  async list(): Promise<KnownIdentity[]> {
    const lists = this.#engines.map(async ({ name, identities }) =>
      (await identities.list()).map((info) => this.#know(name, info)),
    );
    return await Promise.all((await Promise.all(lists)).flat());
  }

  /** @param engine without one, the first tool that has an identity of this name */
  async find(name: string, engine?: string): Promise<KnownIdentity | undefined> {
    for (const candidate of this.#engines) {
      const wanted = engine === undefined || engine === candidate.name;
      const info = wanted ? await candidate.identities.find(name) : undefined;
      if (info) {
        return await this.#know(candidate.name, info);
      }
    }
    return undefined;
  }

  async #know(engine: string, info: IdentityInfo): Promise<KnownIdentity> {
    const entry = this.#entry(info);
    if (entry) {
      return { engine, info, principal: entry.principal, unlockedUntil: entry.until };
    }
    const principal =
      info.storage === 'anonymous'
        ? ANONYMOUS_PRINCIPAL
        : info.storage === 'plaintext' && info.pemFile !== undefined
          ? await this.#principalOf(info.name, info.pemFile)
          : info.principal;
    return { engine, info, principal };
  }

  async #principalOf(name: string, file: string): Promise<string | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(file);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      const known = this.#principals.get(file);
      if (known?.stamp === stamp) {
        return known.principal;
      }
      const principal = await this.#keys.principal({ identity: { kind: 'pem', name, file } });
      this.#principals.set(file, { stamp, principal });
      return principal;
    } catch {
      // A key that cannot be read: the projects that use the identity say why.
      return undefined;
    }
  }

  /**
   * The identities at hand, by principal: those that could sign now.
   *
   * @param engine of this tool alone
   * @returns names by principal, without `anonymous`
   */
  async atHand(engine?: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const byPrincipal = new Map<string, string[]>();
    for (const { engine: owner, info, principal } of await this.list()) {
      const here = engine === undefined || engine === owner;
      if (here && principal !== undefined && info.name !== ANONYMOUS_NAME && info.problem === undefined) {
        byPrincipal.set(principal, [...(byPrincipal.get(principal) ?? []), info.name]);
      }
    }
    return byPrincipal;
  }

  unlocked(info: IdentityInfo): IdentityRef | undefined {
    const handle = handleOf(info);
    return handle !== undefined && this.#entry(info) ? { kind: 'unlocked', name: info.name, handle } : undefined;
  }

  /** The handle changes with the encrypted file's salt and nonce, so that an identity made anew is locked. */
  #entry(info: IdentityInfo): Unlocked | undefined {
    const handle = handleOf(info);
    const entry = handle === undefined ? undefined : this.#unlocked.get(handle);
    return entry && entry.until > this.#now() ? entry : undefined;
  }

  /**
   * Opens a password-protected key for a while.
   *
   * @param keepMs how long the key stays in the worker's memory, in milliseconds
   * @param options `engine`: without one, the first tool that has an identity of this name
   * @returns the principal
   * @throws {Failure} of kind `password` where the password is wrong, `key` where there is no key to open
   */
  async unlock(
    name: string,
    password: string,
    keepMs: number,
    { engine, signal }: { readonly engine?: string; readonly signal?: AbortSignal } = {},
  ): Promise<string> {
    const info = (await this.find(name, engine))?.info;
    const handle = info && handleOf(info);
    const { pemFile, encryption } = info ?? {};
    if (handle === undefined || pemFile === undefined || encryption === undefined) {
      const message = info?.problem ?? msg('The identity {0} has no key that a password protects.', name);
      throw new Failure({ kind: 'key', message });
    }
    const keep = Math.min(keepMs, MAX_KEEP_MS);
    const request = { name, handle, file: pemFile, encryption, password, keepMs: keep, signal };
    const principal = await this.#keys.unlock(request);
    clearTimeout(this.#unlocked.get(handle)?.timer);
    const timer = setTimeout(() => this.#forget(handle), keep);
    timer.unref();
    this.#unlocked.set(handle, { name, principal, until: this.#now() + keep, timer });
    this.#changed.fire();
    return principal;
  }

  /** Forgets the keys of this name, or all of them. */
  async lock(name?: string): Promise<void> {
    const entries = [...this.#unlocked].filter(([, entry]) => name === undefined || entry.name === name);
    // Locked here at once, whatever the worker is busy with.
    for (const [handle] of entries) {
      this.#forget(handle);
    }
    await Promise.all(entries.map(([handle]) => this.#keys.lock({ handle })));
  }

  /** The worker, and with it every unlocked key, has gone. */
  workerStopped(): void {
    for (const handle of [...this.#unlocked.keys()]) {
      this.#forget(handle);
    }
  }

  #forget(handle: string): void {
    clearTimeout(this.#unlocked.get(handle)?.timer);
    if (this.#unlocked.delete(handle)) {
      this.#changed.fire();
    }
  }

  dispose(): void {
    for (const { timer } of this.#unlocked.values()) {
      clearTimeout(timer);
    }
    this.#unlocked.clear();
    this.#changed.dispose();
  }
}

function handleOf({ pemFile, encryption }: IdentityInfo): string | undefined {
  return pemFile === undefined || encryption === undefined ? undefined : JSON.stringify([pemFile, encryption]);
}
