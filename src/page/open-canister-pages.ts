import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { CallLog } from '../core/page/call-log';
import { type PageSubject, readSubject } from '../core/page/messages';
import { createPage } from '../ui/surfaces';
import { CanisterPage, type PageActions, type PageParts, pageOptions } from './canister-page';
import { SampleStore } from './sample-store';
import { pageKey, Sampler } from './sampler';

/** Also in package.json's activation events and in extension.ts, which loads none of this. */
const PAGE_VIEW_TYPE = 'icCanisters.canisterPage';

/** All pages that are open, one for a canister on a target. */
export class OpenCanisterPages implements vscode.Disposable {
  readonly #parts: Omit<PageParts, 'caller'>;
  readonly #actions: () => PageActions;
  readonly #open = new Map<string, CanisterPage>();

  constructor(parts: Omit<PageParts, 'calls' | 'samples' | 'caller'>, actions: () => PageActions) {
    this.#actions = actions;
    const { storageUri, workspaceState } = parts.extension;
    const folder = storageUri && vscode.Uri.joinPath(storageUri, 'samples').fsPath;
    this.#parts = {
      ...parts,
      calls: new CallLog(workspaceState),
      samples: new Sampler(new SampleStore(folder)),
    };
  }

  /** Keeps what a network has answered of a project's canisters, for their pages. */
  measure(project: ProjectMonitor): void {
    void this.#parts.samples.take(project);
  }

  /** Shows the page of a canister, one that is open or a new one. */
  show(subject: PageSubject): void {
    const open = this.#open.get(pageKey(subject));
    if (open) {
      open.reveal();
      return;
    }
    const { extensionUri } = this.#parts.extension;
    this.#take(createPage(PAGE_VIEW_TYPE, subject.canister, pageOptions(extensionUri)), subject);
  }

  /**
   * Fills a panel that was open when the window was closed or loaded anew.
   *
   * @param state what the page kept
   */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const subject = readSubject(state);
    if (!subject || this.#open.has(pageKey(subject))) {
      panel.dispose();
      return;
    }
    this.#take(panel, subject);
  }

  #take(panel: vscode.WebviewPanel, subject: PageSubject): void {
    const page = new CanisterPage(panel, subject, { ...this.#parts, caller: this.#actions() });
    this.#open.set(pageKey(subject), page);
    panel.onDidDispose(() => {
      this.#open.delete(pageKey(subject));
      page.dispose();
    });
  }

  dispose(): void {
    for (const page of this.#open.values()) {
      page.dispose();
    }
    this.#open.clear();
    this.#parts.samples.dispose();
  }
}
