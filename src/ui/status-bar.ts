import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { reachesMainnet } from '../core/project/network';
import type { Disposable } from '../core/util/events';
import { projectLabel } from '../tree/canister-tree';
import { ProjectChanges } from './project-changes';
import { setStatusText } from './surfaces';
import { translate } from './translate';

/** Side by side, to the left of VS Code's count of problems, which has 50. */
const NETWORK_PRIORITY = 52;
const IDENTITY_PRIORITY = 51;

/** Network and identity of the project that is being worked on, each a switcher. */
export class StatusBar implements vscode.Disposable {
  readonly #monitor: WorkspaceMonitor;
  readonly #network: vscode.StatusBarItem;
  readonly #identity: vscode.StatusBarItem;
  readonly #disposables: Disposable[];
  /** Of several projects, the one whose file was in front last. */
  #current: string | undefined;

  constructor(monitor: WorkspaceMonitor) {
    this.#monitor = monitor;
    this.#network = vscode.window.createStatusBarItem(
      'icCanisters.network',
      vscode.StatusBarAlignment.Left,
      NETWORK_PRIORITY,
    );
    this.#network.name = vscode.l10n.t('IC network');
    this.#identity = vscode.window.createStatusBarItem(
      'icCanisters.identity',
      vscode.StatusBarAlignment.Left,
      IDENTITY_PRIORITY,
    );
    this.#identity.name = vscode.l10n.t('IC identity');
    this.#disposables = [
      this.#network,
      this.#identity,
      new ProjectChanges(monitor, () => this.#update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()),
    ];
    this.#update();
  }

  #update(): void {
    const project = this.#project();
    if (!project || !vscode.workspace.isTrusted) {
      this.#network.hide();
      this.#identity.hide();
      return;
    }
    const { snapshot } = project;
    // Of several projects only the one that is shown is switched.
    const several = this.#monitor.projects.length > 1;
    const args = several ? [{ dfxJson: project.project.dfxJson }] : [];
    const where = several ? ` (${projectLabel(project)})` : '';
    const mainnet = snapshot.network !== undefined && reachesMainnet(snapshot.network.url);

    setStatusText(this.#network, {
      codicon: 'globe',
      text: snapshot.networkName,
      tooltip: [
        `${vscode.l10n.t('Network: {0}', snapshot.networkName)}${where}`,
        ...(mainnet ? [vscode.l10n.t('This is mainnet: changes last and cost cycles.')] : []),
        ...(snapshot.network ? [snapshot.network.url] : []),
        ...(snapshot.networkProblem ? [translate(snapshot.networkProblem)] : []),
      ],
      spoken: mainnet
        ? vscode.l10n.t('Network {0}, mainnet', snapshot.networkName)
        : vscode.l10n.t('Network {0}', snapshot.networkName),
    });
    this.#network.backgroundColor = mainnet ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#network.command = {
      command: 'icCanisters.selectNetwork',
      title: vscode.l10n.t('Choose the network'),
      arguments: args,
    };
    this.#network.show();

    const { identity } = snapshot;
    if (!identity) {
      this.#identity.hide();
      return;
    }
    const locked = identity.note !== undefined;
    setStatusText(this.#identity, {
      codicon: locked ? 'lock' : 'key',
      text: identity.name,
      tooltip: [
        `${vscode.l10n.t('Identity: {0}', identity.name)}${where}`,
        identity.chosenBy === 'dfx' ? vscode.l10n.t('As selected in dfx') : vscode.l10n.t('Chosen for this project'),
        ...(identity.note ? [translate(identity.note)] : []),
      ],
      spoken: vscode.l10n.t('Identity {0}', identity.name),
    });
    this.#identity.backgroundColor = mainnet ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#identity.command = {
      command: 'icCanisters.selectIdentity',
      title: vscode.l10n.t('Choose the identity'),
      arguments: args,
    };
    this.#identity.show();
  }

  #project(): ProjectMonitor | undefined {
    const { projects } = this.#monitor;
    const file = vscode.window.activeTextEditor?.document.uri;
    if (file?.scheme === 'file') {
      const around = projects
        .filter(({ project }) => isInside(project.root, file.fsPath))
        .sort((a, b) => b.project.root.length - a.project.root.length);
      this.#current = around[0]?.project.dfxJson ?? this.#current;
    }
    return projects.find(({ project }) => project.dfxJson === this.#current) ?? projects[0];
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(folder) && /^[\\/]/.test(file.slice(folder.length));
}
