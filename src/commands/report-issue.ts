import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { diagnosis, formUrl } from '../core/report/issue-report';
import type { CommandContext } from './command-context';

/** What VS Code's own form takes in, and what fits into the address of a form in the browser, in characters. */
const FORM_LENGTH = 30_000;
const URL_LENGTH = 7_500;

/** In English, as reports are. */
const QUESTIONS = [
  '<!-- Please check that nothing below is confidential: the report is public. -->',
  '**What did you do, and what happened?**',
  '**What did you expect?**',
].join('\n\n');

interface Manifest {
  readonly version: string;
  readonly bugs: { readonly url: string };
}

/**
 * Opens a form with what is known of this window filled in: VS Code's own on the desktop, the page of the repository in a
 * browser, where VS Code's takes no text. Nothing is sent before the user presses the button there.
 */
export async function reportIssue(context: CommandContext): Promise<void> {
  const { id, packageJSON } = context.extension.extension;
  const tools = await toolVersions(context);
  const diagnose = (limit: number) =>
    diagnosis(
      {
        versions: [...versions(packageJSON), ...tools],
        trusted: vscode.workspace.isTrusted,
        projects: context.workspace.projects.map(({ snapshot }) => snapshot),
        failures: context.failures,
        surroundings: {
          home: os.homedir(),
          folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
          env: process.env,
        },
        now: Date.now(),
      },
      limit,
    );
  if (vscode.env.uiKind === vscode.UIKind.Desktop) {
    await vscode.commands.executeCommand('workbench.action.openIssueReporter', {
      extensionId: id,
      issueBody: QUESTIONS,
      data: diagnose(FORM_LENGTH),
    });
    return;
  }
  const manifests = context.workspace.projects.map(({ manifest }) => path.basename(manifest));
  const url = formUrl((packageJSON as Manifest).bugs.url, manifests, diagnose, URL_LENGTH);
  // As a text: of a `Uri`, VS Code would decode what is encoded, and `&` would end the field.
  await vscode.env.openExternal(url as unknown as vscode.Uri);
}

function versions({ version }: Manifest): [string, string][] {
  const { appName, remoteName = 'no', uiKind, language } = vscode.env;
  // code-server has its host there.
  const remote = /^[a-z-]+$/.test(remoteName) ? remoteName : 'yes';
  const surface = uiKind === vscode.UIKind.Web ? 'browser' : 'desktop';
  return [
    ['IC Canisters', version],
    ['VS Code', `${vscode.version} (${appName}, ${surface}, remote: ${remote}, language: ${language})`],
    ['System', `${os.platform()} ${os.release()} ${os.arch()}, Node ${process.versions.node}`],
  ];
}

/** Asks the tools, unless that would run what nobody said to trust. */
async function toolVersions({ toolchains }: CommandContext): Promise<[string, string][]> {
  return await Promise.all(
    toolchains.map(async ({ engine, tool }): Promise<[string, string]> => {
      if (!vscode.workspace.isTrusted) {
        return [engine, 'not asked'];
      }
      const command = { args: ['--version'], cwd: os.homedir(), stdin: 'ignore', usesKey: false } as const;
      const version = await tool.read(command).catch(() => undefined);
      return [engine, version?.trim().split('\n')[0] ?? 'not found'];
    }),
  );
}
