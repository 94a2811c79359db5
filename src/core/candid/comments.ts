import type { Interface } from './types';

const COMMENT = /^\s*\/\/+ ?(.*)$/;
/** How a method begins: its name, plain or in quotes, and a colon. */
const METHOD = /^\s*(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*))\s*:/;
/** Of a longer line no method's name is read. */
const MAX_LINE = 10_000;

/**
 * What a .did file says of its methods: the lines of comments right above them, as compilers write them there from the
 * documentation in the sources.
 */
export function methodComments(did: string, { methods }: Interface): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let comment: string[] = [];
  for (const line of did.split('\n')) {
    const said = line.length > MAX_LINE ? undefined : COMMENT.exec(line)?.[1];
    if (said !== undefined) {
      comment.push(said.trimEnd());
      continue;
    }
    const [, quoted, plain] = line.length > MAX_LINE ? [] : (METHOD.exec(line) ?? []);
    const name = plain ?? quoted;
    if (name !== undefined && comment.length > 0 && methods.has(name)) {
      found.set(name, comment.join('\n').trim());
    }
    comment = [];
  }
  return found;
}
