import * as vscode from 'vscode';
import type { Ownership } from '../core/monitor/ownership';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { targetWords } from '../core/monitor/project-snapshot';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { CallLog } from '../core/page/call-log';
import { type FromPage, type PageSubject, readFromPage, type ToPage } from '../core/page/messages';
import { absentContent, type PageContent, pageContent } from '../core/page/page-state';
import { readCanisterFiles } from '../core/rows/canister-files';
import type { RowAction } from '../core/rows/row';
import { innermostMessage } from '../core/util/errors';
import { msg } from '../core/util/message';
import { fileNameOf } from '../core/util/paths';
import { copyText } from '../ui/dialogs';
import { onDidCloseQuestion, setPageTitle, showErrorMessage, showInStatusBar } from '../ui/surfaces';
import { type PageCaller, PageCalls, pageTarget } from './page-calls';
import { PageLogs } from './page-logs';
import { PageRequests } from './page-requests';
import { PageSamples } from './page-samples';
import { PageSettingsHost, type SettingsEditor } from './page-settings';
import { PageSnapshotsHost, type SnapshotKeeper } from './page-snapshots';
import { pageKey, type Sampler } from './sampler';
import { pageFolder, shellHtml } from './shell';

/** What is done for a page. */
export type PageActions = PageCaller & SettingsEditor & SnapshotKeeper;

/** What a page works on. */
export interface PageParts {
  readonly extension: vscode.ExtensionContext;
  readonly workspace: WorkspaceMonitor;
  readonly ownership: Ownership;
  readonly caller: PageActions;
  readonly calls: CallLog;
  readonly samples: Sampler;
}

/** Milliseconds in which changes become one. */
const TOGETHER_MS = 30;

/** The page of one canister on one target, in an editor. Networks are asked while it is visible. */
export class CanisterPage implements vscode.Disposable {
  readonly subject: PageSubject;
  readonly #panel: vscode.WebviewPanel;
  readonly #parts: PageParts;
  readonly #viewer: string;
  readonly #calls: PageCalls;
  readonly #requests: PageRequests;
  readonly #logs: PageLogs;
  readonly #samples: PageSamples;
  readonly #settings: PageSettingsHost;
  readonly #snapshots: PageSnapshotsHost;
  readonly #subscriptions: vscode.Disposable[];
  #content: PageContent | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The page's script runs. */
  #ready = false;
  /** How many things are being done that the page has asked for. */
  #doing = 0;
  /** Counts what was begun to be read, so that an older reading never replaces a newer one. */
  #turn = 0;
  #sent = '';

  constructor(panel: vscode.WebviewPanel, subject: PageSubject, parts: PageParts) {
    this.#panel = panel;
    this.#parts = parts;
    this.subject = subject;
    this.#calls = new PageCalls(parts, subject, (message) => this.#send(message));
    this.#requests = new PageRequests(parts, subject, (message) => this.#send(message));
    this.#logs = new PageLogs(
      () => pageTarget(parts.workspace, subject),
      parts.caller,
      (message) => this.#send(message),
    );
    this.#samples = new PageSamples(parts.workspace, subject, parts.samples, (message) => this.#send(message));
    this.#settings = new PageSettingsHost(parts, subject, (message) => this.#send(message));
    this.#snapshots = new PageSnapshotsHost(parts.workspace, parts.caller, subject, (message) => this.#send(message));
    this.#viewer = `page:${pageKey(subject)}`;
    const { workspace, extension } = parts;
    const folder = pageFolder(extension.extensionUri);
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidChangeViewState(() => this.#shown()),
      onDidCloseQuestion(() => this.#takeFocusBack()),
      workspace.onDidChangeProjects(() => this.#changed()),
      workspace.onDidChangeProject(({ project }) => {
        if (project.manifest === subject.manifest) {
          this.#changed();
        }
      }),
    ];
    setPageTitle(panel, `${subject.canister} (${subject.target})`);
    const icon = (theme: string) => vscode.Uri.joinPath(extension.extensionUri, 'media', `page-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = pageOptions(extension.extensionUri);
    panel.webview.html = shellHtml(panel.webview, folder);
    this.#shown();
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#calls.dispose();
    this.#requests.dispose();
    this.#logs.dispose();
    this.#samples.dispose();
    this.#settings.restart();
    this.#snapshots.restart();
    this.#parts.workspace.setVisible(false, this.#viewer);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #shown(): void {
    const { visible } = this.#panel;
    this.#parts.workspace.setVisible(visible, this.#viewer);
    this.#samples.setVisible(visible);
    if (!visible) {
      // Its script goes with it, and says `ready` when it is there again.
      this.#ready = false;
      this.#logs.restart();
      this.#samples.follow(false);
      this.#settings.restart();
      this.#snapshots.restart();
    }
  }

  #receive(value: unknown): void {
    const message = readFromPage(value);
    switch (message?.type) {
      case 'ready':
        this.#ready = true;
        this.#sent = '';
        this.#send({
          type: 'init',
          translations: Object.entries(vscode.l10n.bundle ?? {}),
          subject: this.subject,
        });
        this.#calls.restart();
        this.#logs.restart();
        this.#settings.restart();
        this.#snapshots.restart();
        void this.#update();
        break;
      case 'interface':
        void this.#calls.sendInterface();
        void this.#requests.tell();
        break;
      case 'call':
        void this.#do(this.#calls.call(message));
        break;
      case 'copyCall':
        void this.#calls.copy(message);
        break;
      case 'saveCall':
        void this.#do(this.#save(message));
        break;
      case 'openRequest':
        void this.#requests.place(message.index).then((place) => this.#act(place));
        break;
      case 'log':
        this.#logs.follow(message.follow);
        break;
      case 'openPlace':
        void this.#logs.place(message.name).then((place) => this.#act(place));
        break;
      case 'saveLog':
        void this.#saveLog(message.text);
        break;
      case 'samples':
        this.#samples.follow(message.follow);
        break;
      case 'settings':
        this.#settings.follow(message.follow);
        break;
      case 'apply':
        void this.#do(this.#settings.apply(message.settings));
        break;
      case 'change':
        void this.#do(this.#settings.change(message.setting));
        break;
      case 'snapshots':
        this.#snapshots.follow(message.follow);
        break;
      case 'snapshot':
        void this.#do(this.#snapshots.act(message));
        break;
      case 'cancel':
        this.#calls.cancel(message.turn);
        break;
      case 'press':
        void this.#do(this.#act(this.#actionOf(message.id)));
        break;
      case 'copy':
        void this.#copy(this.#content?.copies.get(message.id));
        break;
      case undefined:
        break;
    }
  }

  /** Does what the page has asked for. */
  async #do(work: Promise<void>): Promise<void> {
    this.#doing += 1;
    try {
      await work;
    } finally {
      this.#doing -= 1;
    }
  }

  /** After a question, VS Code gives the focus back to the editor, but at times not to the page in it. */
  #takeFocusBack(): void {
    if (this.#doing > 0 && this.#panel.active) {
      this.#panel.reveal();
    }
  }

  #actionOf(id: string): RowAction | undefined {
    return this.#content?.actions.get(id) ?? this.#settings.action(id) ?? this.#snapshots.action(id);
  }

  async #act(action: RowAction | undefined): Promise<void> {
    const { manifest } = this.subject;
    switch (action?.do) {
      case 'open':
        await vscode.commands.executeCommand('icCanisters.openFile', action.file, action.range);
        break;
      case 'reveal':
        await vscode.commands.executeCommand('icCanisters.openPage', { manifest, canister: action.canister });
        break;
      case 'command':
        await vscode.commands.executeCommand(action.command, action.argument ?? { manifest });
        break;
      case undefined:
        break;
    }
  }

  async #save(message: Extract<FromPage, { type: 'saveCall' }>): Promise<void> {
    if (await this.#calls.save(message)) {
      await this.#requests.tell();
    }
  }

  async #saveLog(text: string): Promise<void> {
    const { manifest, canister, target } = this.subject;
    const name = fileNameOf(`${canister}-${target}`);
    const file = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(vscode.Uri.file(manifest), '..', `${name}.log`),
    });
    if (file) {
      try {
        await vscode.workspace.fs.writeFile(file, Buffer.from(text));
        showInStatusBar('check', vscode.l10n.t('Saved in {0}', vscode.workspace.asRelativePath(file)));
      } catch (error) {
        void showErrorMessage(vscode.l10n.t('The log cannot be saved. {0}', innermostMessage(error)));
      }
    }
  }

  async #copy(text: string | undefined): Promise<void> {
    if (text !== undefined) {
      await copyText(text);
    }
  }

  #changed(): void {
    if (this.#ready) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#update();
      }, TOGETHER_MS);
    }
  }

  async #update(): Promise<void> {
    const turn = ++this.#turn;
    const content = await this.#read();
    if (turn === this.#turn && this.#ready) {
      this.#content = content;
      const message: ToPage = { type: 'state', state: content.state };
      const text = JSON.stringify(message);
      if (text !== this.#sent) {
        this.#sent = text;
        this.#send(message);
      }
      this.#calls.canisterChanged();
      this.#logs.canisterChanged();
      void this.#settings.canisterChanged();
      this.#snapshots.canisterChanged();
    }
  }

  async #read(): Promise<PageContent> {
    const { workspace, ownership } = this.#parts;
    const { manifest, canister, target } = this.subject;
    const absent = (...[why, actions]: [Parameters<typeof absentContent>[2], Parameters<typeof absentContent>[3]?]) =>
      absentContent(canister, [target], why, actions);
    if (!vscode.workspace.isTrusted) {
      return absent(msg('This workspace is not trusted: nothing is run in it and no network is asked.'), [
        [msg('Manage workspace trust'), { do: 'command', command: 'workbench.trust.manage' }],
      ]);
    }
    const project = workspace.project(manifest);
    if (!project) {
      return workspace.scanned
        ? absent(msg('{0} is not there any more, or is in no folder of this workspace.', manifest))
        : absent(msg('Looking for the project…'));
    }
    if (!project.snapshot.loaded) {
      await project.load();
    }
    if (project.snapshot.target.name !== target) {
      return otherTarget(project, canister, target);
    }
    if (!project.canister(canister)) {
      return absent(msg('{0} has no canister named {1}.', manifest, canister), [
        [msg('Open file'), { do: 'open', file: manifest }],
      ]);
    }
    const now = Date.now();
    const files = await readCanisterFiles(project, canister, ownership, now);
    // It may have gone meanwhile.
    return project.canister(canister)
      ? pageContent({ project, canister, files, projects: workspace.projects, now })
      : this.#read();
  }

  #send(message: ToPage): void {
    if (this.#ready) {
      void this.#panel.webview.postMessage(message);
    }
  }
}

/** Of a project, only the network that is selected is asked. */
function otherTarget(project: ProjectMonitor, canister: string, target: string): PageContent {
  const { manifest, snapshot } = project;
  const why = msg('The project works on {0} now. This page is of {1}.', targetWords(snapshot.target), target);
  return absentContent(canister, [target], why, [
    [msg('Select network'), { do: 'command', command: 'icCanisters.selectNetwork', argument: { manifest } }],
    [msg('Open the page of {0}', snapshot.target.name), { do: 'reveal', canister }],
  ]);
}

/** What a page may do: run its script, and load that and its style. */
export function pageOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pageFolder(extension)] };
}
