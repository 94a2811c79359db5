import type { ArrayNode, ObjectNode, StringNode, TextRange, ValueNode } from '../document/tree';
import { YamlDocument } from '../document/yaml-document';

/** What stands at the cursor in the text that is read to find out where it is. */
const PROBE = 'cursor__probe';

/** Where a completion was asked for in a YAML text. The nodes are those of a text with something at the cursor. */
export interface YamlCursor {
  /** What a completion replaces. */
  readonly range: TextRange;
  /** What is typed, quotes included, up to the cursor. */
  readonly typed: string;
  /** The object that has the key, where a key can stand. */
  readonly object?: ObjectNode;
  /** The value, where a value can stand. */
  readonly value?: ValueNode;
  /** True where the key has its colon already. */
  readonly hasColon: boolean;
  /** Directly behind the dash of an item, which may be an object or something else. */
  readonly inItem: boolean;
  /** In brackets or braces. */
  readonly flow: boolean;
  /** Columns between the indentation of the line and the place: those of dashes. */
  readonly dashes: number;
}

/** Finds out what can be written at `offset`; undefined in comments, blocks of text, and behind what is complete. */
export function yamlCursorAt(document: YamlDocument, offset: number): YamlCursor | undefined {
  const { text } = document;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const before = text.slice(start, offset);
  const after = text.slice(offset, end);
  if (document.comments.some((comment) => comment.offset < offset && offset <= comment.offset + comment.length)) {
    return undefined;
  }
  const node = document.nodeAt(offset);
  if (node !== undefined && node.type !== 'property' && document.isCopy(node)) {
    return undefined;
  }
  if (node?.type === 'string' && text.slice(node.start, node.end).includes('\n') && node.parent?.type !== undefined) {
    // A block of text. An unfinished word above a key reads as one text with it.
    if (/^[|>]/.test(text.slice(node.start, node.start + 1))) {
      return undefined;
    }
  }
  const dashes = /^[ \t]*((?:- +)*)/.exec(before)![1]!.length;
  const indent = before.length - before.trimStart().length;
  const onlyDashes = before.slice(indent + dashes);
  if (/^[\w-]*$/.test(onlyDashes) && /^[\w-]*[ \t\r]*(?:#.*)?$/.test(after)) {
    const rest = /^[\w-]*/.exec(after)![0].length;
    return probe(document, offset - onlyDashes.length, offset + rest, offset, `${PROBE}: `, dashes);
  }
  const key = /^[\w-]*[ \t]*:/.exec(after);
  if (/^[\w-]*$/.test(onlyDashes) && key !== null) {
    const rest = /^[\w-]*/.exec(after)![0].length;
    const found = probe(document, offset - onlyDashes.length, offset + rest, offset, PROBE, dashes);
    return found && { ...found, hasColon: true, inItem: false };
  }
  if (!/^(?:"[^"]*"?|'[^']*'?|[^\s,\]}#]*)[ \t\r]*(?:[,\]}#].*)?$/.test(after) && after.trim() !== '') {
    return undefined;
  }
  const word = wordBefore(before);
  const tail = /^[^\s,\]}"']*["']?/.exec(after)![0].length;
  return probe(document, offset - word.length, offset + tail, offset, PROBE, dashes);
}

/** What of a value is written before the cursor: behind a colon, comma, bracket or dash. */
function wordBefore(before: string): string {
  const quote = /(?:^|[\s:,[{-])(["'][^"']*)$/.exec(before)?.[1];
  return quote ?? /[^\s,[\]{}"']*$/.exec(before)![0];
}

function probe(
  document: YamlDocument,
  from: number,
  to: number,
  offset: number,
  inserted: string,
  dashes: number,
): YamlCursor | undefined {
  const { text } = document;
  const probed = new YamlDocument(text.slice(0, from) + inserted + text.slice(to));
  const node = probed.nodeAt(from + 1);
  if (node?.type !== 'string' || !node.value.startsWith(PROBE) || probed.isCopy(node)) {
    return undefined;
  }
  const common = {
    range: { offset: from, length: to - from },
    typed: text.slice(from, offset),
    hasColon: false,
    dashes,
  };
  const { parent } = node;
  if (parent?.type === 'property' && parent.key === node) {
    const object = parent.parent;
    const isFirst = object.properties.length === 1;
    return {
      ...common,
      object,
      inItem: isFirst && dashes > 0 && object.parent?.type === 'array',
      flow: isFlow(probed, object),
    };
  }
  return { ...common, value: node, inItem: false, flow: parent !== undefined && isInFlow(probed, node) };
}

function isFlow({ text }: YamlDocument, node: ObjectNode | ArrayNode): boolean {
  return text[node.start] === (node.type === 'object' ? '{' : '[');
}

function isInFlow(document: YamlDocument, node: StringNode): boolean {
  const { parent } = node;
  const container = parent?.type === 'property' ? parent.parent : parent;
  return container !== undefined && isFlow(document, container);
}
