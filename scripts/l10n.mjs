// Checks that every text a user can see has its Japanese, and that no translation is left over.
//   src/**/*.ts     first arguments of msg(…) and l10n.t(…)   against l10n/bundle.l10n.ja.json
//   package.json    %keys%                                    against package.nls.json and package.nls.ja.json
// and that all Japanese speaks with the words of l10n/glossary.ja.json.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { root as repository } from './install.mjs';

/** Translates the sentences that `msg` made elsewhere, and so has no literal of its own. */
const BRIDGE = 'src/ui/translate.ts';
/** Members of `contributes` that VS Code shows. */
const SHOWN = new Set([
  'title',
  'shortTitle',
  'category',
  'description',
  'markdownDescription',
  'contents',
  'displayName',
  'userDescription',
]);
const SHOWN_LISTS = new Set(['enumDescriptions', 'markdownEnumDescriptions', 'enumItemLabels']);

/** The folder that is checked: the first argument, else this repository. */
const root = process.argv[2] ?? repository;
const problems = [];
const glossary = readGlossary();

checkSources();
checkManifest();
for (const problem of problems) {
  console.error(problem);
}
if (problems.length > 0) {
  console.error(`${problems.length} problems with translations`);
  process.exitCode = 1;
}

function checkSources() {
  const bundleFile = 'l10n/bundle.l10n.ja.json';
  const bundle = readTexts(bundleFile);
  const used = new Set();
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/${file.replaceAll('\\', '/')}`);
  for (const file of files.sort()) {
    const source = readFileSync(join(root, file), 'utf8');
    for (const { text, given, code } of findTexts(source)) {
      if (text === undefined) {
        if (file !== BRIDGE) {
          problems.push(`${file}: the text to translate must be a literal in ${code}`);
        }
        continue;
      }
      used.add(text);
      if (!bundle.has(text)) {
        problems.push(`${file}: no Japanese in ${bundleFile} for ${JSON.stringify(text)}`);
      }
      const wanted = placeholders(text);
      if (given !== undefined && wanted.length !== given) {
        problems.push(`${file}: ${given} values for ${wanted.length} placeholders in ${JSON.stringify(text)}`);
      }
    }
  }
  for (const [text, translation] of bundle) {
    if (!used.has(text)) {
      problems.push(`${bundleFile}: nothing uses ${JSON.stringify(text)}`);
    }
    if (String(placeholders(text)) !== String(placeholders(translation))) {
      problems.push(`${bundleFile}: the placeholders differ in ${JSON.stringify(text)}`);
    }
    checkWords(bundleFile, JSON.stringify(text), text, translation);
  }
}

/** The texts that a file hands over to be translated; `text` is undefined where it is no literal. */
function findTexts(source) {
  const found = [];
  // Without its types the file is JavaScript, which acorn reads on every system.
  const { code } = transformSync(source, { loader: 'ts', target: 'es2022' });
  simple(parse(code, { ecmaVersion: 2022, sourceType: 'module' }), {
    CallExpression(call) {
      if (!isTranslation(call.callee)) {
        return;
      }
      const [first, ...rest] = call.arguments;
      const options = first?.type === 'ObjectExpression' ? first : undefined;
      const message = options ? member(options, 'message') : first;
      const list = options ? member(options, 'args') : undefined;
      const values = options
        ? list?.type === 'ArrayExpression'
          ? list.elements
          : list === undefined
            ? []
            : [list]
        : rest;
      found.push({
        text: literal(message),
        // `l10n.t` also takes one object with named values, and a spread can stand for any number.
        given: values.some((value) => value.type === 'SpreadElement') ? undefined : values.length,
        code: code.slice(call.start, call.end).slice(0, 80),
      });
    },
  });
  return found;
}

function isTranslation(callee) {
  if (callee.type === 'Identifier') {
    return callee.name === 'msg';
  }
  if (callee.type !== 'MemberExpression' || callee.property.name !== 't') {
    return false;
  }
  const { object } = callee;
  return object.name === 'l10n' || (object.type === 'MemberExpression' && object.property.name === 'l10n');
}

function member(object, name) {
  return object.properties.find((property) => property.key?.name === name)?.value;
}

function literal(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') {
    return node.value;
  }
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0 ? node.quasis[0].value.cooked : undefined;
}

/** The distinct placeholders of a text, sorted. */
function placeholders(text) {
  return [...new Set(text.match(/\{\d+\}/g))].sort();
}

function checkManifest() {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  const used = new Set([...manifest.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]));
  const english = readTexts('package.nls.json');
  const japanese = readTexts('package.nls.ja.json');
  for (const [file, texts] of [
    ['package.nls.json', english],
    ['package.nls.ja.json', japanese],
  ]) {
    for (const key of used) {
      if (!texts.has(key)) {
        problems.push(`${file}: no text for %${key}% of package.json`);
      }
    }
    for (const key of texts.keys()) {
      if (!used.has(key)) {
        problems.push(`${file}: nothing uses %${key}%`);
      }
    }
  }
  for (const [key, text] of english) {
    if (String(links(text)) !== String(links(japanese.get(key) ?? text))) {
      problems.push(`package.nls.ja.json: the links differ in ${key}`);
    }
    if (japanese.has(key)) {
      checkWords('package.nls.ja.json', key, text, japanese.get(key));
    }
  }
  checkShown(JSON.parse(manifest).contributes, 'contributes');
}

/**
 * The terms of the glossary are regular expressions, of whole words where they are Latin. What is quoted, code, a file or
 * the target of a link is written as it is in both languages.
 */
function readGlossary() {
  const { terms, spelling } = JSON.parse(readFileSync(join(repository, 'l10n/glossary.ja.json'), 'utf8'));
  const variant = (text) => (/^[\w ?]+$/.test(text) ? words(text) : new RegExp(text));
  return {
    terms: terms.map(({ english, japanese, rejected }) => ({
      pattern: words(english),
      japanese,
      rejected: rejected.map(variant),
    })),
    rejected: [
      ...terms.flatMap(({ japanese, rejected }) => rejected.map((text) => ({ pattern: variant(text), use: japanese }))),
      ...spelling.map(({ rejected, use }) => ({ pattern: variant(rejected), use })),
    ],
  };
}

function words(pattern) {
  return new RegExp(`(?<![\\w/.-])(?:${pattern})(?![\\w/-]|\\.\\w)`, 'i');
}

function checkWords(file, key, english, japanese) {
  const source = prose(english);
  const text = prose(japanese);
  for (const { pattern, use } of glossary.rejected) {
    const found = text.match(pattern);
    if (found) {
      problems.push(`${file}: "${found[0]}" should be "${use}" in ${key} (l10n/glossary.ja.json)`);
    }
  }
  for (const { pattern, japanese: word, rejected } of glossary.terms) {
    const found = source.match(pattern);
    // Where a variant stands in its place, that has been said.
    if (found && !text.toLowerCase().includes(word.toLowerCase()) && !rejected.some((variant) => variant.test(text))) {
      problems.push(`${file}: "${found[0]}" should appear as "${word}" in ${key} (l10n/glossary.ja.json)`);
    }
  }
}

/** A text without quoted words, code and targets of links. */
function prose(text) {
  return text
    .replaceAll(/`[^`]*`/g, '``')
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\]\([^)]*\)/g, ']');
}

/** What VS Code shows of the manifest must be a %key%. */
function checkShown(value, path) {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const shown = SHOWN_LISTS.has(key) ? child : [child];
    if ((SHOWN.has(key) && typeof child === 'string') || (SHOWN_LISTS.has(key) && Array.isArray(child))) {
      for (const text of shown) {
        if (!/^%[^%]+%$/.test(text)) {
          problems.push(`package.json: ${path}.${key} must be a %key%, not ${JSON.stringify(text)}`);
        }
      }
    }
    // What language models read of a tool's input is in English.
    if (key !== 'inputSchema') {
      checkShown(child, `${path}.${key}`);
    }
  }
}

/** Targets of a text's Markdown links, sorted. */
function links(text) {
  return [...text.matchAll(/\]\(([^)]*)\)/g)].map((match) => match[1]).sort();
}

/** A file of texts by key. Reports what is no text, or an empty one. */
function readTexts(file) {
  const entries = Object.entries(JSON.parse(readFileSync(join(root, file), 'utf8')));
  for (const [key, text] of entries) {
    if (typeof text !== 'string' || text.trim() === '') {
      problems.push(`${file}: ${JSON.stringify(key)} has no text`);
    }
  }
  return new Map(entries.filter(([, text]) => typeof text === 'string'));
}
