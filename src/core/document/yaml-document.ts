import { parseYaml, typeOfScalar, type YamlProblem, type YamlTree } from './parse-yaml';
import { SourceDocument } from './source-document';
import {
  type ArrayNode,
  type ObjectNode,
  type Property,
  rangeOf,
  type StringNode,
  type TextEdit,
  type TextRange,
  type ValueNode,
} from './tree';

/** Texts that need no quotes anywhere in YAML, as far as {@link typeOfScalar} takes them for strings. */
const PLAIN = /^[A-Za-z0-9_./$~+-](?:[A-Za-z0-9_./$~+*@=:-]|[ ](?=[^ #]))*$/;

interface FaultRange extends TextRange {
  readonly fault: YamlProblem['fault'];
}

/** A YAML text, edited in its own style: block or flow, with its indentation and comments. */
export class YamlDocument extends SourceDocument {
  readonly tree: YamlTree;
  readonly root: ValueNode | undefined;
  readonly problems: readonly FaultRange[];
  #comments: readonly TextRange[] | undefined;
  #listIndent: number | undefined;

  constructor(text: string) {
    super(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    this.tree = parseYaml(this.text);
    this.root = this.tree.root;
    this.problems = this.tree.problems.map(({ fault, range }) => ({ fault, ...range }));
  }

  get comments(): readonly TextRange[] {
    if (this.#comments === undefined) {
      const found: TextRange[] = [];
      for (const match of this.text.matchAll(/(?<=^|[ \t])#.*$/gm)) {
        const node = this.nodeAt(match.index);
        const inText = node?.type === 'string' && node.start < match.index && match.index < node.end;
        if (!inText) {
          found.push({ offset: match.index, length: match[0].replace(/\r$/, '').length });
        }
      }
      this.#comments = found;
    }
    return this.#comments;
  }

  /** What stands for an alias is one thing, whatever it holds. */
  override nodeAt(offset: number): ValueNode | Property | undefined {
    let found = super.nodeAt(offset);
    const { copies } = this.tree;
    while (found !== undefined && copies.has(found) && found.parent !== undefined && copies.has(found.parent)) {
      found = found.parent;
    }
    return found;
  }

  /** True where the node is no text of its own but an alias, or what that stands for. */
  isCopy(node: ValueNode | Property): boolean {
    return this.tree.copies.has(node);
  }

  contentRange(node: StringNode): TextRange {
    const { start, end } = node;
    const quoted = /^["']/.test(this.text.charAt(start)) && end - start >= 2;
    return quoted ? { offset: start + 1, length: end - start - 2 } : { offset: start, length: end - start };
  }

  /** Exact for texts on one line without escapes; else somewhere inside of the text. */
  offsetInString(node: StringNode, index: number): number {
    const { offset, length } = this.contentRange(node);
    if (this.text.slice(offset, offset + length) === node.value) {
      return offset + Math.min(index, length);
    }
    // In a block of text, or with escapes, the words before the place are looked for.
    const before = node.value.slice(0, index).split(/\s+/).filter(Boolean);
    let at = offset;
    for (const word of before) {
      const found = this.text.indexOf(word, at);
      if (found < 0 || found >= offset + length) {
        break;
      }
      at = found + word.length;
    }
    while (at < offset + length && /\s/.test(this.text[at]!) && !/\s/.test(node.value[index] ?? ' ')) {
      at++;
    }
    return Math.min(at, offset + length);
  }

  write(value: unknown): string {
    if (Array.isArray(value)) {
      return `[${value.map((item) => this.write(item)).join(', ')}]`;
    }
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value);
      return entries.length === 0
        ? '{}'
        : `{ ${entries.map(([key, inner]) => `${this.write(key)}: ${this.write(inner)}`).join(', ')} }`;
    }
    if (typeof value !== 'string') {
      return String(value);
    }
    const needsQuotes =
      !PLAIN.test(value) || /:(?: |$)/.test(value) || value.startsWith('- ') || value === '-' || value === '---';
    return needsQuotes || typeOfScalar(value, true, undefined) !== 'string' ? JSON.stringify(value) : value;
  }

  override replace(node: ValueNode, value: unknown): TextEdit {
    const quote = this.text[node.start];
    let newText = this.write(value);
    if (node.type === 'string' && typeof value === 'string') {
      if (quote === '"') {
        newText = JSON.stringify(value);
      } else if (quote === "'" && !/[\n\r']/.test(value)) {
        newText = `'${value}'`;
      }
    }
    return { range: rangeOf(node), newText };
  }

  addProperties(
    object: ObjectNode,
    entries: readonly (readonly [name: string, value: unknown])[],
    first = false,
  ): TextEdit[] {
    if (this.isCopy(object)) {
      return [];
    }
    if (this.#isFlow(object)) {
      const body = entries.map(([name, value]) => `${this.write(name)}: ${this.write(value)}`).join(', ');
      return this.#addToFlow(object.properties, object, body, first);
    }
    const anchor = object.properties[0];
    if (anchor === undefined) {
      return [];
    }
    const column = this.#column(anchor.start);
    const indent = ' '.repeat(column);
    const lines = entries.flatMap(([name, value]) => this.#entryLines(name, value, column));
    if (first) {
      return [insertion(anchor.start, lines.map((line) => `${line}${this.lineBreak}`).join(indent) + indent)];
    }
    return [this.#insertLines(object.properties.at(-1)!.end, lines, indent)];
  }

  addItem(array: ArrayNode, value: unknown): TextEdit[] {
    if (this.isCopy(array)) {
      return [];
    }
    if (this.#isFlow(array)) {
      return this.#addToFlow(array.items, array, this.write(value), false);
    }
    const column = this.#column(array.start);
    const lines = this.#itemLines(value);
    return [this.#insertLines(array.items.at(-1)?.end ?? array.end, lines, ' '.repeat(column))];
  }

  /** A value in the place of nothing, or of what stands there, behind the key of a property. */
  setValue(property: Property, value: unknown): TextEdit[] {
    const column = this.#column(property.key.start);
    const [head, ...rest] = this.#entryLines(property.key.value, value, column);
    const behind = head!.slice(head!.indexOf(':', this.write(property.key.value).length) + 1);
    const newText = [behind, ...rest].join(this.lineBreak + ' '.repeat(column));
    const start = property.colon + 1;
    return property.colon < 0 || this.isCopy(property)
      ? []
      : [{ range: { offset: start, length: Math.max(0, property.end - start) }, newText }];
  }

  removeProperty(property: Property): TextEdit[] {
    const { parent } = property;
    if (this.isCopy(property)) {
      return [];
    }
    return this.#isFlow(parent)
      ? this.#removeFromFlow(parent.properties, property, parent)
      : this.#removeBlock(parent.properties, property, property.start);
  }

  removeItem(item: ValueNode): TextEdit[] {
    const { parent } = item;
    if (parent?.type !== 'array' || this.isCopy(item)) {
      return [];
    }
    if (this.#isFlow(parent)) {
      return this.#removeFromFlow(parent.items, item, parent);
    }
    const dash = this.#dashBefore(item.start);
    return dash === undefined ? [] : this.#removeBlock(parent.items, item, dash);
  }

  // Flow style

  #isFlow(node: ObjectNode | ArrayNode): boolean {
    return this.text[node.start] === (node.type === 'object' ? '{' : '[');
  }

  #addToFlow(
    children: readonly { readonly start: number; readonly end: number }[],
    { type, start, end }: ObjectNode | ArrayNode,
    body: string,
    first: boolean,
  ): TextEdit[] {
    const last = children.at(-1);
    if (last === undefined) {
      const text = type === 'object' ? `{ ${body} }` : `[${body}]`;
      return [{ range: { offset: start, length: end - start }, newText: text }];
    }
    return [first ? insertion(children[0]!.start, `${body}, `) : insertion(last.end, `, ${body}`)];
  }

  #removeFromFlow(
    children: readonly { readonly start: number; readonly end: number }[],
    child: { readonly start: number; readonly end: number },
    { start }: { readonly start: number },
  ): TextEdit[] {
    const index = children.indexOf(child);
    const next = children[index + 1];
    if (next !== undefined) {
      return [{ range: { offset: child.start, length: next.start - child.start }, newText: '' }];
    }
    const from = index > 0 ? children[index - 1]!.end : start + 1;
    return [{ range: { offset: from, length: child.end - from }, newText: '' }];
  }

  // Block style

  #column(offset: number): number {
    return offset - (this.text.lastIndexOf('\n', offset - 1) + 1);
  }

  /** The end of the line on which `offset` is, without its break; a comment there stays on it. */
  #lineEnd(offset: number): number {
    const at = this.text.indexOf('\n', offset);
    const end = at < 0 ? this.text.length : at;
    return this.text[end - 1] === '\r' ? end - 1 : end;
  }

  #insertLines(after: number, lines: readonly string[], indent: string): TextEdit {
    // A block of text ends with its last line break, before which the new lines go.
    let at = after;
    while (at > 0 && /\s/.test(this.text[at - 1]!)) {
      at--;
    }
    const end = this.#lineEnd(at);
    return insertion(end, lines.map((line) => this.lineBreak + (line === '' ? '' : indent + line)).join(''));
  }

  /** How far items of a list stand behind the key that has it, as the text does it elsewhere. */
  get #itemIndent(): number {
    if (this.#listIndent === undefined) {
      const match = /^( *)(?:- +)*[\w-]+:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( *)- /m.exec(this.text);
      this.#listIndent = match === null ? this.#step : match[2]!.length > match[1]!.length ? this.#step : 0;
    }
    return this.#listIndent;
  }

  get #step(): number {
    const match = /^[\w-]+:[ \t]*(?:#.*)?\r?\n( +)[\w"'-]/m.exec(this.text);
    return match === null || match[1]!.length > 8 ? 2 : match[1]!.length;
  }

  /** `key: value` in lines, each without the indentation that they share. */
  #entryLines(name: string, value: unknown, column: number): string[] {
    const key = this.write(name);
    if (Array.isArray(value) && value.length > 0) {
      const indent = ' '.repeat(column === 0 && this.#itemIndent === 0 ? 0 : this.#itemIndent);
      return [`${key}:`, ...value.flatMap((item) => this.#itemLines(item)).map((line) => indent + line)];
    }
    if (isRecord(value) && Object.keys(value).length > 0) {
      const indent = ' '.repeat(this.#step);
      const inner = Object.entries(value).flatMap(([each, of]) => this.#entryLines(each, of, column + indent.length));
      return [`${key}:`, ...inner.map((line) => indent + line)];
    }
    return [`${key}: ${this.write(value)}`];
  }

  #itemLines(value: unknown): string[] {
    if (isRecord(value) && Object.keys(value).length > 0) {
      const lines = Object.entries(value).flatMap(([name, inner]) => this.#entryLines(name, inner, 1));
      return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
    }
    return [`- ${this.write(value)}`];
  }

  /** The dash of an item that begins at `offset`. */
  #dashBefore(offset: number): number | undefined {
    let at = offset - 1;
    while (at > 0 && /\s/.test(this.text[at]!)) {
      at--;
    }
    if (this.text[at] === '-') {
      return at;
    }
    // Between the dash and the item may be an anchor or a tag.
    const line = this.text.lastIndexOf('\n', at) + 1;
    const dash = this.text.slice(line, offset).lastIndexOf('- ');
    return dash >= 0 && /^[&!]/.test(this.text.slice(line + dash + 2).trimStart()) ? line + dash : undefined;
  }

  /** @param start where the entry begins: a key, or a dash */
  #removeBlock(
    children: readonly { readonly start: number; readonly end: number }[],
    child: { readonly start: number; readonly end: number },
    start: number,
  ): TextEdit[] {
    let end = child.end;
    while (end > start && /\s/.test(this.text[end - 1]!)) {
      end--;
    }
    const next = children[children.indexOf(child) + 1];
    if (this.lineIndent(start) === undefined) {
      // Behind a dash: the next entry moves up to it.
      const length = (next === undefined ? this.#lineEnd(end) : next.start) - start;
      return [{ range: { offset: start, length }, newText: next === undefined && children.length === 1 ? '{}' : '' }];
    }
    const from = this.text.lastIndexOf('\n', start - 1) + 1;
    const at = this.text.indexOf('\n', end);
    if (at < 0) {
      // The last line: what remains ends as before.
      const before = from > 0 ? from - (this.text[from - 2] === '\r' ? 2 : 1) : 0;
      return [{ range: { offset: before, length: this.text.length - before }, newText: '' }];
    }
    return [{ range: { offset: from, length: at + 1 - from }, newText: '' }];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function insertion(offset: number, newText: string): TextEdit {
  return { range: { offset, length: 0 }, newText };
}
