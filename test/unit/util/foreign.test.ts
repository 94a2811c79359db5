import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelText, logText, MAX_SHOWN, Markdown, md, plainLines, plainText } from '../../../src/core/util/foreign';
import { threadTime } from '../support/thread-time';

/** As others wrote it, and as a label shows it. */
const LABELS: readonly (readonly [what: string, foreign: string, shown: string])[] = [
  ['a name', '[Open](command:workbench.action.quit)', '[Open] (command:workbench.action.quit)'],
  ['a trap', 'IC0503: [x](https://evil.example "t")', 'IC0503: [x] (https://evil.example "t")'],
  ['a reply', '("[a](file:///etc/passwd)")', '("[a] (file:///etc/passwd)")'],
  ['an icon', '$(flame) $(sync~spin)', '$ (flame) $ (sync~spin)'],
  ['an escaped icon', '\\$(flame)', '\\$ (flame)'],
  ['a link that a line break hides', '[a]\n(command:x)', '[a] (command:x)'],
  ['a log', '1\r\n2\u2028[0. 2020]: 3\u0085', '1 2 [0. 2020]: 3 '],
  ['reordered text', 'safe\u202e\u2066exe', 'safe<U+202E><U+2066>exe'],
  ['hidden text', 'led\u200bger\ufeff\u00ad\u{e0041}', 'led<U+200B>ger<U+FEFF><U+00AD><U+E0041>'],
  ['a link that hides its seam', '[a]\u200b(command:x)', '[a]<U+200B>(command:x)'],
  ['terminal controls', '\u001b[2J\u0007\u009b1m\0', '<U+001B>[2J<U+0007><U+009B>1m<U+0000>'],
  ['a torn character', 'a\ud83d', 'a<U+D83D>'],
  ['what is ordinary', 'hello_backend 台帳 🔥 €', 'hello_backend 台帳 🔥 €'],
];

/** What VS Code looks for: its link, its icon. */
const LINK = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)/i;
const ICON = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

const ATTACKS = [
  ...LABELS.map(([, foreign]) => foreign),
  'https://evil.example',
  'HTTP://evil.example',
  'www.evil.example',
  'me@evil.example',
  '<https://evil.example>',
  '![x](https://evil.example/x.png)',
  '- item',
  '+ item',
  '1. item',
  '1) item',
  '# title',
  '> quote',
  '~~~\ncode',
  '```\ncode',
  '    code',
  '\tcode',
  '| a | b |\n| - | - |',
  'title\n===',
  'title\n---',
  '***',
  '**bold** _it_ ~~old~~ `code`',
  '<b>x</b><img src=x onerror=y>',
  '&amp;&lt;&#60;',
  '[ref]\n\n[ref]: https://evil.example',
  '[^1]',
  '\\',
  '\\[a](command:x)',
  '{0} {1}',
];

describe('text of others', () => {
  for (const [what, foreign, shown] of LABELS) {
    it(`is shown in a label as it is: ${what}`, () => assert.equal(labelText(foreign), shown));
  }

  it('is neither link nor icon nor more than a line in a label, put together in any way', () => {
    for (const first of ATTACKS) {
      for (const second of ATTACKS) {
        for (const text of [labelText(first + second), labelText(`${first} ${second}`)]) {
          assert.doesNotMatch(text, LINK);
          assert.doesNotMatch(text, ICON);
          assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      }
    }
  });

  it('is cut in the middle, between characters', () => {
    const text = plainText(`start${'🔥'.repeat(5_000)}end`);
    assert.ok(text.length <= MAX_SHOWN);
    assert.match(text, /^start🔥+…🔥+end$/u);
    assert.equal(plainText('a'.repeat(MAX_SHOWN)).length, MAX_SHOWN);
  });

  it('keeps its lines where there may be some, and cannot begin one in the log', () => {
    assert.equal(plainLines('a\r\n\tb\u202e\nc'), 'a\n\tb<U+202E>\nc');
    assert.equal(
      logText('failed: x\n2026-01-01 [info] paid\u001b[1A'),
      'failed: x\n  2026-01-01 [info] paid<U+001B>[1A',
    );
  });

  it('is text in Markdown, wherever it stands: every mark is escaped, and it is one line', () => {
    for (const attack of ATTACKS.flatMap((each) => [each, `x\n${each}`, `x\n\n${each}`])) {
      const { source } = md`${attack}`;
      // CommonMark 0.31, 2.4: any ASCII punctuation character may be escaped, and is then itself.
      assert.match(source, /^(?:[^!-/:-@[-`{-~\n]|\\[!-/:-@[-`{-~])*$/);
      assert.doesNotMatch(source, / {2}/, 'four would be code');
      assert.doesNotMatch(source.replaceAll('\\', ''), ICON);
    }
  });

  it('is escaped in a template, and what is ours is not', () => {
    const inner = md`**${'*a*'}**`;
    assert.equal(md`- ${inner}: ${1n.toString()} ${'$(x)'}`.source, '- **\\*a\\***: 1 \\$ \\(x\\)');
    assert.equal(md`${Markdown.icon('sync~spin')} ${Markdown.icon('a) [b](c')}`.source, '$(sync~spin) $(abc)');
  });

  it('is text between backticks', () => {
    assert.equal(Markdown.code('aaaaa-aa').source, '`aaaaa-aa`');
    assert.equal(Markdown.code('a ``b` [c](command:d)').source, '``` a ``b` [c] (command:d) ```');
  });

  it('takes a time that grows with its length at most', () => {
    const before = threadTime();
    for (const unit of ['\n', '](', '$(', '\u202e', '`', ' ', '🔥', 'a']) {
      const long = unit.repeat(4_000_000 / unit.length);
      for (const show of [plainText, labelText, (text: string) => md`${text}`, Markdown.code]) {
        show(long);
      }
      logText(long.slice(0, 400_000));
    }
    assert.ok((threadTime() ?? 0) - (before ?? 0) < 2_000);
  });
});
