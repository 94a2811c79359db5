/**
 * Holds every regular expression of `src` to linear time: what it reads may come from anybody. Each literal is found in
 * the sources and timed on 200 KB made of it: of every stretch of what it matches, repeated, and of blanks and line ends.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createContext, Script } from 'node:vm';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { threadTime } from '../support/thread-time';

const SOURCES = join(__dirname, '../../../src');
const SHORT = 60_000;
const LONG = 200_000;
/** Milliseconds for {@link SHORT} characters. What is quadratic takes hundreds there, what is linear about one. */
const LIMIT = 40;
/** After so many milliseconds an expression is stopped. */
const TIMEOUT = 1000;

interface Found {
  readonly place: string;
  readonly pattern: string;
  readonly flags: string;
}

function sources(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

/** Every regular expression of a source, and the places where one is made of a text. */
function expressionsOf(file: string): { literals: Found[]; made: number } {
  const source = readFileSync(join(SOURCES, file), 'utf8');
  const { code } = transformSync(source, { loader: 'ts', target: 'esnext' });
  const literals: Found[] = [];
  let made = 0;
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    Literal(node) {
      if (node.regex) {
        literals.push({ place: file, ...node.regex });
      }
    },
    NewExpression({ callee }) {
      made += Number(callee.type === 'Identifier' && callee.name === 'RegExp');
    },
    CallExpression({ callee }) {
      made += Number(callee.type === 'Identifier' && callee.name === 'RegExp');
    },
  });
  return { literals, made };
}

/** One text that each part of a pattern matches, in order: enough to lead the search into every loop. */
function partsOf(pattern: string): string[] {
  const parts: string[] = [];
  const token =
    /\\u\{[0-9a-f]+\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[pP]\{[^}]*\}|\\k<[^>]*>|\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|:|<[^>]*>)|[*+?]\??|\{\d+(?:,\d*)?\}\??|[()|^$.]|[\s\S]/giy;
  for (let match = token.exec(pattern); match !== null; match = token.exec(pattern)) {
    const [text] = match;
    const sample = sampleOf(text);
    parts.push(...sample);
  }
  return parts;
}

const CLASSES: Record<string, string[]> = {
  '\\d': ['1'],
  '\\w': ['a', '1'],
  '\\s': [' ', '\n'],
  '\\S': ['a'],
  '\\D': ['a'],
  '\\W': [' '],
  '.': ['a'],
};

/** Characters that one piece of a pattern matches. */
function sampleOf(text: string): string[] {
  if (text in CLASSES) {
    return CLASSES[text]!;
  }
  if (/^(?:[()|^$]|\(\?.*|[*+?]\??|\{\d+.*|\\[bBk].*)$/s.test(text)) {
    return [];
  }
  if (text.startsWith('[') && text.length > 2) {
    const inner = new RegExp(text, 'u');
    const candidates = [...'a1 \n\tZ_-."\'\\/:;=,(){}[]<>*#@%&!?+~|^$`\u00e9\u3000\0'];
    return candidates.filter((character) => inner.test(character)).slice(0, 2);
  }
  try {
    return [JSON.parse(`"${text.replace(/\\x(..)/, '\\u00$1')}"`) as string];
  } catch {
    return [text.replace(/^\\/, '')];
  }
}

/** Texts that are hard for expressions of this form. */
function* hardTexts(pattern: string): Iterable<readonly [start: string, repeated: string]> {
  for (const blank of [' ', '\n', '\t', '\r\n', 'a', '0', 'a ', ' \n', '"', '\\', "'", '/', '.', '-', '<', '(', '*']) {
    yield ['', blank];
  }
  const parts = partsOf(pattern);
  const seen = new Set<string>();
  for (let from = 0; from < parts.length; from++) {
    for (let to = from + 1; to <= Math.min(parts.length, from + 5); to++) {
      const repeated = parts.slice(from, to).join('');
      for (const start of ['', parts.slice(0, from).join('')]) {
        if (!seen.has(`${start}\0${repeated}`)) {
          seen.add(`${start}\0${repeated}`);
          yield [start, repeated];
        }
      }
    }
  }
  // Whole beginnings, as of a bracket that is never closed, and whole ends.
  for (let to = 6; to <= parts.length; to++) {
    yield ['', parts.slice(0, to).join('')];
    yield ['', parts.slice(parts.length - to).join('')];
  }
}

const RUN = new Script('text.replace(expression, "")');
const SANDBOX: { expression?: RegExp; text?: string } = {};
createContext(SANDBOX);

/** Milliseconds of processor time; infinite where the expression had to be stopped. */
function time(expression: RegExp, text: string): number {
  const started = threadTime() ?? performance.now();
  try {
    expression.lastIndex = 0;
    Object.assign(SANDBOX, { expression, text });
    RUN.runInContext(SANDBOX, { timeout: TIMEOUT });
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  return (threadTime() ?? performance.now()) - started;
}

function fill(start: string, repeated: string, length: number): string {
  // What ends in a character that fits nowhere is the worst.
  return `${start}${repeated.repeat(Math.ceil(length / repeated.length))}\u0001`;
}

/** The hard text on which an expression is not linear; undefined where it always is. */
function weakness({ pattern, flags }: Found): string | undefined {
  const expression = new RegExp(pattern, flags);
  for (const [start, repeated] of hardTexts(pattern)) {
    const text = fill(start, repeated, SHORT);
    if (time(expression, text) > LIMIT && time(expression, text) > LIMIT && time(expression, text) > LIMIT) {
      return JSON.stringify(`${start}|${repeated}…`);
    }
  }
  return undefined;
}

test('the check finds what is known to be slow, and passes what is not', () => {
  const slow = ['\\s+$', '<begin>[^]*?<end>', '(a+)+b', '/\\*[^]*?\\*/', '(?:a|aa)+$'];
  for (const pattern of slow) {
    assert.ok(weakness({ place: '', pattern, flags: 'g' }), pattern);
  }
  for (const pattern of ['^\\s+', '[a-z]', '\\n', '^(\\d+)x', '"', '^(?:a|b)+$']) {
    assert.equal(weakness({ place: '', pattern, flags: 'g' }), undefined, pattern);
  }
});

test('every regular expression is linear', () => {
  const seen = new Set<string>();
  const weak: string[] = [];
  const made: string[] = [];
  for (const file of sources()) {
    const found = expressionsOf(file);
    if (found.made > 0) {
      made.push(file);
    }
    for (const literal of found.literals) {
      const key = `/${literal.pattern}/${literal.flags}`;
      if (seen.has(key)) {
        continue;
      }
      seen.add(key);
      const text = weakness(literal);
      if (text !== undefined) {
        weak.push(`${file}: ${key} on ${text}`);
      } else if (time(new RegExp(literal.pattern, literal.flags), fill('', '\n', LONG)) > TIMEOUT / 2) {
        weak.push(`${file}: ${key} on 200 KB of line ends`);
      }
    }
  }
  console.log(`regular expressions: ${seen.size}`);
  assert.ok(seen.size > 50);
  assert.deepEqual(weak, []);
  assert.deepEqual(made, [], 'made while running');
});
