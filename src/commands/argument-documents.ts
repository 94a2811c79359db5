import * as vscode from 'vscode';
import { exampleValue } from '../core/candid/defaults';
import { expectationAt } from '../core/candid/expected';
import { layOutValue } from '../core/candid/layout';
import { printName, printText, printType } from '../core/candid/print';
import { type ArgumentProblem, checkTypedArguments, type ExpectedTypes } from '../core/candid/typed-arguments';
import { type CandidField, type CandidType, resolve } from '../core/candid/types';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { labelText, plainText } from '../core/util/foreign';
import { shortText } from '../core/util/shorten';
import { codeLens } from '../ui/surfaces';
import { translate } from '../ui/translate';
import type { NamedPrincipal } from './principal-names';

const SCHEME = 'ic-canisters-arguments';
/** Milliseconds after the last key until the text is checked. */
const CHECK_DELAY = 150;
/** Characters of a type beside a completion. */
const MAX_DETAIL = 100;
/** Fields or cases that are offered; more, nobody reads. */
const MAX_OFFERED = 200;

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
  readonly #problems = vscode.languages.createDiagnosticCollection('icCanisters.arguments');
  readonly #timers = new Map<string, NodeJS.Timeout>();
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
      vscode.workspace.onDidOpenTextDocument((document) => this.#examine(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#examineSoon(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#problems.delete(uri)),
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
    this.#examine(editor.document);
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
  problems(document: vscode.TextDocument): readonly ArgumentProblem[] {
    const form = this.form(document.uri);
    const problems = form ? checkTypedArguments(document.getText(), form.expected) : [];
    this.#problems.set(
      document.uri,
      problems.map((problem) => {
        const diagnostic = new vscode.Diagnostic(rangeOf(document, problem), plainText(translate(problem.message)));
        diagnostic.source = 'Candid';
        return diagnostic;
      }),
    );
    return problems;
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
    const form = this.form(document.uri);
    const problems = form ? checkTypedArguments(document.getText(), form.expected) : [];
    return problems.flatMap((problem) => {
      const place = rangeOf(document, problem);
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

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const form = this.form(document.uri);
    const found = form && expectationAt(document.getText(), document.offsetAt(position), form.expected);
    if (!found) {
      return [];
    }
    const { types } = form.expected;
    const items = [
      ...(found.labels?.fields ?? [])
        .slice(0, MAX_OFFERED)
        .map((field) => labelItem(found.labels?.kind === 'field', field, types)),
      ...(found.value ? valueItems(found.value, types) : []),
    ];
    const wanted = found.value && resolve(found.value, types);
    if (wanted?.kind === 'primitive' && wanted.name === 'principal') {
      for (const { principal, names } of await this.#surroundings.owners(form.target)) {
        const item = completion(names, vscode.CompletionItemKind.Constant, `principal ${printText(principal)}`);
        item.detail = principal;
        items.push(item);
      }
    }
    for (const [index, item] of items.entries()) {
      item.range = rangeOf(document, found.word);
      item.sortText = String(index).padStart(4, '0');
    }
    return items;
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
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
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

  #examine(document: vscode.TextDocument): void {
    if (document.uri.scheme === SCHEME) {
      this.problems(document);
    }
  }

  #examineSoon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (document.uri.scheme === SCHEME) {
      clearTimeout(this.#timers.get(key));
      const check = () => {
        this.#timers.delete(key);
        if (!document.isClosed) {
          this.problems(document);
        }
      };
      this.#timers.set(key, setTimeout(check, CHECK_DELAY));
    }
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

function rangeOf(document: vscode.TextDocument, { offset, length }: { offset: number; length: number }): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

function completion(label: string, kind: vscode.CompletionItemKind, text: string): vscode.CompletionItem {
  const item = new vscode.CompletionItem(labelText(label), kind);
  item.insertText = text;
  item.filterText = label;
  return item;
}

function labelItem(
  isField: boolean,
  { label, type }: CandidField,
  types: ExpectedTypes['types'],
): vscode.CompletionItem {
  const name = typeof label === 'number' ? String(label) : printName(label);
  const kind = isField ? vscode.CompletionItemKind.Field : vscode.CompletionItemKind.EnumMember;
  const item = completion(name, kind, name);
  item.detail = plainText(shortText(printType(type), MAX_DETAIL));
  const wanted = resolve(type, types);
  const isBare = !isField && wanted?.kind === 'primitive' && wanted.name === 'null';
  if (!isBare) {
    const snippet = new vscode.SnippetString().appendText(`${name} = `);
    const end = isField ? ';' : '';
    item.insertText = appendExample(snippet, type, types).appendText(end);
  }
  return item;
}

/** The example with its first literal selected, so that it can be typed over. */
function appendExample(
  snippet: vscode.SnippetString,
  type: CandidType,
  types: ExpectedTypes['types'],
): vscode.SnippetString {
  const example = layOutValue(type, types) ?? '';
  const literal = /""|\b0(?:\.0)?\b|\bfalse\b|\bnull\b/.exec(example);
  if (!literal) {
    return snippet.appendText(example);
  }
  const [found] = literal;
  const inside = found === '""' ? 1 : 0;
  const start = literal.index + inside;
  const end = literal.index + found.length - inside;
  snippet.appendText(example.slice(0, start));
  snippet.appendPlaceholder(example.slice(start, end));
  return snippet.appendText(example.slice(end));
}

/** What can stand for a value of a type. */
function valueItems(type: CandidType, types: ExpectedTypes['types']): vscode.CompletionItem[] {
  const wanted = resolve(type, types);
  const value = (label: string, text = label) => completion(label, vscode.CompletionItemKind.Value, text);
  switch (wanted?.kind) {
    case 'primitive':
      return wanted.name === 'bool' ? [value('true'), value('false')] : exampleItem(type, types);
    case 'opt': {
      const some = completion('opt', vscode.CompletionItemKind.Value, 'opt');
      some.insertText = appendExample(new vscode.SnippetString().appendText('opt '), wanted.inner, types);
      some.detail = plainText(shortText(printType(wanted.inner), MAX_DETAIL));
      return [value('null'), some];
    }
    case 'variant':
      return wanted.fields.slice(0, MAX_OFFERED).flatMap(({ label, type: inner }) => {
        const name = typeof label === 'number' ? String(label) : printName(label);
        const held = resolve(inner, types);
        const isBare = held?.kind === 'primitive' && held.name === 'null';
        const example = layOutValue(inner, types);
        const text = isBare ? `variant { ${name} }` : example && `variant { ${name} = ${example} }`;
        return text === undefined ? [] : [completion(name, vscode.CompletionItemKind.EnumMember, text)];
      });
    case undefined:
      return [];
    default:
      return exampleItem(type, types);
  }
}

function exampleItem(type: CandidType, types: ExpectedTypes['types']): vscode.CompletionItem[] {
  const example = exampleValue(type, types);
  const laidOut = layOutValue(type, types);
  if (example === undefined || laidOut === undefined) {
    return [];
  }
  return [completion(shortText(example, 60), vscode.CompletionItemKind.Snippet, laidOut)];
}
