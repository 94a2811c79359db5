import * as vscode from 'vscode';
import { rangeOf, type TextEdit } from '../core/document/tree';
import type { LanguageDocument } from '../core/language/language';
import { definitionOf, type NamedThing, referencesOf, renameEdits, symbolAt } from '../core/language/symbols';
import { readText } from '../core/project/files';
import { labelText } from '../core/util/foreign';
import { translate } from '../ui/translate';
import { TextPositions, toRange } from './convert';
import type { LanguageProjects } from './projects';

/** Motoko files beyond this number are not searched for imports. */
const MAX_MOTOKO_FILES = 500;

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
  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] | undefined {
    const symbol = symbolAt(this.projects.read(document), document.offsetAt(position));
    const open = this.projects.of(document);
    const manifest = this.projects.manifestOf(open);
    const definition = symbol && manifest && definitionOf(manifest, symbol);
    if (!definition) {
      return undefined;
    }
    const positions = new TextPositions(manifest.source.text);
    return [
      {
        originSelectionRange: toRange(document, symbol.range),
        targetUri: vscode.Uri.file(open.project.manifestFile),
        targetRange: positions.range(definition.range),
        targetSelectionRange: positions.range(rangeOf(definition.node)),
      },
    ];
  }

  async provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.ReferenceContext,
  ): Promise<vscode.Location[]> {
    const symbol = symbolAt(this.projects.read(document), document.offsetAt(position));
    const open = this.projects.of(document);
    const manifest = this.projects.manifestOf(open);
    if (!symbol || !manifest) {
      return [];
    }
    const definition = context.includeDeclaration ? definitionOf(manifest, symbol) : undefined;
    const nodes = [...(definition ? [definition.node] : []), ...referencesOf(manifest, symbol)];
    const positions = new TextPositions(manifest.source.text);
    const uri = vscode.Uri.file(open.project.manifestFile);
    const found = nodes.map((node) => new vscode.Location(uri, positions.range(rangeOf(node))));
    for (const file of await this.#idFiles(document)) {
      for (const node of referencesOf(file.ids, symbol)) {
        found.push(new vscode.Location(file.uri, file.positions.range(rangeOf(node))));
      }
    }
    return found;
  }

  prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { readonly range: vscode.Range; readonly placeholder: string } {
    const symbol = this.#renamable(this.projects.read(document), document.offsetAt(position));
    return { range: toRange(document, symbol.range), placeholder: symbol.name };
  }

  #renamable(manifest: LanguageDocument, offset: number): NonNullable<ReturnType<typeof symbolAt>> {
    const symbol = symbolAt(manifest, offset);
    if (!symbol || !definitionOf(manifest, symbol)) {
      // What a provider throws here, VS Code shows beside the cursor.
      throw new Error(vscode.l10n.t('Only canisters and networks that this file defines can be renamed.'));
    }
    return symbol;
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
    token: vscode.CancellationToken,
  ): Promise<vscode.WorkspaceEdit> {
    const manifest = this.projects.read(document);
    const symbol = this.#renamable(manifest, document.offsetAt(position));
    const obstacle = manifest.renameObstacle?.(symbol, newName);
    if (obstacle) {
      throw new Error(translate(obstacle));
    }
    const edit = new vscode.WorkspaceEdit();
    for (const { range, newText } of renameEdits(manifest, symbol, newName)) {
      edit.replace(document.uri, toRange(document, range), newText);
    }
    const offer = (file: TextFile, edits: readonly TextEdit[], label: string): void => {
      for (const { range, newText } of edits) {
        edit.replace(file.uri, file.positions.range(range), newText, { label, needsConfirmation: true });
      }
    };
    for (const file of await this.#idFiles(document)) {
      const label = vscode.l10n.t('Canister ids');
      offer(file, renameEdits(file.ids, symbol, newName), label);
    }
    if (symbol.kind === 'canister' && !token.isCancellationRequested) {
      for (const file of await this.#motokoFiles(document)) {
        offer(file, importEdits(file.text, symbol, newName), vscode.l10n.t('Motoko imports'));
      }
    }
    return edit;
  }

  /** Every file of ids of the project, from the editor where one is open. */
  async #idFiles(document: vscode.TextDocument): Promise<(TextFile & { readonly ids: LanguageDocument })[]> {
    const { project } = this.projects.of(document);
    const files = await readAll(await project.idFiles());
    return files.map((file) => ({ ...file, ids: project.open('ids', file.text) }));
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
    const { facts } = this.projects.of(document).project;
    const result: vscode.DocumentLink[] = [];
    for (const { range, target } of this.projects.read(document).links?.() ?? []) {
      if ('file' in target && facts.kind(target.relative) === 'missing') {
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
            kind === 'canister' ? vscode.SymbolKind.Class : vscode.SymbolKind.Interface,
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
