/**
 * What in this folder is in use. The product uses all of it; `npm run bench -- ablation` switches each off in turn.
 *
 * Measured with it (bare Node 20, 2 × AMD EPYC, a secp256k1 key, a network 2 ms away; statuses of all canisters, ratio to
 * the same round with everything on, median of 15 rounds; in brackets in how many it was slower):
 *
 * | without        | 20 canisters  | 200 canisters |
 * |----------------|---------------|---------------|
 * | quick-query    | × 1.30 (12)   | × 1.32 (13)   |
 * | quick-status   | × 1.26 (11)   | × 1.33 (12)   |
 * | session-key    | × 0.99 (7)    | × 1.36 (13)   |
 * | pacer          | × 0.97 (6)    | × 0.99 to × 1.24 in runs of 15 rounds; × 1.23 in one of 70 (52) |
 *
 * Principals that keep their text showed nothing (× 0.89 and × 0.98) and were taken out.
 */
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
