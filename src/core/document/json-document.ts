import { JsonReader, readEscape } from './json-reader';
import { SourceDocument } from './source-document';
import type {
  ArrayNode,
  ObjectNode,
  Property,
  StringNode,
  SyntaxProblem,
  TextEdit,
  TextRange,
  ValueNode,
} from './tree';

/** A JSON text, read strictly but to its end, and edited in its own style. */
export class JsonDocument extends SourceDocument {
  readonly root: ValueNode | undefined;
  readonly problems: readonly SyntaxProblem[];
  readonly comments: readonly TextRange[];

  constructor(text: string) {
    super(text);
    const reader = new JsonReader(text);
    this.root = reader.document();
    this.problems = reader.problems;
    this.comments = reader.comments;
  }

  contentRange(node: StringNode): TextRange {
    return { offset: node.start + 1, length: Math.max(0, node.end - node.start - (node.closed ? 2 : 1)) };
  }

  offsetInString(node: StringNode, index: number): number {
    let at = node.start + 1;
    const end = node.closed ? node.end - 1 : node.end;
    for (let i = 0; i < index && at < end; ) {
      const escaped = this.text[at] === '\\' ? readEscape(this.text, at) : undefined;
      at += escaped?.length ?? 1;
      i += escaped?.value.length ?? 1;
    }
    return Math.min(at, end);
  }

  write(value: unknown): string {
    return JSON.stringify(value);
  }

  addProperties(
    object: ObjectNode,
    entries: readonly (readonly [name: string, value: unknown])[],
    first = false,
  ): TextEdit[] {
    const { multiline, inner, outer } = this.#layout(object);
    const colon = this.text.includes('":"') && !this.text.includes('": ') ? ':' : ': ';
    const gap = multiline ? this.lineBreak + inner : ' ';
    const body = entries
      .map(([name, value]) => {
        const text = JSON.stringify(value, null, multiline ? this.indent : 0);
        return JSON.stringify(name) + colon + text.split('\n').join(this.lineBreak + inner);
      })
      .join(`,${gap}`);
    const last = object.properties.at(-1);
    if (last === undefined) {
      const end = object.closed ? object.end - 1 : object.end;
      const newText = multiline ? `${gap}${body}${this.lineBreak}${outer}` : body;
      return [{ range: { offset: object.start + 1, length: Math.max(0, end - object.start - 1) }, newText }];
    }
    if (first) {
      return [insertion(object.properties[0]!.start, `${body},${gap}`)];
    }
    return [last.comma >= 0 ? insertion(last.comma + 1, gap + body) : insertion(last.end, `,${gap}${body}`)];
  }

  /** The indentation of the properties of `object`, and whether they stand on lines of their own. */
  #layout(object: ObjectNode): { multiline: boolean; inner: string; outer: string } {
    const line = this.text.lastIndexOf('\n', object.start - 1) + 1;
    const outer = /^[ \t]*/.exec(this.text.slice(line, object.start))![0];
    const first = object.properties[0];
    if (first === undefined) {
      return { multiline: this.text.includes('\n'), inner: outer + this.indent, outer };
    }
    const inner = this.lineIndent(first.start);
    return { multiline: inner !== undefined, inner: inner ?? '', outer };
  }

  addItem(array: ArrayNode, value: unknown): TextEdit[] {
    const last = array.items.at(-1);
    if (last === undefined) {
      return [insertion(array.start + 1, this.write(value))];
    }
    const indent = this.lineIndent(last.start);
    const gap = indent === undefined ? ' ' : this.lineBreak + indent;
    return [insertion(last.end, `,${gap}${this.write(value)}`)];
  }

  removeProperty(property: Property): TextEdit[] {
    const { properties, start } = property.parent;
    return this.#removeChild(properties, properties.indexOf(property), (at) => properties[at]!.comma, start + 1);
  }

  removeItem(item: ValueNode): TextEdit[] {
    const { parent } = item;
    return parent?.type === 'array'
      ? this.#removeChild(parent.items, parent.items.indexOf(item), (at) => parent.commas[at]!, parent.start + 1)
      : [];
  }

  /** Removes a child together with one comma and the white space that was its own. */
  #removeChild(
    children: readonly { readonly start: number; readonly end: number }[],
    index: number,
    commaOf: (index: number) => number,
    open: number,
  ): TextEdit[] {
    const child = children[index]!;
    const next = children[index + 1];
    if (next !== undefined) {
      // Up to the next one, which takes this one's place and white space.
      return [{ range: { offset: child.start, length: next.start - child.start }, newText: '' }];
    }
    const comma = commaOf(index);
    let end = comma >= 0 ? comma + 1 : child.end;
    let start = child.start;
    if (index === 0) {
      start = open;
      while (/\s/.test(this.text[end] ?? '')) {
        end++;
      }
    } else if (commaOf(index - 1) >= 0) {
      start = commaOf(index - 1);
    }
    return [{ range: { offset: start, length: end - start }, newText: '' }];
  }
}

function insertion(offset: number, newText: string): TextEdit {
  return { range: { offset, length: 0 }, newText };
}
