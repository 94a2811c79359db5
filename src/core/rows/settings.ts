import type { CanisterSettings, Visibility } from '../network/canister-facts';
import { durationWords, formatBytes, formatCycles, formatPercent } from '../util/amounts';
import { msg } from '../util/message';
import type { Words } from './row';
import { ROW_SETTINGS, type SettingName, type SettingWords } from './setting-words';

/** Settings that are numbers. */
export type NumberSetting = {
  [K in SettingName]-?: Exclude<CanisterSettings[K], undefined> extends bigint ? K : never;
}[SettingName];

/** Settings that say who may see something. */
export type VisibilitySetting = 'logVisibility' | 'snapshotVisibility' | 'statusVisibility';

/** All settings in the order in which they are shown. */
export const SETTINGS: Readonly<Record<SettingName, SettingWords>> = {
  controllers: {
    label: msg('Controllers'),
    meaning: msg('The principals that may change, stop and delete the canister.'),
  },
  ...ROW_SETTINGS,
  logMemoryLimit: {
    label: msg('Log memory limit'),
    meaning: msg('How much memory the log may take. Beyond it the oldest records go.'),
  },
  snapshotVisibility: {
    label: msg('Snapshot visibility'),
    meaning: msg('Who may list and read the snapshots of the canister.'),
  },
  statusVisibility: {
    label: msg('Status visibility'),
    meaning: msg('Who may read the status of the canister: its cycles, memory and settings.'),
  },
  environmentVariables: {
    label: msg('Environment variables'),
    meaning: msg('Names and values that the canister can read.'),
  },
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

const AMOUNTS: Readonly<Record<NumberSetting, (value: bigint) => Words>> = {
  computeAllocation: formatPercent,
  memoryAllocation: (value) => (value === 0n ? msg('best effort') : formatBytes(value)),
  freezingThreshold: durationWords,
  reservedCyclesLimit: formatCycles,
  wasmMemoryLimit: formatBytes,
  wasmMemoryThreshold: formatBytes,
  logMemoryLimit: formatBytes,
};

export function isNumberSetting(setting: SettingName): setting is NumberSetting {
  return Object.hasOwn(AMOUNTS, setting);
}

/** An amount in its unit. */
export function amountWords(setting: NumberSetting, value: bigint): Words {
  return AMOUNTS[setting](value);
}

/** @param named what a principal is called */
export function visibilityWords(visibility: Visibility, named: (principal: string) => Words): Words[] {
  switch (visibility.kind) {
    case 'controllers':
      return [msg('Controllers only')];
    case 'public':
      return [msg('Everybody')];
    case 'allowed_viewers':
      return visibility.viewers.length === 0 ? [msg('Controllers only')] : visibility.viewers.map(named);
  }
}
