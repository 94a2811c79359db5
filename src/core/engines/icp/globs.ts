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
function compile(pattern: string): (RegExp | '**')[] | undefined {
  const parts: (RegExp | '**')[] = [];
  for (const part of pattern.split('/').filter((each) => each !== '' && each !== '.')) {
    if (part === '**') {
      parts.push('**');
      continue;
    }
    const expression = part.includes('**') ? undefined : toRegExp(part);
    if (expression === undefined) {
      return undefined;
    }
    parts.push(expression);
  }
  return parts;
}

function toRegExp(part: string): RegExp | undefined {
  let source = '';
  for (let at = 0; at < part.length; at++) {
    const character = part[at]!;
    if (character === '*') {
      source += '.*';
    } else if (character === '?') {
      source += '.';
    } else if (character === '[') {
      const negated = part[at + 1] === '!';
      const start = at + (negated ? 2 : 1);
      // A bracket directly behind the opening one stands for itself.
      const end = part.indexOf(']', start + 1);
      if (end < 0) {
        return undefined;
      }
      source += `[${negated ? '^' : ''}${part.slice(start, end).replace(/[\\\]^[]/g, '\\$&')}]`;
      at = end;
    } else {
      source += character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    return undefined;
  }
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
  parts: readonly (RegExp | '**')[],
  found: Set<string>,
  budget: { folders: number },
): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) {
    found.add(folder);
    return;
  }
  if (part !== '**' && part.source === '^\\.\\.$') {
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
    } else if (part.test(entry.name) && (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(file))))) {
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
