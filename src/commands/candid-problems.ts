import * as vscode from 'vscode';
import type { CallProblem } from '../core/candid/typed-arguments';
import type { Span } from '../core/candid/value-parser';
import { plainText } from '../core/util/foreign';
import { shortText } from '../core/util/shorten';
import { toRange } from '../ui/to-range';
import { translate } from '../ui/translate';

/** Milliseconds after the last key until a text is checked. */
const CHECK_DELAY = 150;

/** Selects a place, and brings it into sight. */
export function selectIn(editor: vscode.TextEditor, place: Span): void {
  const range = toRange(editor.document, place);
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** What keeps a call of a document from being made, with what would mend it. */
export function fixesOf(
  document: vscode.TextDocument,
  problems: readonly CallProblem[],
  range: vscode.Range,
): vscode.CodeAction[] {
  return problems.flatMap((problem) => {
    const place = toRange(document, problem);
    if (problem.fix === undefined || !place.intersection(range)) {
      return [];
    }
    const title = vscode.l10n.t('Write {0}', shortText(problem.fix, 60));
    const action = new vscode.CodeAction(plainText(title), vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.replace(document.uri, place, problem.fix);
    action.isPreferred = true;
    return [action];
  });
}

/** Shows what is wrong with the documents of one kind, while they are typed. */
export class CandidProblems implements vscode.Disposable {
  readonly #find: (document: vscode.TextDocument) => readonly CallProblem[];
  readonly #isOurs: (document: vscode.TextDocument) => boolean;
  readonly #collection: vscode.DiagnosticCollection;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #disposables: vscode.Disposable[];

  /** @param name of the collection of problems */
  constructor(
    name: string,
    isOurs: (document: vscode.TextDocument) => boolean,
    find: (document: vscode.TextDocument) => readonly CallProblem[],
  ) {
    this.#isOurs = isOurs;
    this.#find = find;
    this.#collection = vscode.languages.createDiagnosticCollection(name);
    this.#disposables = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#isOurs(document) && this.show(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#showSoon(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#collection.delete(uri)),
    ];
  }

  /** Shows what is wrong with a document at its places, and returns it. */
  show(document: vscode.TextDocument): readonly CallProblem[] {
    const problems = this.#find(document);
    this.#collection.set(
      document.uri,
      problems.map((problem) => {
        const diagnostic = new vscode.Diagnostic(toRange(document, problem), plainText(translate(problem.message)));
        diagnostic.source = 'Candid';
        return diagnostic;
      }),
    );
    return problems;
  }

  /** Looks at all open documents anew. */
  showAll(): void {
    for (const document of vscode.workspace.textDocuments) {
      this.#showSoon(document);
    }
  }

  #showSoon(document: vscode.TextDocument): void {
    if (!this.#isOurs(document)) {
      return;
    }
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    const check = () => {
      this.#timers.delete(key);
      if (!document.isClosed) {
        this.show(document);
      }
    };
    this.#timers.set(key, setTimeout(check, CHECK_DELAY));
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
