import { type IdentityInfo, listIdentities, selectedIdentity } from '../identity/store';
import { ANONYMOUS, type IdentityRef } from '../network/types';
import type { DfxLocations } from '../project/locations';
import { type Message, msg } from '../util/message';

/** The identity that requests are signed with, and why it is not the one that was asked for. */
export interface ActiveIdentity {
  /** dfx's name of the chosen identity. */
  readonly name: string;
  /** `ANONYMOUS` where the chosen identity's key cannot be used without help. */
  readonly ref: IdentityRef;
  /** Set where `ref` is not the chosen identity's key. */
  readonly note?: Message;
}

/** Looks up dfx's selected identity. Reads no key. */
export async function resolveActiveIdentity(locations: DfxLocations): Promise<ActiveIdentity> {
  const [selected, identities] = await Promise.all([selectedIdentity(locations), listIdentities(locations)]);
  const info = identities.find((identity) => identity.name === selected.name);
  return info
    ? fromInfo(info)
    : {
        name: selected.name,
        ref: ANONYMOUS,
        note: selected.problem ?? msg('The identity {0} does not exist.', selected.name),
      };
}

function fromInfo(info: IdentityInfo): ActiveIdentity {
  const { name } = info;
  if (info.problem) {
    return { name, ref: ANONYMOUS, note: info.problem };
  }
  switch (info.storage) {
    case 'anonymous':
      return { name, ref: ANONYMOUS };
    case 'plaintext':
      return info.pemFile === undefined
        ? { name, ref: ANONYMOUS, note: msg('The identity {0} has no key file.', name) }
        : { name, ref: { kind: 'pem', name, file: info.pemFile } };
    case 'password':
      return {
        name,
        ref: ANONYMOUS,
        note: msg('The identity {0} is protected by a password: asking anonymously.', name),
      };
    case 'keyring':
      return {
        name,
        ref: ANONYMOUS,
        note: msg('The identity {0} is in the system keyring: asking anonymously.', name),
      };
    case 'hsm':
      return { name, ref: ANONYMOUS, note: msg('The identity {0} is on a hardware key: asking anonymously.', name) };
  }
}
