/** The pages for people (READMEs, SECURITY, docs): what they link to and name is there, and they read well as HTML. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const ROOT = path.resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const inFolder = (folder: string) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name));
const PAGES = [...inFolder('.'), ...inFolder('docs')];

/** Without code, in which brackets and signs are nothing but text. */
const prose = (text: string) =>
  text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));

/** The anchors of a page's headings, as GitHub makes them. */
const anchors = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the pages for people', () => {
  for (const page of PAGES) {
    it(`${page} leads to files, pictures and chapters that are there`, () => {
      const text = read(page);
      for (const [, target] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target!)) {
          continue;
        }
        const [file = '', chapter] = decodeURIComponent(target!).split('#');
        const at = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
        assert.ok(existsSync(path.join(ROOT, at)), target);
        if (chapter !== undefined && at.endsWith('.md')) {
          assert.ok(anchors(read(at)).includes(chapter), target);
        }
      }
    });

    it(`${page} has as many cells in each row of a table as its head has`, () => {
      let head = 0;
      let inFence = false;
      for (const line of read(page).split('\n')) {
        inFence = line.startsWith('```') ? !inFence : inFence;
        // An escaped one is text.
        const cells: number = inFence || !line.startsWith('|') ? 0 : line.replaceAll('\\|', '').split('|').length;
        head = cells === 0 ? 0 : head || cells;
        assert.equal(cells, head, line);
      }
    });
  }

  it('README.ja.md has no line break behind a sentence, of which browsers make a space', () => {
    const broken = prose(read('README.ja.md')).match(/^[^|#<\n].*[、。]\n *(?!\d+\.)[^-*|#<>!\s].*$/gm) ?? [];
    assert.deepEqual(broken, []);
  });

  it('SECURITY.md names tests that are there', () => {
    const files = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.posix.join('test', file.replaceAll('\\', '/')),
    );
    let named = 0;
    let file = '';
    for (const [, cell] of read('SECURITY.md').matchAll(/^\|.*\| *(.+?) *\|$/gm)) {
      // Between semicolons stand a file and titles in it; without a file, they are of the one before.
      for (const part of cell!.split(';')) {
        const name = /`([\w./-]+\.test\.ts)`/.exec(part)?.[1];
        if (name !== undefined) {
          const found = files.filter((each) => each === name || each.endsWith(`/${name}`));
          assert.equal(found.length, 1, name);
          file = found[0]!;
        }
        for (const [, title] of part.matchAll(/"([^"]+)"/g)) {
          const text = read(file).replaceAll("\\'", "'");
          const pieces = title!.split('…').map((piece) => piece.trim());
          assert.ok(
            pieces.every((piece) => text.includes(piece)),
            `${file}: ${title}`,
          );
          named += 1;
        }
      }
    }
    assert.ok(named > 20, 'the tables are read');
  });
});
