import { type Message, msg } from './message';

/** Shortens an id in the middle: `bkyz2-fmaaa-aaaaa-qaaaq-cai` becomes `bkyz2-…-cai`. */
export function shortId(id: string): string {
  const parts = id.split('-');
  return parts.length > 2 ? `${parts[0]}-…-${parts[parts.length - 1]}` : id;
}

/** Shortens a hash in the middle. */
export function shortHash(hex: string): string {
  return `0x${hex.slice(0, 4)}…${hex.slice(-4)}`;
}

const CYCLES_UNITS = [
  { size: 10n ** 15n, symbol: 'P' },
  { size: 10n ** 12n, symbol: 'T' },
  { size: 10n ** 9n, symbol: 'B' },
  { size: 10n ** 6n, symbol: 'M' },
  { size: 10n ** 3n, symbol: 'k' },
] as const;

/** Cycles as people write them: `2.998 T`. */
export function formatCycles(cycles: bigint): string {
  const unit = CYCLES_UNITS.find(({ size }) => cycles >= size);
  return unit ? `${thousandths(cycles, unit.size)} ${unit.symbol}` : cycles.toString();
}

/** Cycles for a screen reader: `2.998 trillion cycles`. */
export function speakCycles(cycles: bigint): Message {
  const unit = CYCLES_UNITS.find(({ size }) => cycles >= size);
  const number = unit ? thousandths(cycles, unit.size) : cycles.toString();
  switch (unit?.symbol) {
    case 'P':
      return msg('{0} quadrillion cycles', number);
    case 'T':
      return msg('{0} trillion cycles', number);
    case 'B':
      return msg('{0} billion cycles', number);
    case 'M':
      return msg('{0} million cycles', number);
    case 'k':
      return msg('{0} thousand cycles', number);
    case undefined:
      return msg('{0} cycles', number);
  }
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes in binary units: `1.5 MiB`. */
export function formatBytes(bytes: bigint): string {
  let unit = 0;
  let size = 1n;
  while (unit < BYTE_UNITS.length - 1 && bytes >= size * 1024n) {
    size *= 1024n;
    unit += 1;
  }
  return `${unit === 0 ? bytes : trim((Number((bytes * 100n) / size) / 100).toFixed(2))} ${BYTE_UNITS[unit]}`;
}

/** A number with a separator every three digits. */
export function groupDigits(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Seconds in the largest unit that fits, in one decimal at most: `30 d`. */
export function formatSeconds(seconds: bigint): string {
  const [size, symbol] =
    seconds >= 86_400n ? [86_400, 'd'] : seconds >= 3_600n ? [3_600, 'h'] : seconds >= 60n ? [60, 'min'] : [1, 's'];
  return `${trim((Number(seconds) / size).toFixed(1))} ${symbol}`;
}

function thousandths(value: bigint, unit: bigint): string {
  const whole = value / unit;
  const rest = (value % unit) / (unit / 1000n);
  return trim(`${groupDigits(whole)}.${rest.toString().padStart(3, '0')}`);
}

function trim(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
