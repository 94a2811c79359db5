/** Sizes and durations exactly as dfx reads them from dfx.json, oddities included. */
import { NANOSECONDS } from '../../util/amounts';

const U64 = 2n ** 64n - 1n;
/** Longer texts are no amounts; their digits would take time to read. */
const MAX_LENGTH = 200;
/** JavaScript counts it as white space, Rust does not. */
const BYTE_ORDER_MARK = '\ufeff';
/** byte-unit 4.0.19 stops reading behind `iB`. */
const BYTES = /^(\d+(?:\.\d+)?) *(?:([kmgtpez])(?:(i)(?:b[\s\S]*)?|b)?|b)?$/i;
const PREFIXES = 'KMGTPEZ';

function isReadable(text: string): boolean {
  return text.length <= MAX_LENGTH && !text.includes(BYTE_ORDER_MARK);
}

/** Bytes of a text, as byte-unit 4.0.19 reads it: in floating point. */
export function readBytes(text: string): bigint | undefined {
  const match = isReadable(text) ? BYTES.exec(text.trim()) : null;
  if (match === null) {
    return undefined;
  }
  const [, amount = '', prefix = '', binary] = match;
  const power = prefix === '' ? 0 : PREFIXES.indexOf(prefix.toUpperCase()) + 1;
  return whole(Number(amount) * (binary === undefined ? 1000 : 1024) ** power);
}

/** Bytes of a JSON number: a fraction is cut off. Negative ones are returned as such; dfx refuses them. */
export function readByteNumber(raw: string): bigint | undefined {
  const value = Number(raw);
  return value < 0 ? BigInt(Math.floor(value)) : whole(value);
}

function whole(value: number): bigint | undefined {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;

const ANY_SPACE = /[\s\x85]/g;
/** A number with white space anywhere, perhaps with a fraction, and a unit. */
const SPAN = /[\s\x85]*([0-9][0-9\s\x85]*)(?:\.([0-9\s\x85]*))?([A-Za-zµ]+)[\s\x85]*/y;

/**
 * Whole seconds of a text such as `30days` or `1h 30m`, as humantime 2.3 reads it. White space inside a number does not
 * count, and a fraction that would be cut off is refused.
 */
export function readDuration(text: string): bigint | undefined {
  if (text === '0') {
    return 0n;
  }
  if (!isReadable(text)) {
    return undefined;
  }
  let total = 0n;
  SPAN.lastIndex = 0;
  for (let at = 0; at < text.length || at === 0; at = SPAN.lastIndex) {
    const match = SPAN.exec(text);
    const unit = NANOSECONDS.get(match?.[3] ?? '');
    const nanoseconds = match === null || unit === undefined ? undefined : readSpan(match[1]!, match[2], unit);
    if (nanoseconds === undefined) {
      return undefined;
    }
    total += nanoseconds;
  }
  return total / SECOND;
}

function readSpan(whole: string, fraction: string | undefined, unit: bigint): bigint | undefined {
  const amount = BigInt(whole.replace(ANY_SPACE, ''));
  if (amount > U64 || (unit < SECOND && amount * unit > U64)) {
    return undefined;
  }
  if (fraction === undefined) {
    return amount * unit;
  }
  const digits = fraction.replace(ANY_SPACE, '');
  const denominator = 10n ** BigInt(digits.length);
  // Units from hours on are counted in seconds, smaller ones in nanoseconds.
  const step = unit >= HOUR ? SECOND : 1n;
  const scaled = BigInt(digits || '0') * (unit / step);
  if (digits === '' || unit === 1n || denominator > U64 || scaled > U64 || scaled % denominator !== 0n) {
    return undefined;
  }
  return amount * unit + (scaled / denominator) * step;
}
