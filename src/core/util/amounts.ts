/**
 * Amounts as people read and enter them. Each `parse…` reads back what its `format…` prints, and returns undefined for
 * what is no such amount.
 */
import { formatMessage, type Message, msg } from './message';

/** Longer texts are no amounts; their digits would take time to read. */
const MAX_NUMBER_LENGTH = 64;
const MAX_DURATION_LENGTH = 200;

/** Digits with `,` between groups of three, or `_` anywhere between them. */
const COUNT = /^(\d{1,3}(?:,\d{3})+|\d[\d_]*)$/;

/** A whole number, not negative, with a separator every three digits: `1,234,567`. */
export function formatCount(value: bigint): string {
  // Not by `Intl`, whose first use takes as long as all the rest of activation.
  const digits = String(value);
  const groups = [digits.slice(0, digits.length % 3 || 3)];
  for (let at = groups[0]!.length; at < digits.length; at += 3) {
    groups.push(digits.slice(at, at + 3));
  }
  return groups.join(',');
}

/** A whole number, as `1,234,567`, `1_234_567` or `1234567`. */
export function parseCount(text: string): bigint | undefined {
  const match = matchShort(COUNT, text);
  return match && wholeNumber(match[1]!);
}

/** Up to trillions, in which the Internet Computer's tools count. `suffix` is what dfx and icp read, too. */
const CYCLES_UNITS = [
  { size: 10n ** 12n, suffix: 'T', speak: (amount: string) => msg('{0} trillion cycles', amount) },
  { size: 10n ** 9n, suffix: 'B', speak: (amount: string) => msg('{0} billion cycles', amount) },
  { size: 10n ** 6n, suffix: 'M', speak: (amount: string) => msg('{0} million cycles', amount) },
  { size: 10n ** 3n, suffix: 'k', speak: (amount: string) => msg('{0} thousand cycles', amount) },
  { size: 1n, suffix: '', speak: (amount: string) => msg('{0} cycles', amount) },
] as const;

const CYCLES = /^(\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.(\d+))?\s*([kmbt]?)c?$/i;

/** Cycles in three decimals at most, cut rather than rounded up: `2.998 T`. */
export function formatCycles(cycles: bigint): string {
  const { amount, unit } = splitCycles(cycles);
  return unit.suffix === '' ? amount : `${amount} ${unit.suffix}`;
}

/** Cycles for a screen reader: `2.998 trillion cycles`. */
export function speakCycles(cycles: bigint): Message {
  const { amount, unit } = splitCycles(cycles);
  return unit.speak(amount);
}

function splitCycles(cycles: bigint) {
  const unit = CYCLES_UNITS.find(({ size }) => cycles >= size) ?? CYCLES_UNITS[CYCLES_UNITS.length - 1]!;
  const thousandths = (cycles * 1000n) / unit.size;
  return { amount: decimal(formatCount(thousandths / 1000n), thousandths % 1000n, 3), unit };
}

/** Cycles as dfx takes them, with a suffix `k`, `m`, `b` or `t` and a last `c`, and as people write them: `2.5 T`. */
export function parseCycles(text: string): bigint | undefined {
  const match = matchShort(CYCLES, text);
  if (!match) {
    return undefined;
  }
  const [, whole = '', fraction = '', suffix = ''] = match;
  const { size } = CYCLES_UNITS.find((unit) => unit.suffix.toLowerCase() === suffix.toLowerCase())!;
  const scale = 10n ** BigInt(fraction.length);
  const scaled = (wholeNumber(whole) * scale + BigInt(fraction || '0')) * size;
  // There are no fractions of a cycle.
  return scaled % scale === 0n ? scaled / scale : undefined;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const BYTES = /^(\d+)(?:\.(\d+))?\s*(?:([kmgtpezy])(i?))?b?$/i;
const PREFIXES = 'KMGTPEZY';

/** Bytes in binary units, to two decimals: `1.52 MiB`. */
export function formatBytes(bytes: bigint): string {
  let unit = 0;
  let size = 1n;
  let hundredths = bytes * 100n;
  // What rounds to 1024 of a unit is one of the next.
  while (unit < BYTE_UNITS.length - 1 && hundredths >= 102_400n) {
    unit += 1;
    size *= 1024n;
    hundredths = (bytes * 100n + size / 2n) / size;
  }
  return `${decimal(String(hundredths / 100n), hundredths % 100n, 2)} ${BYTE_UNITS[unit]}`;
}

/** Bytes from a text such as `2 GiB`, `500MB`, `1.5 GiB` or `42`, as dfx reads them (byte-unit 4). */
export function parseBytes(text: string): bigint | undefined {
  const match = matchShort(BYTES, text);
  if (!match) {
    return undefined;
  }
  const [, whole = '', fraction = '', prefix = '', binary = ''] = match;
  const power = prefix === '' ? 0 : PREFIXES.indexOf(prefix.toUpperCase()) + 1;
  const unit = (binary === '' ? 1000n : 1024n) ** BigInt(power);
  return (BigInt(whole + fraction) * unit) / 10n ** BigInt(fraction.length);
}

/** Nanoseconds of the names that the tools know for a time (humantime 2). */
export const NANOSECONDS: ReadonlyMap<string, bigint> = new Map(
  (
    [
      [1n, 'nanos nsec ns'],
      [1_000n, 'usec us µs'],
      [1_000_000n, 'millis msec ms'],
      [1_000_000_000n, 'seconds second secs sec s'],
      [60_000_000_000n, 'minutes minute mins min m'],
      [3_600_000_000_000n, 'hours hour hrs hr h'],
      [86_400_000_000_000n, 'days day d'],
      [604_800_000_000_000n, 'weeks week wks wk w'],
      [2_630_016_000_000_000n, 'months month M'],
      [31_557_600_000_000_000n, 'years year yrs yr y'],
    ] as const
  ).flatMap(([nanoseconds, names]) => names.split(' ').map((name) => [name, nanoseconds] as const)),
);

const SPAN = /\s*(\d+)(?:\.(\d+))?\s*([\p{L}µ]+)\s*/uy;

const SHOWN_DURATIONS = [
  { size: 86_400n, words: (amount: string) => msg('{0} d', amount) },
  { size: 3_600n, words: (amount: string) => msg('{0} h', amount) },
  { size: 60n, words: (amount: string) => msg('{0} min', amount) },
  { size: 1n, words: (amount: string) => msg('{0} s', amount) },
] as const;

/** Seconds in the two largest units that are not zero: `30 d 4 h`. */
export function durationWords(seconds: bigint): Message {
  const parts: Message[] = [];
  let rest = seconds;
  for (const { size, words } of SHOWN_DURATIONS) {
    if (rest >= size) {
      parts.push(words(String(rest / size)));
      rest %= size;
    }
  }
  const [first, second] = parts;
  return second ? msg('{0} {1}', first!, second) : (first ?? msg('{0} s', '0'));
}

/** {@link durationWords} as {@link parseDuration} reads it, to be edited. */
export function formatDuration(seconds: bigint): string {
  return formatMessage(durationWords(seconds));
}

/** The time of day, on this computer's clock: `21:04:05`. */
export function formatTimeOfDay(milliseconds: number): string {
  const date = new Date(milliseconds);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Whole seconds of a text such as `30days` or `1h 30m`, as dfx reads it (humantime 2). */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > MAX_DURATION_LENGTH) {
    return undefined;
  }
  if (text.trim() === '0') {
    return 0n;
  }
  let nanoseconds = 0n;
  let at = 0;
  while (at < text.length) {
    SPAN.lastIndex = at;
    const match = SPAN.exec(text);
    const unit = NANOSECONDS.get(match?.[3] ?? '');
    if (!match || unit === undefined) {
      return undefined;
    }
    const [, whole = '', fraction = ''] = match;
    nanoseconds += (BigInt(whole + fraction) * unit) / 10n ** BigInt(fraction.length);
    at = SPAN.lastIndex;
  }
  return at === 0 ? undefined : nanoseconds / 1_000_000_000n;
}

const PERCENT = /^(\d+)\s*%?$/;

/** `50 %` */
export function formatPercent(percent: bigint): string {
  return `${percent} %`;
}

/** Percent of a text such as `50 %` or `50`. */
export function parsePercent(text: string): bigint | undefined {
  const match = matchShort(PERCENT, text);
  return match && BigInt(match[1]!);
}

function matchShort(pattern: RegExp, text: string): RegExpExecArray | undefined {
  return text.length > MAX_NUMBER_LENGTH ? undefined : (pattern.exec(text.trim()) ?? undefined);
}

function wholeNumber(digits: string): bigint {
  return BigInt(digits.replaceAll(/[,_]/g, ''));
}

/** Without zeros at the end of the fraction. */
function decimal(whole: string, fraction: bigint, places: number): string {
  let digits = fraction.toString().padStart(places, '0');
  while (digits.endsWith('0')) {
    digits = digits.slice(0, -1);
  }
  return digits === '' ? whole : `${whole}.${digits}`;
}
