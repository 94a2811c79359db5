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

/** The targets of `import` in Motoko source, leaving out comments and strings. */
export function motokoImportTargets(source: string): string[] {
  const targets: string[] = [];
  const code = source.slice(0, MAX_TEXT_BYTES);
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bimport\b\s*(?:[A-Za-z_]\w*|\{[^{}"]*\})?\s*=?\s*"((?:[^"\\\n]|\\.)*)"|"(?:[^"\\\n]|\\.)*"/g;
  for (const match of code.matchAll(token)) {
    if (match[1] !== undefined) {
      targets.push(match[1]);
    }
  }
  return targets;
}
