// Checks every import of src against the table of folders in docs/architecture.md, and that imports have no rings.
//   node scripts/architecture.mjs [folder of a repository]
//
// The table's columns: folders, what they hold, what they may import, which is a list of
//   `name`            the folder src/core/name, a full path of a folder, or a package (`@scope/*` for all of a scope)
//                     (with all that lies in it, unless that has a row of its own)
//   types of `name`   the same, by `import type` alone
//   the above         every folder of the rows before
//   all               whatever there is
// A file belongs to the longest folder that contains it. Node's own modules are free to all.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root as repository } from './install.mjs';

const TABLE = 'docs/architecture.md';
/** The sentence of the page that names what the first bundle must not contain. */
const LAZY = /^Activation loads none of (.*?)\.$/ms;
const ACTIVATION = 'src/extension.ts';

/** The folder that is checked: the first argument, else this repository. */
const root = process.argv[2] ?? repository;
const problems = [];

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => posix.join('src', file.replaceAll('\\', '/')))
  .sort();
const page = readFileSync(join(root, TABLE), 'utf8');
const rows = readTable();
const imports = files.flatMap(readImports);

checkTable();
checkBundle();
checkRings('files', files, (file) => file);
checkRings('rows of the table', [...rows.keys()], rowOf);
checkRings('folders', [...new Set(files.map(posix.dirname))], posix.dirname);
for (const problem of problems) {
  console.error(problem);
}
if (problems.length > 0) {
  console.error(`${problems.length} problems with imports: see ${TABLE}`);
  process.exitCode = 1;
}

/** What each folder of the table may import: folders and packages, each `true` or, for types alone, `'types'`. */
function readTable() {
  const found = new Map();
  const above = [];
  const lines = page.split('\n');
  const start = lines.findIndex((line) => /^\| *folder *\|/.test(line));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  for (const line of lines.slice(start + 2, end)) {
    const [, names = '', , allowed = ''] = line.split('|').map((cell) => cell.trim());
    const own = quoted(names).map((name) => name.replace(/\/$/, ''));
    const may = new Map();
    for (const part of allowed.split(/, | and /)) {
      const [name] = quoted(part);
      if (part === 'the above') {
        for (const folder of above) {
          may.set(folder, true);
        }
      } else if (name !== undefined) {
        may.set(
          existsSync(join(root, 'src/core', name)) ? `src/core/${name}` : name,
          part.startsWith('types') ? 'types' : true,
        );
      } else if (part === 'all') {
        may.set('all', true);
      } else if (part !== 'nothing of ours') {
        problems.push(`${TABLE}: ${own.join(', ')} may import ${JSON.stringify(part)}, which is no name`);
      }
    }
    for (const folder of own) {
      if (!existsSync(join(root, folder))) {
        problems.push(`${TABLE}: there is no ${folder}`);
      }
      found.set(folder, may);
    }
    above.push(...own);
  }
  return found;
}

function quoted(text) {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
}

function rowOf(file) {
  const containing = [...rows.keys()].filter((folder) => isWithin(file, folder));
  return containing.sort((a, b) => b.length - a.length)[0];
}

function isWithin(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * A file's imports: `to` is a path in src, or the name of a package; `kind` is `type` where nothing is left of it when
 * the program runs, `dynamic` where it is loaded later.
 */
function readImports(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [];
  for (const match of text.matchAll(/^(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s)?'([^']+)'/gm)) {
    found.push({ specifier: match[2], kind: match[1] ? 'type' : 'static' });
  }
  for (const match of text.matchAll(/(await\s+)?\bimport\('([^']+)'\)/g)) {
    found.push({ specifier: match[2], kind: match[1] ? 'dynamic' : 'type' });
  }
  return found
    .filter(({ specifier }) => !specifier.startsWith('node:'))
    .map(({ specifier, kind }) => ({ from: file, kind, ...resolve(file, specifier) }));
}

function resolve(file, specifier) {
  if (!specifier.startsWith('.')) {
    return { to: specifier, ours: false };
  }
  const base = posix.join(posix.dirname(file), specifier);
  const to = [`${base}.ts`, `${base}/index.ts`, `${base}.d.ts`, base].find((path) => existsSync(join(root, path)));
  if (to === undefined) {
    problems.push(`${file}: there is no ${specifier}`);
  }
  return { to: to ?? base, ours: true };
}

function checkTable() {
  for (const file of files) {
    if (rowOf(file) === undefined) {
      problems.push(`${TABLE}: no row for ${file}`);
    }
  }
  const broken = new Map();
  for (const { from, to, kind, ours } of imports) {
    const row = rowOf(from);
    const target = ours ? rowOf(to) : to;
    const may = rows.get(row);
    if (may === undefined || target === undefined || target === row || may.has('all')) {
      continue;
    }
    const [, permission] = [...may].find(([name]) => (ours ? isOfFolder(target, name) : isOfPackage(to, name))) ?? [];
    if (permission === undefined || (permission === 'types' && kind !== 'type')) {
      const rule = `${row} may not import ${target}${permission === undefined ? '' : ' but for its types'}`;
      broken.set(rule, [...(broken.get(rule) ?? []), ours ? `${from} imports ${posix.basename(to)}` : from]);
    }
  }
  for (const [rule, places] of broken) {
    problems.push(`${rule}: ${places.join(', ')}`);
  }
}

/** A folder with a row of its own does not stand for the rows of what lies in it. */
function isOfFolder(target, name) {
  return target === name || (!rows.has(name) && isWithin(target, name));
}

function isOfPackage(specifier, name) {
  return name.endsWith('/*')
    ? specifier.startsWith(name.slice(0, -1))
    : specifier === name || specifier.startsWith(`${name}/`);
}

/** What activation loads, as far as it is not loaded later, must not contain what the page says. */
function checkBundle() {
  const lazy = quoted(LAZY.exec(page)?.[1] ?? '');
  if (lazy.length === 0) {
    problems.push(`${TABLE}: nothing says what activation does not load`);
  }
  // Each with the file that loads it; a Map goes on with what is added meanwhile.
  const loadedBy = new Map([[ACTIVATION, undefined]]);
  for (const [file] of loadedBy) {
    for (const { from, to, kind } of imports) {
      if (from === file && kind === 'static' && !loadedBy.has(to)) {
        loadedBy.set(to, from);
      }
    }
  }
  for (const name of lazy) {
    const loaded = [...loadedBy.keys()].find((to) => isWithin(to, name) || isOfPackage(to, name));
    if (loaded !== undefined) {
      const chain = [];
      for (let at = loaded; at !== undefined; at = loadedBy.get(at)) {
        chain.unshift(at);
      }
      problems.push(`activation loads ${name}: ${chain.join(' → ')}`);
    }
  }
}

/**
 * Finds one circle among the nodes that each file stands for. A folder and what lies in it are no circle: a folder may
 * share things with its parts and put them together.
 */
function checkRings(what, nodes, nodeOf) {
  const next = new Map(nodes.map((node) => [node, new Set()]));
  for (const { from, to, ours } of imports) {
    const [here, there] = ours ? [nodeOf(from), nodeOf(to)] : [];
    if (here !== undefined && there !== undefined && !isWithin(here, there) && !isWithin(there, here)) {
      next.get(here)?.add(there);
    }
  }
  const known = new Set();
  for (const start of nodes) {
    const circle = known.has(start) ? undefined : shortestCircle(start, next);
    if (circle) {
      problems.push(`a ring of ${what}: ${circle.join(' → ')}`);
      for (const node of circle) {
        known.add(node);
      }
    }
  }
}

function shortestCircle(start, next) {
  const cameFrom = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const to of next.get(node) ?? []) {
      if (!cameFrom.has(to)) {
        cameFrom.set(to, node);
        queue.push(to);
      }
    }
  }
  if (!cameFrom.has(start)) {
    return undefined;
  }
  const circle = [start];
  do {
    circle.unshift(cameFrom.get(circle[0]));
  } while (circle[0] !== start);
  return circle;
}
