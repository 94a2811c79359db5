import type { DfxModel } from './dfx-model';
import type { FileFacts } from './facts';
import type { Site } from './structure';

/** Which keys a dfx knows: from the schema that it prints, or from the version that the project pins. */
export interface KnownKeys {
  /** The version, as far as it is known; for the message. */
  readonly version?: string;
  /** Whether the object `upstream` (the definition's name in dfx's schema) has the key; undefined: cannot be told. */
  knows(upstream: string, key: string, since: string | undefined): boolean | undefined;
}

/** What the checks may ask. Look-ups of facts are immediate, and undefined while a fact is not known. */
export interface CheckContext {
  readonly model: DfxModel;
  readonly sites: readonly Site[];
  readonly facts: FileFacts;
}
