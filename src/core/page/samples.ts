import type { CanisterFacts } from '../network/canister-facts';
import { fields, list, number, optional, readWith, text } from './read';

/** What a canister was like at one time. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Cycles, in millions: exact enough to be drawn, and a number. */
  readonly megacycles: number;
  /** Bytes. */
  readonly memory: number;
  /** Calls of queries since the network began to count; absent where it does not. */
  readonly queries?: number;
  /** Instructions of these queries. */
  readonly instructions?: number;
  /** Bytes, of what the memory is of; absent where the network does not tell, as in samples of earlier versions. */
  readonly wasm?: number;
  readonly stable?: number;
  readonly module?: number;
  readonly snapshots?: number;
}

/** Samples that are kept of one canister. */
export const MAX_SAMPLES = 400;
const MEGA = 1_000_000;
const DAY_MS = 86_400_000;
/** A shorter time says nothing of a day. */
const MIN_AVERAGED_MS = 60_000;

export function sampleOf({ detail }: CanisterFacts, at: number): Sample | undefined {
  const taken: Sample | undefined = detail && {
    at,
    // Of more than 9 · 10^15 cycles some would be lost as a number.
    megacycles: Number(detail.cycles / 1_000n) / (MEGA / 1_000),
    memory: Number(detail.memorySize),
    queries: numberOf(detail.queryCalls),
    instructions: numberOf(detail.queryInstructions),
    wasm: numberOf(detail.memoryKinds?.wasm),
    stable: numberOf(detail.memoryKinds?.stable),
    module: numberOf(detail.memoryKinds?.module),
    snapshots: numberOf(detail.memoryKinds?.snapshots),
  };
  // A network may answer any number. As JSON an infinite one is none, and with it no sample could be read.
  return taken && Object.values(taken).every((each) => each === undefined || Number.isFinite(each)) ? taken : undefined;
}

function numberOf(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/**
 * With one more sample, unless the last is less than `distance` milliseconds ago. Samples of later, from before the clock was
 * set back, go. Where there are too many, every second one of the older half goes: what is long ago is kept less
 * closely, and never lost as a whole.
 */
export function withSample(samples: readonly Sample[], sample: Sample, distance: number): readonly Sample[] {
  const last = samples.at(-1);
  if (last && Math.abs(sample.at - last.at) < distance) {
    return samples;
  }
  const all = [...samples.filter(({ at }) => at < sample.at), sample];
  if (all.length <= MAX_SAMPLES) {
    return all;
  }
  const half = Math.floor(all.length / 2);
  return all.filter((_, index) => index >= half || index % 2 === 0);
}

/** Cycles burned from one sample to the next, for a day; undefined where it was topped up meanwhile. */
export function burnedADay(from: Sample, to: Sample): number | undefined {
  const burned = (from.megacycles - to.megacycles) * MEGA;
  return burned < 0 || to.at <= from.at ? undefined : (burned * DAY_MS) / (to.at - from.at);
}

/**
 * Queries, or their instructions, from one sample to the next, for a minute; undefined where they are not counted, or were
 * counted anew.
 */
export function aMinute(of: 'queries' | 'instructions', from: Sample, to: Sample): number | undefined {
  const [before, after] = [from[of], to[of]];
  if (before === undefined || after === undefined || after < before || to.at <= from.at) {
    return undefined;
  }
  return ((after - before) * 60_000) / (to.at - from.at);
}

/** Cycles burned a day on average of all samples, top-ups left out; undefined where that cannot be said. */
export function averageBurn(samples: readonly Sample[]): number | undefined {
  let burned = 0;
  let time = 0;
  for (const [index, to] of samples.entries()) {
    const from = samples[index - 1];
    const rate = from && burnedADay(from, to);
    if (from && rate !== undefined) {
      burned += (from.megacycles - to.megacycles) * MEGA;
      time += to.at - from.at;
    }
  }
  return time < MIN_AVERAGED_MS ? undefined : (burned * DAY_MS) / time;
}

/** Reads one. */
export const sample = fields<Sample>({
  at: number,
  megacycles: number,
  memory: number,
  queries: optional(number),
  instructions: optional(number),
  wasm: optional(number),
  stable: optional(number),
  module: optional(number),
  snapshots: optional(number),
});
const stored = fields<{ canisterId: string; samples: readonly Sample[] }>({
  canisterId: text(100),
  samples: list(sample, MAX_SAMPLES),
});

/** The samples of a text that was stored, where they are of this canister. */
export function readSamples(content: string, canisterId: string): readonly Sample[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return [];
  }
  const found = readWith(stored, value);
  return found?.canisterId === canisterId ? found.samples : [];
}
