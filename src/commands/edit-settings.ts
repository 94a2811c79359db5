import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { CanisterSettings, LogVisibility, SettingsChange } from '../core/network/canister-facts';
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
import { type Message, msg } from '../core/util/message';
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
    const change = await chooseChange(context, target, settings, known);
    if (change) {
      await runOperation(context, 'settings', [target], [change]);
    }
    // No longer visible once the identity has removed itself as a controller.
    settings = settingsOf(target);
  }
}

/** Makes somebody else a controller, too: an identity, a wallet, a canister of the project, or whoever is pasted. */
export async function addController(context: CommandContext, argument: CommandArgument): Promise<void> {
  const target = await chooseCanister(context, 'settings', argument);
  await agreeToSign(context, [target]);
  const settings = settingsOf(target);
  requireVisible(settings, target);
  await runOperation(context, 'settings', [target], [await answered(askController(context, target, settings))]);
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
  const named = (principals: readonly string[]) => principals.map((each) => nameOf(each, known)).join(', ');
  const number = (setting: NumberSetting) => {
    const { label, unit } = NUMBERS[setting];
    const value = settings[setting];
    return {
      label: label(),
      description: value === undefined ? '' : shownText(value, unit),
      edit: () => askNumber(setting, target, settings),
    };
  };
  const items = [
    {
      label: vscode.l10n.t('Controllers'),
      description: named(settings.controllers),
      edit: () => editControllers(context, target, settings, known),
    },
    number('computeAllocation'),
    settings.memoryAllocation === 0n
      ? { ...number('memoryAllocation'), description: vscode.l10n.t('best effort') }
      : number('memoryAllocation'),
    { ...number('freezingThreshold'), edit: () => askFreezingThreshold(target, settings) },
    number('reservedCyclesLimit'),
    number('wasmMemoryLimit'),
    number('wasmMemoryThreshold'),
    {
      label: vscode.l10n.t('Log visibility'),
      description: visibilityText(settings.logVisibility, named),
      edit: () => editLogVisibility(context, target, settings.logVisibility, known),
    },
  ];
  const { item } = await answered(
    pickItem(items, {
      title: vscode.l10n.t('Settings of {0} on {1}', canister, target.project.snapshot.target.name),
      placeHolder: vscode.l10n.t('Choose what to change'),
    }),
  );
  return await item.edit();
}

function visibilityText(
  visibility: LogVisibility | undefined,
  named: (principals: readonly string[]) => string,
): string {
  switch (visibility?.kind) {
    case undefined:
      return '';
    case 'controllers':
      return vscode.l10n.t('Controllers only');
    case 'public':
      return vscode.l10n.t('Everybody');
    case 'allowed_viewers':
      return named(visibility.viewers);
  }
}

/** How a number is shown, and read when it is entered. */
interface Unit {
  readonly prompt: () => string;
  readonly format: (value: bigint) => string;
  /** Where a language has words for it. */
  readonly words?: (value: bigint) => Message;
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
  words: durationWords,
  parse: (text) => parseCount(text) ?? parseDuration(text),
  max: 2n ** 64n - 1n,
};

type NumberSetting = Exclude<keyof CanisterSettings, 'controllers' | 'logVisibility'>;

const NUMBERS: Record<NumberSetting, { readonly label: () => string; readonly unit: Unit }> = {
  computeAllocation: { label: () => vscode.l10n.t('Compute allocation'), unit: PERCENT },
  memoryAllocation: { label: () => vscode.l10n.t('Memory allocation'), unit: BYTES },
  freezingThreshold: { label: () => vscode.l10n.t('Freezing threshold'), unit: DURATION },
  reservedCyclesLimit: { label: () => vscode.l10n.t('Reserved cycles limit'), unit: CYCLES },
  wasmMemoryLimit: { label: () => vscode.l10n.t('Wasm memory limit'), unit: BYTES },
  wasmMemoryThreshold: { label: () => vscode.l10n.t('Wasm memory threshold'), unit: BYTES },
};

function shownText(value: bigint, { format, words }: Unit): string {
  return words ? translate(words(value)) : format(value);
}

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
  const { label, unit } = NUMBERS[setting];
  const current = settings[setting];
  const text = await showInputBox({
    title: `${canister}: ${label()}`,
    prompt: unit.prompt(),
    value: current === undefined ? '' : exactText(current, unit),
    validateInput: (given) => problemWith(given, unit),
  });
  const value = text === undefined ? undefined : unit.parse(text);
  return value === undefined ? undefined : { [setting]: value };
}

function problemWith(text: string, unit: Unit): string | undefined {
  const { max } = unit;
  const value = unit.parse(text);
  if (value === undefined) {
    return unit.prompt();
  }
  return value > max ? vscode.l10n.t('At most {0}', shownText(max, unit)) : undefined;
}

async function askFreezingThreshold(
  target: CanisterRef,
  settings: CanisterSettings,
): Promise<SettingsChange | undefined> {
  const change = await askNumber('freezingThreshold', target, settings);
  const seconds = change?.freezingThreshold;
  if (seconds === undefined) {
    return undefined;
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
  const question = vscode.l10n.t('Set the freezing threshold of {0} to {1}?', target.canister, shown);
  return detail === undefined || (await agreesToLoss([question], [detail], vscode.l10n.t('Set'))) ? change : undefined;
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

async function editLogVisibility(
  { ownership }: CommandContext,
  target: CanisterRef,
  current: LogVisibility | undefined,
  known: readonly NamedPrincipal[],
): Promise<SettingsChange | undefined> {
  const { canister } = target;
  const viewers = current?.kind === 'allowed_viewers' ? current.viewers : [];
  const items = [
    { label: vscode.l10n.t('Controllers only'), choose: async (): Promise<LogVisibility> => ({ kind: 'controllers' }) },
    { label: vscode.l10n.t('Everybody'), choose: async (): Promise<LogVisibility> => ({ kind: 'public' }) },
    {
      label: vscode.l10n.t('Add a viewer…'),
      iconPath: new vscode.ThemeIcon('add'),
      choose: async (): Promise<LogVisibility | undefined> => {
        requireRoom(viewers, MAX_VIEWERS);
        const title = vscode.l10n.t('Who else may see the log of {0}?', canister);
        const added = await choosePrincipal(ownership, target, title, viewers);
        return added === undefined ? undefined : { kind: 'allowed_viewers', viewers: [...viewers, added] };
      },
    },
    ...viewers.map((viewer) => ({
      label: vscode.l10n.t('Remove {0}', nameOf(viewer, known)),
      iconPath: new vscode.ThemeIcon('remove'),
      choose: async (): Promise<LogVisibility> => ({
        kind: 'allowed_viewers',
        viewers: viewers.filter((other) => other !== viewer),
      }),
    })),
  ];
  const picked = await pickItem(items, { title: vscode.l10n.t('Who may see the log of {0}?', canister) });
  const logVisibility = await picked?.item.choose();
  return logVisibility && { logVisibility };
}

function requireRoom(present: readonly string[], max: number): void {
  if (present.length >= max) {
    throw new Failure({ message: msg('There can be no more than {0}.', max) });
  }
}
