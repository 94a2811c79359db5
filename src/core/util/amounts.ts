const AMOUNT = /^(\d[\d_]*)(?:\.(\d+))?\s*([kmbt])?c?$/i;
const SUFFIXES: Readonly<Record<string, bigint>> = { k: 10n ** 3n, m: 10n ** 6n, b: 10n ** 9n, t: 10n ** 12n };

/**
 * Cycles from a text as dfx takes it: digits with `_` between them, a suffix `k`, `m`, `b` or `t`, a last `c`; and as
 * people write it, with a fraction: `2.5 T`. Undefined for anything else, and for a fraction of a cycle.
 */
export function parseCycles(text: string): bigint | undefined {
  const match = AMOUNT.exec(text.trim());
  if (!match || text.length > 100) {
    return undefined;
  }
  const [, whole = '', fraction = '', suffix = ''] = match;
  const digits = BigInt(whole.replaceAll('_', '') + fraction);
  const scale = 10n ** BigInt(fraction.length);
  const unit = SUFFIXES[suffix.toLowerCase()] ?? 1n;
  return (digits * unit) % scale === 0n ? (digits * unit) / scale : undefined;
}
