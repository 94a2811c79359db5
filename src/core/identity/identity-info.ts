import type { Message } from '../util/message';
import type { IdentityEncryption } from './encrypted';

/** The name of the identity without a key. It always exists. */
export const ANONYMOUS_NAME = 'anonymous';

/** True where only the tool that has an identity can sign with it. */
export function needsTool(storage: IdentityInfo['storage'] | undefined): boolean {
  return storage === 'keyring' || storage === 'hsm' || storage === 'web' || storage === 'delegation';
}

/** One of a tool's identities, from its files. */
export interface IdentityInfo {
  readonly name: string;
  /** What holds its key. `web` and `delegation` sign with a key that another one has vouched for. */
  readonly storage: 'plaintext' | 'password' | 'keyring' | 'hsm' | 'web' | 'delegation' | 'anonymous';
  /** Where the tool's files say it. */
  readonly principal?: string;
  /** The file with the key, plain or encrypted. */
  readonly pemFile?: string;
  readonly encryption?: IdentityEncryption;
  /** Why it cannot be used. */
  readonly problem?: Message;
}
