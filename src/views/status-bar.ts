import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { isMainnet } from '../core/project/network';
import { projectLabel, projectsInFront } from '../ui/project-label';
import { type StatusText, setStatusText } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { onProjectChange } from './project-changes';

/** Side by side, to the left of VS Code's count of problems, which has 50. */
const NETWORK_PRIORITY = 52;
const IDENTITY_PRIORITY = 51;

/** Network and identity of the project that is being worked on, each a switcher. */
export class StatusBar implements vscode.Disposable {
  readonly #workspace: WorkspaceMonitor;
  readonly #network = createItem('icCanisters.network', NETWORK_PRIORITY, vscode.l10n.t('IC network'));
  readonly #identity = createItem('icCanisters.identity', IDENTITY_PRIORITY, vscode.l10n.t('IC identity'));
  readonly #disposables: { dispose(): void }[];
  /** Of several projects, the one whose file was in front last. */
  #current: string | undefined;

  constructor(workspace: WorkspaceMonitor) {
    this.#workspace = workspace;
    const update = () => this.#update();
    this.#disposables = [
      this.#network,
      this.#identity,
      ...onProjectChange(workspace, update),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
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
    // Of several projects only the one that is shown is switched.
    const several = this.#workspace.projects.length > 1;
    const args = several ? [{ manifest: project.manifest }] : [];
    const where = several ? ` (${projectLabel(project)})` : '';
    const { target, identity, tool } = project.snapshot;
    const mainnet = target.network !== undefined && isMainnet(target.network);
    const background = mainnet ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;

    show(this.#network, {
      codicon: 'globe',
      text: `${target.name}${where}`,
      tooltip: [
        target.environment
          ? `${vscode.l10n.t('Environment: {0}', target.name)}${where}`
          : `${vscode.l10n.t('Network: {0}', target.name)}${where}`,
        target.environment && target.network ? vscode.l10n.t('Network: {0}', target.network.name) : undefined,
        mainnet ? vscode.l10n.t('This is mainnet: changes last and cost cycles.') : undefined,
        target.network?.local ? vscode.l10n.t('A network on this computer: it costs nothing.') : undefined,
        target.network?.url,
        target.problem && translate(target.problem),
      ],
      spoken: spokenTarget(target.name, target.environment === true, mainnet),
      background,
      command: {
        command: 'icCanisters.selectNetwork',
        title: target.environment ? vscode.l10n.t('Choose the environment') : vscode.l10n.t('Choose the network'),
        arguments: args,
      },
    });

    if (!identity) {
      this.#identity.hide();
      return;
    }
    show(this.#identity, {
      codicon: identity.note ? 'lock' : 'key',
      text: identity.name,
      tooltip: [
        `${vscode.l10n.t('Identity: {0}', identity.name)}${where}`,
        identity.chosenBy === 'tool'
          ? vscode.l10n.t('As selected in {0}', tool)
          : vscode.l10n.t('Chosen for this project'),
        identity.ref.kind === 'anonymous' && !identity.note ? vscode.l10n.t('No key: what anybody may do.') : undefined,
        identity.note && translate(identity.note),
      ],
      spoken: vscode.l10n.t('Identity {0}', identity.name),
      background,
      command: { command: 'icCanisters.selectIdentity', title: vscode.l10n.t('Choose the identity'), arguments: args },
    });
  }

  #project(): ProjectMonitor | undefined {
    const { projects } = this.#workspace;
    this.#current = projectsInFront(projects)[0]?.manifest ?? this.#current;
    return projects.find(({ manifest }) => manifest === this.#current) ?? projects[0];
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function createItem(id: string, priority: number, name: string): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority);
  item.name = name;
  return item;
}

interface ItemState extends StatusText {
  readonly background: vscode.ThemeColor | undefined;
  readonly command: vscode.Command;
}

function show(item: vscode.StatusBarItem, state: ItemState): void {
  setStatusText(item, state);
  item.backgroundColor = state.background;
  item.command = state.command;
  item.show();
}

function spokenTarget(name: string, environment: boolean, mainnet: boolean): string {
  if (environment) {
    return mainnet ? vscode.l10n.t('Environment {0}, mainnet', name) : vscode.l10n.t('Environment {0}', name);
  }
  return mainnet ? vscode.l10n.t('Network {0}, mainnet', name) : vscode.l10n.t('Network {0}', name);
}
