/** `initialization_values` of dfx.json, as dfx reads them. */
import { type ObjectNode, propertiesOf, type ValueNode } from '../../document/tree';
import type { CanisterSettings, Visibility } from '../../network/canister-facts';
import type { WrittenSettings } from '../../project/model';
import { type Message, msg } from '../../util/message';
import { isPrincipal } from '../../util/principal';
import { readByteNumber, readBytes, readDuration } from './amounts';

const MAX_U64 = 2n ** 64n - 1n;
const MAX_U128 = 2n ** 128n - 1n;

type Values = Pick<WrittenSettings, 'values' | 'unreadable'>;

export const NO_VALUES: Values = { values: {}, unreadable: new Map() };

/** Each key with its setting and its reader, which gives undefined for what dfx refuses. */
const READERS: readonly (readonly [
  key: string,
  setting: Exclude<keyof CanisterSettings, 'controllers'>,
  read: (value: ValueNode) => bigint | Visibility | undefined,
])[] = [
  ['compute_allocation', 'computeAllocation', (value) => digits(value, MAX_U64)],
  ['memory_allocation', 'memoryAllocation', bytes],
  ['freezing_threshold', 'freezingThreshold', duration],
  ['reserved_cycles_limit', 'reservedCyclesLimit', (value) => digits(value, MAX_U128)],
  ['wasm_memory_limit', 'wasmMemoryLimit', bytes],
  ['wasm_memory_threshold', 'wasmMemoryThreshold', bytes],
  ['log_visibility', 'logVisibility', visibility],
];

/** The settings in the units of the network; what dfx would refuse is told apart. */
export function readInitializationValues(node: ObjectNode): Values {
  const properties = propertiesOf(node);
  const values: Partial<Record<keyof CanisterSettings, bigint | Visibility>> = {};
  const unreadable = new Map<keyof CanisterSettings, Message>();
  for (const [key, setting, read] of READERS) {
    const value = properties.get(key)?.value;
    if (value === undefined || value.type === 'null') {
      continue;
    }
    const known = read(value);
    if (known === undefined) {
      unreadable.set(setting, msg('dfx does not take the value of "{0}" in dfx.json.', key));
    } else {
      values[setting] = known;
    }
  }
  return { values: values as Values['values'], unreadable };
}

function digits(value: ValueNode, max: bigint): bigint | undefined {
  const text = value.type === 'number' ? value.raw : value.type === 'string' ? value.value : '';
  const number = /^\d{1,39}$/.test(text) ? BigInt(text) : undefined;
  return number !== undefined && number <= max ? number : undefined;
}

function bytes(value: ValueNode): bigint | undefined {
  const amount =
    value.type === 'string' ? readBytes(value.value) : value.type === 'number' ? readByteNumber(value.raw) : undefined;
  return amount !== undefined && amount >= 0n && amount <= MAX_U64 ? amount : undefined;
}

function duration(value: ValueNode): bigint | undefined {
  const seconds = value.type === 'string' ? readDuration(value.value) : undefined;
  return seconds !== undefined && seconds <= MAX_U64 ? seconds : undefined;
}

function visibility(value: ValueNode): Visibility | undefined {
  if (value.type === 'string' && (value.value === 'controllers' || value.value === 'public')) {
    return { kind: value.value };
  }
  const viewers = value.type === 'object' ? propertiesOf(value).get('allowed_viewers')?.value : undefined;
  if (viewers?.type !== 'array') {
    return undefined;
  }
  const texts = viewers.items.flatMap((item) => (item.type === 'string' ? [item.value] : []));
  return texts.length === viewers.items.length && texts.every(isPrincipal)
    ? { kind: 'allowed_viewers', viewers: texts }
    : undefined;
}
