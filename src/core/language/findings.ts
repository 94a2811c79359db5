import type { SourceDocument } from '../document/source-document';
import { type Property, rangeOf, type TextEdit, type TextRange, type ValueNode } from '../document/tree';
import { type Message, msg } from '../util/message';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

export interface Fix {
  readonly title: Message;
  readonly edits: readonly TextEdit[];
  /** Absolute path of a file to be made, with its first content. */
  readonly createFile?: { readonly path: string; readonly content: string };
  /** The one that "fix all" takes. A fix that guesses, or throws something away, is not preferred. */
  readonly preferred?: boolean;
}

export interface RelatedPlace {
  readonly message: Message;
  readonly range: TextRange;
}

export interface Finding {
  /** Stable: people write it into settings and look it up in the documentation. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: Message;
  readonly range: TextRange;
  readonly related?: readonly RelatedPlace[];
  readonly tag?: 'unnecessary' | 'deprecated';
  /** Made only when asked for. */
  readonly fixes?: () => readonly Fix[];
}

type Extra = Partial<Pick<Finding, 'severity' | 'related' | 'tag' | 'fixes'>>;
type Place = TextRange | ValueNode | Property;

/** Collects the findings of one document; each code has a severity. */
export class FindingList<Code extends string = string> {
  readonly #found: Finding[] = [];

  constructor(
    readonly document: SourceDocument,
    readonly severities: Readonly<Record<Code, Severity>>,
  ) {}

  report(code: Code, place: Place, message: Message, extra: Extra = {}): void {
    const range = 'start' in place ? rangeOf(place) : place;
    const { severity = this.severities[code], related, tag, fixes } = extra;
    this.#found.push({ code, severity, message, range, related, tag, fixes });
  }

  /** Of two keys only one may be there: reported at both. */
  reportConflict(code: Code, a: Property, b: Property, message: Message): void {
    for (const [property, other] of [
      [a, b],
      [b, a],
    ] as const) {
      this.report(code, property.key, message, {
        related: [{ message: msg('The other one'), range: rangeOf(other.key) }],
        fixes: () => [this.remove(property), this.remove(other)],
      });
    }
  }

  include(other: FindingList<Code>): void {
    this.#found.push(...other.#found);
  }

  /** In the order of the text. */
  sorted(): Finding[] {
    return this.#found.sort((a, b) => a.range.offset - b.range.offset || a.range.length - b.range.length);
  }

  /** Another value in the place of a node. */
  change(node: ValueNode, value: unknown, preferred = false): Fix {
    const edit = this.document.replace(node, value);
    return { title: msg('Change to {0}', edit.newText), edits: [edit], preferred };
  }

  /** The guess in the place of a node or, without one, each of the choices. */
  changeToAny(node: ValueNode, guess: string | undefined, choices: readonly string[], preferred = false): Fix[] {
    return guess === undefined
      ? choices.map((choice) => this.change(node, choice))
      : [this.change(node, guess, preferred)];
  }

  remove(property: Property, preferred = false): Fix {
    return {
      title: msg('Remove "{0}"', property.key.value),
      edits: this.document.removeProperty(property),
      preferred,
    };
  }
}

/** The edits of every preferred fix, leaving out those that would touch the same place as one before. */
export function fixAllEdits(findings: readonly Finding[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { fixes } of findings) {
    const fix = fixes?.().find((candidate) => candidate.preferred && candidate.createFile === undefined);
    if (fix === undefined) {
      continue;
    }
    const overlaps = fix.edits.some((edit) => edits.some((other) => touch(edit.range, other.range)));
    if (!overlaps) {
      edits.push(...fix.edits);
    }
  }
  return edits;
}

function touch(a: TextRange, b: TextRange): boolean {
  return a.offset <= b.offset + b.length && b.offset <= a.offset + a.length;
}
