/**
 * Writes YAML that icp (serde_yaml, YAML 1.1 in its scanner) and YAML 1.2 read alike, with comments. Only what a manifest
 * needs: maps, lists and scalars in block style.
 */

export type YamlValue = string | bigint | boolean | YamlMap | YamlList;

interface Item {
  readonly key?: string;
  readonly value: YamlValue;
  /** Lines above it. */
  readonly comment: readonly string[];
}

export class YamlMap {
  readonly items: Item[] = [];

  set(key: string, value: YamlValue | undefined, ...comment: readonly string[]): this {
    if (value !== undefined) {
      this.items.push({ key, value, comment });
    }
    return this;
  }
}

export class YamlList {
  readonly items: Item[] = [];

  static of(values: readonly YamlValue[]): YamlList {
    const list = new YamlList();
    for (const value of values) {
      list.add(value);
    }
    return list;
  }

  add(value: YamlValue, ...comment: readonly string[]): this {
    this.items.push({ value, comment });
    return this;
  }
}

/** @param head lines of comment that the text begins with */
export function writeYaml(root: YamlMap, head: readonly string[]): string {
  const lines = head.map(comment);
  for (const [index, item] of root.items.entries()) {
    if (lines.length > 0 || index > 0) {
      lines.push('');
    }
    lines.push(...itemLines(item, false));
  }
  return `${lines.join('\n')}\n`;
}

function comment(line: string): string {
  return `# ${line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')}`.trimEnd();
}

function itemLines({ key, value, comment: above }: Item, inList: boolean): string[] {
  const head = inList ? '-' : `${scalar(key ?? '')}:`;
  const lines = above.map(comment);
  if (value instanceof YamlMap || value instanceof YamlList) {
    if (value.items.length === 0) {
      return [...lines, `${head} ${value instanceof YamlMap ? '{}' : '[]'}`];
    }
    const isList = value instanceof YamlList;
    const inner = value.items
      .flatMap((item) => itemLines(item, isList))
      .map((line) => (line === '' ? '' : `  ${line}`));
    const [first = ''] = inner;
    // What is in a list begins on the line of its dash, unless a comment stands first.
    return inList && !first.startsWith('  #')
      ? [...lines, `-${first.slice(1)}`, ...inner.slice(1)]
      : [...lines, head, ...inner];
  }
  if (typeof value === 'string' && isBlock(value)) {
    const ends = value.endsWith('\n');
    const body = (ends ? value.slice(0, -1) : value).split('\n').map((line) => (line === '' ? '' : `  ${line}`));
    return [...lines, `${head} ${ends ? '|' : '|-'}`, ...body];
  }
  return [...lines, `${head} ${typeof value === 'string' ? scalar(value) : String(value)}`];
}

/** Several lines that a block can hold as they are. */
function isBlock(text: string): boolean {
  return (
    text.includes('\n') &&
    !/^[ \n]/.test(text) &&
    !text.endsWith('\n\n') &&
    text.split('\n').every((line) => isPrintable(line) && !line.endsWith(' ') && !line.includes('\t'))
  );
}

function isPrintable(text: string): boolean {
  return !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

/** Words that some reader of YAML takes for something else than text. */
const OTHER = /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan)|\.nan)$/i;

function scalar(text: string): string {
  const plain =
    text !== '' &&
    isPrintable(text) &&
    text.trim() === text &&
    !/^[-?:,[\]{}#&*!|>'"%@`=<]/.test(text) &&
    !/: |:$| #/.test(text) &&
    !OTHER.test(text) &&
    // Numbers, dates, times of day.
    !/^[-+.]?\d[\d_.,:eExXoObBaAcCdDfFtTzZ+-]*$/.test(text) &&
    !/^(?:---|\.\.\.)/.test(text);
  if (plain) {
    return text;
  }
  // Words of a shell are full of double quotes.
  return isPrintable(text) && /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/gu, (character) =>
    isPrintable(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
