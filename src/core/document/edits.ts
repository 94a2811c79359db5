import type { TextEdit } from '../language/findings';
import type { JsonDocument, JsonNode, ObjectNode, Property } from './json';

/** The indentation of the properties of `object`, and whether they stand on lines of their own. */
function layout(document: JsonDocument, object: ObjectNode): { multiline: boolean; inner: string; outer: string } {
  const first = object.properties[0];
  const outer = lineStartIndent(document.text, object.start);
  if (first !== undefined) {
    const indent = document.lineIndent(first.start);
    return { multiline: indent !== undefined, inner: indent ?? '', outer };
  }
  return { multiline: document.text.includes('\n'), inner: outer + document.indent, outer };
}

function lineStartIndent(text: string, offset: number): string {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))![0];
}

/**
 * Writes a value as JSON in the style of the document. With `placeholder`s such as `${1:name}` the text becomes a
 * snippet elsewhere; here it is plain.
 */
export function writeJson(value: unknown, document: JsonDocument, indent: string, multiline: boolean): string {
  const text = JSON.stringify(value, null, multiline ? document.indent : 0);
  return text.split('\n').join(document.lineBreak + indent);
}

/** Adds properties to an object: behind the others, or in front with `first`. */
export function addProperties(
  document: JsonDocument,
  object: ObjectNode,
  entries: readonly (readonly [name: string, value: unknown])[],
  first = false,
): TextEdit[] {
  const { multiline, inner, outer } = layout(document, object);
  const colon = document.text.includes('":"') && !document.text.includes('": ') ? ':' : ': ';
  const lines = entries.map(([name, value]) => {
    return JSON.stringify(name) + colon + writeJson(value, document, inner, multiline);
  });
  const gap = multiline ? document.lineBreak + inner : ' ';
  const body = lines.join(`,${gap}`);
  const last = object.properties.at(-1);
  if (last === undefined) {
    const end = object.closed ? object.end - 1 : object.end;
    const newText = multiline ? `${gap}${body}${document.lineBreak}${outer}` : body;
    return [{ range: { offset: object.start + 1, length: Math.max(0, end - object.start - 1) }, newText }];
  }
  if (first) {
    const before = object.properties[0]!;
    return [{ range: { offset: before.start, length: 0 }, newText: `${body},${gap}` }];
  }
  if (last.comma >= 0) {
    return [{ range: { offset: last.comma + 1, length: 0 }, newText: gap + body }];
  }
  return [{ range: { offset: last.end, length: 0 }, newText: `,${gap}${body}` }];
}

/** Removes a property together with one comma and the white space before it. */
export function removeProperty(document: JsonDocument, property: Property): TextEdit[] {
  const siblings = property.parent.properties;
  const index = siblings.indexOf(property);
  return removeChild(document, siblings, index, (at) => siblings[at]!.comma, property.parent.start + 1);
}

/** Removes an item of a list together with one comma. */
export function removeItem(document: JsonDocument, item: JsonNode): TextEdit[] {
  const { parent } = item;
  if (parent?.type !== 'array') {
    return [];
  }
  const index = parent.items.indexOf(item);
  return removeChild(document, parent.items, index, (at) => parent.commas[at]!, parent.start + 1);
}

function removeChild(
  document: JsonDocument,
  children: readonly { readonly start: number; readonly end: number }[],
  index: number,
  commaOf: (index: number) => number,
  open: number,
): TextEdit[] {
  const child = children[index];
  if (child === undefined) {
    return [];
  }
  const { text } = document;
  const comma = commaOf(index);
  const next = children[index + 1];
  if (next !== undefined) {
    // Up to the next one, which takes this one's place and white space.
    return [{ range: { offset: child.start, length: next.start - child.start }, newText: '' }];
  }
  const previous = children[index - 1];
  let start = child.start;
  const previousComma = previous === undefined ? -1 : commaOf(index - 1);
  if (previousComma >= 0) {
    start = previousComma;
  } else if (previous === undefined) {
    start = open;
  }
  let end = comma >= 0 ? comma + 1 : child.end;
  if (previous === undefined) {
    while (/\s/.test(text[end] ?? '')) {
      end++;
    }
  }
  return [{ range: { offset: start, length: end - start }, newText: '' }];
}

export function replaceText(node: { readonly start: number; readonly end: number }, value: string): TextEdit {
  return { range: { offset: node.start, length: node.end - node.start }, newText: JSON.stringify(value) };
}
