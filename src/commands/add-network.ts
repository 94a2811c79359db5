import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { NetworkDefinitions } from '../core/engines/toolchain';
import { requireReadable } from '../core/lifecycle/canister-ref';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { isFile } from '../core/project/files';
import { answered } from '../ui/dialogs';
import { showInputBox, showInStatusBar, showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { chooseProjects, pickProject } from './choose-canisters';
import { type CommandContext, toolchainOf } from './command-context';
import type { CommandArgument } from './read-argument';

/** Asks for a network, writes it into the file that the project's tool reads, and selects it. */
export async function addNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const projects = await chooseProjects(context, argument);
  const project = await pickProject(
    projects,
    vscode.l10n.t('Add a network to which project?'),
    ({ engine }) => engine.name,
  );
  await project.load();
  await requireReadable(project);
  const { networks } = toolchainOf(context, project.engine.name);
  const taken = new Set((await project.files.targets()).map(({ name }) => name));
  const title = vscode.l10n.t('Add a network');
  const name = await askName(title, networks, taken);
  const url = await askUrl(title);
  const option = await askOption(networks);
  const shared = networks.canShare && (await askShared(networks, project));
  const file = networks.file(project.files, shared);
  await rewrite(file, (text) => networks.define(text, { name, url, option, shared }));
  await project.load();
  await context.selection.setTarget(project.manifest, name);
  await context.networks.refresh();
  showInStatusBar('check', vscode.l10n.t('Added {0} to {1}, and selected it.', name, path.basename(file)));
}

async function askName(title: string, { name }: NetworkDefinitions, taken: ReadonlySet<string>): Promise<string> {
  const problem = (text: string) => {
    if (!name.pattern.test(text)) {
      return translate(name.rule);
    }
    return taken.has(text) ? vscode.l10n.t('There is a network named {0} already.', text) : undefined;
  };
  return await ask({ title: `${title} (1/3)`, prompt: vscode.l10n.t('Its name in this project.') }, problem);
}

async function askUrl(title: string): Promise<string> {
  const problem = (text: string) => {
    if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
      return vscode.l10n.t('A URL that begins with http:// or https://.');
    }
    const { username, password } = new URL(text);
    return username === '' && password === '' ? undefined : vscode.l10n.t('A URL without a user name or password.');
  };
  const prompt = vscode.l10n.t('Where it answers.');
  return await ask({ title: `${title} (2/3)`, prompt, placeHolder: 'https://…' }, problem);
}

async function askOption({ question, options, typed }: NetworkDefinitions): Promise<string> {
  const items = [
    ...options.map(({ value, label, detail }) => ({ label: translate(label), detail: translate(detail), value })),
    ...(typed ? [{ label: translate(typed.label), detail: translate(typed.prompt), value: undefined }] : []),
  ];
  const { value } = await answered(showQuickPick(items, { title: translate(question) }));
  if (value !== undefined || !typed) {
    return value ?? '';
  }
  const prompt = translate(typed.prompt);
  return await ask({ title: translate(question), prompt }, (text) => (typed.pattern.test(text) ? undefined : prompt));
}

async function askShared(networks: NetworkDefinitions, project: ProjectMonitor): Promise<boolean> {
  const items = [
    { label: vscode.l10n.t('This project'), detail: networks.file(project.files, false), shared: false },
    { label: vscode.l10n.t('All projects on this computer'), detail: networks.file(project.files, true), shared: true },
  ];
  return (await answered(showQuickPick(items, { title: vscode.l10n.t('Who knows the network?') }))).shared;
}

async function ask(
  options: { readonly title: string; readonly prompt: string; readonly placeHolder?: string },
  problem: (text: string) => string | undefined,
): Promise<string> {
  const validateInput = (text: string) => problem(text.trim());
  return (await answered(showInputBox({ ...options, ignoreFocusOut: true, validateInput }))).trim();
}

/** Changes a file as an editor shows it, which may hold what is not saved yet, and saves it. */
async function rewrite(file: string, change: (text: string | undefined) => string): Promise<void> {
  if (!(await isFile(file))) {
    const text = change(undefined);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    return;
  }
  const document = await vscode.workspace.openTextDocument(file);
  const before = document.getText();
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(0), document.positionAt(before.length)),
    change(before),
  );
  await vscode.workspace.applyEdit(edit);
  await document.save();
}
