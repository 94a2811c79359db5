import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { pasteableCommand } from '../../../src/core/process/quote';

const run = promisify(execFile);
const PRINT = 'process.stdout.write(JSON.stringify([process.argv.slice(1), require("fs").readFileSync(0, "utf8")]))';
const NASTY = [
  '',
  ' ',
  "it's",
  "''",
  '"',
  '$HOME',
  '$(touch /tmp/x)',
  '`id`',
  '!!',
  '\\',
  'a\\',
  '\n',
  'a\nb',
  '*',
  '~',
  '-x',
  '# no',
  '; exit 1',
  '&& false',
  '|',
  '>',
  '(record { text = "tea \\"green\\""; who = principal "aaaaa-aa" })',
  '日本\u{1f600}',
  '{a,b}',
  '%PATH%',
  '\t',
  '=x',
];

describe('a command line to paste', () => {
  it('gives a POSIX shell every word as it is, and the input', { skip: process.platform === 'win32' }, async () => {
    const args = ['-e', PRINT, '--', ...NASTY];
    for (const input of [undefined, 'a\nCANDID\n$HOME `id` \\ \'"']) {
      const line = pasteableCommand(process.execPath, args, input, 'linux') ?? assert.fail();
      const { stdout } = await run('sh', ['-c', input === undefined ? `${line} </dev/null` : line]);
      assert.deepEqual(JSON.parse(stdout), [NASTY, input === undefined ? '' : `${input}\n`]);
    }
  });

  it('expands nothing in PowerShell, whichever quote stands in a word', () => {
    const words = ['call', '--identity', "it's ’$(calc)‘", '("a")', '', '-x', '@a'];
    assert.equal(
      pasteableCommand('icp', words, undefined, 'win32'),
      "icp call --identity 'it''s ’’$(calc)‘‘' '(\"a\")' '' '-x' '@a'",
    );
    assert.equal(pasteableCommand('icp', [], 'input', 'win32'), undefined);
  });
});
