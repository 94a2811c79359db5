import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { writeYaml, YamlList, YamlMap } from '../../../src/core/convert/yaml-writer';
import { parseYaml } from '../../../src/core/document/parse-yaml';
import { Random } from '../../support/random';

const TEXTS = [
  '',
  ' ',
  'a',
  'a b',
  ' a',
  'a ',
  'true',
  'No',
  'null',
  '~',
  '1',
  '-1',
  '1.5',
  '1e3',
  '0x1f',
  '0o7',
  '1_000',
  '12:30',
  '.5',
  '.inf',
  '2026-01-01',
  'a: b',
  'a:',
  ':a',
  'a #b',
  '#a',
  '- a',
  '-a',
  '-',
  '? a',
  '?',
  '[a]',
  '{a}',
  '{{a}}',
  '&a',
  '*a',
  '!a',
  '|',
  '>',
  '%a',
  '@a',
  '`a`',
  "'a'",
  '"a"',
  'a"b',
  "a'b",
  '\\',
  'a\\n',
  'a\nb',
  'a\n',
  '\na',
  'a\n\nb\n',
  'a\n ',
  ' a\nb',
  '\ta',
  'a\tb',
  'a\tb\nc',
  'a\r\nb',
  '\u0000',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u{1f600}',
  '日本語',
  '<<',
  '=',
  '---',
  '...',
  '--- a',
  'a\n---\nb',
  'a,b',
  'y',
  'on',
  'key: |',
  '$(x)',
  '"$(x)" y',
  'it\'s "x"',
  'a\n#b',
  '\u200b',
];

function check(text: string): void {
  const root = new YamlMap()
    .set('value', text, `about ${text}`)
    .set(text, 'key')
    .set(
      'list',
      new YamlList()
        .add(text)
        .add(new YamlMap().set('inner', text, text), text)
        .add(YamlList.of([text])),
    );
  const written = writeYaml(root, [text]);
  const list = [text, { inner: text }, [text]];
  const expected = { value: text, list, [text]: 'key' };
  for (const version of ['1.1', '1.2'] as const) {
    assert.deepEqual(
      parse(written, { version, uniqueKeys: false }),
      expected,
      `${version}: ${JSON.stringify(text)}\n${written}`,
    );
  }
  assert.deepEqual(parseYaml(written).problems, [], written);
}

test('every text is read as it was written, as a value, a key and in a comment', () => {
  for (const text of TEXTS.filter((each) => each !== 'value' && each !== 'list')) {
    check(text);
  }
});

test('random texts are, too', () => {
  const random = Random.forTest('YAML writer');
  const parts = [...TEXTS, '\n', ' ', '#', ':', '-', '"', "'"];
  for (let round = 0; round < 3000; round++) {
    const length = 1 + Math.floor(random.fraction() * 4);
    check(Array.from({ length }, () => parts[Math.floor(random.fraction() * parts.length)]).join(''));
  }
});
