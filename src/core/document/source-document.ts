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

/** One version of a text. Immutable: an edit makes a new document. */
export abstract class SourceDocument {
  abstract readonly root: ValueNode | undefined;
  /** Where a strict reader stops or objects. */
  abstract readonly problems: readonly TextRange[];
  abstract readonly comments: readonly TextRange[];
  #lineBreak: string | undefined;
  #indent: string | undefined;

  constructor(readonly text: string) {}

  get rootObject(): ObjectNode | undefined {
    return this.root?.type === 'object' ? this.root : undefined;
  }

  /** The line break that the text uses, `\n` where it has none. */
  get lineBreak(): string {
    if (this.#lineBreak === undefined) {
      const at = this.text.indexOf('\n');
      this.#lineBreak = at > 0 && this.text[at - 1] === '\r' ? '\r\n' : '\n';
    }
    return this.#lineBreak;
  }

  /** One step of indentation, as the first property of the root has it; two spaces where that cannot be told. */
  get indent(): string {
    if (this.#indent === undefined) {
      const first = this.rootObject?.properties[0];
      const own = first === undefined ? undefined : this.lineIndent(first.start);
      this.#indent = own === undefined || own === '' ? '  ' : own;
    }
    return this.#indent;
  }

  /** The white space before `offset` where nothing else precedes it on its line, else undefined. */
  lineIndent(offset: number): string | undefined {
    let start = offset;
    while (start > 0) {
      const code = this.text.charCodeAt(start - 1);
      if (code !== 0x20 && code !== 0x09) {
        break;
      }
      start--;
    }
    const before = this.text.charCodeAt(start - 1);
    return start === 0 || before === 0x0a || before === 0x0d || before === 0xfeff
      ? this.text.slice(start, offset)
      : undefined;
  }

  /** The innermost node or property that `offset` touches, from a binary search down the tree. */
  nodeAt(offset: number): ValueNode | Property | undefined {
    let found: ValueNode | Property | undefined;
    let next: ValueNode | Property | undefined = this.root;
    while (next !== undefined && next.start <= offset && offset <= next.end) {
      found = next;
      if (next.type === 'object') {
        next = childAt(next.properties, offset);
      } else if (next.type === 'array') {
        next = childAt(next.items, offset);
      } else if (next.type === 'property') {
        if (offset <= next.key.end) {
          next = next.key;
        } else {
          next = next.value !== undefined && next.value.start <= offset ? next.value : undefined;
        }
      } else {
        next = undefined;
      }
    }
    return found;
  }

  /** The characters of a string without its quotes. */
  abstract contentRange(node: StringNode): TextRange;

  /** Where the character `index` of a string's value stands in the text: escapes make the two differ. */
  abstract offsetInString(node: StringNode, index: number): number;

  /** A value as it is written on one line. */
  abstract write(value: unknown): string;

  replace(node: ValueNode, value: unknown): TextEdit {
    return { range: rangeOf(node), newText: this.write(value) };
  }

  /** Adds properties to an object: behind the others, or in front with `first`. */
  abstract addProperties(
    object: ObjectNode,
    entries: readonly (readonly [name: string, value: unknown])[],
    first?: boolean,
  ): TextEdit[];

  abstract addItem(array: ArrayNode, value: unknown): TextEdit[];

  abstract removeProperty(property: Property): TextEdit[];

  abstract removeItem(item: ValueNode): TextEdit[];

  /**
   * Sets the value at a path of keys, or removes it with undefined. What is missing on the way is made; what is there
   * and no object is replaced.
   */
  setAt(path: readonly string[], value: unknown): TextEdit[] {
    let at = this.root;
    for (const [index, name] of path.entries()) {
      if (at?.type !== 'object') {
        return at === undefined || value === undefined ? [] : [this.replace(at, nested(path.slice(index), value))];
      }
      const property = at.properties.findLast(({ key }) => key.value === name);
      if (property === undefined) {
        return value === undefined ? [] : this.addProperties(at, [[name, nested(path.slice(index + 1), value)]]);
      }
      if (value === undefined && index === path.length - 1) {
        return this.removeProperty(property);
      }
      at = property.value;
    }
    return at === undefined ? [] : [this.replace(at, value)];
  }
}

/** `{a: {b: value}}` for the path `a`, `b`. */
function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, name) => ({ [name]: inner }), value);
}

/** The last child that begins at or before `offset` and touches it. */
function childAt<T extends { start: number; end: number }>(children: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = children.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (children[middle]!.start <= offset) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  const child = children[high];
  return child !== undefined && offset <= child.end ? child : undefined;
}
