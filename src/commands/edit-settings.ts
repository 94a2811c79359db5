import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { answeredOf } from '../core/lifecycle/place';
import type { CanisterSettings, EnvironmentVariable, SettingsChange, Visibility } from '../core/network/canister-facts';
import type { SettingName } from '../core/rows/setting-words';
import {
  amountWords,
  isNumberSetting,
  type NumberSetting,
  SETTING_NAMES,
  SETTINGS,
  type VisibilitySetting,
  visibilityWords,
} from '../core/rows/settings';
import {
  durationWords,
  formatBytes,
  formatCount,
  formatCycles,
  formatDuration,
  formatPercent,
  parseBytes,
  parseCount,
  parseCycles,
  parseDuration,
  parsePercent,
} from '../core/util/amounts';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { agreesToLoss, answered, pickItem } from '../ui/dialogs';
import { showInputBox } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { agreeToSign } from './agree-to-sign';
import { chooseCanister } from './choose-canisters';
import type { CommandContext } from './command-context';
import { choosePrincipal, type NamedPrincipal, namedPrincipals, nameOf } from './principal-names';
import type { CommandArgument } from './read-argument';
import { runOperation } from './run-operation';

/** Beyond these, in seconds, dfx wants the freezing threshold confirmed. */
const VERY_SHORT = 604_800n;
const VERY_LONG = 50_000_000n;
const MAX_CONTROLLERS = 10;
const MAX_VIEWERS = 10;
/** The network takes no more variables, and no longer names and values in bytes. */
const MAX_VARIABLES = 20;
const MAX_VARIABLE_BYTES = 128;
/** Bytes; the network takes no more. */
const MAX_MEMORY = 2n ** 48n;

/** Shows a canister's settings and changes them, one after the other, until the list is left. */
export async function editSettings(context: CommandContext, argument: CommandArgument): Promise<void> {
  const target = await chooseCanister(context, 'settings', argument);
  await agreeToSign(context, [target]);
  const known = await namedPrincipals(context.ownership, target.project);
  let settings = settingsOf(target);
  requireVisible(settings, target);
  while (settings) {
    const shown = settings;
    const change = await answeredOf(target, () => chooseChange(context, target, shown, known));
    if (change) {
      await runOperation(context, 'settings', [target], [change]);
    }
    // No longer visible once the identity has removed itself as a controller.
    settings = settingsOf(target);
  }
}

/** Changes one setting. @throws {Failure} */
export async function editSetting(context: CommandContext, target: CanisterRef, setting: SettingName): Promise<void> {
  await agreeToSign(context, [target]);
  const settings = settingsOf(target);
  requireVisible(settings, target);
  const known = await namedPrincipals(context.ownership, target.project);
  const change = await answeredOf(target, () => answered(askSetting(context, target, setting, settings, known)));
  await runOperation(context, 'settings', [target], [change]);
}

/** Makes somebody else a controller, too: an identity, a wallet, a canister of the project, or whoever is pasted. */
export async function addController(context: CommandContext, argument: CommandArgument): Promise<void> {
  const target = await chooseCanister(context, 'settings', argument);
  await agreeToSign(context, [target]);
  const settings = settingsOf(target);
  requireVisible(settings, target);
  const change = await answeredOf(target, () => answered(askController(context, target, settings)));
  await runOperation(context, 'settings', [target], [change]);
}

async function askController(
  { ownership }: CommandContext,
  target: CanisterRef,
  { controllers }: CanisterSettings,
): Promise<SettingsChange | undefined> {
  requireRoom(controllers, MAX_CONTROLLERS);
  const title = vscode.l10n.t('New controller of {0}', target.canister);
  const added = await choosePrincipal(ownership, target, title, controllers);
  return added === undefined ? undefined : { controllers: [...controllers, added] };
}

function settingsOf({ project, canister }: CanisterRef): CanisterSettings | undefined {
  return project.canister(canister)?.facts?.detail?.settings;
}

function requireVisible(
  settings: CanisterSettings | undefined,
  { project, canister }: CanisterRef,
): asserts settings is CanisterSettings {
  if (!settings) {
    throw new Failure({
      message: msg(
        'The settings of {0} are hidden: {1} is not a controller.',
        canister,
        identityName(project.snapshot),
      ),
      next: 'select-identity',
    });
  }
}

function identityName({ identity }: CanisterRef['project']['snapshot']): string {
  return identity?.name ?? 'anonymous';
}

/** The list of settings with their values. Undefined where nothing is to be changed after all. @throws {Failure} */
async function chooseChange(
  context: CommandContext,
  target: CanisterRef,
  settings: CanisterSettings,
  known: readonly NamedPrincipal[],
): Promise<SettingsChange | undefined> {
  const { canister } = target;
  const items = SETTING_NAMES.map((setting) => ({
    label: translate(SETTINGS[setting].label),
    description: settingText(setting, settings, known),
    setting,
  }));
  const { item } = await answered(
    pickItem(items, {
      title: vscode.l10n.t('Settings of {0} on {1}', canister, target.project.snapshot.target.name),
      placeHolder: vscode.l10n.t('Choose what to change'),
    }),
  );
  return await askSetting(context, target, item.setting, settings, known);
}

/** What it has; nothing where the network does not say. */
function settingText(setting: SettingName, settings: CanisterSettings, known: readonly NamedPrincipal[]): string {
  const named = (principal: string) => nameOf(principal, known);
  if (isNumberSetting(setting)) {
    const value = settings[setting];
    return value === undefined ? '' : translate(amountWords(setting, value));
  }
  switch (setting) {
    case 'controllers':
      return settings.controllers.map(named).join(', ');
    case 'environmentVariables':
      return (settings.environmentVariables ?? []).map(({ name }) => name).join(', ');
    default: {
      const visibility = settings[setting];
      return visibility === undefined ? '' : visibilityWords(visibility, named).map(translate).join(', ');
    }
  }
}

/** What a setting is to become. Undefined where it is not to be changed after all. @throws {Failure} */
async function askSetting(
  context: CommandContext,
  target: CanisterRef,
  setting: SettingName,
  settings: CanisterSettings,
  known: readonly NamedPrincipal[],
): Promise<SettingsChange | undefined> {
  if (setting === 'freezingThreshold') {
    return await askFreezingThreshold(target, settings);
  }
  if (isNumberSetting(setting)) {
    return await askNumber(setting, target, settings);
  }
  switch (setting) {
    case 'controllers':
      return await editControllers(context, target, settings, known);
    case 'environmentVariables':
      return await editVariables(target, settings.environmentVariables ?? []);
    default:
      return await editVisibility(context, target, setting, settings[setting], known);
  }
}

/** How a number is shown, and read when it is entered. */
interface Unit {
  readonly prompt: () => string;
  readonly format: (value: bigint) => string;
  readonly parse: (text: string) => bigint | undefined;
  readonly max: bigint;
}

const PERCENT: Unit = {
  prompt: () => vscode.l10n.t('Percent of a core that is set aside, 0 to 100'),
  format: formatPercent,
  parse: parsePercent,
  max: 100n,
};

const BYTES: Unit = {
  prompt: () => vscode.l10n.t('Bytes, or a size such as 500 MiB or 2 GiB; 0 for none'),
  format: formatBytes,
  parse: (text) => parseBytes(text) ?? parseCount(text),
  max: MAX_MEMORY,
};

const CYCLES: Unit = {
  prompt: () => vscode.l10n.t('Cycles, such as 5_000_000_000_000 or 5T'),
  format: formatCycles,
  parse: parseCycles,
  max: 2n ** 128n - 1n,
};

const DURATION: Unit = {
  prompt: () =>
    vscode.l10n.t('Seconds, or a time such as 30 days; the canister freezes when its cycles last no longer'),
  format: formatDuration,
  parse: (text) => parseCount(text) ?? parseDuration(text),
  max: 2n ** 64n - 1n,
};

const UNITS: Record<NumberSetting, Unit> = {
  computeAllocation: PERCENT,
  memoryAllocation: BYTES,
  freezingThreshold: DURATION,
  reservedCyclesLimit: CYCLES,
  wasmMemoryLimit: BYTES,
  wasmMemoryThreshold: BYTES,
  logMemoryLimit: BYTES,
};

/** As it is shown where that says it exactly: what is entered unchanged must not change the setting. */
function exactText(value: bigint, { format, parse }: Unit): string {
  const text = format(value);
  return parse(text) === value ? text : formatCount(value);
}

async function askNumber(
  setting: NumberSetting,
  { canister }: CanisterRef,
  settings: CanisterSettings,
): Promise<SettingsChange | undefined> {
  const unit = UNITS[setting];
  const current = settings[setting];
  const text = await showInputBox({
    title: titleOf(canister, setting),
    prompt: unit.prompt(),
    value: current === undefined ? '' : exactText(current, unit),
    validateInput: (given) => problemWith(given, setting),
  });
  const value = text === undefined ? undefined : unit.parse(text);
  return value === undefined ? undefined : { [setting]: value };
}

function titleOf(canister: string, setting: SettingName): string {
  return `${canister}: ${translate(SETTINGS[setting].label)}`;
}

function problemWith(text: string, setting: NumberSetting): string | undefined {
  const { max, parse, prompt } = UNITS[setting];
  const value = parse(text);
  if (value === undefined) {
    return prompt();
  }
  return value > max ? vscode.l10n.t('At most {0}', translate(amountWords(setting, max))) : undefined;
}

async function askFreezingThreshold(
  target: CanisterRef,
  settings: CanisterSettings,
): Promise<SettingsChange | undefined> {
  const change = await askNumber('freezingThreshold', target, settings);
  return change && (await agreesToThreshold(target, change)) ? change : undefined;
}

/** Asks about a freezing threshold that dfx, too, wants confirmed. */
export async function agreesToThreshold(
  { canister }: CanisterRef,
  { freezingThreshold: seconds }: SettingsChange,
): Promise<boolean> {
  if (seconds === undefined) {
    return true;
  }
  const detail =
    seconds > VERY_LONG
      ? vscode.l10n.t(
          'A very long threshold freezes the canister while it still has many cycles: it then answers nothing.',
        )
      : seconds < VERY_SHORT
        ? vscode.l10n.t('With a very short threshold the canister may lose its code and data before anybody notices.')
        : undefined;
  const shown = translate(durationWords(seconds));
  const question = vscode.l10n.t('Set the freezing threshold of {0} to {1}?', canister, shown);
  return detail === undefined || (await agreesToLoss([question], [detail], vscode.l10n.t('Set')));
}

async function editControllers(
  context: CommandContext,
  target: CanisterRef,
  settings: CanisterSettings,
  known: readonly NamedPrincipal[],
): Promise<SettingsChange | undefined> {
  const { controllers } = settings;
  const self = await context.service.native.ownPrincipal(target);
  const add = {
    label: vscode.l10n.t('Add a controller…'),
    iconPath: new vscode.ThemeIcon('add'),
    controller: undefined,
  };
  const items = controllers.map((controller) => {
    const using = vscode.l10n.t('{0}, the identity in use', identityName(target.project.snapshot));
    const names = known.find(({ principal }) => principal === controller)?.names ?? '';
    return { label: controller, description: controller === self ? using : names, controller };
  });
  const picked = await pickItem([add, ...items], {
    title: vscode.l10n.t('Controllers of {0}', target.canister),
    placeHolder: vscode.l10n.t('Add a controller, or choose the one to remove'),
  });
  if (!picked) {
    return undefined;
  }
  const { controller } = picked.item;
  if (controller === undefined) {
    return await askController(context, target, settings);
  }
  const rest = controllers.filter((other) => other !== controller);
  const agreed = await agreesToLoss(
    [vscode.l10n.t('Remove the controller {0} from {1}?', nameOf(controller, known), target.canister)],
    [
      removalDetail(
        controller === self,
        rest.map((each) => nameOf(each, known)),
      ),
    ],
    vscode.l10n.t('Remove'),
  );
  return agreed ? { controllers: rest } : undefined;
}

function removalDetail(self: boolean, rest: readonly string[]): string {
  if (rest.length === 0) {
    return vscode.l10n.t('Nobody can change the canister after that, ever. This cannot be undone.');
  }
  return self
    ? vscode.l10n.t('This is the identity in use: it can no longer change the canister after that.')
    : vscode.l10n.t('Controllers after that: {0}', rest.join(', '));
}

/** What is asked about who may see something: who does, and who else is to. */
const VISIBILITY_QUESTIONS: Record<VisibilitySetting, Record<'who' | 'whoElse', (canister: string) => string>> = {
  logVisibility: {
    who: (canister) => vscode.l10n.t('Who may see the log of {0}?', canister),
    whoElse: (canister) => vscode.l10n.t('Who else may see the log of {0}?', canister),
  },
  snapshotVisibility: {
    who: (canister) => vscode.l10n.t('Who may see the snapshots of {0}?', canister),
    whoElse: (canister) => vscode.l10n.t('Who else may see the snapshots of {0}?', canister),
  },
  statusVisibility: {
    who: (canister) => vscode.l10n.t('Who may see the status of {0}?', canister),
    whoElse: (canister) => vscode.l10n.t('Who else may see the status of {0}?', canister),
  },
};

async function editVisibility(
  { ownership }: CommandContext,
  target: CanisterRef,
  setting: VisibilitySetting,
  current: Visibility | undefined,
  known: readonly NamedPrincipal[],
): Promise<SettingsChange | undefined> {
  const { canister } = target;
  const viewers = current?.kind === 'allowed_viewers' ? current.viewers : [];
  const { who, whoElse } = VISIBILITY_QUESTIONS[setting];
  const items = [
    { label: vscode.l10n.t('Controllers only'), choose: async (): Promise<Visibility> => ({ kind: 'controllers' }) },
    { label: vscode.l10n.t('Everybody'), choose: async (): Promise<Visibility> => ({ kind: 'public' }) },
    {
      label: vscode.l10n.t('Add a viewer…'),
      iconPath: new vscode.ThemeIcon('add'),
      choose: async (): Promise<Visibility | undefined> => {
        requireRoom(viewers, MAX_VIEWERS);
        const added = await choosePrincipal(ownership, target, whoElse(canister), viewers);
        return added === undefined ? undefined : { kind: 'allowed_viewers', viewers: [...viewers, added] };
      },
    },
    ...viewers.map((viewer) => ({
      label: vscode.l10n.t('Remove {0}', nameOf(viewer, known)),
      iconPath: new vscode.ThemeIcon('remove'),
      choose: async (): Promise<Visibility> => ({
        kind: 'allowed_viewers',
        viewers: viewers.filter((other) => other !== viewer),
      }),
    })),
  ];
  const picked = await pickItem(items, { title: who(canister) });
  const visibility = await picked?.item.choose();
  return visibility && { [setting]: visibility };
}

/** Adds, changes or removes one. */
async function editVariables(
  { canister }: CanisterRef,
  variables: readonly EnvironmentVariable[],
): Promise<SettingsChange | undefined> {
  const title = titleOf(canister, 'environmentVariables');
  const remove: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('trash'),
    tooltip: vscode.l10n.t('Remove'),
  };
  const add = { label: vscode.l10n.t('Add a variable…'), iconPath: new vscode.ThemeIcon('add'), variable: undefined };
  const items = variables.map((variable) => ({
    label: variable.name,
    description: variable.value,
    buttons: [remove],
    variable,
  }));
  const placeHolder = vscode.l10n.t('Add a variable, or choose the one to change');
  const picked = await pickItem([add, ...items], { title, placeHolder });
  if (!picked) {
    return undefined;
  }
  const { button, item } = picked;
  if (button && item.variable) {
    const { name } = item.variable;
    const question = vscode.l10n.t('Remove the environment variable {0} from {1}?', name, canister);
    const agreed = await agreesToLoss([question], [], vscode.l10n.t('Remove'));
    return agreed ? { environmentVariables: variables.filter((each) => each.name !== name) } : undefined;
  }
  const name = item.variable?.name ?? (await askVariableName(title, variables));
  const value =
    name === undefined
      ? undefined
      : await showInputBox({
          title,
          prompt: vscode.l10n.t('Value of {0}', name),
          value: item.variable?.value ?? '',
          validateInput: tooLong,
        });
  if (name === undefined || value === undefined) {
    return undefined;
  }
  const changed = variables.map((each) => (each.name === name ? { name, value } : each));
  return { environmentVariables: item.variable ? changed : [...variables, { name, value }] };
}

async function askVariableName(title: string, variables: readonly EnvironmentVariable[]): Promise<string | undefined> {
  requireRoom(variables, MAX_VARIABLES);
  return await showInputBox({
    title,
    prompt: vscode.l10n.t('Name of the variable'),
    validateInput: (text) => {
      if (text === '') {
        return vscode.l10n.t('Name of the variable');
      }
      return variables.some(({ name }) => name === text) ? vscode.l10n.t('There is one already.') : tooLong(text);
    },
  });
}

function tooLong(text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes > MAX_VARIABLE_BYTES ? vscode.l10n.t('At most {0} bytes', MAX_VARIABLE_BYTES) : undefined;
}

function requireRoom(present: readonly unknown[], max: number): void {
  if (present.length >= max) {
    throw new Failure({ message: msg('There can be no more than {0}.', max) });
  }
}
