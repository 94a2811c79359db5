/** ThirdPartyNotices.txt against what is shipped, found in another way than the script finds it: in the source maps. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';

const ROOT = resolve(__dirname, '../../..');
const TEXT = readFileSync(join(ROOT, 'ThirdPartyNotices.txt'), 'utf8');

/** The names in one of the lists at the top. */
const listed = (heading: string): string[] => {
  const [, list = ''] = new RegExp(`${heading}.*\\n\\n((?: {2}.+\\n)+)`).exec(TEXT) ?? [];
  return [...list.matchAll(/^ {2}(.+?)(?: \d+\.\d+\.\d+)? \(/gm)].map(([, name]) => name!);
};

/** What follows the lists, for each of the texts: the names above it, and the text. */
const texts = TEXT.split(/^={80}$/m)
  .slice(1)
  .map((part) => part.split(/^-{80}$/m));

describe('the notices of third parties', () => {
  it('are current', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/notices.mjs', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });

  it('name every package that is bundled, and no other', () => {
    const maps = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.map'),
    );
    const sources = maps.flatMap((file) => JSON.parse(readFileSync(join(ROOT, 'dist', file), 'utf8')).sources);
    const packages = sources.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean);
    assert.deepEqual(listed('Packages of npm'), [...new Set(packages)].sort());
  });

  it('name the crates in the module that is shipped beside the bundles', () => {
    const crates = listed('Compiled into dist/didc_bg\\.wasm\\.br');
    for (const name of ['candid', 'candid_parser', 'wasm-bindgen', 'pretty', 'the standard library of Rust']) {
      assert.ok(crates.includes(name), name);
    }
  });

  it('give a licence text for each', () => {
    const names = [...listed('Packages of npm'), ...listed('Compiled into dist/didc_bg\\.wasm\\.br')];
    for (const name of names) {
      const text = texts.find(([whose = '']) => new RegExp(`(^|[,\\s])${name}(?![\\w-])`).test(whose))?.[1];
      assert.match(text ?? '', /permission|permitted|Licensed under the Apache License/i, name);
    }
  });

  it('are shipped, and nothing else of others', async () => {
    const files = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });
    assert.ok(files.includes('ThirdPartyNotices.txt'));
    assert.deepEqual(
      files.filter((file) => file.includes('node_modules')),
      [],
    );
  });
});
