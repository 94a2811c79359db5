import * as vscode from 'vscode';
import { plainText } from '../core/util/foreign';

export const SCHEME = 'ic-canisters';

/** What a read-only document is made from. */
export interface DocumentContent {
  /** The text at this moment. */
  text(): string;
  /** Nobody has the document open any more. */
  closed?(): void;
  /** It is not forgotten then: what shows it may not keep it open, as a preview of Markdown does not. */
  readonly lasting?: true;
}

/** Read-only documents: replies of calls, logs of canisters, previews of files. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #contents = new Map<string, DocumentContent>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)),
      this.#changed,
    ];
  }

  /**
   * @param title the tab's; its ending decides the language
   * @param key tells documents of the same title apart
   */
  static uri(title: string, key: readonly string[]): vscode.Uri {
    // A slash in a method's name is no folder.
    return vscode.Uri.from({
      scheme: SCHEME,
      path: `/${plainText(title, 200).replace(/[\\/]/g, '_')}`,
      query: JSON.stringify(key),
    });
  }

  get(uri: vscode.Uri): DocumentContent | undefined {
    return this.#contents.get(uri.toString());
  }

  /** Shows a document, new or with a new text. */
  async show(uri: vscode.Uri, content: DocumentContent, viewColumn?: vscode.ViewColumn): Promise<vscode.TextEditor> {
    this.set(uri, content);
    const document = await vscode.workspace.openTextDocument(uri);
    return await vscode.window.showTextDocument(document, {
      preview: false,
      viewColumn,
      // Beside another editor, that one stays the one that is written in.
      preserveFocus: viewColumn !== undefined,
    });
  }

  /** Gives a document a text, for whatever shows it next. */
  set(uri: vscode.Uri, content: DocumentContent): void {
    const key = uri.toString();
    const old = this.#contents.get(key);
    this.#contents.set(key, content);
    if (old !== content) {
      old?.closed?.();
    }
    this.changed(uri);
  }

  changed(uri: vscode.Uri): void {
    this.#changed.fire(uri);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // The tab was restored after a reload of the window; its content is gone.
    return this.get(uri)?.text() ?? `// ${vscode.l10n.t('This is no longer available.')}\n`;
  }

  #close(uri: vscode.Uri): void {
    if (uri.scheme === SCHEME) {
      const key = uri.toString();
      const content = this.#contents.get(key);
      if (!content?.lasting) {
        this.#contents.delete(key);
        content?.closed?.();
      }
    }
  }

  dispose(): void {
    for (const content of this.#contents.values()) {
      content.closed?.();
    }
    this.#contents.clear();
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}
