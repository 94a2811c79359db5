import { type ObjectNode, type Path, type Property, propertiesOf, type ValueNode } from '../document/tree';
import type { Message } from '../util/message';
import type { Verdict } from './conversion';
import type { Ledger } from './ledger';

/** An object of dfx.json, and where it is. What is null, or not of the kind that dfx expects, is not there. */
export class Part {
  constructor(
    readonly node: ObjectNode,
    readonly path: Path,
    readonly ledger: Ledger,
  ) {}

  /** Says what became of one of its keys. */
  say(key: string, verdict: Verdict, text: Message, whole?: 'whole'): void {
    if (this.value(key) !== undefined) {
      this.ledger.enter([...this.path, key], verdict, text, whole);
    }
  }

  value(key: string): ValueNode | undefined {
    const value = propertiesOf(this.node).get(key)?.value;
    return value?.type === 'null' ? undefined : value;
  }

  properties(): readonly Property[] {
    return [...propertiesOf(this.node).values()];
  }

  text(key: string): string | undefined {
    const value = this.value(key);
    return value?.type === 'string' ? value.value : undefined;
  }

  /** A text that says something. */
  filled(key: string): string | undefined {
    const text = this.text(key)?.trim();
    return text === '' ? undefined : text;
  }

  flag(key: string): boolean | undefined {
    const value = this.value(key);
    return value?.type === 'boolean' ? value.raw === 'true' : undefined;
  }

  /** One text, or several; empty ones are left out. */
  texts(key: string): readonly string[] {
    const value = this.value(key);
    const items = value?.type === 'array' ? value.items : value ? [value] : [];
    return items.flatMap((item) => (item.type === 'string' && item.value.trim() !== '' ? [item.value] : []));
  }

  part(key: string): Part | undefined {
    const value = this.value(key);
    return value?.type === 'object' ? new Part(value, [...this.path, key], this.ledger) : undefined;
  }

  parts(key: string): readonly Part[] {
    const value = this.value(key);
    const items = value?.type === 'array' ? value.items : [];
    return items.flatMap((item, index) =>
      item.type === 'object' ? [new Part(item, [...this.path, key, index], this.ledger)] : [],
    );
  }

  /** The parts by their names. */
  members(): readonly (readonly [name: string, part: Part])[] {
    return this.properties().flatMap(({ key, value }) =>
      value?.type === 'object' ? [[key.value, new Part(value, [...this.path, key.value], this.ledger)] as const] : [],
    );
  }
}
