/** What in this folder is in use. The product uses all of it; `bench/ablation.bench.ts` switches each off in turn. */
export interface Optimizations {
  /** `quick-query.ts` instead of the agent, where the answer cannot be verified. */
  readonly quickQuery: boolean;
  /** `quick-status.ts` instead of the Candid library. */
  readonly quickStatus: boolean;
  /** `session-key.ts` instead of the identity's own key, where that signs slowly. */
  readonly sessionKey: boolean;
  /** `pacer.ts`: the first questions leave before the last are made. */
  readonly pacer: boolean;
}

export const ALL_OPTIMIZATIONS: Optimizations = { quickQuery: true, quickStatus: true, sessionKey: true, pacer: true };
