import type { SourceDocument } from '../document/source-document';
import { rangeOf, type StringNode, type TextEdit, type TextRange } from '../document/tree';
import type { Message } from '../util/message';

export type SymbolKind = 'canister' | 'network' | 'environment';

/** Something with a name that is defined once and used in several places. */
export interface NamedThing {
  readonly kind: SymbolKind;
  readonly name: string;
}

export interface Definition extends NamedThing {
  /** Where the name stands. */
  readonly node: StringNode;
  /** What lists show: the name, or quotes where that is empty. */
  readonly label: string;
  /** All that is defined. */
  readonly range: TextRange;
  /** The type of a canister. */
  readonly detail: string;
  /** False where the definition cannot be read, so that nothing can be done with what it defines. */
  readonly readable: boolean;
  /** What building it runs on this computer, beside compilers; undefined where its files say nothing of the kind. */
  readonly runs?: Message;
}

/** A document with names in it. */
export interface SymbolSource {
  readonly source: SourceDocument;
  readonly definitions: readonly Definition[];
  /** The strings that name what is defined here or in another document. */
  readonly references: readonly { readonly kind: SymbolKind; readonly node: StringNode }[];
}

/** The thing whose name stands at `offset`, with the place of that name. */
export function symbolAt(
  document: SymbolSource,
  offset: number,
): (NamedThing & { readonly range: TextRange }) | undefined {
  const node = document.source.nodeAt(offset);
  if (node?.type !== 'string') {
    return undefined;
  }
  const found =
    document.definitions.find((each) => each.node === node) ?? document.references.find((each) => each.node === node);
  return found && { kind: found.kind, name: node.value, range: document.source.contentRange(node) };
}

export function definitionOf(document: SymbolSource, { kind, name }: NamedThing): Definition | undefined {
  return document.definitions.find((each) => each.kind === kind && each.name === name);
}

/** Every place that names the symbol, without its definition. */
export function referencesOf(document: SymbolSource, symbol: NamedThing): StringNode[] {
  return document.references
    .filter(({ kind, node }) => kind === symbol.kind && node.value === symbol.name)
    .map(({ node }) => node);
}

export function renameEdits(document: SymbolSource, symbol: NamedThing, name: string): TextEdit[] {
  const definition = definitionOf(document, symbol);
  const nodes = [...(definition === undefined ? [] : [definition.node]), ...referencesOf(document, symbol)];
  return nodes.map((node) => document.source.replace(node, name));
}

/** A definition of something with this name and this whole, as engines make them. */
export function definition(
  kind: SymbolKind,
  node: StringNode,
  whole: { readonly start: number; readonly end: number },
  readable: boolean,
  detail = '',
): Definition {
  const name = node.value;
  return { kind, name, node, label: name === '' ? '""' : name, range: rangeOf(whole), detail, readable };
}
