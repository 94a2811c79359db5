import * as vscode from 'vscode';
import { expectationAt } from '../core/candid/expected';
import { type CallProblem, checkTypedArguments, type ExpectedTypes } from '../core/candid/typed-arguments';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { plainText } from '../core/util/foreign';
import { codeLens } from '../ui/surfaces';
import { candidCompletions } from './candid-completions';
import { CandidProblems, fixesOf } from './candid-problems';
import type { NamedPrincipal } from './principal-names';

const SCHEME = 'ic-canisters-arguments';

/** A method whose arguments are written in an editor. */
export interface ArgumentForm {
  readonly target: CanisterRef;
  readonly method: string;
  readonly kind: 'query' | 'update';
  readonly expected: ExpectedTypes;
}

interface Surroundings {
  /** Principals that can be chosen for one canister's arguments. */
  owners(target: CanisterRef): Promise<readonly NamedPrincipal[]>;
  /** Tells when networks or identities, which lenses name, may have changed. */
  watchTargets(changed: () => void): vscode.Disposable;
}

interface StoredFile {
  form: ArgumentForm;
  data: Uint8Array;
  /** Milliseconds since 1970. */
  modified: number;
}

/**
 * Documents of arguments: kept in memory, checked against the method's types while they are typed, with the fields and
 * cases that may stand at the cursor, and a lens that calls.
 */
export class ArgumentDocuments
  implements
    vscode.FileSystemProvider,
    vscode.CompletionItemProvider,
    vscode.CodeLensProvider,
    vscode.CodeActionProvider,
    vscode.Disposable
{
  readonly #files = new Map<string, StoredFile>();
  readonly #surroundings: Surroundings;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #problems = new CandidProblems(
    'icCanisters.arguments',
    ({ uri }) => uri.scheme === SCHEME,
    (document) => this.#find(document),
  );
  readonly #disposables: vscode.Disposable[];
  readonly onDidChangeFile = this.#changed.event;
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    const documents = { scheme: SCHEME };
    this.#disposables = [
      this.#changed,
      this.#lensesChanged,
      this.#problems,
      vscode.workspace.registerFileSystemProvider(SCHEME, this),
      vscode.languages.registerCompletionItemProvider(documents, this, '{', '=', ';', ' '),
      vscode.languages.registerCodeLensProvider(documents, this),
      vscode.languages.registerCodeActionsProvider(documents, this),
    ];
  }

  /** Opens the arguments of a method, with a text where there is none yet or where the method has other types now. */
  async open(form: ArgumentForm, text: string): Promise<vscode.TextEditor> {
    if (this.#files.size === 0) {
      this.#disposables.push(this.#surroundings.watchTargets(() => this.#lensesChanged.fire()));
    }
    const uri = uriOf(form);
    const key = uri.toString();
    const known = this.#files.get(key);
    const kept = known && checkTypedArguments(Buffer.from(known.data).toString(), form.expected).length === 0;
    this.#files.set(key, {
      form,
      data: kept ? known.data : Buffer.from(text),
      modified: kept ? known.modified : Date.now(),
    });
    if (known && !kept) {
      this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
    const editor = await vscode.window.showTextDocument(uri, { preview: false });
    this.#problems.show(editor.document);
    this.#lensesChanged.fire();
    return editor;
  }

  /** The form that a document is of. */
  form(uri: vscode.Uri): ArgumentForm | undefined {
    return this.#files.get(uri.toString())?.form;
  }

  /** The types that the canister wants by now. */
  update(uri: vscode.Uri, form: ArgumentForm): void {
    const file = this.#files.get(uri.toString());
    if (file) {
      file.form = form;
    }
  }

  /** What keeps a document from being sent, shown at its places. */
  problems(document: vscode.TextDocument): readonly CallProblem[] {
    return this.#problems.show(document);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const form = this.form(document.uri);
    if (!form) {
      return [];
    }
    const { target, method } = form;
    const { target: network, identity } = target.project.snapshot;
    const title = vscode.l10n.t(
      'Call {0}.{1} on {2} as {3}',
      target.canister,
      method,
      network.name,
      identity?.name ?? 'anonymous',
    );
    const command = { command: 'icCanisters.callWithArguments', arguments: [document.uri.toString()] };
    // Above the arguments; above the first line it would be out of sight, since the editor does not scroll for it.
    const line = Math.max(
      0,
      document
        .getText()
        .split('\n')
        .findIndex((each) => each.startsWith('(')),
    );
    return [codeLens(new vscode.Range(line, 0, line, 0), 'play', title, command)];
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    return fixesOf(document, this.#find(document), range);
  }

  #find(document: vscode.TextDocument): readonly CallProblem[] {
    const form = this.form(document.uri);
    return form ? checkTypedArguments(document.getText(), form.expected) : [];
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const form = this.form(document.uri);
    const found = form && expectationAt(document.getText(), document.offsetAt(position), form.expected);
    if (!found) {
      return [];
    }
    return await candidCompletions(document, found, form.expected, () => this.#surroundings.owners(form.target));
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { data, modified } = this.#file(uri);
    return { type: vscode.FileType.File, ctime: modified, mtime: modified, size: data.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#file(uri).data;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    const file = this.#file(uri);
    file.data = content;
    file.modified = Date.now();
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  watch(): vscode.Disposable {
    return { dispose: () => {} };
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }

  #file(uri: vscode.Uri): StoredFile {
    const file = this.#files.get(uri.toString());
    if (!file) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return file;
  }
}

/** One document for each method of a canister. */
function uriOf({ target, method }: ArgumentForm): vscode.Uri {
  const name = plainText(`${target.canister}.${method}`, 200).replace(/[\\/]/g, '_');
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/${vscode.l10n.t('{0} arguments', name)}.candid`,
    query: JSON.stringify([target.project.manifest, target.canister, method]),
  });
}
