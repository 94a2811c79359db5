import os from 'node:os';
import * as vscode from 'vscode';
import { diagnosis } from '../core/report/issue-report';
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
  await openForm((packageJSON as Manifest).bugs.url, diagnose);
}

/** Opens the form of the repository with as much in it as fits into an address. */
async function openForm(issues: string, diagnose: (limit: number) => string): Promise<void> {
  const page = (limit: number) => `${issues}/new?body=${encodeURIComponent(`${QUESTIONS}\n\n${diagnose(limit)}\n`)}`;
  let limit = URL_LENGTH;
  let url = page(limit);
  while (url.length > URL_LENGTH && limit > 100) {
    limit = Math.floor(limit * 0.8);
    url = page(limit);
  }
  // As a text: of a `Uri`, VS Code would decode what is encoded, and `&` would end the body.
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
