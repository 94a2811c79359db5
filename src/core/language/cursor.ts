import type { SourceDocument } from '../document/source-document';
import type { TextRange } from '../document/tree';
import { type ObjectNode, pathOf } from '../document/tree';

/** Where a completion was asked for. */
export interface Cursor {
  readonly kind: 'key' | 'value';
  /** Path of the object (for a key), or of the value itself. */
  readonly path: readonly (string | number)[];
  /** What a completion replaces: the string under the cursor with its quotes, or nothing. */
  readonly range: TextRange;
  /** The string under the cursor without quotes. */
  readonly typed: string;
  /** The object in which a key would be written. */
  readonly object?: ObjectNode;
  /** For a key: whether it has its colon already. */
  readonly hasColon: boolean;
  /** Whether another entry follows, so that a comma is needed behind. */
  readonly needsComma: boolean;
}

/** Finds out what can be written at `offset`; undefined inside comments, numbers and where nothing fits. */
export function cursorAt(document: SourceDocument, offset: number): Cursor | undefined {
  if (document.comments.some((comment) => comment.offset < offset && offset < comment.offset + comment.length)) {
    return undefined;
  }
  const node = document.nodeAt(offset);
  if (node === undefined) {
    return undefined;
  }
  if (node.type === 'string') {
    // Right behind the closing quote nothing more can be typed.
    if (node.closed && offset === node.end && offset !== node.start) {
      return undefined;
    }
    const range = { offset: node.start, length: node.end - node.start };
    const { parent } = node;
    const typed = node.value;
    if (parent?.type === 'property' && parent.key === node) {
      return {
        kind: 'key',
        path: pathOf(parent).slice(0, -1),
        range,
        typed,
        object: parent.parent,
        hasColon: parent.colon >= 0,
        needsComma: false,
      };
    }
    return { kind: 'value', path: pathOf(node), range, typed, hasColon: false, needsComma: false };
  }
  const here = { offset, length: 0 };
  if (node.type === 'property') {
    if (node.colon < 0 || offset <= node.colon || node.value !== undefined) {
      return undefined;
    }
    return { kind: 'value', path: pathOf(node), range: here, typed: '', hasColon: false, needsComma: false };
  }
  if (node.type === 'object') {
    if (offset <= node.start || (node.closed && offset >= node.end)) {
      return undefined;
    }
    return inObject(document, node, offset);
  }
  if (node.type === 'array') {
    if (offset <= node.start || (node.closed && offset >= node.end)) {
      return undefined;
    }
    const index = node.items.findIndex((item) => item.start >= offset);
    const before = index < 0 ? node.items.length - 1 : index - 1;
    const comma = node.commas[before];
    // Behind an item without a comma there is no room for another.
    if (before >= 0 && (comma === undefined || comma < 0 || offset <= comma)) {
      return undefined;
    }
    const position = index < 0 ? node.items.length : index;
    return {
      kind: 'value',
      path: [...pathOf(node), position],
      range: here,
      typed: '',
      hasColon: false,
      needsComma: index >= 0,
    };
  }
  return undefined;
}

function inObject(document: SourceDocument, node: ObjectNode, offset: number): Cursor | undefined {
  const { properties } = node;
  let index = properties.findIndex((property) => property.start >= offset);
  if (index < 0) {
    index = properties.length;
  }
  const before = properties[index - 1];
  if (before !== undefined && before.value === undefined && before.colon >= 0 && before.colon < offset) {
    // `"main": |`: the value is still to come, unless a comma ended the property.
    if (before.comma < 0 || offset <= before.comma) {
      return {
        kind: 'value',
        path: pathOf(before),
        range: { offset, length: 0 },
        typed: '',
        hasColon: false,
        needsComma: before.comma < 0 && index < properties.length,
      };
    }
  }
  if (before !== undefined && (before.comma < 0 || offset <= before.comma)) {
    return undefined;
  }
  // An unfinished word without quotes, as in `{ ma| }`, is replaced.
  const typed =
    /(?<![\w-])[A-Za-z_][\w-]*$/.exec(document.text.slice(Math.max(node.start + 1, offset - 100), offset))?.[0] ?? '';
  return {
    kind: 'key',
    path: pathOf(node),
    range: { offset: offset - typed.length, length: typed.length },
    typed,
    object: node,
    hasColon: false,
    needsComma: index < properties.length,
  };
}
