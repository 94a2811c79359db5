import path from 'node:path';
import { compareSetting, controllerPrincipal, type SettingDifference } from '../lifecycle/settings-diff';
import type { ProjectSnapshot } from '../monitor/project-snapshot';
import type { CanisterState } from '../monitor/state';
import type { CanisterSettings, SettingsChange } from '../network/canister-facts';
import type { WrittenSettings } from '../project/model';
import type { Words } from '../rows/row';
import type { SettingName } from '../rows/setting-words';
import { amountWords, isNumberSetting, SETTING_NAMES, SETTINGS, visibilityWords } from '../rows/settings';
import { formatCount } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { shortId } from '../util/shorten';
import { bounded, cut } from './bounds';
import { doubtAbout } from './doubt';
import { MAX_ITEMS } from './messages';
import type { PageSettings, SettingRow, SettingValue } from './model';

export interface SettingsSource {
  readonly state: CanisterState;
  readonly snapshot: ProjectSnapshot;
  readonly written: WrittenSettings;
  /** Whose a principal is, where that is known. */
  readonly owners: ReadonlyMap<string, readonly Message[]>;
}

/** What the page shows of settings, and what is behind its buttons. */
export interface SettingsContent {
  readonly settings: Omit<PageSettings, 'problem'>;
  /** What makes a setting on the network as it is written; only what can be applied as things are. */
  readonly changes: ReadonlyMap<SettingName, SettingsChange>;
}

/** Longer values of variables, in UTF-16 units, are cut. */
const MAX_VALUE = 300;

/** The settings of a canister beside what the project's files say of them. */
export function settingsContent({ state, snapshot, written, owners }: SettingsSource): SettingsContent {
  const ids = new Map(snapshot.canisters.flatMap(({ name, id }) => (id === undefined ? [] : [[name, id] as const])));
  const current = state.facts?.exists ? state.facts.detail?.settings : undefined;
  const doubt = doubtAbout('settings', state, snapshot);
  const idle = state.busy === undefined && doubt === undefined;
  const changes = new Map<SettingName, SettingsChange>();
  const values = new Values(owners, ids);
  const rows = SETTING_NAMES.map((setting): SettingRow => {
    const difference = compareSetting(setting, written, current, ids);
    if (idle && difference.change) {
      changes.set(setting, difference.change);
    }
    return {
      setting,
      ...SETTINGS[setting],
      ...valuesOf(setting, written, current ?? publicSettings(state), difference, values),
      verdict: difference.verdict,
      note: difference.why && bounded(difference.why),
      applies: difference.change !== undefined,
      changes: current?.[setting] !== undefined,
    };
  });
  return {
    settings: {
      file: cut(path.basename(written.place.file)),
      rows,
      applied:
        written.applied === 'creation'
          ? msg('dfx sets what is in the file when it creates the canister, and not again.')
          : msg('icp sets what is in the file at each deployment.'),
      doubt: doubt && bounded(doubt),
      busy: state.busy,
    },
    changes,
  };
}

/** What everybody may know of a canister's settings. */
function publicSettings({ facts }: CanisterState): Partial<CanisterSettings> {
  return facts?.exists ? { controllers: facts.controllers } : {};
}

function valuesOf(
  setting: SettingName,
  written: WrittenSettings,
  current: Partial<CanisterSettings>,
  { verdict }: SettingDifference,
  values: Values,
): Pick<SettingRow, 'written' | 'network'> {
  if (setting === 'controllers') {
    return {
      written: (written.controllers ?? []).slice(0, MAX_ITEMS).map((each) => values.controller(each)),
      network: (current.controllers ?? []).slice(0, MAX_ITEMS).map((each) => values.principal(each)),
    };
  }
  const both = [written.values, current].map((of) => values.of(setting, of));
  const [wanted = [], now = []] = both;
  // What reads the same although it is not: to the last unit.
  const texts = (of: readonly SettingValue[]) => JSON.stringify(of.map(({ text }) => text));
  return verdict === 'differs' && isNumberSetting(setting) && texts(wanted) === texts(now)
    ? { written: exactly(written.values[setting]), network: exactly(current[setting]) }
    : { written: wanted, network: now };
}

function exactly(value: bigint | undefined): SettingValue[] {
  return value === undefined ? [] : [{ text: formatCount(value) }];
}

/** Makes values readable; principals with their names. */
class Values {
  readonly #owners: ReadonlyMap<string, readonly Message[]>;
  readonly #ids: ReadonlyMap<string, string>;

  constructor(owners: ReadonlyMap<string, readonly Message[]>, ids: ReadonlyMap<string, string>) {
    this.#owners = owners;
    this.#ids = ids;
  }

  /** A principal, or the name of a canister. */
  controller(written: string): SettingValue {
    const principal = controllerPrincipal(written, this.#ids);
    return principal === undefined ? { text: cut(written) } : this.principal(principal);
  }

  principal(principal: string): SettingValue {
    const [name] = this.#owners.get(principal) ?? [];
    return name
      ? { text: bounded(msg('{0} {1}', name, shortId(principal))), full: cut(principal) }
      : { text: cut(principal) };
  }

  of(setting: Exclude<SettingName, 'controllers'>, from: Omit<SettingsChange, 'controllers'>): SettingValue[] {
    if (isNumberSetting(setting)) {
      const value = from[setting];
      return value === undefined ? [] : [{ text: amountWords(setting, value), full: formatCount(value) }];
    }
    if (setting === 'environmentVariables') {
      const variables = from.environmentVariables ?? [];
      return [...variables]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, MAX_ITEMS)
        .map(({ name, value }) => ({ text: `${cut(name, MAX_VALUE)} = ${cut(value, MAX_VALUE)}` }));
    }
    const visibility = from[setting];
    if (visibility === undefined) {
      return [];
    }
    const full = new Map<Words, string>();
    const named = (principal: string): Words => {
      const { text } = this.principal(principal);
      full.set(text, cut(principal));
      return text;
    };
    return visibilityWords(visibility, named)
      .slice(0, MAX_ITEMS)
      .map((text) => ({ text, full: full.get(text) }));
  }
}
