import * as vscode from 'vscode';
import { exampleValue } from '../core/candid/defaults';
import type { Expectation } from '../core/candid/expected';
import { layOutValue } from '../core/candid/layout';
import { printLabel, printText, printType } from '../core/candid/print';
import type { ExpectedTypes } from '../core/candid/typed-arguments';
import { type CandidField, type CandidType, resolve } from '../core/candid/types';
import type { Span } from '../core/candid/value-parser';
import { labelText, plainText } from '../core/util/foreign';
import { shortText } from '../core/util/shorten';
import { toRange } from '../ui/to-range';
import type { NamedPrincipal } from './principal-names';

/** Characters of a type beside a completion. */
const MAX_DETAIL = 100;
/** Fields or cases that are offered; more, nobody reads. */
const MAX_OFFERED = 200;

/** What may be written at a place of Candid arguments: fields, cases, values, and the principals that are known. */
export async function candidCompletions(
  document: vscode.TextDocument,
  found: Expectation,
  { types }: ExpectedTypes,
  owners: () => Promise<readonly NamedPrincipal[]>,
): Promise<vscode.CompletionItem[]> {
  const items = [
    ...(found.labels?.fields ?? [])
      .slice(0, MAX_OFFERED)
      .map((field) => labelItem(found.labels?.kind === 'field', field, types)),
    ...(found.value ? valueItems(found.value, types) : []),
  ];
  const wanted = found.value && resolve(found.value, types);
  if (wanted?.kind === 'primitive' && wanted.name === 'principal') {
    for (const { principal, names } of await owners()) {
      const item = completion(names, vscode.CompletionItemKind.Constant, `principal ${printText(principal)}`);
      item.detail = principal;
      items.push(item);
    }
  }
  return inOrder(document, items, found.word);
}

/** The items in their order, in place of a word. */
export function inOrder(
  document: vscode.TextDocument,
  items: readonly vscode.CompletionItem[],
  word: Span,
): vscode.CompletionItem[] {
  return items.map((item, index) => {
    item.range = toRange(document, word);
    item.sortText = String(index).padStart(4, '0');
    return item;
  });
}

export function completion(label: string, kind: vscode.CompletionItemKind, text: string): vscode.CompletionItem {
  const item = new vscode.CompletionItem(labelText(label), kind);
  item.insertText = text;
  item.filterText = label;
  return item;
}

/** A type or signature as it stands beside a completion. */
export function detailText(text: string): string {
  return plainText(shortText(text, MAX_DETAIL));
}

function labelItem(
  isField: boolean,
  { label, type }: CandidField,
  types: ExpectedTypes['types'],
): vscode.CompletionItem {
  const name = printLabel(label);
  const kind = isField ? vscode.CompletionItemKind.Field : vscode.CompletionItemKind.EnumMember;
  const item = completion(name, kind, name);
  item.detail = detailText(printType(type));
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
      some.detail = detailText(printType(wanted.inner));
      return [value('null'), some];
    }
    case 'variant':
      return wanted.fields.slice(0, MAX_OFFERED).flatMap(({ label, type: inner }) => {
        const name = printLabel(label);
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
