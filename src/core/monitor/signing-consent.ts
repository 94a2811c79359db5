import { ANONYMOUS } from '../network/identity-ref';
import { hostOf, maySign } from '../network/network-class';
import type { Target } from '../project/model';
import { type Disposable, Emitter } from '../util/events';
import { msg } from '../util/message';
import type { Store } from '../util/store';
import type { ActiveIdentity } from './active-identity';

const KEY = 'icCanisters.signingAgreed';

/** The URLs to which the user has agreed to send signed requests. The one place that owns them. */
export class SigningConsent implements Disposable {
  readonly #store: Store;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  /** @param store of this computer, for all workspaces: a workspace must not bring consent with it */
  constructor(store: Store) {
    this.#store = store;
  }

  agreed(url: string): boolean {
    const origin = originOf(url);
    return origin !== undefined && this.#origins().includes(origin);
  }

  async agree(url: string): Promise<void> {
    const origin = originOf(url);
    if (origin !== undefined && !this.agreed(url)) {
      await this.#set([...this.#origins(), origin]);
    }
  }

  async revoke(url: string): Promise<void> {
    await this.#set(this.#origins().filter((origin) => origin !== originOf(url)));
  }

  /** Read anew each time: another window may have changed them. */
  #origins(): string[] {
    const stored = this.#store.get(KEY);
    return Array.isArray(stored) ? stored.filter((origin) => typeof origin === 'string') : [];
  }

  async #set(origins: readonly string[]): Promise<void> {
    await this.#store.update(KEY, origins);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** Scheme, host and port: what requests go to. */
function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Says on a target's network whether the user has agreed to signed requests. */
export function withConsent(target: Target, consent: Pick<SigningConsent, 'agreed'> | undefined): Target {
  const { network } = target;
  return network && consent?.agreed(network.url) ? { ...target, network: { ...network, signingAgreed: true } } : target;
}

/** The identity as it counts on a target: on a network that the user has not agreed to, anonymous. */
export function identityOn(target: Target, identity: ActiveIdentity): ActiveIdentity {
  const { url = '', signingAgreed } = target.network ?? {};
  if (url === '' || maySign({ url, signingAgreed }) || (identity.storage ?? 'anonymous') === 'anonymous') {
    return identity;
  }
  const note = msg('Asked anonymously: {0} is neither on this computer nor mainnet.', hostOf(url));
  return { ...identity, ref: ANONYMOUS, withheld: true, note };
}
