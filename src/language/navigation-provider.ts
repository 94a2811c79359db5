import * as vscode from 'vscode';
import { rangeOf, type TextEdit } from '../core/document/tree';
import type { FileKind, LanguageDocument } from '../core/language/language';
import {
  definitionOf,
  type NamedThing,
  referencesOf,
  renameEdits,
  type SymbolKind,
  symbolAt,
} from '../core/language/symbols';
import { readText } from '../core/project/files';
import { labelText } from '../core/util/foreign';
import { toRange } from '../ui/to-range';
import { translate } from '../ui/translate';
import { TextPositions } from './convert';
import type { LanguageProjects } from './projects';

/** Motoko files beyond this number are not searched for imports. */
const MAX_MOTOKO_FILES = 500;

/** A file of a project as it is read for its names. */
interface NamedFile extends TextFile {
  readonly kind: FileKind;
  readonly language: LanguageDocument;
}

const SYMBOL_KINDS: Record<SymbolKind, vscode.SymbolKind> = {
  canister: vscode.SymbolKind.Class,
  network: vscode.SymbolKind.Interface,
  environment: vscode.SymbolKind.Namespace,
};

interface TextFile {
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly positions: TextPositions;
}

/** Goes from names of canisters and networks to where they are defined and used, and renames them everywhere. */
export class Navigation
  implements
    vscode.DefinitionProvider,
    vscode.ReferenceProvider,
    vscode.RenameProvider,
    vscode.DocumentLinkProvider,
    vscode.DocumentSymbolProvider
{
  constructor(readonly projects: LanguageProjects) {}

  /** From a use, in the manifest or in an id file, to the definition in the manifest. */
  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.LocationLink[] | undefined> {
    const symbol = symbolAt(this.projects.read(document), document.offsetAt(position));
    if (!symbol) {
      return undefined;
    }
    for (const file of await this.#files(document)) {
      const definition = definitionOf(file.language, symbol);
      if (definition) {
        return [
          {
            originSelectionRange: toRange(document, symbol.range),
            targetUri: file.uri,
            targetRange: file.positions.range(definition.range),
            targetSelectionRange: file.positions.range(rangeOf(definition.node)),
          },
        ];
      }
    }
    return undefined;
  }

  async provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.ReferenceContext,
  ): Promise<vscode.Location[]> {
    const symbol = symbolAt(this.projects.read(document), document.offsetAt(position));
    if (!symbol) {
      return [];
    }
    return (await this.#files(document)).flatMap((file) => {
      const definition = context.includeDeclaration ? definitionOf(file.language, symbol) : undefined;
      const nodes = [...(definition ? [definition.node] : []), ...referencesOf(file.language, symbol)];
      return nodes.map((node) => new vscode.Location(file.uri, file.positions.range(rangeOf(node))));
    });
  }

  async prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<{ readonly range: vscode.Range; readonly placeholder: string }> {
    const { symbol } = await this.#renamable(document, document.offsetAt(position));
    return { range: toRange(document, symbol.range), placeholder: symbol.name };
  }

  async #renamable(
    document: vscode.TextDocument,
    offset: number,
  ): Promise<{ readonly symbol: NonNullable<ReturnType<typeof symbolAt>>; readonly files: readonly NamedFile[] }> {
    const symbol = symbolAt(this.projects.read(document), offset);
    const files = symbol ? await this.#files(document) : [];
    if (!symbol || !files.some(({ language }) => definitionOf(language, symbol))) {
      // What a provider throws here, VS Code shows beside the cursor.
      throw new Error(
        vscode.l10n.t('Only canisters, networks and environments that the project defines can be renamed.'),
      );
    }
    return { symbol, files };
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
    token: vscode.CancellationToken,
  ): Promise<vscode.WorkspaceEdit> {
    const { symbol, files } = await this.#renamable(document, document.offsetAt(position));
    for (const { language } of files) {
      const obstacle = language.renameObstacle?.(symbol, newName);
      if (obstacle) {
        throw new Error(translate(obstacle));
      }
    }
    const edit = new vscode.WorkspaceEdit();
    const offer = (file: TextFile, edits: readonly TextEdit[], label: string): void => {
      for (const { range, newText } of edits) {
        edit.replace(file.uri, file.positions.range(range), newText, { label, needsConfirmation: true });
      }
    };
    for (const file of files) {
      const edits = renameEdits(file.language, symbol, newName);
      if (file.kind === 'ids') {
        offer(file, edits, vscode.l10n.t('Canister ids'));
      } else {
        for (const { range, newText } of edits) {
          edit.replace(file.uri, file.positions.range(range), newText);
        }
      }
    }
    for (const { from, to } of this.projects.of(document).project.filesOf?.(symbol, newName) ?? []) {
      if (files.some(({ uri }) => uri.fsPath === from)) {
        const label = vscode.l10n.t('Canister ids');
        edit.renameFile(vscode.Uri.file(from), vscode.Uri.file(to), undefined, { label, needsConfirmation: true });
      }
    }
    if (symbol.kind === 'canister' && !token.isCancellationRequested) {
      for (const file of await this.#motokoFiles(document)) {
        offer(file, importEdits(file.text, symbol, newName), vscode.l10n.t('Motoko imports'));
      }
    }
    return edit;
  }

  /** Every file of the project in which its names may stand, the manifest first; from the editor where one is open. */
  async #files(document: vscode.TextDocument): Promise<NamedFile[]> {
    const open = this.projects.of(document);
    const { project } = open;
    const manifest = this.projects.manifestOf(open);
    const kinds = new Map<string, FileKind>([[project.manifestFile, 'manifest']]);
    for (const { file, kind } of await project.otherFiles(manifest)) {
      kinds.set(file, kind);
    }
    return (await readAll([...kinds.keys()])).map((file) => {
      const kind = kinds.get(file.uri.fsPath) ?? 'ids';
      return { ...file, kind, language: project.open(kind, file.text, file.uri.fsPath) };
    });
  }

  async #motokoFiles(document: vscode.TextDocument): Promise<TextFile[]> {
    const { root } = this.projects.of(document);
    const pattern = new vscode.RelativePattern(vscode.Uri.file(root), '**/*.mo');
    const found = await vscode.workspace.findFiles(
      pattern,
      '**/{node_modules,.mops,.vessel,.dfx}/**',
      MAX_MOTOKO_FILES,
    );
    return readAll(found.map(({ fsPath }) => fsPath));
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const result: vscode.DocumentLink[] = [];
    for (const { range, target } of this.projects.read(document).links?.() ?? []) {
      if ('file' in target && this.projects.of(document).project.facts.kind(target.relative) === 'missing') {
        continue;
      }
      const uri = 'url' in target ? parseUrl(target.url) : vscode.Uri.file(target.file);
      if (uri) {
        result.push(new vscode.DocumentLink(toRange(document, range), uri));
      }
    }
    return result;
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    return this.projects
      .read(document)
      .definitions.map(
        ({ label, detail, kind, range, node }) =>
          new vscode.DocumentSymbol(
            labelText(label),
            labelText(detail),
            SYMBOL_KINDS[kind],
            toRange(document, range),
            toRange(document, rangeOf(node)),
          ),
      );
  }
}

function parseUrl(text: string): vscode.Uri | undefined {
  try {
    return vscode.Uri.parse(text, true);
  } catch {
    return undefined;
  }
}

async function readAll(files: readonly string[]): Promise<TextFile[]> {
  const read = async (file: string): Promise<TextFile | undefined> => {
    const uri = vscode.Uri.file(file);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    const result = open ? undefined : await readText(file);
    const text = open?.getText() ?? (result?.state === 'text' ? result.text : undefined);
    return text === undefined ? undefined : { uri, text, positions: new TextPositions(text) };
  };
  const found: TextFile[] = [];
  for (const file of files) {
    const made = await read(file);
    if (made) {
      found.push(made);
    }
  }
  return found;
}

/** The imports of a canister in Motoko source, as `import X "canister:name"` writes them. */
function importEdits(text: string, symbol: NamedThing, newName: string): TextEdit[] {
  const edits: TextEdit[] = [];
  const before = '"canister:';
  const wanted = `${before}${symbol.name}"`;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    edits.push({ range: { offset: at + before.length, length: symbol.name.length }, newText: newName });
  }
  return edits;
}
