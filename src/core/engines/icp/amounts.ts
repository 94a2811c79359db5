/** Amounts as icp's manifests write them (icp-cli, `crates/icp/src/parsers.rs`). Undefined where icp would refuse them. */

const MAX_U64 = 2n ** 64n - 1n;
const MAX_U128 = 2n ** 128n - 1n;
/** Longer numbers are no amounts of anything; they would only take time. */
const MAX_LENGTH = 100;

const MEMORY: Readonly<Record<string, bigint>> = {
  kb: 1000n,
  kib: 2n ** 10n,
  mb: 10n ** 6n,
  mib: 2n ** 20n,
  gb: 10n ** 9n,
  gib: 2n ** 30n,
};
const CYCLES: Readonly<Record<string, bigint>> = { k: 10n ** 3n, m: 10n ** 6n, b: 10n ** 9n, t: 10n ** 12n };
const SECONDS: Readonly<Record<string, bigint>> = { s: 1n, m: 60n, h: 3600n, d: 86_400n, w: 604_800n };

/** A decimal number times `factor`, where that is a whole number. */
function times(decimal: string, factor: bigint): bigint | undefined {
  const match = /^\+?(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([-+]?\d{1,3}))?$/.exec(decimal.replaceAll('_', ''));
  if (!match) {
    return undefined;
  }
  const fraction = match[2] ?? match[3] ?? '';
  const exponent = Number(match[4] ?? 0) - fraction.length;
  const product = BigInt((match[1] ?? '') + fraction) * factor;
  if (exponent >= 0) {
    return product * 10n ** BigInt(exponent);
  }
  const divisor = 10n ** BigInt(-exponent);
  return product % divisor === 0n ? product / divisor : undefined;
}

function upTo(value: bigint | undefined, max: bigint): bigint | undefined {
  return value !== undefined && value <= max ? value : undefined;
}

/** Bytes: a number, or one with `kb`, `kib`, `mb`, `mib`, `gb` or `gib` behind it. */
export function parseMemory(text: string): bigint | undefined {
  const [, number = '', unit] = /^(.*?)([kmg]i?b)?$/is.exec(text.trim()) ?? [];
  return text.length > MAX_LENGTH
    ? undefined
    : upTo(times(number.trim(), MEMORY[unit?.toLowerCase() ?? ''] ?? 1n), MAX_U64);
}

/** Cycles: a number, or one with `k`, `m`, `b` or `t` directly behind it. */
export function parseCyclesAmount(text: string): bigint | undefined {
  const [, number = '', unit] = /^(.*?)([kmbt])?$/is.exec(text.trim()) ?? [];
  return text.length > MAX_LENGTH ? undefined : upTo(times(number, CYCLES[unit?.toLowerCase() ?? ''] ?? 1n), MAX_U128);
}

/** Seconds: a whole number, or one with `s`, `m`, `h`, `d` or `w` behind it. */
export function parseDuration(text: string): bigint | undefined {
  const [, number = '', unit] = /^(.*?)([smhdw])?$/is.exec(text.trim()) ?? [];
  const digits = number.trim().replaceAll('_', '');
  if (text.length > MAX_LENGTH || !/^\+?\d+$/.test(digits)) {
    return undefined;
  }
  return upTo(BigInt(digits) * (SECONDS[unit?.toLowerCase() ?? ''] ?? 1n), MAX_U64);
}
