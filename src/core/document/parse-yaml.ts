import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseDocument,
  type Scalar,
  type YAMLError,
} from 'yaml';
import { type Message, msg } from '../util/message';
import type { FileProblem } from './parse-json';
import type { ArrayNode, Container, ObjectNode, Property, ScalarNode, StringNode, ValueNode } from './tree';

/** Syntax problems after this many are left out: they follow from the first ones. */
const MAX_PROBLEMS = 20;
/** Aliases can make a small text stand for a huge tree. A manifest of a thousand canisters has a quarter of this. */
const MAX_NODES = 100_000;

/** What is wrong with a text as YAML. */
export type YamlFault = 'tab' | 'unquoted' | 'several-documents' | 'key' | 'other';

export interface YamlProblem extends FileProblem {
  readonly fault: YamlFault;
}

/** A YAML text as far as it goes, and what a strict parser refuses. */
export interface YamlTree {
  /** Without a byte order mark. */
  readonly text: string;
  readonly root: ValueNode | undefined;
  readonly problems: YamlProblem[];
  /** The containers and values that stand for an alias, and all that is in them: their place is the alias. */
  readonly copies: ReadonlySet<ValueNode | Property>;
}

/**
 * The tree of a YAML file: one document of YAML 1.2, whose plain scalars mean what they mean to serde_yaml, which reads
 * icp's manifests. Merge keys (`<<`) are keys like others there. Aliases are copied to where they are used, and have
 * that place. A byte order mark counts as no part of the text, as in an editor.
 */
export function parseYaml(source: string): YamlTree {
  const text = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  return parseByParts(text) ?? parseWhole(text);
}

/** The text as one, as {@link parseYaml} describes. */
export function parseWhole(text: string): YamlTree {
  let document: Document.Parsed<ParsedNode>;
  try {
    document = parseDocument(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      // With 'silent' several documents would be no error.
      logLevel: 'error',
    });
  } catch {
    // The composer goes down the tree by recursion.
    const message = msg('The YAML is nested too deeply.');
    return {
      text,
      root: undefined,
      problems: [{ fault: 'other', message, range: { offset: 0, length: 0 } }],
      copies: new Set(),
    };
  }
  const problems = document.errors.slice(0, MAX_PROBLEMS).map((error): YamlProblem => {
    // An error at the end of the text may lie behind it.
    const offset = Math.min(error.pos[0], text.length);
    const length = Math.max(0, Math.min(error.pos[1], text.length) - offset);
    return { fault: FAULTS[error.code] ?? 'other', message: syntaxMessage(error), range: { offset, length } };
  });
  const reader = new Reader(text, document);
  const root = document.contents === null ? undefined : reader.node(document.contents, undefined);
  return { text, root, problems: [...problems, ...reader.problems], copies: reader.copies };
}

const FAULTS: Partial<Record<YAMLError['code'], YamlFault>> = {
  TAB_AS_INDENT: 'tab',
  BAD_SCALAR_START: 'unquoted',
  MULTIPLE_DOCS: 'several-documents',
};

function syntaxMessage({ code, message }: YAMLError): Message {
  switch (code) {
    case 'TAB_AS_INDENT':
      return msg('Tabs are not allowed as indentation in YAML. Use spaces.');
    case 'BAD_SCALAR_START':
      return msg('A text must be quoted where it begins with this character.');
    case 'MULTIPLE_DOCS':
      return msg('The file may hold one YAML document only.');
    case 'BAD_INDENT':
      return msg('The indentation does not fit the lines above.');
    case 'BAD_DQ_ESCAPE':
      return msg('This is not a valid escape sequence.');
    case 'BLOCK_AS_IMPLICIT_KEY':
      return msg('A second ":" does not fit here. Put the value in quotes, or on a line of its own.');
    case 'MULTILINE_IMPLICIT_KEY':
      return msg('A key and its ":" must stand on one line.');
    case 'MISSING_CHAR':
      return missingCharacter(message);
    case 'UNEXPECTED_TOKEN':
      return msg('This is not expected here.');
    default:
      return msg('This is not valid YAML: {0}', message);
  }
}

/** @param message the library's own, which alone says what is missing */
function missingCharacter(message: string): Message {
  if (message.startsWith('Implicit map keys')) {
    return msg('A ":" is missing after this.');
  }
  if (message.startsWith('Sequence item without')) {
    return msg('A "-" is missing before this entry.');
  }
  if (message.startsWith('Missing closing')) {
    return msg('The closing quote is missing.');
  }
  const missing = /^Missing (,)/.exec(message)?.[1] ?? /end with a ([\]}])$/.exec(message)?.[1];
  return missing === undefined ? msg('This is not valid YAML: {0}', message) : msg('A "{0}" is missing.', missing);
}

class Reader {
  readonly problems: YamlProblem[] = [];
  readonly copies = new Set<ValueNode | Property>();
  #count = 0;
  /** Anchors whose content is being copied: one inside itself would have no end. */
  readonly #open = new Set<ParsedNode>();

  constructor(
    readonly text: string,
    readonly document: Document.Parsed<ParsedNode>,
  ) {}

  /** @param at the place of the alias that stands for the node */
  node(node: ParsedNode, parent: Container | undefined, at?: readonly [number, number]): ValueNode {
    const read = this.#read(node, parent, at);
    if (at !== undefined) {
      this.copies.add(read);
    }
    return read;
  }

  #read(node: ParsedNode, parent: Container | undefined, at?: readonly [number, number]): ValueNode {
    const [start, end] = at ?? [node.range[0], node.range[1]];
    if (++this.#count > MAX_NODES) {
      if (this.#count === MAX_NODES + 1) {
        this.#problem(msg('The file is too large to be read in full.'), start, end);
      }
      return { type: 'null', start, end, raw: '', parent };
    }
    if (isAlias(node)) {
      return this.#alias(node, parent, start, end);
    }
    if (isMap(node)) {
      return this.#object(node, parent, start, end, at);
    }
    if (isSeq(node)) {
      const array: ArrayNode = { type: 'array', start, end, closed: true, items: [], commas: [], parent };
      for (const item of node.items as (ParsedNode | null)[]) {
        array.items.push(
          item === null ? { type: 'null', start, end: start, raw: '', parent: array } : this.node(item, array, at),
        );
        array.commas.push(-1);
      }
      if (at === undefined && node.flow !== true) {
        array.end = array.items.at(-1)?.end ?? end;
      }
      return array;
    }
    return isScalar(node) ? this.#scalar(node, parent, start, end) : { type: 'null', start, end, raw: '', parent };
  }

  #alias(node: Alias.Parsed, parent: Container | undefined, start: number, end: number): ValueNode {
    const target = node.resolve(this.document) as ParsedNode | undefined;
    if (target === undefined || this.#open.has(target)) {
      this.#problem(
        target === undefined
          ? msg('There is no anchor "{0}" above.', node.source)
          : msg('This alias stands for something that it is a part of.'),
        start,
        end,
      );
      return { type: 'null', start, end, raw: '', parent };
    }
    this.#open.add(target);
    try {
      return this.node(target, parent, [start, end]);
    } finally {
      this.#open.delete(target);
    }
  }

  #object(
    node: { items: readonly { key: unknown; value: unknown }[]; flow?: boolean },
    parent: Container | undefined,
    start: number,
    end: number,
    at: readonly [number, number] | undefined,
  ): ObjectNode {
    const object: ObjectNode = { type: 'object', start, end, closed: true, properties: [], parent };
    for (const { key, value } of node.items as readonly { key: ParsedNode | null; value: ParsedNode | null }[]) {
      const read = key === null ? undefined : this.node(key, undefined, at);
      const keyNode: StringNode = {
        type: 'string',
        start: read?.start ?? start,
        end: read?.end ?? start,
        value: read === undefined ? '' : keyText(read),
        closed: true,
        parent: undefined,
      };
      if (read?.type !== 'string') {
        this.#problem(msg('A key must be a string.'), keyNode.start, keyNode.end, 'key');
      }
      const property: Property = {
        type: 'property',
        key: keyNode,
        colon: at === undefined ? this.#colon(keyNode.end) : -1,
        value: undefined,
        start: keyNode.start,
        end: keyNode.end,
        comma: -1,
        parent: object,
      };
      keyNode.parent = property;
      if (value === null) {
        property.value = { type: 'null', start: keyNode.end, end: keyNode.end, raw: '', parent: property };
      } else {
        property.value = this.node(value, property, at);
        property.end = Math.max(property.value.end, keyNode.end);
      }
      if (at !== undefined) {
        this.copies.add(property);
        this.copies.add(keyNode);
        this.copies.add(property.value);
      }
      object.properties.push(property);
    }
    // The parser's end of a block lies behind comments and empty lines.
    if (at === undefined && node.flow !== true) {
      object.end = object.properties.at(-1)?.end ?? end;
    }
    return object;
  }

  /** The colon behind a key, where nothing but white space parts the two. */
  #colon(end: number): number {
    let at = end;
    while (/[ \t\r\n]/.test(this.text[at] ?? '')) {
      at++;
    }
    return this.text[at] === ':' ? at : -1;
  }

  #scalar(node: Scalar.Parsed, parent: Container | undefined, start: number, end: number): ValueNode {
    const value = typeof node.value === 'string' ? node.value : '';
    const raw = node.type === 'PLAIN' ? (node.source ?? value) : value;
    const type = typeOfScalar(raw, node.type === 'PLAIN', node.tag);
    return type === 'string' ? { type, start, end, value, closed: true, parent } : { type, start, end, raw, parent };
  }

  #problem(message: Message, start: number, end: number, fault: YamlFault = 'other'): void {
    this.problems.push({ fault, message, range: { offset: start, length: Math.max(0, end - start) } });
  }
}

function keyText(node: ValueNode): string {
  switch (node.type) {
    case 'string':
      return node.value;
    case 'array':
    case 'object':
      return '';
    default:
      return node.raw;
  }
}

/** What serde_yaml 0.9 takes a scalar for. */
export function typeOfScalar(raw: string, plain: boolean, tag: string | undefined): 'string' | ScalarNode['type'] {
  switch (tag) {
    case 'tag:yaml.org,2002:str':
      return 'string';
    case 'tag:yaml.org,2002:null':
      return 'null';
    case 'tag:yaml.org,2002:bool':
      return 'boolean';
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
      return 'number';
  }
  if (!plain) {
    return 'string';
  }
  if (/^(?:null|Null|NULL|~|)$/.test(raw)) {
    return 'null';
  }
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(raw)) {
    return 'boolean';
  }
  return isNumber(raw) ? 'number' : 'string';
}

function isNumber(raw: string): boolean {
  // Zeros before other digits make it a string.
  if (/^[-+]?0\d+$/.test(raw)) {
    return false;
  }
  return (
    /^[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+)$/.test(raw) ||
    /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(raw) ||
    /^[-+]?\.(?:inf|Inf|INF)$/.test(raw) ||
    /^\.(?:nan|NaN|NAN)$/.test(raw)
  );
}

/**
 * The parts of a manifest that have been read before, by their text. Most of the time that reading takes goes into the
 * parser; an edit changes one item of one list.
 */
const PARTS = new Map<string, ValueNode>();
const MAX_PARTS = 2000;
const MAX_PART_LENGTH = 20_000;
/** Shorter texts are read as fast as they are taken apart. */
const MIN_LENGTH = 4000;

/** What one part cannot be read without the others for: documents, directives, anchors, aliases, tabs. */
const WHOLE = /^(?:---|\.\.\.|%|\t)|(?:^|[\s,[{:])[&*][A-Za-z0-9_]|\t/m;
const SECTION = /^[A-Za-z_][\w-]*:/;
/** A key with its list below it. */
const LIST = /^[A-Za-z_][\w-]*:[ ]*(?:#.*)?\r?$/;

/**
 * The tree of a text whose root is keys on lines of their own, put together from its parts: sections, and the items of
 * lists in them. Undefined for any other text, and where a part has a fault, which may reach into the next one.
 */
function parseByParts(text: string): YamlTree | undefined {
  if (text.length < MIN_LENGTH || WHOLE.test(text)) {
    return undefined;
  }
  const sections = starts(text, 0, text.length, (line) => SECTION.test(line), 0);
  const first = sections?.[0];
  if (sections === undefined || first === undefined) {
    return undefined;
  }
  const root: ObjectNode = {
    type: 'object',
    start: first,
    end: first,
    closed: true,
    properties: [],
    parent: undefined,
  };
  for (const [index, start] of sections.entries()) {
    const end = sections[index + 1] ?? text.length;
    const property = section(text, start, end, root);
    if (property === undefined) {
      return undefined;
    }
    root.properties.push(property);
    root.end = property.end;
  }
  return { text, root, problems: [], copies: new Set() };
}

/**
 * Where the lines begin that begin a part. Undefined where another line is no deeper than these.
 *
 * @param column how deep they are
 */
function starts(
  text: string,
  from: number,
  to: number,
  isStart: (line: string) => boolean,
  column: number,
): number[] | undefined {
  const found: number[] = [];
  for (let at = from; at < to; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 || next >= to ? to : next;
    let depth = at;
    while (depth < end && text.charCodeAt(depth) === 0x20) {
      depth++;
    }
    const isEmpty = depth === end || text[depth] === '\r' || text[depth] === '#';
    if (!isEmpty && depth - at <= column) {
      if (depth - at < column || !isStart(text.slice(depth, end))) {
        return undefined;
      }
      found.push(depth);
    } else if (!isEmpty && found.length === 0) {
      return undefined;
    }
    at = end + 1;
  }
  return found;
}

function section(text: string, start: number, end: number, root: ObjectNode): Property | undefined {
  const lineEnd = text.indexOf('\n', start);
  const head = lineEnd < 0 || lineEnd >= end ? end : lineEnd;
  const dash = LIST.test(text.slice(start, head)) ? firstDash(text, head + 1, end) : undefined;
  if (dash === undefined) {
    const read = part(text, start, end);
    const property = read?.type === 'object' && read.properties.length === 1 ? read.properties[0] : undefined;
    return property && (copyOf(property, start, root) as Property);
  }
  const lineStart = text.lastIndexOf('\n', dash) + 1;
  const column = dash - lineStart;
  const items = starts(text, lineStart, end, (line) => /^-[ ]/.test(line), column);
  if (items === undefined) {
    return undefined;
  }
  const colon = text.indexOf(':', start);
  const key: StringNode = {
    type: 'string',
    start,
    end: colon,
    value: text.slice(start, colon),
    closed: true,
    parent: undefined,
  };
  const property: Property = {
    type: 'property',
    key,
    colon,
    value: undefined,
    start,
    end: colon,
    comma: -1,
    parent: root,
  };
  const array: ArrayNode = {
    type: 'array',
    start: dash,
    end: dash,
    closed: true,
    items: [],
    commas: [],
    parent: property,
  };
  key.parent = property;
  property.value = array;
  for (const [index, item] of items.entries()) {
    const read = part(text, item - column, items[index + 1] === undefined ? end : items[index + 1]! - column);
    const only = read?.type === 'array' && read.items.length === 1 ? read.items[0] : undefined;
    if (only === undefined) {
      return undefined;
    }
    const copy = copyOf(only, item - column, array) as ValueNode;
    array.items.push(copy);
    array.commas.push(-1);
    array.end = copy.end;
  }
  property.end = array.end;
  return property;
}

/** Where the first thing behind a key is the dash of a list. */
function firstDash(text: string, from: number, to: number): number | undefined {
  for (let at = from; at < to; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 || next >= to ? to : next;
    const line = text.slice(at, end);
    const content = line.trim();
    if (content !== '' && !content.startsWith('#')) {
      return content.startsWith('- ') ? at + line.indexOf('-') : undefined;
    }
    at = end + 1;
  }
  return undefined;
}

/** The tree of a part, from its own beginning; undefined where it has a fault. */
function part(text: string, start: number, end: number): ValueNode | undefined {
  if (end - start > MAX_PART_LENGTH) {
    return undefined;
  }
  const own = text.slice(start, end);
  const known = PARTS.get(own);
  if (known !== undefined) {
    return known;
  }
  // A slice would keep the whole text in memory.
  const detached = Buffer.from(own, 'utf16le').toString('utf16le');
  const { root, problems } = parseWhole(detached);
  if (root === undefined || problems.length > 0) {
    return undefined;
  }
  if (PARTS.size >= MAX_PARTS) {
    PARTS.clear();
  }
  PARTS.set(detached, root);
  return root;
}

/** The same tree at another place. */
function copyOf(
  node: ValueNode | Property,
  by: number,
  parent: Container | ObjectNode | undefined,
): ValueNode | Property {
  const start = node.start + by;
  const end = node.end + by;
  switch (node.type) {
    case 'property': {
      const { key, colon, value } = node;
      const copy: Property = {
        ...node,
        key: { ...key, start: key.start + by, end: key.end + by, parent: undefined },
        colon: colon < 0 ? colon : colon + by,
        value: undefined,
        start,
        end,
        parent: parent as ObjectNode,
      };
      copy.key.parent = copy;
      copy.value = value && (copyOf(value, by, copy) as ValueNode);
      return copy;
    }
    case 'object': {
      const copy: ObjectNode = {
        type: 'object',
        start,
        end,
        closed: true,
        properties: [],
        parent: parent as Container,
      };
      for (const property of node.properties) {
        copy.properties.push(copyOf(property, by, copy) as Property);
      }
      return copy;
    }
    case 'array': {
      const copy: ArrayNode = {
        type: 'array',
        start,
        end,
        closed: true,
        items: [],
        commas: [...node.commas],
        parent: parent as Container,
      };
      for (const item of node.items) {
        copy.items.push(copyOf(item, by, copy) as ValueNode);
      }
      return copy;
    }
    case 'string':
      return { type: 'string', start, end, value: node.value, closed: true, parent: parent as Container };
    default:
      return { type: node.type, start, end, raw: node.raw, parent: parent as Container };
  }
}
