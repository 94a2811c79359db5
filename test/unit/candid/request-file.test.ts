import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lexer } from '../../../src/core/candid/lexer';
import {
  appendedRequest,
  freeName,
  type NewRequest,
  readRequests,
  replacedCall,
  requestAt,
  type SavedRequest,
} from '../../../src/core/candid/request-file';
import { Random } from '../../support/random';
import { randomText, randomType } from './random';

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

/** The tokens of Candid text, with line ends in texts as escape sequences. */
function tokens(text: string): string[] {
  const lexer = new Lexer(text);
  const found: string[] = [];
  while (lexer.token.kind !== 'end') {
    const { kind, text: word } = lexer.next();
    found.push(kind === 'text' ? `"${word.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}"` : word);
  }
  return found;
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

  it('gets requests at its end, and loses nothing', () => {
    const random = Random.forTest('requests of a file');
    const quote = (name: string) => JSON.stringify(name);
    for (let run = 0; run < 300; run++) {
      const eol = random.pick(['\n', '\r\n']);
      const starts = ['', '\ufeff', '// words', `// words${eol}`, FILE.replaceAll('\n', eol), `### x${eol}y.z ("open`];
      let text = random.pick(starts);
      for (let count = 0; count < 4; count++) {
        const before = text;
        const name =
          randomText(random)
            .replace(/[\r\n\u2028\ufeff]/g, '')
            .trim() || 'name';
        const type = randomType(random, 2, quote);
        const value = type.idl.valueToString(type.value());
        const open = random.pick(['', '/* a\n### b */ ', '// c\n']);
        const request: NewRequest = {
          name,
          kind: random.pick(['query', 'update']),
          canister: random.pick(['hello', 'my-canister', 'query', 'a.b', '日本', 'with "quotes"']),
          method: random.pick(['greet', 'update', 'two words', '### x', 'new\nline']),
          arguments: `(${open}"a\n### no request\r\n", ${lexable(value)})`,
        };
        const known = readRequests(before).requests;
        const { insert, at } = appendedRequest(before, request);
        text += insert;
        assert.ok(insert.slice(at).startsWith('### '));
        const { requests } = readRequests(text);
        assert.equal(requests.length, known.length + 1, JSON.stringify(text));
        const last = requests.at(-1)!;
        assert.deepEqual(requests.slice(0, -1).map(said).map(trimmed), known.map(said).map(trimmed));
        assert.deepEqual(said(last).slice(0, 4), [name, request.kind, request.canister, request.method]);
        assert.deepEqual(tokens(last.arguments!.text), tokens(request.arguments));
        assert.ok(!(/\r\n/.test(before) ? /(?:^|[^\r])\n/ : /\r\n/).test(insert), JSON.stringify([before, insert]));
      }
    }
  });

  it('gets another call in place of one, and keeps its name and every comment', () => {
    const { requests } = readRequests(FILE);
    const next = { name: '', kind: 'update', canister: 'hello', method: 'greet', arguments: '(\n  "x"\n)' } as const;
    const replaced = requests.map((request) => {
      const { offset, length, insert } = replacedCall(FILE, request, next)!;
      return FILE.slice(0, offset) + insert + FILE.slice(offset + length);
    });
    const [first, second] = replaced;
    assert.equal(first, FILE.replace('query hello.greet ("World")', 'update hello.greet (\n  "x"\n)'));
    assert.ok(second!.includes('// The price counts.\nupdate hello.greet (\n  "x"\n)\n// about the next\n'), second);
    for (const [index, text] of replaced.entries()) {
      const names = readRequests(text).requests.map(({ name }) => name.text);
      assert.deepEqual(
        names,
        requests.map(({ name }) => name.text),
      );
      assert.deepEqual(said(readRequests(text).requests[index]!).slice(1), ['update', 'hello', 'greet', '(\n  "x"\n)']);
    }
    const crlf = '### a\r\nx.y ()\r\n';
    assert.equal(replacedCall(crlf, readRequests(crlf).requests[0]!, next)!.insert.match(/\r\n/g)?.length, 2);
    const open = '### a\nx.y';
    assert.equal(replacedCall(open, readRequests(open).requests[0]!, next), undefined);
  });

  it('has a free name for each', () => {
    assert.equal(freeName(readRequests(FILE), 'add'), 'add');
    assert.equal(freeName(readRequests(FILE), 'greet'), 'greet 2');
    assert.equal(freeName(readRequests(`${FILE}### greet 2\n`), 'greet'), 'greet 3');
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
      const begun = process.cpuUsage();
      readRequests(text);
      // Of the processor: on a busy machine anything takes long.
      const taken = process.cpuUsage(begun).user / 1_000;
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

/** The value where Candid can be read of it, else another. */
function lexable(value: string): string {
  try {
    tokens(value);
    return value;
  } catch {
    return '5';
  }
}

function trimmed(parts: readonly (string | undefined)[]) {
  return parts.map((part) => part?.trimEnd());
}
