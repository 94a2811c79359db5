/** Finds manifests at any depth of a workspace folder, leaving out what git, package managers and VS Code keep out of sight. */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Ignore } from 'ignore';
import { isThere } from '../util/is-there';
import { isInside } from '../util/paths';
import { isFile, readText } from './files';

/** Never entered: caches and packages hold manifests of others. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  '.git',
  '.hg',
  '.svn',
  '.dfx',
  '.icp',
  '.mops',
  '.vessel',
  '.azle',
  '.kybra',
  '.vscode-test',
]);

/** Bounds for a folder that is a whole disk, and for links that lead to one. */
const MAX_FOLDERS = 100_000;
const MAX_LINKED_FOLDERS = 5_000;
const MAX_DEPTH = 64;
const PARALLEL = 16;

const IGNORE_OPTIONS = { ignorecase: process.platform === 'win32' || process.platform === 'darwin' };

export interface DiscoverOptions {
  /** VS Code's glob patterns, relative to the folder, of what is not shown. */
  readonly exclude?: readonly string[];
}

/** The longest file of rules that is read, in characters. */
const MAX_RULES_LENGTH = 500_000;
/** So many `*` one rule may have, for each multiplies the time that it takes. */
const MAX_STARS = 3;

/** Whether a rule takes little time whatever the path: `ignore` makes a regular expression of it. */
function isTame(rule: string): boolean {
  return (rule.match(/\*+/g)?.length ?? 0) <= MAX_STARS;
}

async function noRules(): Promise<Ignore> {
  const { default: createIgnore } = await import('ignore');
  return createIgnore(IGNORE_OPTIONS);
}

/** VS Code's patterns are as git's that begin at the root, but for the braces. */
async function excludedBy(patterns: readonly string[]): Promise<Ignore> {
  const rules = await noRules();
  for (const pattern of patterns.flatMap(withoutBraces)) {
    try {
      // A folder whose whole content is hidden is not looked into.
      rules.add(`/${pattern.replace(/^\/+|\/\*\*$/g, '')}`);
    } catch {
      // No pattern that can be understood.
    }
  }
  return rules;
}

/** `a.{b,c}` as `a.b` and `a.c`. */
function withoutBraces(pattern: string): string[] {
  const [whole, start, choices, end] = /^(.*)\{([^{}]*)\}(.*)$/s.exec(pattern) ?? [];
  return whole === undefined
    ? [pattern]
    : choices!.split(',').flatMap((choice) => withoutBraces(`${start}${choice}${end}`));
}

/** The rules of one .gitignore, and of those above it. */
interface IgnoreLevel {
  /** Path of the folder that the rules are relative to. */
  readonly folder: string;
  readonly rules: Ignore;
  readonly parent?: IgnoreLevel;
}

async function withRules(
  folder: string,
  file: string,
  parent: IgnoreLevel | undefined,
): Promise<IgnoreLevel | undefined> {
  const content = await readText(path.join(folder, file));
  if (content.state !== 'text' || content.text.length > MAX_RULES_LENGTH || content.text.trim() === '') {
    return parent;
  }
  try {
    return { folder, rules: (await noRules()).add(content.text.split('\n').filter(isTame)), parent };
  } catch {
    // A pattern that makes no regular expression: the file counts for nothing.
    return parent;
  }
}

/** True where git would ignore the folder. Its parent is known not to be ignored. */
function isIgnoredFolder(folder: string, levels: IgnoreLevel | undefined): boolean {
  return isIgnoredPath(folder, levels, '/');
}

/** @param end what marks the path of a folder */
function isIgnoredPath(target: string, levels: IgnoreLevel | undefined, end = ''): boolean {
  for (let level = levels; level !== undefined; level = level.parent) {
    const relative = slashed(path.relative(level.folder, target));
    const { ignored, unignored } = level.rules.test(`${relative}${end}`);
    if (unignored) {
      return false;
    }
    if (!ignored) {
      continue;
    }
    // The rules also answer for parents. Where a deeper file has let the parent in again, only an own match counts.
    const above = relative.lastIndexOf('/');
    if (above < 0 || !level.rules.test(`${relative.slice(0, above)}/`).ignored) {
      return true;
    }
  }
  return false;
}

/** Whether git leaves out a file or folder that need not be there. */
export async function isIgnoredByGit(file: string): Promise<boolean> {
  const chain: string[] = [];
  if (file.split(path.sep).length > MAX_DEPTH) {
    return false;
  }
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    chain.unshift(at);
    if (await isThere(path.join(at, '.git'))) {
      break;
    }
    if (path.dirname(at) === at) {
      return false;
    }
  }
  let levels = await withRules(chain[0]!, path.join('.git', 'info', 'exclude'), undefined);
  for (const [index, folder] of chain.entries()) {
    levels = await withRules(folder, '.gitignore', levels);
    const next = chain[index + 1];
    // What is not there may become a file or a folder.
    const isIgnored = next === undefined ? isIgnoredPath(file, levels) : isIgnoredFolder(next, levels);
    if (isIgnored) {
      return true;
    }
  }
  return false;
}

/** The rules that reach into `folder` from above it, up to the root of its git repository. */
async function rulesAbove(folder: string): Promise<IgnoreLevel | undefined> {
  const chain: string[] = [];
  let root: string | undefined;
  for (let current = folder; ; current = path.dirname(current)) {
    chain.unshift(current);
    if (await isThere(path.join(current, '.git'))) {
      root = current;
      break;
    }
    if (path.dirname(current) === current) {
      break;
    }
  }
  if (root === undefined) {
    return undefined;
  }
  let levels = await withRules(root, path.join('.git', 'info', 'exclude'), undefined);
  for (const current of chain.slice(0, -1)) {
    levels = await withRules(current, '.gitignore', levels);
  }
  // A folder that was opened although git ignores it is meant: then only the rules inside count.
  for (const current of chain.slice(1)) {
    if (isIgnoredFolder(current, levels)) {
      return undefined;
    }
  }
  return levels;
}

/** Runs `work` over a growing queue, several at a time. */
async function drain<T>(queue: T[], work: (item: T) => Promise<void>): Promise<void> {
  let running = 0;
  await new Promise<void>((resolve, reject) => {
    const next = (): void => {
      if (queue.length === 0 && running === 0) {
        resolve();
      }
      while (running < PARALLEL && queue.length > 0) {
        const item = queue.pop()!;
        running++;
        work(item).then(() => {
          running--;
          next();
        }, reject);
      }
    };
    next();
  });
}

interface Folder {
  readonly path: string;
  readonly depth: number;
  readonly levels: IgnoreLevel | undefined;
}

/**
 * The paths of all files of these names in `folder`, sorted. Left out are {@link SKIPPED} folders, those that git
 * ignores and what VS Code hides. Links to folders are followed, each real folder once. Folders that may not be read are
 * passed over.
 */
export async function findFiles(
  folder: string,
  names: readonly string[],
  { exclude = [] }: DiscoverOptions = {},
): Promise<string[]> {
  const root = path.resolve(folder);
  const wanted = new Set(names);
  const excluded = await excludedBy(exclude);
  const isHidden = (file: string) => excluded.ignores(slashed(path.relative(root, file)));
  const found: string[] = [];
  const links: Folder[] = [];
  let budget = MAX_FOLDERS;

  const visit = async (current: Folder): Promise<void> => {
    if (budget-- <= 0) {
      return;
    }
    let entries: Awaited<ReturnType<typeof readDirectory>>;
    try {
      entries = await readDirectory(current.path);
    } catch {
      return;
    }
    const hasRules = entries.some((entry) => entry.name === '.gitignore');
    const levels = hasRules ? await withRules(current.path, '.gitignore', current.levels) : current.levels;
    for (const entry of entries) {
      const full = path.join(current.path, entry.name);
      if (wanted.has(entry.name)) {
        if (!isHidden(full) && (entry.isFile() || (entry.isSymbolicLink() && (await isFile(full))))) {
          found.push(full);
        }
      } else if (SKIPPED.has(entry.name) || current.depth >= MAX_DEPTH) {
      } else if (entry.isDirectory()) {
        if (!isIgnoredFolder(full, levels) && !isHidden(full)) {
          queue.push({ path: full, depth: current.depth + 1, levels });
        }
      } else if (entry.isSymbolicLink()) {
        if (!isIgnoredFolder(full, levels) && !isHidden(full)) {
          links.push({ path: full, depth: current.depth + 1, levels });
        }
      }
    }
  };

  const queue: Folder[] = [{ path: root, depth: 0, levels: await rulesAbove(root) }];
  await drain(queue, visit);

  // Links come last, so that a folder is listed by its own path rather than by that of a link to it.
  if (links.length === 0) {
    return found.sort();
  }
  await followLinks();
  return withoutRepetition(found.sort());

  async function followLinks(): Promise<void> {
    const realRoot = await realpath(root).catch(() => root);
    const visited = new Set<string>();
    budget = Math.min(budget, MAX_LINKED_FOLDERS);
    for (let link = links.shift(); link !== undefined; link = links.shift()) {
      if (budget <= 0) {
        return;
      }
      let real: string;
      try {
        real = await realpath(link.path);
        if (!(await stat(real)).isDirectory()) {
          continue;
        }
      } catch {
        continue;
      }
      // What lies inside the folder was walked already (or left out on purpose); what contains it leads back to it.
      if (real === realRoot || isInside(real, realRoot) || isInside(realRoot, real) || visited.has(real)) {
        continue;
      }
      visited.add(real);
      queue.push(link);
      await drain(queue, visit);
    }
  }
}

/**
 * The files below `folder`, at most `limit` of them. Left out are {@link SKIPPED} folders, cargo's `target`, what links
 * lead to, and what git ignores; a folder that git ignores itself was meant.
 */
export async function listFiles(folder: string, limit: number): Promise<string[]> {
  const found: string[] = [];
  const queue: Folder[] = [{ path: folder, depth: 0, levels: await rulesAbove(folder) }];
  // Of folders as many.
  let budget = limit;
  for (let current = queue.pop(); current !== undefined && budget-- > 0; current = queue.pop()) {
    const { path: at, depth } = current;
    const entries = await readDirectory(at).catch(() => []);
    const hasRules = entries.some(({ name }) => name === '.gitignore');
    const levels = hasRules ? await withRules(at, '.gitignore', current.levels) : current.levels;
    for (const entry of entries) {
      const full = path.join(at, entry.name);
      if (entry.isFile() && !isIgnoredPath(full, levels)) {
        if (found.length >= limit) {
          return found;
        }
        found.push(full);
      } else if (entry.isDirectory() && depth < MAX_DEPTH && !SKIPPED.has(entry.name) && entry.name !== 'target') {
        if (!isIgnoredFolder(full, levels)) {
          queue.push({ path: full, depth: depth + 1, levels });
        }
      }
    }
  }
  return found;
}

/** Of several paths to one file, by links to folders or other capitals, the first. */
export async function withoutRepetition(files: readonly string[]): Promise<string[]> {
  const real = await Promise.all(
    files.map(async (file) =>
      path.join(await realpath(path.dirname(file)).catch(() => path.dirname(file)), path.basename(file)),
    ),
  );
  return files.filter((_, i) => real.indexOf(real[i]!) === i);
}

/**
 * The nearest file of these names above a folder, as far as the root of its repository or the user's home folder. Tools
 * look upwards from where they are started; here only whether there is one is looked at.
 *
 * @param home where nobody keeps a project: the search ends below it
 */
export async function findAbove(folder: string, names: readonly string[], home: string): Promise<string | undefined> {
  let current = path.resolve(folder);
  while (!(await isThere(path.join(current, '.git')))) {
    const above = path.dirname(current);
    if (above === current || above === path.resolve(home)) {
      return undefined;
    }
    current = above;
    for (const name of names) {
      if (await isFile(path.join(current, name))) {
        return path.join(current, name);
      }
    }
  }
  return undefined;
}

function readDirectory(folder: string) {
  return readdir(folder, { withFileTypes: true });
}

/** True where {@link findFiles} of `folder` would not look at `file`: a watcher's event about it is no news. */
export async function isExcluded(
  folder: string,
  file: string,
  { exclude = [] }: DiscoverOptions = {},
): Promise<boolean> {
  const root = path.resolve(folder);
  const full = path.resolve(file);
  if (!isInside(root, full)) {
    return true;
  }
  const relative = path.relative(root, full);
  const folders = relative.split(path.sep).slice(0, -1);
  if (folders.some((name) => SKIPPED.has(name)) || folders.length > MAX_DEPTH) {
    return true;
  }
  // The rules also answer for the folders above.
  if ((await excludedBy(exclude)).ignores(slashed(relative))) {
    return true;
  }
  let levels = await rulesAbove(root);
  let current = root;
  for (const name of folders) {
    levels = await withRules(current, '.gitignore', levels);
    current = path.join(current, name);
    if (isIgnoredFolder(current, levels)) {
      return true;
    }
  }
  return false;
}

function slashed(relative: string): string {
  return relative.split(path.sep).join('/');
}
