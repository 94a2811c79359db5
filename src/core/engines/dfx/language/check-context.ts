import type { DfxFacts } from './dfx-facts';
import type { DfxModel } from './dfx-model';
import type { DfxFindings } from './finding-codes';
import type { Site } from './structure';

/** What the checks may ask, and where they report. Look-ups of facts are immediate, and undefined while not known. */
export interface CheckContext {
  readonly model: DfxModel;
  readonly sites: readonly Site[];
  readonly facts: DfxFacts;
  readonly findings: DfxFindings;
}
