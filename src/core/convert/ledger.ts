import {
  type ObjectNode,
  type Path,
  type Property,
  propertiesOf,
  rangeOf,
  type TextRange,
  type ValueNode,
} from '../document/tree';
import { type Message, msg } from '../util/message';
import type { ReportRow, Verdict } from './conversion';

/** Keeps account of what became of every key. */
export class Ledger {
  readonly #rows = new Map<string, ReportRow>();
  readonly #root: ObjectNode;
  readonly #refused: readonly TextRange[];

  /** @param refused places of values that dfx does not take */
  constructor(root: ObjectNode, refused: readonly TextRange[]) {
    this.#root = root;
    this.#refused = refused;
  }

  /** The first word on a key counts. */
  enter(path: Path, verdict: Verdict, text: Message, whole?: 'whole'): void {
    const id = JSON.stringify(path);
    if (!this.#rows.has(id)) {
      const row = { path, range: this.#rangeOf(path), verdict, text };
      this.#rows.set(id, whole ? { ...row, whole: true } : row);
    }
  }

  /** What is lost of what lies below a key. */
  lostBelow(path: Path): ReportRow[] {
    return [...this.#rows.values()].filter(
      (row) => row.verdict === 'none' && row.path.length > path.length && path.every((step, i) => row.path[i] === step),
    );
  }

  has(path: Path): boolean {
    return this.#rows.has(JSON.stringify(path));
  }

  /** All rows, with what nobody spoke of: dfx does not use it. In the order of the file. */
  close(): ReportRow[] {
    this.#closeObject(this.#root, []);
    return [...this.#rows.values()].sort((a, b) => a.range.offset - b.range.offset || a.path.length - b.path.length);
  }

  #closeObject(node: ObjectNode, path: Path): void {
    for (const [name, property] of propertiesOf(node)) {
      this.#closeProperty(property, [...path, name]);
    }
  }

  #closeProperty({ value }: Property, path: Path): void {
    const row = this.#rows.get(JSON.stringify(path));
    if (row?.whole) {
      return;
    }
    if (value?.type === 'object' && value.properties.length > 0) {
      this.#closeObject(value, path);
    } else if (!row && !(value?.type === 'array' && this.#hasItems(path, value.items))) {
      if (value && this.#refused.some(({ offset }) => offset >= value.start && offset < value.end)) {
        this.enter(path, 'none', REFUSED, 'whole');
        return;
      }
      const text = value?.type === 'null' ? msg('It is not set.') : isEmpty(value) ? msg('It is empty.') : UNUSED;
      this.enter(path, 'converted', text, 'whole');
    }
  }

  #hasItems(path: Path, items: readonly ValueNode[]): boolean {
    return items.length > 0 && items.every((_, index) => this.has([...path, index]));
  }

  #rangeOf(path: Path): ReportRow['range'] {
    let node: ValueNode | undefined = this.#root;
    let range = rangeOf(this.#root);
    for (const step of path) {
      if (node?.type === 'object') {
        const property: Property | undefined = propertiesOf(node).get(String(step));
        range = property ? rangeOf(property.key) : range;
        node = property?.value;
      } else if (node?.type === 'array') {
        node = node.items[Number(step)];
        range = node ? rangeOf(node) : range;
      }
    }
    return range;
  }
}

/** What is said of a value of the wrong kind. */
export const REFUSED = msg('dfx would refuse this value.');
/** What is said of a key that dfx itself makes nothing of. */
export const UNUSED = msg('dfx does not use this key here.');

function isEmpty(value: ValueNode | undefined): boolean {
  return (
    value === undefined ||
    (value.type === 'string' && value.value.trim() === '') ||
    (value.type === 'array' && value.items.length === 0) ||
    (value.type === 'object' && value.properties.length === 0)
  );
}
