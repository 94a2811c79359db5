import type { IdentityStore } from '../engines/engine';
import type { IdentityInfo } from '../identity/identity-info';
import { ANONYMOUS, type IdentityRef } from '../network/identity-ref';
import { type Message, msg } from '../util/message';

/** The identity that requests are signed with, and why it is not the one that was asked for. */
export interface ActiveIdentity {
  /** The tool's name of the chosen identity. */
  readonly name: string;
  /** Chosen for this project, or the tool's own selection. */
  readonly chosenBy: 'project' | 'tool';
  /** Absent where there is no such identity. */
  readonly storage?: IdentityInfo['storage'];
  /** `ANONYMOUS` where the chosen identity's key cannot be used without help. */
  readonly ref: IdentityRef;
  /** Set where `ref` is not the chosen identity's key. */
  readonly note?: Message;
  /** Its key signs nothing here, because the user has not agreed to that for the network. */
  readonly withheld?: boolean;
}

/** Where keys are looked up that a password was given for. */
export interface UnlockedKeys {
  /** The key of an identity, or undefined while it is locked. */
  unlocked(info: IdentityInfo): IdentityRef | undefined;
}

const NONE: UnlockedKeys = { unlocked: () => undefined };

/**
 * Looks up the identity that a project works with. Reads no key.
 *
 * @param chosen the name chosen for the project; without one, the tool's own selection counts
 */
export async function resolveActiveIdentity(
  identities: IdentityStore,
  chosen?: string,
  keys: UnlockedKeys = NONE,
): Promise<ActiveIdentity> {
  const [selected, known] = await Promise.all([
    chosen === undefined ? identities.selected() : { name: chosen, problem: undefined },
    identities.list(),
  ]);
  const chosenBy = chosen === undefined ? 'tool' : 'project';
  const info = known.find((identity) => identity.name === selected.name);
  if (!info) {
    const note = selected.problem ?? msg('The identity {0} does not exist.', selected.name);
    return { name: selected.name, chosenBy, ref: ANONYMOUS, note };
  }
  const { ref, note } = keyOf(info, keys);
  return { name: info.name, chosenBy, storage: info.storage, ref, note: selected.problem ?? note };
}

/** The key that an identity signs with here, without asking for anything. */
export function keyOf(info: IdentityInfo, keys: UnlockedKeys): Pick<ActiveIdentity, 'ref' | 'note'> {
  const { name } = info;
  if (info.problem) {
    return { ref: ANONYMOUS, note: info.problem };
  }
  switch (info.storage) {
    case 'anonymous':
      return { ref: ANONYMOUS };
    case 'plaintext':
      return info.pemFile === undefined
        ? { ref: ANONYMOUS, note: msg('The identity {0} has no key file.', name) }
        : { ref: { kind: 'pem', name, file: info.pemFile } };
    case 'password': {
      const ref = keys.unlocked(info);
      return ref
        ? { ref }
        : { ref: ANONYMOUS, note: msg('The identity {0} is protected by a password: asking anonymously.', name) };
    }
    case 'keyring':
      return { ref: ANONYMOUS, note: msg('The identity {0} is in the system keyring: asking anonymously.', name) };
    case 'hsm':
      return { ref: ANONYMOUS, note: msg('The identity {0} is on a hardware key: asking anonymously.', name) };
    case 'web':
    case 'delegation':
      return { ref: ANONYMOUS, note: msg('The identity {0} is a delegation: asking anonymously.', name) };
  }
}
