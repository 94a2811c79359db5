/** One word for one thing, several for several: in every English sentence with a number in it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

const ROOT = path.resolve(__dirname, '../../..');
const read = (file: string): Record<string, string> => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
/** The English sentences of code are the keys of their translations. */
const SENTENCES = Object.keys(read('l10n/bundle.l10n.ja.json'));
const MANIFEST = Object.values(read('package.nls.json'));

const COUNTED =
  'canister|project|network|error|warning|problem|argument|record|minute|second|day|key|request|file|snapshot';
/** Where the number is never 1. */
const ALWAYS_MANY = [
  // Beyond ten.
  '{0} canisters',
  // A limit.
  'Projects of more than {0} canisters are not converted.',
  'Of one file, {0} requests are read.',
  // A canister has three keys at least.
  'Of {0} keys, {1} are converted, {2} with a difference, and {3} have no equivalent.',
  // The title of a document: of a method.
  '{0} arguments',
];

it('no sentence leaves it open whether it is one or several', () => {
  const open = [...SENTENCES, ...MANIFEST].filter((text) => /\w\(e?s\)/.test(text));
  assert.deepEqual(open, []);
});

it('a sentence that counts things has another for one of them', () => {
  const several = new RegExp(`\\{\\d\\} (${COUNTED})s\\b`);
  const counting = SENTENCES.filter((text) => several.test(text));
  assert.ok(counting.length > 10);
  const alone = counting.filter((text) => {
    const noun = several.exec(text)![1]!;
    // As many words around the number, and the same first ones: 'are' becomes 'is'.
    const before = text.slice(0, text.search(several));
    const one = `1 ${noun}`;
    const others = SENTENCES.filter((other) => new RegExp(`\\b${one}\\b`).test(other));
    const isPartner = (other: string) => other.startsWith(`${before}${one}`) || /^\{0\} = $/.test(before);
    return !others.some(isPartner) && !ALWAYS_MANY.includes(text);
  });
  assert.deepEqual(alone, []);
  assert.deepEqual(
    ALWAYS_MANY.filter((text) => !counting.includes(text)),
    [],
  );
});

it('no sentence has one of several', () => {
  const wrong = [...SENTENCES, ...MANIFEST].filter((text) => new RegExp(`\\b1 (${COUNTED})s\\b`).test(text));
  assert.deepEqual(wrong, []);
});
