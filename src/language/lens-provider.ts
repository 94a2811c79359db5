import * as vscode from 'vscode';
import { rangeOf } from '../core/document/tree';
import { lensActions } from '../core/language/lens';
import type { CanisterLiveSource } from '../core/monitor/source';
import { shortId } from '../core/util/shorten';
import { codeLens } from '../ui/surfaces';
import { toRange } from '../ui/to-range';
import { translate } from '../ui/translate';
import type { LanguageProjects } from './projects';

/** Events of the live source within this time, in milliseconds, redraw the lenses once. */
const REDRAW_DELAY = 200;

/** Status and actions over each canister, from the same source as the tree. */
export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: { dispose(): unknown }[];
  #commands: Thenable<readonly string[]> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly projects: LanguageProjects,
    readonly live: CanisterLiveSource,
  ) {
    this.#subscriptions = [
      this.#changed,
      live.onDidChange(() => {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#changed.fire();
        }, REDRAW_DELAY);
      }),
      projects.onDidChange(() => this.#changed.fire()),
      vscode.extensions.onDidChange(() => {
        this.#commands = undefined;
        this.#changed.fire();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('icCanisters.language.codeLens')) {
          return;
        }
        this.#changed.fire();
        this.#watch();
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#watch()),
    ];
    this.#watch();
  }

  /** Live state is wanted while a manifest with lenses is in sight. */
  #watch(): void {
    this.live.setWatched(
      vscode.window.visibleTextEditors.some(({ document }) => this.#hasLenses(document) && areLensesOn(document)),
    );
  }

  #hasLenses(document: vscode.TextDocument): boolean {
    const kind = this.projects.kindOf(document);
    return kind === 'manifest' || kind === 'part';
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!this.#hasLenses(document) || !areLensesOn(document)) {
      return [];
    }
    this.#commands ??= vscode.commands.getCommands(true);
    const available = new Set(await this.#commands);
    const lenses: vscode.CodeLens[] = [];
    const manifest = this.projects.of(document).project.manifestFile;
    const language = this.projects.read(document);
    for (const { command, title } of language.actions?.() ?? []) {
      if (available.has(command)) {
        const action = { command, arguments: [{ manifest }] };
        lenses.push(codeLens(new vscode.Range(0, 0, 0, 0), undefined, translate(title), action));
      }
    }
    for (const { kind, name: canister, node, readable, runs } of language.definitions) {
      if (kind !== 'canister' || !readable) {
        continue;
      }
      const info = this.live.get(manifest, canister);
      if (info === undefined) {
        continue;
      }
      const place = toRange(document, rangeOf(node));
      const argument = { manifest, canister };
      const add = (title: string, command: string, codicon?: string): void => {
        const isThere = available.has(command);
        lenses.push(
          codeLens(place, codicon, title, { command: isThere ? command : '', arguments: isThere ? [argument] : [] }),
        );
      };
      const id = info.canisterId === undefined ? '' : ` · ${shortId(info.canisterId)}`;
      add(`${translate(info.label)}${id}`, 'icCanisters.revealCanister', info.codicon);
      if (!vscode.workspace.isTrusted) {
        if (runs) {
          lenses.push(codeLens(place, 'warning', translate(runs), { command: '' }));
        }
        continue;
      }
      for (const { command, title } of lensActions(info.operations)) {
        if (available.has(command)) {
          add(translate(title), command);
        }
      }
      add(vscode.l10n.t('Open page'), 'icCanisters.openPage');
    }
    return lenses;
  }

  dispose(): void {
    this.live.setWatched(false);
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}

function areLensesOn(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('icCanisters.language', document).get('codeLens', true);
}
