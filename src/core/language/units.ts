/** Reads sizes and durations as dfx's libraries (byte-unit 4, humantime 2) do, and writes them for people. */

const BYTE_TEXT = /^\s*(\d+)(?:\.(\d+))?\s*(?:([kmgtpezy])(i?))?b?\s*$/i;
const PREFIXES = 'KMGTPEZY';

/** Bytes from a string such as `2 GiB`, `500MB`, `1.5 GiB` or `42`; undefined where byte-unit would refuse it. */
export function parseBytes(text: string): bigint | undefined {
  if (text.length > 64) {
    return undefined;
  }
  const match = BYTE_TEXT.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, whole, fraction = '', prefix, binary] = match;
  const power = prefix === undefined ? 0 : PREFIXES.indexOf(prefix.toUpperCase()) + 1;
  const unit = (binary ? 1024n : 1000n) ** BigInt(power);
  return (BigInt(whole + fraction) * unit) / 10n ** BigInt(fraction.length);
}

const NANOS = new Map<string, bigint>();
for (const [nanos, names] of [
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
] as const) {
  for (const name of names.split(' ')) {
    NANOS.set(name, nanos);
  }
}

const SPAN = /\s*(\d+)(?:\.(\d+))?\s*([\p{L}µ]+)\s*/uy;

/** Whole seconds of a string such as `30days` or `1h 30m`; undefined where humantime would refuse it. */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > 200) {
    return undefined;
  }
  if (/^\s*0\s*$/.test(text)) {
    return 0n;
  }
  let nanos = 0n;
  let at = 0;
  while (at < text.length) {
    SPAN.lastIndex = at;
    const match = SPAN.exec(text);
    if (match === null) {
      return undefined;
    }
    const [, whole, fraction = '', name] = match;
    const unit = NANOS.get(name!);
    if (unit === undefined) {
      return undefined;
    }
    nanos += (BigInt(whole + fraction) * unit) / 10n ** BigInt(fraction.length);
    at = SPAN.lastIndex;
  }
  return at === 0 ? undefined : nanos / 1_000_000_000n;
}

/** `1,234,567`. */
export function groupDigits(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function trim(value: number): string {
  return value.toFixed(3).replace(/\.?0+$/, '');
}

/** `1.5 GiB`. */
export function formatBytes(bytes: bigint): string {
  if (bytes < 1024n) {
    return `${bytes} B`;
  }
  let power = 0;
  let unit = 1n;
  while (power < 4 && bytes >= unit * 1024n) {
    unit *= 1024n;
    power++;
  }
  return `${trim(Number((bytes * 1000n) / unit) / 1000)} ${'KMGT'[power - 1]}iB`;
}

/** `30 d 4 h`: the two largest units that are not zero. */
export function formatSeconds(seconds: bigint): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, name] of [
    [86_400n, 'd'],
    [3_600n, 'h'],
    [60n, 'min'],
    [1n, 's'],
  ] as const) {
    const count = rest / unit;
    rest %= unit;
    if (count > 0n) {
      parts.push(`${groupDigits(count)} ${name}`);
    }
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}

/** `2.5 T`: cycles are counted in trillions. */
export function formatCycles(cycles: bigint): string {
  for (const [unit, name] of [
    [10n ** 12n, 'T'],
    [10n ** 9n, 'G'],
    [10n ** 6n, 'M'],
    [10n ** 3n, 'k'],
  ] as const) {
    if (cycles >= unit) {
      const thousandths = (cycles * 1000n) / unit;
      const fraction = (thousandths % 1000n).toString().padStart(3, '0').replace(/0+$/, '');
      return `${groupDigits(thousandths / 1000n)}${fraction === '' ? '' : `.${fraction}`} ${name}`;
    }
  }
  return cycles.toString();
}
