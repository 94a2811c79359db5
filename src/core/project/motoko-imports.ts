import path from 'node:path';
import type { FileHost } from './file-host';
import { MAX_TEXT_BYTES } from './files';

const MAX_FILES = 300;

/** The canisters that a Motoko program imports. */
export interface MotokoImports {
  readonly canisters: ReadonlySet<string>;
  /** False where a file could not be followed, so that canisters may be missing. */
  readonly complete: boolean;
}

/** Follows the imports of a program through the modules of its project. Each file that is read is reported. */
export async function readMotokoImports(
  main: string,
  host: FileHost,
  onFile: (file: string) => void,
): Promise<MotokoImports> {
  const canisters = new Set<string>();
  const seen = new Set<string>();
  const queue = [main];
  let complete = true;
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) {
      continue;
    }
    if (seen.size >= MAX_FILES) {
      return { canisters, complete: false };
    }
    seen.add(file);
    onFile(file);
    const text = await host.read(file);
    if (text === undefined) {
      complete = false;
      continue;
    }
    for (const target of motokoImportTargets(text)) {
      if (target.startsWith('canister:')) {
        canisters.add(target.slice('canister:'.length));
      } else if (!/^[a-z]+:/.test(target)) {
        const base = path.resolve(path.dirname(file), target);
        const candidates = target.endsWith('.mo') ? [base] : [`${base}.mo`, path.join(base, 'lib.mo')];
        for (const candidate of candidates) {
          if ((await host.kind(candidate)) === 'file') {
            queue.push(candidate);
            break;
          }
        }
      }
    }
  }
  return { canisters, complete };
}

/** The targets of `import` in Motoko source, leaving out comments, which nest, and strings. */
export function motokoImportTargets(source: string): string[] {
  const targets: string[] = [];
  /** Undefined outside of an import, else how many braces of its pattern are open. */
  let braces: number | undefined;
  for (const { kind, text } of tokens(source.slice(0, MAX_TEXT_BYTES))) {
    if (kind === 'word') {
      braces = text === 'import' ? 0 : braces;
    } else if (braces === undefined) {
    } else if (kind === 'text') {
      if (braces === 0) {
        targets.push(text);
      }
      braces = undefined;
    } else if (text === '{') {
      braces++;
    } else if (text === '}') {
      braces--;
    } else if (text !== '=' && (braces === 0 || !/[;:,.<>]/.test(text))) {
      // No mark of an import's pattern: the import is not finished.
      braces = undefined;
    }
  }
  return targets;
}

interface Token {
  readonly kind: 'word' | 'text' | 'mark';
  /** Of a text what stands between the quotes. */
  readonly text: string;
}

const SPACE = /[\s]+/y;
const LINE = /[^\n]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const TEXT = /"((?:[^"\\\n]|\\[^\n])*)"?/y;
/** A character, which may be a quote. */
const CHARACTER = /'(?:[^'\\\n]|\\(?:u\{[0-9a-fA-F_]*\}|[^\n]{1,2}))'/uy;
const COMMENT_MARK = /\/\*|\*\//g;

/** Every character is looked at once: the text comes from anybody. */
function* tokens(code: string): Iterable<Token> {
  for (let at = 0; at < code.length; ) {
    const skip = (pattern: RegExp, from: number): RegExpExecArray | null => {
      pattern.lastIndex = from;
      const match = pattern.exec(code);
      at = match === null ? at : pattern.lastIndex;
      return match;
    };
    if (code.startsWith('//', at)) {
      skip(LINE, at);
    } else if (code.startsWith('/*', at)) {
      let depth = 0;
      do {
        const mark = skip(COMMENT_MARK, at);
        if (mark === null) {
          // A comment that is not closed reaches to the end.
          return;
        }
        depth += mark[0] === '/*' ? 1 : -1;
      } while (depth > 0);
    } else if (skip(SPACE, at) === null && skip(CHARACTER, at) === null) {
      const word = skip(WORD, at);
      const text = word === null ? skip(TEXT, at) : null;
      if (word !== null) {
        yield { kind: 'word', text: word[0] };
      } else if (text !== null) {
        yield { kind: 'text', text: text[1]! };
      } else {
        yield { kind: 'mark', text: code[at++]! };
      }
    }
  }
}
