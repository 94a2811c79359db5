import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRequests, requestAt, type SavedRequest } from '../../../src/core/candid/request-file';
import { Random } from '../../support/random';

const FILE = `// What we try by hand.
### greet
query hello.greet ("World")

### by hand // no comment
// The price counts.
"odd name"."set \\"it\\"" (
  record { price = 3 }, // yen
)
// about the next
### count it
update hello.count ()
`;

/** What a request says, without places. */
function said({ name, kind, canister, method, arguments: given }: SavedRequest) {
  return [name.text, kind?.text, canister?.text, method?.text, given?.text];
}

/** The problems with the text that each is at. */
function problems(text: string): string[] {
  return readRequests(text).problems.map(
    ({ message, offset, length, fix }) =>
      `${text.slice(offset, offset + length)} | ${message.text}${fix === undefined ? '' : ` | ${fix}`}`,
  );
}

describe('a file of requests', () => {
  it('is read with names, kinds, quoted names and arguments over several lines', () => {
    const { requests } = readRequests(FILE);
    assert.deepEqual(problems(FILE), []);
    assert.deepEqual(requests.map(said), [
      ['greet', 'query', 'hello', 'greet', '("World")'],
      ['by hand // no comment', undefined, 'odd name', 'set "it"', '(\n  record { price = 3 }, // yen\n)'],
      ['count it', 'update', 'hello', 'count', '()'],
    ]);
    for (const { name, canister, arguments: given } of requests) {
      assert.equal(FILE.slice(name.offset, name.offset + name.length), name.text);
      assert.ok(FILE.slice(canister!.offset).startsWith(canister!.length > canister!.text.length ? '"' : 'hello'));
      assert.equal(FILE.slice(given!.offset, given!.offset + given!.length), given!.text);
    }
    assert.equal(requestAt(readRequests(FILE), FILE.indexOf('yen'))?.name.text, 'by hand // no comment');
    assert.equal(requestAt(readRequests(FILE), 3), undefined);
  });

  it('is the same with CRLF and a byte order mark', () => {
    const other = `\ufeff${FILE.slice(FILE.indexOf('###')).replaceAll('\n', '\r\n')}`;
    assert.deepEqual(problems(other), []);
    assert.deepEqual(
      readRequests(other).requests.map((request) => said(request).map((each) => each?.replaceAll('\r\n', '\n'))),
      readRequests(FILE).requests.map(said),
    );
  });

  it('calls a canister that is named as a kind', () => {
    const { requests } = readRequests('### a\nquery.update ()\n### b\nupdate query.x ()');
    assert.deepEqual(requests.map(said), [
      ['a', undefined, 'query', 'update', '()'],
      ['b', 'update', 'query', 'x', '()'],
    ]);
  });

  it('says what is missing, and where', () => {
    assert.deepEqual(problems('hello.greet ()\n### a\nhello.greet ()'), [
      'hello.greet () | A request begins with a line of its name: {0}',
    ]);
    assert.deepEqual(problems('###\nhello.greet ()'), ['### | A request begins with a line of its name: {0}']);
    assert.deepEqual(problems('### a\n// only words\n'), ['### a | What is called is missing: {0}']);
    assert.deepEqual(problems('### a\n(5)'), ['(5) | What is called is missing: {0}']);
    assert.deepEqual(problems('### a\nquery'), ['### a | What is called is missing: {0}']);
    assert.deepEqual(problems('### a\nhello'), ['hello | The method is missing: {0}']);
    assert.deepEqual(problems('### a\nhello. ()'), ['hello. | The method is missing: {0}']);
    assert.deepEqual(problems('### a\nhello.greet\n'), [
      'greet | The arguments are missing. Without any, it is {0} | greet ()',
    ]);
    assert.deepEqual(problems('### a\nhello.greet "x"\n'), ['"x" | The arguments are missing. Without any, it is {0}']);
    assert.deepEqual(problems('### a\nx.y ()\n### a\nx.y ()'), ['a | There is a request named {0} already.']);
  });

  it('ends what is not closed with its request', () => {
    const { requests } = readRequests('### a\nx.y ("open\n\n### b\nx.y /* open (\n### c\nx.y (5)');
    assert.deepEqual(requests.map(said), [
      ['a', undefined, 'x', 'y', '("open'],
      ['b', undefined, 'x', 'y', undefined],
      ['c', undefined, 'x', 'y', '(5)'],
    ]);
  });

  it('is read in time that grows with its length, whatever is in it', () => {
    const size = 300_000;
    const hostile = [
      '###\n',
      '### a\nx.y (\n',
      '### a\nx.y ("\n',
      '### a\n/*',
      '/*',
      '//',
      '### a\n// b\n'.padEnd(400, '// c\n'),
      '### a\nx.y (((((((((((((((((((((((((',
      '### "\n"\\u{',
      '"',
      '### a\r',
      '\ufeff',
    ];
    for (const piece of hostile) {
      const text = `### start\nx.y (${piece.repeat(Math.ceil(size / piece.length))}`;
      const begun = performance.now();
      readRequests(text);
      const taken = performance.now() - begun;
      assert.ok(taken < 2_000, `${JSON.stringify(piece)} took ${taken} ms`);
    }
    assert.deepEqual(problems('x'.repeat(4_000_001)), [' | The file is too large.']);
    assert.equal(readRequests('### a\nx.y ()\n'.repeat(6_000)).requests.length, 5_000);
  });

  it('can be anything', () => {
    const random = Random.forTest('any file of requests');
    const pieces = [
      '###',
      '### a\n',
      '\n',
      '\r\n',
      '(',
      ')',
      '"',
      '.',
      'x',
      ' ',
      '/*',
      '*/',
      '//',
      '\\',
      '\ufeff',
      '5',
    ];
    for (let run = 0; run < 2_000; run++) {
      const text = Array.from({ length: random.below(30) }, () => random.pick(pieces)).join('');
      const { requests, problems: found } = readRequests(text);
      for (const { offset, length } of [...found, ...requests.flatMap(({ name, whole }) => [name, whole])]) {
        assert.ok(offset >= 0 && length >= 0 && offset + length <= text.length, JSON.stringify(text));
      }
    }
  });
});
