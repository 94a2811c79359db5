import { readByteNumber, readBytes, readDuration } from '../engines/dfx/amounts';
import { parseMemory } from '../engines/icp/amounts';
import { msg } from '../util/message';
import { isPrincipal } from '../util/principal';
import { REFUSED } from './ledger';
import type { Part } from './part';
import { YamlList, YamlMap, type YamlValue } from './yaml-writer';

const DAY = 86_400n;
const MAX_U64 = 2n ** 64n - 1n;

/** `initialization_values` as `settings`. Undefined where there is nothing of them. */
export function settingsOf(canister: Part): YamlMap | undefined {
  const values = canister.part('initialization_values');
  if (!values) {
    return undefined;
  }
  const settings = new YamlMap();
  for (const [key, convert] of CONVERSIONS) {
    if (values.value(key) === undefined) {
      continue;
    }
    const converted = convert(values, key);
    if (converted === undefined) {
      values.say(key, 'none', REFUSED, 'whole');
    } else {
      settings.set(key, converted);
      values.say(key, 'converted', msg('The same under "settings", in a unit that icp reads.'), 'whole');
    }
  }
  if (settings.items.length === 0) {
    return undefined;
  }
  canister.say(
    'initialization_values',
    'different',
    msg(
      'dfx set these only when it created the canister. icp sets them at every deployment: values that were changed on the network since are set back.',
    ),
  );
  return settings;
}

const CONVERSIONS: readonly (readonly [string, (values: Part, key: string) => YamlValue | undefined])[] = [
  ['compute_allocation', integer],
  ['memory_allocation', bytes],
  ['freezing_threshold', duration],
  ['reserved_cycles_limit', cycles],
  ['wasm_memory_limit', bytes],
  ['wasm_memory_threshold', bytes],
  ['log_visibility', visibility],
];

function digits(values: Part, key: string): bigint | undefined {
  const value = values.value(key);
  const text = value?.type === 'number' ? value.raw : value?.type === 'string' ? value.value : '';
  return /^\d{1,39}$/.test(text) ? BigInt(text) : undefined;
}

function integer(values: Part, key: string): bigint | undefined {
  const value = digits(values, key);
  return value !== undefined && value <= MAX_U64 ? value : undefined;
}

function cycles(values: Part, key: string): YamlValue | undefined {
  const value = digits(values, key);
  // What is larger has to be a text.
  return value !== undefined && value > MAX_U64 ? String(value) : value;
}

function bytes(values: Part, key: string): YamlValue | undefined {
  const value = values.value(key);
  const amount =
    value?.type === 'string'
      ? readBytes(value.value)
      : value?.type === 'number'
        ? readByteNumber(value.raw)
        : undefined;
  if (amount === undefined || amount < 0n || amount > MAX_U64) {
    return undefined;
  }
  // As it is written, where icp reads the same in it.
  return value?.type === 'string' && parseMemory(value.value) === amount ? value.value.trim() : amount;
}

function duration(values: Part, key: string): YamlValue | undefined {
  const text = values.text(key);
  const seconds = text === undefined ? undefined : readDuration(text);
  if (seconds === undefined || seconds > MAX_U64) {
    return undefined;
  }
  return seconds > 0n && seconds % DAY === 0n ? `${seconds / DAY}d` : seconds;
}

function visibility(values: Part, key: string): YamlValue | undefined {
  const text = values.text(key);
  if (text === 'controllers' || text === 'public') {
    return text;
  }
  const viewers = values.part(key)?.texts('allowed_viewers');
  return viewers?.every(isPrincipal) ? new YamlMap().set('allowed_viewers', YamlList.of([...viewers])) : undefined;
}
