import path from 'node:path';
import * as vscode from 'vscode';
import { rangeOf, type StringNode, type TextEdit } from '../core/document/tree';
import type { DfxDocument } from '../core/engines/dfx/language/dfx-document';
import { CanisterIdsDocument } from '../core/engines/dfx/language/ids-document';
import {
  definitionOf,
  links,
  type NamedThing,
  outline,
  referencesInIds,
  referencesOf,
  renameEdits,
  renameEditsInIds,
  renameObstacle,
  symbolAt,
} from '../core/engines/dfx/language/navigation';
import { readText } from '../core/project/files';
import { translate } from '../ui/words';
import { TextPositions, toRange } from './convert';
import { isDfxJson, type LanguageProjects } from './projects';

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

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] | undefined {
    if (!isDfxJson(document)) {
      return this.#definitionFromIds(document, position);
    }
    const dfx = this.projects.dfx(document);
    const symbol = symbolAt(dfx, document.offsetAt(position));
    const property = symbol && definitionOf(dfx, symbol);
    if (!symbol || !property) {
      return undefined;
    }
    return [
      {
        originSelectionRange: toRange(document, symbol.range),
        targetUri: document.uri,
        targetRange: toRange(document, rangeOf(property)),
        targetSelectionRange: toRange(document, rangeOf(property.key)),
      },
    ];
  }

  /** From a name in canister_ids.json to dfx.json. */
  #definitionFromIds(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] | undefined {
    const node = this.projects.ids(document).json.nodeAt(document.offsetAt(position));
    const dfx = this.projects.dfxOf(this.projects.of(document));
    if (node?.type !== 'string' || node.parent?.type !== 'property' || node.parent.key !== node || !dfx) {
      return undefined;
    }
    const isCanister = node.parent.parent.parent === undefined;
    const property = definitionOf(dfx, { kind: isCanister ? 'canister' : 'network', name: node.value });
    if (!property) {
      return undefined;
    }
    const positions = new TextPositions(dfx.text);
    return [
      {
        originSelectionRange: toRange(document, rangeOf(node)),
        targetUri: vscode.Uri.file(path.join(path.dirname(document.uri.fsPath), 'dfx.json')),
        targetRange: positions.range(rangeOf(property)),
        targetSelectionRange: positions.range(rangeOf(property.key)),
      },
    ];
  }

  async provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.ReferenceContext,
  ): Promise<vscode.Location[]> {
    const dfx = this.projects.dfx(document);
    const symbol = symbolAt(dfx, document.offsetAt(position));
    if (!symbol) {
      return [];
    }
    const here = (node: StringNode) => new vscode.Location(document.uri, toRange(document, rangeOf(node)));
    const definition = definitionOf(dfx, symbol);
    const found = referencesOf(dfx, symbol).map(here);
    if (context.includeDeclaration && definition) {
      found.unshift(here(definition.key));
    }
    for (const file of await this.#idFiles(document)) {
      for (const node of referencesInIds(new CanisterIdsDocument(file.text), symbol)) {
        found.push(new vscode.Location(file.uri, file.positions.range(rangeOf(node))));
      }
    }
    return found;
  }

  prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { readonly range: vscode.Range; readonly placeholder: string } {
    const dfx = this.projects.dfx(document);
    const symbol = this.#renamable(dfx, document.offsetAt(position));
    return { range: toRange(document, symbol.range), placeholder: symbol.name };
  }

  #renamable(dfx: DfxDocument, offset: number): NonNullable<ReturnType<typeof symbolAt>> {
    const symbol = symbolAt(dfx, offset);
    if (!symbol || !definitionOf(dfx, symbol)) {
      // What a provider throws here, VS Code shows beside the cursor.
      throw new Error(vscode.l10n.t('Only canisters and networks of this dfx.json can be renamed.'));
    }
    return symbol;
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
    token: vscode.CancellationToken,
  ): Promise<vscode.WorkspaceEdit> {
    const dfx = this.projects.dfx(document);
    const symbol = this.#renamable(dfx, document.offsetAt(position));
    const obstacle = renameObstacle(dfx, symbol, newName);
    if (obstacle) {
      throw new Error(translate(obstacle));
    }
    const edit = new vscode.WorkspaceEdit();
    for (const { range, newText } of renameEdits(dfx, symbol, newName)) {
      edit.replace(document.uri, toRange(document, range), newText);
    }
    const offer = (file: TextFile, edits: readonly TextEdit[], label: string): void => {
      for (const { range, newText } of edits) {
        edit.replace(file.uri, file.positions.range(range), newText, { label, needsConfirmation: true });
      }
    };
    for (const file of await this.#idFiles(document)) {
      const label = vscode.l10n.t('Canister ids');
      offer(file, renameEditsInIds(new CanisterIdsDocument(file.text), symbol, newName), label);
    }
    if (symbol.kind === 'canister' && !token.isCancellationRequested) {
      for (const file of await this.#motokoFiles(document)) {
        offer(file, importEdits(file.text, symbol, newName), vscode.l10n.t('Motoko imports'));
      }
    }
    return edit;
  }

  /** Every file of ids of the project, from the editor where one is open. */
  async #idFiles(document: vscode.TextDocument): Promise<TextFile[]> {
    const { root, facts } = this.projects.of(document);
    const networks = await facts.host.list(path.join(root, '.dfx'));
    const files = [
      path.join(root, 'canister_ids.json'),
      ...networks
        .filter(({ directory }) => directory)
        .map(({ name }) => path.join(root, '.dfx', name, 'canister_ids.json')),
    ];
    return readAll(files);
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
    const { root, facts } = this.projects.of(document);
    const result: vscode.DocumentLink[] = [];
    for (const { range, target } of links(this.projects.dfx(document), root)) {
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
    return outline(this.projects.dfx(document)).map(
      ({ name, detail, kind, range, nameRange }) =>
        new vscode.DocumentSymbol(
          name,
          detail,
          kind === 'canister' ? vscode.SymbolKind.Class : vscode.SymbolKind.Interface,
          toRange(document, range),
          toRange(document, nameRange),
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
