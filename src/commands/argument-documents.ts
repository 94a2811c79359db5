import * as vscode from 'vscode';
import { expectationAt } from '../core/candid/expected';
import { type CallProblem, checkTypedArguments, type ExpectedTypes } from '../core/candid/typed-arguments';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { plainText } from '../core/util/foreign';
import type { Store } from '../core/util/store';
import { codeLens } from '../ui/surfaces';
import { candidCompletions } from './candid-completions';
import { CandidProblems, fixesOf } from './candid-problems';
import { ARGUMENT_TEXTS } from './open-arguments';
import type { NamedPrincipal } from './principal-names';

const SCHEME = 'ic-canisters-arguments';
/** Documents, and characters of each, that are kept beyond the window: the store is read as a whole. */
const MAX_KEPT = 50;
const MAX_LENGTH = 10_000;

/** A method whose arguments are written in an editor. */
export interface ArgumentForm {
  readonly target: CanisterRef;
  readonly method: string;
  readonly kind: 'query' | 'update';
  /** Undefined until the interface is read again, after the window was loaded anew. */
  readonly expected: ExpectedTypes | undefined;
}

export type CompleteForm = ArgumentForm & { readonly expected: ExpectedTypes };

interface Surroundings {
  readonly store: Store;
  /** The canister, once its project is read. */
  find(manifest: string, canister: string): CanisterRef | undefined;
  /** What a method of it takes, as far as that can be read. */
  expected(target: CanisterRef, method: string): Promise<ExpectedTypes | undefined>;
  /** Principals that can be chosen for one canister's arguments. */
  owners(target: CanisterRef): Promise<readonly NamedPrincipal[]>;
  /** Tells when networks or identities, which lenses name, may have changed. */
  watchTargets(changed: () => void): vscode.Disposable;
}

/** What of a document is kept beyond the window: in its URI is of which method it is. */
type Kept = readonly [uri: string, kind: ArgumentForm['kind'], text: string];

interface StoredFile {
  readonly kind: ArgumentForm['kind'];
  /** Undefined until its project is read, after the window was loaded anew. */
  form: ArgumentForm | undefined;
  data: Uint8Array;
  /** Milliseconds since 1970. */
  modified: number;
  /** In a tab. Beyond the window, only those are kept. */
  isOpen: boolean;
}

/**
 * Documents of arguments: kept for as long as they are open, also where the window is loaded anew, checked against the
 * method's types while they are typed, with the fields and cases that may stand at the cursor, and a lens that calls.
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
  #watching: vscode.Disposable | undefined;
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
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#closed(closed)),
    ];
    for (const [uri, kind, text] of keptIn(surroundings.store)) {
      this.#files.set(uri, { kind, form: undefined, data: Buffer.from(text), modified: Date.now(), isOpen: true });
    }
    if (this.#files.size > 0) {
      this.#watch();
    }
  }

  /** Opens the arguments of a method, with a text where there is none yet or where the method has other types now. */
  async open(form: CompleteForm, text: string): Promise<vscode.TextEditor> {
    this.#watch();
    const uri = uriOf(form);
    const key = uri.toString();
    const known = this.#files.get(key);
    const kept = known && checkTypedArguments(Buffer.from(known.data).toString(), form.expected).length === 0;
    this.#files.set(key, {
      kind: form.kind,
      form,
      data: kept ? known.data : Buffer.from(text),
      modified: kept ? known.modified : Date.now(),
      isOpen: true,
    });
    this.#keep();
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
    const file = this.#files.get(uri.toString());
    if (file && !file.form) {
      this.#restore(uri, file);
    }
    return file?.form;
  }

  /** A document from before the window was loaded anew gets its form, and its types once they are read. */
  #restore(uri: vscode.Uri, file: StoredFile): void {
    const [manifest, canister, method] = methodOf(uri);
    const target = this.#surroundings.find(manifest, canister);
    if (!target) {
      return;
    }
    file.form = { target, method, kind: file.kind, expected: undefined };
    void this.#surroundings.expected(target, method).then((expected) => {
      if (file.form?.expected === undefined) {
        file.form = { target, method, kind: file.kind, expected };
        const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
        if (document) {
          this.#problems.show(document);
        }
      }
    });
  }

  #watch(): void {
    this.#watching ??= this.#surroundings.watchTargets(() => this.#lensesChanged.fire());
  }

  #keep(): void {
    const kept = [...this.#files]
      .filter(([, { isOpen }]) => isOpen)
      .map(([uri, { kind, data }]): Kept => [uri, kind, Buffer.from(data).toString()])
      .filter(([, , text]) => text.length <= MAX_LENGTH)
      .slice(-MAX_KEPT);
    void this.#surroundings.store.update(ARGUMENT_TEXTS, kept.length > 0 ? kept : undefined);
  }

  #closed(tabs: readonly vscode.Tab[]): void {
    for (const { input } of tabs) {
      const file = input instanceof vscode.TabInputText && this.#files.get(input.uri.toString());
      if (file) {
        file.isOpen = false;
        this.#keep();
      }
    }
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
    return form?.expected ? checkTypedArguments(document.getText(), form.expected) : [];
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const { expected, target } = this.form(document.uri) ?? {};
    const found = expected && expectationAt(document.getText(), document.offsetAt(position), expected);
    if (!found || !target) {
      return [];
    }
    return await candidCompletions(document, found, expected, () => this.#surroundings.owners(target));
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
    file.isOpen = true;
    file.modified = Date.now();
    this.#keep();
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
    this.#watching?.dispose();
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

/** Of which method a document is. */
function methodOf(uri: vscode.Uri): readonly [manifest: string, canister: string, method: string] {
  return JSON.parse(uri.query) as [string, string, string];
}

function keptIn(store: Store): readonly Kept[] {
  const kept = store.get(ARGUMENT_TEXTS);
  return Array.isArray(kept) ? kept.filter(isKept) : [];
}

function isKept(value: unknown): value is Kept {
  return Array.isArray(value) && value.length === 3 && value.every((each) => typeof each === 'string');
}
