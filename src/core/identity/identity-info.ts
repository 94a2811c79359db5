import type { Message } from '../util/message';
import type { IdentityEncryption } from './encrypted';

/** The name of the identity without a key. It always exists. */
export const ANONYMOUS_NAME = 'anonymous';

/** One of a tool's identities, from its files. */
export interface IdentityInfo {
  readonly name: string;
  readonly storage: 'plaintext' | 'password' | 'keyring' | 'hsm' | 'anonymous';
  /** The file with the key, plain or encrypted. */
  readonly pemFile?: string;
  readonly encryption?: IdentityEncryption;
  /** Why it cannot be used. */
  readonly problem?: Message;
}
