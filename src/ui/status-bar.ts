import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { reachesMainnet } from '../core/project/network';
import type { Disposable } from '../core/util/events';
import { isInside } from '../core/util/paths';
import { projectLabel } from '../tree/canister-tree';
import { ProjectChanges } from './project-changes';
import { translate } from './translate';

/** Side by side, to the left of VS Code's count of problems, which has 50. */
const NETWORK_PRIORITY = 52;
const IDENTITY_PRIORITY = 51;

/** Network and identity of the project that is being worked on, each a switcher. */
export class StatusBar implements vscode.Disposable {
  readonly #workspace: WorkspaceMonitor;
  readonly #network: vscode.StatusBarItem;
  readonly #identity: vscode.StatusBarItem;
  readonly #disposables: Disposable[];
  /** Of several projects, the one whose file was in front last. */
  #current: string | undefined;

  constructor(workspace: WorkspaceMonitor) {
    this.#workspace = workspace;
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
      new ProjectChanges(workspace, () => this.#update()),
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
    const several = this.#workspace.projects.length > 1;
    const args = several ? [{ manifest: project.manifest }] : [];
    const where = several ? ` (${projectLabel(project)})` : '';
    const mainnet = snapshot.target.network !== undefined && reachesMainnet(snapshot.target.network.url);

    this.#network.text = `$(globe) ${escapeIcons(snapshot.target.name)}`;
    this.#network.tooltip = [
      `${vscode.l10n.t('Network: {0}', snapshot.target.name)}${where}`,
      ...(mainnet ? [vscode.l10n.t('This is mainnet: changes last and cost cycles.')] : []),
      ...(snapshot.target.network ? [snapshot.target.network.url] : []),
      ...(snapshot.target.problem ? [translate(snapshot.target.problem)] : []),
    ].join('\n');
    this.#network.accessibilityInformation = {
      label: mainnet
        ? vscode.l10n.t('Network {0}, mainnet', snapshot.target.name)
        : vscode.l10n.t('Network {0}', snapshot.target.name),
      role: 'button',
    };
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
    this.#identity.text = `$(${locked ? 'lock' : 'key'}) ${escapeIcons(identity.name)}`;
    this.#identity.tooltip = [
      `${vscode.l10n.t('Identity: {0}', identity.name)}${where}`,
      identity.chosenBy === 'tool' ? vscode.l10n.t('As selected in dfx') : vscode.l10n.t('Chosen for this project'),
      ...(identity.note ? [translate(identity.note)] : []),
    ].join('\n');
    this.#identity.accessibilityInformation = { label: vscode.l10n.t('Identity {0}', identity.name), role: 'button' };
    this.#identity.backgroundColor = mainnet ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#identity.command = {
      command: 'icCanisters.selectIdentity',
      title: vscode.l10n.t('Choose the identity'),
      arguments: args,
    };
    this.#identity.show();
  }

  #project(): ProjectMonitor | undefined {
    const { projects } = this.#workspace;
    const file = vscode.window.activeTextEditor?.document.uri;
    if (file?.scheme === 'file') {
      const around = projects
        .filter(({ root }) => isInside(root, file.fsPath))
        .sort((a, b) => b.root.length - a.root.length);
      this.#current = around[0]?.manifest ?? this.#current;
    }
    return projects.find(({ manifest }) => manifest === this.#current) ?? projects[0];
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

/** Names come from files: `$(…)` in one is text, not an icon. */
function escapeIcons(text: string): string {
  return text.replaceAll('$(', '$ (');
}
