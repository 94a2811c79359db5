/**
 * A text of settings as a tree of values with their places. A reader per language fills it (JSON's, YAML's); findings,
 * places and edits are made of it whatever the language.
 */

/** A place in a text, in UTF-16 code units as VS Code counts them. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** The text after non-overlapping edits. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.range.offset - b.range.offset || a.range.length - b.range.length);
  let result = '';
  let at = 0;
  for (const { range, newText } of sorted) {
    result += text.slice(at, range.offset) + newText;
    at = range.offset + range.length;
  }
  return result + text.slice(at);
}

export interface StringNode {
  readonly type: 'string';
  readonly start: number;
  end: number;
  readonly value: string;
  /** False where the closing quote is missing. */
  readonly closed: boolean;
  parent: Container | undefined;
}

export interface ScalarNode {
  readonly type: 'number' | 'boolean' | 'null';
  readonly start: number;
  end: number;
  /** The text as written. */
  readonly raw: string;
  parent: Container | undefined;
}

export interface Property {
  readonly type: 'property';
  readonly key: StringNode;
  /** Place of the colon, -1 where it is missing. */
  colon: number;
  /** Missing where the text ends, or goes wrong, before the value. */
  value: ValueNode | undefined;
  readonly start: number;
  end: number;
  /** Place of the comma behind the property, -1 where there is none. */
  comma: number;
  readonly parent: ObjectNode;
}

export interface ObjectNode {
  readonly type: 'object';
  readonly start: number;
  end: number;
  closed: boolean;
  /** In the order of the text, with duplicates. */
  readonly properties: Property[];
  parent: Container | undefined;
  /** What {@link propertiesOf} has made. */
  byName?: ReadonlyMap<string, Property>;
}

export interface ArrayNode {
  readonly type: 'array';
  readonly start: number;
  end: number;
  closed: boolean;
  readonly items: ValueNode[];
  /** The place of the comma behind each item, -1 where there is none. */
  readonly commas: number[];
  parent: Container | undefined;
}

export type ValueNode = StringNode | ScalarNode | ObjectNode | ArrayNode;
export type Container = Property | ArrayNode;

export type SyntaxFault =
  | 'empty'
  | 'comment'
  | 'trailing-comma'
  | 'property-expected'
  | 'colon-expected'
  | 'value-expected'
  | 'comma-expected'
  | 'brace-expected'
  | 'bracket-expected'
  | 'unclosed-string'
  | 'escape'
  | 'control-character'
  | 'number'
  | 'number-too-large'
  | 'lone-surrogate'
  | 'after-end'
  | 'too-deep'
  | 'byte-order-mark'
  | 'invalid';

export interface SyntaxProblem extends TextRange {
  readonly fault: SyntaxFault;
}

export function rangeOf(node: { readonly start: number; readonly end: number }): TextRange {
  return { offset: node.start, length: node.end - node.start };
}

/** The properties of an object by name; of equal names the last counts, as for dfx and icp. */
export function propertiesOf(node: ObjectNode): ReadonlyMap<string, Property> {
  if (node.byName === undefined) {
    const map = new Map<string, Property>();
    for (const property of node.properties) {
      map.set(property.key.value, property);
    }
    node.byName = map;
  }
  return node.byName;
}

/** Steps from the root: names of keys and indexes of array items. */
export type Path = readonly (string | number)[];

export type Properties = ReadonlyMap<string, Property>;

export function stringAt(properties: Properties, name: string): StringNode | undefined {
  const value = properties.get(name)?.value;
  return value?.type === 'string' ? value : undefined;
}

/** The strings of an array; anything else in it is left out. */
export function stringsAt(properties: Properties, name: string): readonly StringNode[] {
  const value = properties.get(name)?.value;
  return value?.type === 'array' ? value.items.filter((item): item is StringNode => item.type === 'string') : [];
}

export function objectAt(properties: Properties, name: string): ObjectNode | undefined {
  const value = properties.get(name)?.value;
  return value?.type === 'object' ? value : undefined;
}

/** True where the key is there and not null: the engines treat null as absent. */
export function isSet(properties: Properties, name: string): boolean {
  const value = properties.get(name)?.value;
  return value !== undefined && value.type !== 'null';
}

/** The path of a node; a property's path ends with its key. */
export function pathOf(node: ValueNode | Property): (string | number)[] {
  const path: (string | number)[] = [];
  let at: ValueNode | Property | undefined = node;
  while (at !== undefined) {
    if (at.type === 'property') {
      path.unshift(at.key.value);
      at = at.parent;
      continue;
    }
    const parent: Container | undefined = at.parent;
    if (parent === undefined) {
      break;
    }
    if (parent.type === 'array') {
      path.unshift(parent.items.indexOf(at));
      at = parent;
    } else {
      at = parent;
    }
  }
  return path;
}

/** What a node says, as a text that is the same wherever and in whatever syntax it is written. */
export function contentOf(node: ValueNode | undefined): string {
  switch (node?.type) {
    case 'string':
      return JSON.stringify(node.value);
    case 'object':
      return `{${node.properties.map(({ key, value }) => `${JSON.stringify(key.value)}:${contentOf(value)}`).join()}}`;
    case 'array':
      return `[${node.items.map(contentOf).join()}]`;
    default:
      return node?.raw ?? '';
  }
}
