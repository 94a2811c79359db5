/** Patterns of folders, as Rust's `glob` crate (0.3) takes them in the `canisters` of icp.yaml. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Folders that `**` does not go into: they are large, and no project keeps its canisters there. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', '.icp', 'target', '.mops']);
/** Folders that one pattern may look into. */
const MAX_FOLDERS = 20_000;

/** True for what icp takes for a pattern. Braces make one, although they then stand for themselves. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** A pattern's parts between slashes; undefined where the pattern is not valid. */
function compile(pattern: string): (NamePattern | '**' | '..')[] | undefined {
  const parts: (NamePattern | '**' | '..')[] = [];
  for (const part of pattern.split('/').filter((each) => each !== '' && each !== '.')) {
    if (part === '**' || part === '..') {
      parts.push(part);
      continue;
    }
    const expression = part.includes('**') ? undefined : parseName(part);
    if (expression === undefined) {
      return undefined;
    }
    parts.push(expression);
  }
  return parts;
}

/** A pattern of one name: what each character may be, or `*` for any number of them. */
type NamePattern = readonly ('*' | ((character: string) => boolean))[];

function parseName(part: string): NamePattern | undefined {
  const steps: NamePattern[number][] = [];
  const characters = [...part];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === '*') {
      steps.push('*');
    } else if (character === '?') {
      steps.push(() => true);
    } else if (character === '[') {
      const negated = characters[at + 1] === '!';
      const start = at + (negated ? 2 : 1);
      // A bracket directly behind the opening one stands for itself.
      const end = characters.indexOf(']', start + 1);
      if (end < 0) {
        return undefined;
      }
      const ranges = rangesOf(characters.slice(start, end));
      steps.push((each) => ranges.some(([from, to]) => from <= each && each <= to) !== negated);
      at = end;
    } else {
      steps.push((each) => each === character);
    }
  }
  return steps;
}

/** `a-c` as a range, anything else as itself. */
function rangesOf(characters: readonly string[]): (readonly [from: string, to: string])[] {
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < characters.length; at++) {
    const isRange = characters[at + 1] === '-' && at + 2 < characters.length;
    ranges.push([characters[at]!, characters[isRange ? at + 2 : at]!]);
    at += isRange ? 2 : 0;
  }
  return ranges;
}

/** Goes back to the last `*` only, which is enough: a regular expression would try all of them, and take for ever. */
function matches(pattern: NamePattern, name: string): boolean {
  const characters = [...name];
  let step = 0;
  let star: { readonly step: number; at: number } | undefined;
  for (let at = 0; at < characters.length; ) {
    const wanted = pattern[step];
    if (wanted === '*') {
      star = { step, at };
      step++;
    } else if (wanted?.(characters[at]!) === true) {
      step++;
      at++;
    } else if (star !== undefined) {
      star.at++;
      at = star.at;
      step = star.step + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(step).every((each) => each === '*');
}

/**
 * The folders that a pattern stands for, in the order in which icp finds them.
 *
 * @param root what the pattern is relative to
 * @returns absolute paths; undefined where the pattern is not valid
 */
export async function matchFolders(root: string, pattern: string): Promise<string[] | undefined> {
  const parts = compile(pattern);
  if (parts === undefined) {
    return undefined;
  }
  const found = new Set<string>();
  const budget = { folders: MAX_FOLDERS };
  await walk(path.isAbsolute(pattern) ? path.parse(pattern).root : root, parts, found, budget);
  return [...found];
}

async function walk(
  folder: string,
  parts: readonly (NamePattern | '**' | '..')[],
  found: Set<string>,
  budget: { folders: number },
): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) {
    found.add(folder);
    return;
  }
  if (part === '..') {
    return walk(path.dirname(folder), rest, found, budget);
  }
  if (part === '**') {
    await walk(folder, rest, found, budget);
  }
  if (budget.folders-- <= 0) {
    return;
  }
  for (const entry of await entriesOf(folder)) {
    const file = path.join(folder, entry.name);
    if (part === '**') {
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
        await walk(file, parts, found, budget);
      }
    } else if (
      matches(part, entry.name) &&
      (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(file))))
    ) {
      await walk(file, rest, found, budget);
    }
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // Not there, or not to be listed: then nothing matches below it.
    return [];
  }
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false;
  }
}
