import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { checkConversion } from '../core/convert/check';
import type { Conversion } from '../core/convert/conversion';
import { convertProject } from '../core/convert/convert';
import { readSources } from '../core/convert/sources';
import { writeFiles } from '../core/convert/write';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { agree } from '../ui/dialogs';
import { Documents } from '../ui/documents';
import { openDocument } from '../ui/open-document';
import { withProgress } from '../ui/progress';
import { projectLabel } from '../ui/project-label';
import { showInformationMessage } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { pickProject } from './choose-canisters';
import { type CommandContext, toolchainOf } from './command-context';
import { conversionReport, fileState } from './conversion-report';
import type { CommandArgument } from './read-argument';

/** The tool whose projects are converted, and the one that they are converted to. */
const FROM = 'dfx';
const TO = 'icp';

/** A conversion that is shown and not written yet. */
interface Pending {
  readonly conversion: Conversion;
  readonly project: ProjectMonitor;
}

/** By the preview's address. */
const pending = new Map<string, Pending>();

/** Shows what a project's dfx.json would be as icp.yaml and what is lost, and writes it where the user agrees. */
export async function convertToIcp(context: CommandContext, argument: CommandArgument): Promise<void> {
  const project = await chooseProject(context, argument);
  const { tool } = toolchainOf(context, TO);
  const surroundings = { env: process.env, platform: process.platform, home: os.homedir() };
  const { conversion, verdicts } = await withProgress(
    {
      title: vscode.l10n.t('Converting {0} to icp.yaml…', projectLabel(project)),
      failed: (cause) => msg('The conversion failed. {0}', cause),
      quick: true,
    },
    async (signal) => {
      await project.load();
      const open = openDocument(project.manifest);
      const edited = open?.isDirty ? open.getText() : undefined;
      const sources = await readSources(project.files, surroundings, translate, Date.now(), edited);
      const conversion = await convertProject(sources);
      const judges = { findingsOf: context.findingsOf, tool, trust: vscode.workspace };
      return { conversion, verdicts: await checkConversion(conversion, project.root, judges, signal) };
    },
  );
  const shown = { conversion, project };
  await showPreview(context, shown);
  await showReport(context, project, conversionReport(conversion, verdicts, projectLabel(project)));
  if (conversion.files.length === 0) {
    void showInformationMessage(vscode.l10n.t('icp.yaml is already what the conversion makes of dfx.json.'));
    return;
  }
  const write = vscode.l10n.t('Write the files');
  const question = vscode.l10n.t('Write these files? {0}', fileList(conversion).join(', '));
  // The preview has a button for it, too: a notification does not stay for ever.
  if ((await showInformationMessage(question, write, vscode.l10n.t('Cancel'))) === write) {
    await writeShown(shown);
  }
}

/** Writes the conversion whose preview is on the screen, after a question that names each file. */
export async function writeConversion(): Promise<void> {
  const shown = shownConversion();
  if (!shown || shown.conversion.files.length === 0) {
    throw new Failure({
      message: msg('There is no preview of a conversion on the screen. Convert the project first.'),
    });
  }
  const { conversion, project } = shown;
  const question = vscode.l10n.t('Write these files into {0}?', projectLabel(project));
  await agree([question], fileList(conversion), vscode.l10n.t('Write the files'));
  await writeShown(shown);
}

/** The one that has the focus, else any. */
function shownConversion(): Pending | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  return [activeTextEditor, ...visibleTextEditors]
    .map((editor) => pending.get(editor?.document.uri.toString() ?? ''))
    .find((found) => found !== undefined);
}

async function writeShown(shown: Pending): Promise<void> {
  const { conversion, project } = shown;
  await writeFiles(conversion.files, project.root);
  await closePreview(shown);
  const document = await vscode.workspace.openTextDocument(path.join(project.root, conversion.manifest.path));
  await vscode.window.showTextDocument(document, { preview: false, viewColumn: vscode.ViewColumn.One });
  const names = conversion.files.map((file) => file.path).join(', ');
  void showInformationMessage(vscode.l10n.t('Written: {0}. The Canisters view shows both projects.', names));
}

/** Each file with what happens to it. */
function fileList({ files }: Conversion): string[] {
  return files.map((file) => `${file.path} (${fileState(file)})`);
}

/** What it shows is on disk now. */
async function closePreview(shown: Pending): Promise<void> {
  const { tabGroups } = vscode.window;
  const tabs = tabGroups.all.flatMap((group) => group.tabs);
  await tabGroups.close(
    tabs.filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && pending.get(input.modified.toString()) === shown,
    ),
  );
}

/** icp.yaml as it is beside icp.yaml as it would be. */
async function showPreview({ documents }: CommandContext, shown: Pending): Promise<void> {
  const { conversion, project } = shown;
  const { manifest } = conversion;
  const name = manifest.path;
  const key = [project.manifest, 'conversion'];
  const preview = Documents.uri(name, key);
  documents.set(preview, {
    text: () => manifest.text,
    closed: () => pending.delete(preview.toString()),
  });
  const empty = Documents.uri(name, [...key, 'before']);
  documents.set(empty, { text: () => '' });
  const before = manifest.before === undefined ? empty : vscode.Uri.file(path.join(project.root, name));
  pending.set(preview.toString(), shown);
  const title = vscode.l10n.t('{0} (preview of the conversion)', name);
  await vscode.commands.executeCommand('vscode.diff', before, preview, title, {
    preview: false,
    viewColumn: vscode.ViewColumn.One,
  });
}

async function showReport({ documents }: CommandContext, project: ProjectMonitor, text: string): Promise<void> {
  // A document of its own each time: a preview that is open already does not look for another text, nor, in VS Code 1.100,
  // for another query.
  const named = Documents.uri(`${vscode.l10n.t('Report of the conversion')}.md`, [project.manifest]);
  const uri = named.with({ path: `/${Date.now()}${named.path}` });
  const content = { text: () => text, lasting: true } as const;
  documents.set(uri, content);
  try {
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  } catch {
    // VS Code's own extension for Markdown is switched off.
    await documents.show(uri, content);
  }
}

/** The project that the command was called on; else the only one of its tool, or the one that is picked. */
async function chooseProject({ workspace }: CommandContext, { manifest }: CommandArgument): Promise<ProjectMonitor> {
  await workspace.ready();
  const projects = workspace.projects.filter(({ engine }) => engine.name === FROM);
  const [first, ...others] = projects;
  if (!first) {
    throw new Failure({ message: msg('There is no dfx.json in this workspace.') });
  }
  const named = projects.find((project) => project.manifest === manifest);
  return named ?? (await pickProject([first, ...others], vscode.l10n.t('Convert which project to icp.yaml?')));
}
