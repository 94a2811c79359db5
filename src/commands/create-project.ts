import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Template, Toolchain } from '../core/engines/toolchain';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { copySample, isEmptyFolder, makeInside, projectNameFor } from '../core/project/new-project';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { isInside } from '../core/util/paths';
import { answered, pickFile } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { showErrorMessage, showInformationMessage, showInputBox, showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { projectOf } from './choose-canisters';
import { type CommandContext, toolchainOf } from './command-context';
import { startNetwork } from './manage-networks';
import { MADE_PROJECT } from './new-window';
import type { CommandArgument } from './read-argument';
import { deployProjects } from './run-operation';

/** Where a project is made. */
interface Place {
  readonly folder: string;
  readonly name: string;
  /** The folder that is open, which is empty. */
  readonly open: boolean;
}

/** Asks for a template, and for a place where no empty folder is open, has the tool make the project, and shows it. */
export async function createProject(context: CommandContext): Promise<void> {
  const toolchain = await chooseToolchain(context);
  const { tool, commands, templates, projectName } = toolchain;
  const { types, bundled } = templates;
  const type = await chooseTemplate(translate(templates.question), toolchain, bundled ? [...types, bundled] : types);
  if (type === bundled?.name) {
    await openSample(context);
    return;
  }
  const frontend =
    templates.frontends.length === 0
      ? ''
      : await chooseTemplate(vscode.l10n.t('Frontend'), toolchain, templates.frontends);
  const place = await choosePlace(projectName);
  const { folder, name, open } = place;
  const make = async (parent: string, signal: AbortSignal) => {
    await tool.run(commands.newProject(parent, { name, type, frontend }), { signal });
  };
  try {
    await withProgress(
      {
        title: vscode.l10n.t('Creating the project {0}…', name),
        failed: (cause) => msg('Creating the project failed. {0}', cause),
      },
      (signal) =>
        open ? makeInside(folder, name, (parent) => make(parent, signal)) : make(path.dirname(folder), signal),
    );
  } catch (error) {
    if (!bundled || !(error instanceof Failure) || error.kind !== 'network-unreachable') {
      throw error;
    }
    // Nothing has been made yet.
    context.log.error([translate(error.data.message), error.data.detail].filter(Boolean).join('\n'));
    const use = vscode.l10n.t('Use the sample instead');
    const text = `${translate(error.data.message)} ${vscode.l10n.t('The extension brings a sample that needs no download.')}`;
    if ((await showErrorMessage(text, use)) !== use) {
      throw cancelled();
    }
    await copySample(samplePath(context, bundled), folder);
  }
  await showProject(context, place);
}

/** Copies the sample of the extension to a new place and shows it. */
export async function openSample(context: CommandContext): Promise<void> {
  for (const { templates, projectName } of context.toolchains) {
    if (templates.bundled) {
      const place = await choosePlace(projectName, templates.bundled.name);
      await copySample(samplePath(context, templates.bundled), place.folder);
      await showProject(context, place);
      return;
    }
  }
}

function samplePath({ extension }: CommandContext, { name }: Template): string {
  return path.join(extension.extensionPath, 'examples', name);
}

/** The one that is there; where there are several, the user says which. */
async function chooseToolchain({ toolchains }: CommandContext): Promise<Toolchain> {
  const available = await Promise.all(toolchains.map(({ tool }) => tool.available()));
  const usable = toolchains.filter((_, index) => available[index]);
  const [first] = usable;
  if (!first) {
    const { engine } = toolchains.find(({ deprecated }) => !deprecated) ?? toolchains[0];
    throw new Failure({
      message: msg(
        'New projects are made with icp, which is not on this computer. Install it first, or look at the sample.',
      ),
      actions: [
        { title: msg('Set up {0}', engine), command: 'icCanisters.setUpTool', args: [{ engine }] },
        { title: msg('Open the sample'), command: 'icCanisters.openSample' },
      ],
    });
  }
  if (usable.length === 1) {
    return first;
  }
  const items = usable
    .map((toolchain) => ({
      label: toolchain.engine,
      detail: toolchain.deprecated ? translate(toolchain.deprecated) : vscode.l10n.t('For new projects.'),
      toolchain,
    }))
    .sort((a, b) => Number(Boolean(a.toolchain.deprecated)) - Number(Boolean(b.toolchain.deprecated)));
  return (await answered(showQuickPick(items, { title: vscode.l10n.t('Make the project with which tool?') })))
    .toolchain;
}

async function chooseTemplate(title: string, toolchain: Toolchain, templates: readonly Template[]): Promise<string> {
  const items = templates.map(({ name, description }) => ({ label: name, detail: translate(description), name }));
  const { deprecated } = toolchain;
  return (await answered(showQuickPick(items, { title, placeHolder: deprecated && translate(deprecated) }))).name;
}

/** The folder that is open, where it is empty; else one that is asked for. */
async function choosePlace({ pattern, rule }: Toolchain['projectName'], suggestion = 'hello'): Promise<Place> {
  const [only, ...others] = vscode.workspace.workspaceFolders ?? [];
  if (only?.uri.scheme === 'file' && others.length === 0 && (await isEmptyFolder(only.uri.fsPath))) {
    const folder = only.uri.fsPath;
    return { folder, name: projectNameFor(path.basename(folder), pattern), open: true };
  }
  const name = await answered(
    showInputBox({
      title: vscode.l10n.t('Name of the project'),
      value: suggestion,
      validateInput: (text) => (pattern.test(text) ? undefined : translate(rule)),
    }),
  );
  const parent = await pickFile({
    title: vscode.l10n.t('Where shall the project folder be made?'),
    openLabel: vscode.l10n.t('Create here'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  const folder = path.join(parent.fsPath, name);
  if (existsSync(folder)) {
    throw new Failure({ message: msg('{0} exists already. Choose another name or place.', folder) });
  }
  return { folder, name, open: false };
}

async function showProject(context: CommandContext, { folder, open }: Place): Promise<void> {
  if (open) {
    await context.workspace.rescan();
    await showCanisters(context, folder);
  } else {
    // The window starts anew, and the extension with it.
    await context.extension.globalState.update(MADE_PROJECT, folder);
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder));
  }
}

/** In the window of a project that was just made: goes on with it, once the user trusts it. */
export async function continueNewProject(context: CommandContext): Promise<void> {
  const { globalState, subscriptions } = context.extension;
  const folder = globalState.get<string>(MADE_PROJECT);
  // In whichever window: it was to open at once.
  await globalState.update(MADE_PROJECT, undefined);
  const open = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined || !open.some(({ uri }) => uri.toString() === vscode.Uri.file(folder).toString())) {
    return;
  }
  if (vscode.workspace.isTrusted) {
    await showCanisters(context, folder);
  } else {
    subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => showCanisters(context, folder)));
  }
}

/** Shows the canisters of the project in a folder, and says what comes next. */
async function showCanisters(context: CommandContext, folder: string): Promise<void> {
  const { workspace } = context;
  await workspace.ready();
  const project = workspace.projects.find(({ root }) => root === folder || isInside(folder, root));
  if (project) {
    await vscode.commands.executeCommand('icCanisters.canisters.focus');
    void sayWhatIsNext(context, project);
  }
}

async function sayWhatIsNext(context: CommandContext, project: ProjectMonitor): Promise<void> {
  const { engine, manifest } = project;
  if (!(await toolchainOf(context, engine.name).tool.available())) {
    const setUp = vscode.l10n.t('Set up {0}', engine.name);
    const missing = vscode.l10n.t(
      '{0} is ready. Next: set up {1}, which starts its local network and deploys its canisters.',
      project.name,
      engine.name,
    );
    if ((await showInformationMessage(missing, setUp)) === setUp) {
      await vscode.commands.executeCommand('icCanisters.setUpTool', { manifest });
    }
    return;
  }
  const next = vscode.l10n.t('Start and deploy');
  const text = vscode.l10n.t('{0} is ready. Next: start its local network and deploy its canisters.', project.name);
  if ((await showInformationMessage(text, next)) === next) {
    await vscode.commands.executeCommand('icCanisters.startAndDeploy', { manifest });
  }
}

/** Deploys a project to its local network, which is started where it does not run. */
export async function startAndDeploy(context: CommandContext, argument: CommandArgument): Promise<void> {
  const project = projectOf(context.workspace, argument);
  await project?.refresh();
  if (project?.snapshot.health?.state !== 'healthy') {
    await startNetwork(context, argument);
  }
  await deployProjects(context, argument);
}
