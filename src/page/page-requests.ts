import * as vscode from 'vscode';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { cut } from '../core/page/bounds';
import { MAX_CANDID, type PageSubject, type ToPage } from '../core/page/messages';
import type { RowAction } from '../core/rows/row';
import { type FoundRequest, type PageCaller, pageTarget, REQUEST_EXTENSION, REQUEST_FOLDER } from './page-calls';

/** Milliseconds in which changes of files become one. */
const TOGETHER_MS = 100;

interface Parts {
  readonly workspace: WorkspaceMonitor;
  readonly caller: Pick<PageCaller, 'requests'>;
}

/** The named requests of one page's canister. They are read while the page is there, and again when their files change. */
export class PageRequests implements vscode.Disposable {
  readonly #parts: Parts;
  readonly #subject: PageSubject;
  readonly #send: (message: ToPage) => void;
  #watcher: vscode.Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sent: readonly FoundRequest[] = [];
  /** Counts readings: an older one never replaces a newer one. */
  #turn = 0;

  constructor(parts: Parts, subject: PageSubject, send: (message: ToPage) => void) {
    this.#parts = parts;
    this.#subject = subject;
    this.#send = send;
  }

  async tell(): Promise<void> {
    this.#watch();
    const turn = ++this.#turn;
    const found = await this.#read();
    if (turn === this.#turn) {
      this.#sent = found;
      const requests = found.map(({ name, method, kind, arguments: text }) => ({
        name: cut(name),
        method: cut(method),
        kind,
        arguments: text,
      }));
      this.#send({ type: 'requests', requests });
    }
  }

  /** Where a request that the page shows is by now. */
  async place(index: number): Promise<RowAction | undefined> {
    const shown = this.#sent[index];
    const found = shown && (await this.#read());
    return found?.find(({ name, place }) => name === shown?.name && place.file === shown.place.file)?.place;
  }

  async #read(): Promise<readonly FoundRequest[]> {
    const { workspace, caller } = this.#parts;
    const { manifest, canister } = this.#subject;
    if (!workspace.project(manifest)?.canister(canister)) {
      return [];
    }
    const found = await caller.requests(pageTarget(workspace, this.#subject));
    return found.filter(({ arguments: { length } }) => length <= MAX_CANDID);
  }

  #watch(): void {
    const root = this.#parts.workspace.project(this.#subject.manifest)?.root;
    if (this.#watcher || root === undefined) {
      return;
    }
    // Of a folder that comes with files in it, VS Code may tell the folder alone.
    const pattern = `{${REQUEST_FOLDER},${REQUEST_FOLDER}/*${REQUEST_EXTENSION}}`;
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(root), pattern),
    );
    const changed = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.tell();
      }, TOGETHER_MS);
    };
    const heard = [watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
    this.#watcher = vscode.Disposable.from(watcher, ...heard);
  }

  dispose(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#watcher?.dispose();
  }
}
