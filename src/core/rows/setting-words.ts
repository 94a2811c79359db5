import type { CanisterSettings } from '../network/canister-facts';
import { type Message, msg } from '../util/message';

export type SettingName = keyof CanisterSettings;

export interface SettingWords {
  readonly label: Message;
  readonly meaning: Message;
}

/** The settings that rows show. The others are in `settings.ts`, which activation does not load. */
export const ROW_SETTINGS = {
  computeAllocation: {
    label: msg('Compute allocation'),
    meaning: msg('The share of a processor core that is reserved, and paid for.'),
  },
  memoryAllocation: { label: msg('Memory allocation'), meaning: msg('Memory that is reserved, and paid for.') },
  freezingThreshold: {
    label: msg('Freezing threshold'),
    meaning: msg('The canister is frozen, and answers no calls, once its cycles would last for less than this time.'),
  },
  reservedCyclesLimit: {
    label: msg('Reserved cycles limit'),
    meaning: msg('How many cycles may be set aside to pay for memory.'),
  },
  wasmMemoryLimit: {
    label: msg('Wasm memory limit'),
    meaning: msg('Update calls fail once the heap is larger than this, which leaves room for an upgrade.'),
  },
  wasmMemoryThreshold: {
    label: msg('Wasm memory threshold'),
    meaning: msg('The canister is told once less of its heap than this is left.'),
  },
  logVisibility: { label: msg('Log visibility'), meaning: msg('Who may read the log of the canister.') },
} satisfies Partial<Record<SettingName, SettingWords>>;
