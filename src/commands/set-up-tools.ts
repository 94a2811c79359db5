import os from 'node:os';
import * as vscode from 'vscode';
import type { Toolchain } from '../core/engines/toolchain';
import { stampOf } from '../core/process/locate-program';
import type { Tool } from '../core/process/tool';
import { Failure } from '../core/util/failure';
import { requireTrust } from '../core/util/trust';
import { typeInTerminal } from '../host/terminal';
import { answered, openPage, pickFile } from '../ui/dialogs';
import { showInformationMessage, showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { projectOf } from './choose-canisters';
import { type CommandContext, type CommandHandler, toolchainOf } from './command-context';
import { convertToIcp } from './convert-project';
import type { CommandArgument } from './read-argument';
import { waysIntoWsl } from './reopen-in-wsl';

/** The tool whose projects can be converted to icp's. */
const CONVERTED = 'dfx';

/** Opens the page that says how a tool is installed on each system. */
export function openInstallGuide(engine: string): CommandHandler {
  return (context) => openPage(toolchainOf(context, engine).setUp.guide);
}

export function chooseTool(engine: string): CommandHandler {
  return (context) => chooseProgram(context, toolchainOf(context, engine));
}

/** Lets the user point at a tool. The setting is the computer's, so that no workspace can choose what is run. */
async function chooseProgram({ workspace }: CommandContext, { engine, setUp }: Toolchain): Promise<void> {
  const file = await pickFile({
    title: vscode.l10n.t('Choose the {0} program', engine),
    openLabel: vscode.l10n.t('Use'),
    canSelectMany: false,
  });
  const settings = vscode.workspace.getConfiguration('icCanisters');
  await settings.update(setUp.setting, file.fsPath, vscode.ConfigurationTarget.Global);
  await workspace.refresh();
}

/** What is to be done where a tool is missing, too old, or newer than known: all ways there are, to choose from. */
export async function setUpTool(context: CommandContext, argument: CommandArgument): Promise<void> {
  requireTrust(vscode.workspace);
  const toolchain = await chooseToolchain(context, argument);
  const { engine, setUp } = toolchain;
  const project = projectOf(context.workspace, argument);
  const note = await noteOf(context, engine, project?.root);
  const usual = setUp.installers.filter(({ platforms }) => platforms.includes(process.platform));
  // What installs a version that is missing has been installed itself.
  const installers = (note?.installer ? [note.installer] : usual).map(({ name, line }) => ({
    label: vscode.l10n.t('Install with {0}', name),
    detail: line,
    iconPath: new vscode.ThemeIcon('terminal'),
    run: async () => typeInTerminal(vscode.l10n.t('Install'), line),
  }));
  const items = [
    ...waysIntoWsl(process.platform, setUp.needsWsl ? engine : undefined, project?.root),
    ...installers,
    {
      label: vscode.l10n.t('Open the install guide'),
      detail: setUp.guide,
      iconPath: new vscode.ThemeIcon('link-external'),
      run: () => openPage(setUp.guide),
    },
    {
      label: vscode.l10n.t('Choose the {0} program', engine),
      detail: vscode.l10n.t('Where it is installed in a place of its own.'),
      iconPath: new vscode.ThemeIcon('folder-opened'),
      run: () => chooseProgram(context, toolchain),
    },
    {
      label: vscode.l10n.t('Look again'),
      detail: vscode.l10n.t('Once it is installed. A new PATH is seen after VS Code has been restarted.'),
      iconPath: new vscode.ThemeIcon('refresh'),
      run: () => lookFor(context, toolchain, project?.root),
    },
    ...(project && engine === CONVERTED
      ? [
          {
            label: vscode.l10n.t('Convert to icp.yaml…'),
            detail: vscode.l10n.t('For icp, which follows dfx. You see the result first; dfx.json stays.'),
            iconPath: new vscode.ThemeIcon('arrow-swap'),
            run: () => convertToIcp(context, argument),
          },
        ]
      : []),
    ...(note
      ? [
          {
            label: vscode.l10n.t('Do not show this any more'),
            detail: translate(note.label),
            iconPath: new vscode.ThemeIcon('eye-closed'),
            run: () => context.versions.quiet(engine, note.subject),
          },
        ]
      : []),
  ];
  const title = note ? translate(note.label) : vscode.l10n.t('Set up {0}', engine);
  const placeHolder = note && translate(note.reason);
  await (await answered(showQuickPick(items, { title, placeHolder }))).run();
}

/** Looks for a tool once more, and runs it for its version. */
export async function checkTool(context: CommandContext, argument: CommandArgument): Promise<void> {
  requireTrust(vscode.workspace);
  await lookFor(context, await chooseToolchain(context, argument), projectOf(context.workspace, argument)?.root);
}

async function lookFor(context: CommandContext, { engine, tool }: Toolchain, root: string | undefined): Promise<void> {
  const location = await tool.locate();
  const version =
    location.state === 'found' ? (location.version ?? (await askVersion(context, tool, location, root))) : undefined;
  await context.workspace.refresh();
  if (location.state !== 'found') {
    throw new Failure({ kind: 'not-started', message: location.message, next: tool.choose });
  }
  const note = await noteOf(context, engine, root);
  if (note?.state === 'missing') {
    throw new Failure({ kind: 'not-started', message: note.reason, next: tool.choose });
  }
  const { path } = location;
  void showInformationMessage(
    version === undefined
      ? vscode.l10n.t('{0} is there: {1}', engine, path)
      : vscode.l10n.t('{0} {1} is there: {2}', engine, version, path),
  );
}

/** The version of a tool that is found without it. It is kept, as icp's is, for what is known without starting it. */
async function askVersion(
  { versions }: CommandContext,
  tool: Tool,
  { path }: { readonly path: string },
  root = os.homedir(),
): Promise<string | undefined> {
  const said = await tool.read({ args: ['--version'], cwd: root, stdin: 'ignore', usesKey: false });
  const [, name, version] = /^(\S+) (\d+\.\d+\.\d+\S*)/.exec(said ?? '') ?? [];
  const stamp = await stampOf(path);
  if (name !== tool.name || version === undefined || stamp === undefined) {
    return undefined;
  }
  versions.note(stamp, version);
  return version;
}

function noteOf({ engines }: CommandContext, engine: string, root: string | undefined) {
  return engines.find(({ name }) => name === engine)?.toolNote?.(root);
}

/** The one that is named, or that of the project that a row is of; from the palette, of the only tool that there are projects of, or as chosen. */
async function chooseToolchain(context: CommandContext, argument: CommandArgument): Promise<Toolchain> {
  const { toolchains, workspace } = context;
  const { engine } = argument;
  if (engine !== undefined) {
    return toolchainOf(context, engine);
  }
  await workspace.ready();
  const project = projectOf(workspace, argument);
  if (project) {
    return toolchainOf(context, project.engine.name);
  }
  const used = new Set(workspace.projects.map((each) => each.engine.name));
  const fitting = toolchains.filter(({ engine }) => used.size === 0 || used.has(engine));
  if (fitting.length === 1) {
    return fitting[0]!;
  }
  const items = fitting.map((toolchain) => ({ label: toolchain.engine, toolchain }));
  return (await answered(showQuickPick(items, { title: vscode.l10n.t('Set up which tool?') }))).toolchain;
}
