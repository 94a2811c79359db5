import type { CanisterSettings, EnvironmentVariable, SettingsChange, Visibility } from '../network/canister-facts';
import type { WrittenSettings } from '../project/model';
import { type Message, msg } from '../util/message';
import { parsePrincipal } from '../util/principal';

type Setting = keyof CanisterSettings;

/** How a setting of a project's files stands to the network's. */
export type SettingVerdict =
  /** The network has it as it is written. */
  | 'same'
  | 'differs'
  /** The files say nothing of it: the tool leaves it as it is. */
  | 'unwritten'
  /** One of the two is not known. */
  | 'unclear';

export interface SettingDifference {
  readonly verdict: SettingVerdict;
  /** What makes the network's as it is written; only where it differs, and all that is written is known. */
  readonly change?: SettingsChange;
  /** Why there is no {@link change}, or what is not as it seems. */
  readonly why?: Message;
}

const UNWRITTEN: SettingDifference = { verdict: 'unwritten' };
const SAME: SettingDifference = { verdict: 'same' };

/**
 * Compares one setting. What a tool only adds (controllers, environment variables) counts as the same where the network
 * has it all, whatever more it has.
 *
 * @param current what the network says; undefined where it does not tell
 * @param ids ids of the project's canisters on the target, by name
 */
export function compareSetting(
  setting: Setting,
  written: WrittenSettings,
  current: CanisterSettings | undefined,
  ids: ReadonlyMap<string, string>,
): SettingDifference {
  const problem = written.unreadable.get(setting);
  if (problem) {
    return { verdict: 'unclear', why: problem };
  }
  if (setting === 'controllers') {
    return compareControllers(written.controllers, current?.controllers, ids);
  }
  const wanted = written.values[setting];
  if (wanted === undefined) {
    return UNWRITTEN;
  }
  if (current === undefined) {
    return { verdict: 'unclear' };
  }
  const now = current[setting];
  if (now === undefined) {
    return { verdict: 'unclear', why: msg('The network does not tell this setting.') };
  }
  if (setting === 'environmentVariables') {
    return compareVariables(wanted as readonly EnvironmentVariable[], now as readonly EnvironmentVariable[]);
  }
  const same =
    typeof wanted === 'bigint'
      ? wanted === now
      : visibilityKey(wanted as Visibility) === visibilityKey(now as Visibility);
  return same ? SAME : { verdict: 'differs', change: { [setting]: wanted } };
}

/** One change of several settings, each as {@link compareSetting} gives it. */
export function mergedChange(changes: readonly SettingsChange[]): SettingsChange {
  return Object.assign({}, ...changes) as SettingsChange;
}

/** The principals that a project's files mean by a controller: one that is written, or a canister's id, where it has one. */
export function controllerPrincipal(written: string, ids: ReadonlyMap<string, string>): string | undefined {
  return ids.get(written) ?? canonical(written);
}

function compareControllers(
  written: readonly string[] | undefined,
  current: readonly string[] | undefined,
  ids: ReadonlyMap<string, string>,
): SettingDifference {
  if (written === undefined || written.length === 0) {
    return UNWRITTEN;
  }
  if (current === undefined) {
    return { verdict: 'unclear' };
  }
  const unknown = written.find((name) => controllerPrincipal(name, ids) === undefined);
  if (unknown !== undefined) {
    return { verdict: 'unclear', why: msg('{0} has no id here yet.', unknown) };
  }
  const wanted = new Set(written.flatMap((name) => controllerPrincipal(name, ids) ?? []));
  const missing = [...wanted].filter((principal) => !current.includes(principal));
  const kept = current.some((principal) => !wanted.has(principal))
    ? msg('Controllers that are not in the file stay.')
    : undefined;
  return missing.length === 0
    ? { ...SAME, why: kept }
    : { verdict: 'differs', change: { controllers: [...current, ...missing] }, why: kept };
}

function compareVariables(
  wanted: readonly EnvironmentVariable[],
  current: readonly EnvironmentVariable[],
): SettingDifference {
  const values = new Map(wanted.map(({ name, value }) => [name, value]));
  const now = new Map(current.map(({ name, value }) => [name, value]));
  const why = [...now.keys()].some((name) => !values.has(name))
    ? msg('Variables that are not in the file stay.')
    : undefined;
  if ([...values].every(([name, value]) => now.get(name) === value)) {
    return { ...SAME, why };
  }
  const environmentVariables = [...new Map([...now, ...values])].map(([name, value]) => ({ name, value }));
  return { verdict: 'differs', change: { environmentVariables }, why };
}

/** The same for all that let the same principals see it. */
function visibilityKey(visibility: Visibility): string {
  if (visibility.kind !== 'allowed_viewers') {
    return visibility.kind;
  }
  const viewers = [...new Set(visibility.viewers.map((viewer) => canonical(viewer) ?? viewer))].sort();
  return viewers.length === 0 ? 'controllers' : viewers.join(' ');
}

function canonical(text: string): string | undefined {
  const parsed = parsePrincipal(text);
  return parsed.ok ? parsed.canonical : undefined;
}
