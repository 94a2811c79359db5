import type { CanisterDetail } from '../network/canister-facts';

const SECONDS_A_DAY = 86_400n;

/** When a canister freezes if nobody calls it. Calls bring it nearer. */
export interface FreezingForecast {
  /** Below so many cycles it is frozen. */
  readonly limit: bigint;
  readonly frozen: boolean;
  /** Whole days until then; undefined where it burns nothing. */
  readonly days?: number;
}

/**
 * A canister is frozen while it has fewer cycles than it burns, at rest, in the time of its freezing threshold:
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-canister_status
 */
export function freezingForecast({ cycles, idleCyclesBurnedPerDay, settings }: CanisterDetail): FreezingForecast {
  const limit = (idleCyclesBurnedPerDay * settings.freezingThreshold) / SECONDS_A_DAY;
  const frozen = cycles < limit;
  return {
    limit,
    frozen,
    days: frozen || idleCyclesBurnedPerDay === 0n ? undefined : Number((cycles - limit) / idleCyclesBurnedPerDay),
  };
}
