import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { findFiles, isExcluded } from '../../../src/core/project/discover';
import { layout, put } from '../support/layout';
import { assertWithin } from '../support/within';

const run = promisify(execFile);
const NAMES = ['dfx.json'];

async function find(folder: string): Promise<string[]> {
  const files = await findFiles(folder, NAMES);
  return files.map((file) => path.relative(folder, file).split(path.sep).join('/'));
}

/** Asserts what is found, and that a watcher's events are judged alike. */
async function expectFound(folder: string, expected: string[], hidden: string[]): Promise<void> {
  assert.deepEqual(await find(folder), expected);
  for (const name of expected) {
    assert.equal(await isExcluded(folder, path.join(folder, name)), false, name);
  }
  for (const name of hidden) {
    assert.equal(await isExcluded(folder, path.join(folder, name)), true, name);
  }
}

const project = (...names: string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, { canisters: {} }]));

test('projects are found at any depth, sorted, and packages and caches are left out', async (t) => {
  const shown = ['a/b/c/d/e/dfx.json', 'dfx.json', 'examples/x/dfx.json'];
  const hidden = [
    'node_modules/pkg/dfx.json',
    'a/node_modules/pkg/dfx.json',
    '.dfx/local/dfx.json',
    '.git/dfx.json',
    '.mops/base@0.1.0/dfx.json',
    '.vessel/base/dfx.json',
  ];
  const folder = await layout(t, project(...shown, ...hidden));
  await put(folder, 'other/dfx.json.bak', '');
  await mkdir(path.join(folder, 'folder', 'dfx.json'), { recursive: true });
  await expectFound(folder, shown, hidden);
  assert.equal(await isExcluded(folder, path.join(folder, '..', 'dfx.json')), true);
});

test('folders that git ignores are left out, by nested rules', async (t) => {
  const folder = await layout(t, {
    ...project(
      'dfx.json',
      'target/dfx.json',
      'sub/target/dfx.json',
      'sub/keep/dfx.json',
      'sub/gen/dfx.json',
      'sub/gen/deep/dfx.json',
      'other/gen/dfx.json',
      'build/a/dfx.json',
      'x/build/a/dfx.json',
    ),
    '.gitignore': 'target/\n# comment\n/build/*\ngen\n',
    'sub/.gitignore': '!gen\nkeep/\n',
  });
  await expectFound(
    folder,
    ['dfx.json', 'sub/gen/deep/dfx.json', 'sub/gen/dfx.json', 'x/build/a/dfx.json'],
    ['target/dfx.json', 'sub/target/dfx.json', 'sub/keep/dfx.json', 'other/gen/dfx.json', 'build/a/dfx.json'],
  );
});

async function git(t: TestContext, folder: string): Promise<boolean> {
  try {
    await run('git', ['init', '-q', folder]);
    return true;
  } catch {
    t.skip('no git');
    return false;
  }
}

test('the same folders are left out that git itself ignores', async (t) => {
  const folder = await layout(t, {
    '.gitignore': 'out*/\n**/tmp\n!sub/tmp\n/only\n*.egg-info/\na/**/z\n\\#odd/\nsp ace/\n[bB]in/\n',
    'sub/.gitignore': 'deep\n!out2/\n',
    'sub/deep2/.gitignore': '*\n!ok/\n',
  });
  if (!(await git(t, folder))) {
    return;
  }
  await put(folder, '.git/info/exclude', 'excluded/\n');
  const folders = [
    'out1',
    'sub/out2',
    'sub/out3',
    'tmp',
    'sub/tmp',
    'x/tmp',
    'only',
    'sub/only',
    'p.egg-info',
    'a/b/z',
  ];
  folders.push(
    'a/z',
    '#odd',
    'sp ace',
    'Bin',
    'sub/bin',
    'sub/deep',
    'deep',
    'sub/deep2/ok',
    'sub/deep2/no',
    'excluded',
    'plain',
  );
  for (const name of folders) {
    await put(folder, `${name}/dfx.json`, '{}');
  }
  const shown: string[] = [];
  for (const name of folders) {
    const ignored = await run('git', ['-C', folder, 'check-ignore', '-q', name]).then(
      () => true,
      () => false,
    );
    if (!ignored) {
      shown.push(`${name}/dfx.json`);
    }
  }
  assert.deepEqual(await find(folder), shown.sort());
  assert.ok(shown.length > 5 && shown.length < folders.length - 5);
});

test('rules above the opened folder count, unless it is ignored itself', async (t) => {
  const repository = await layout(t, {
    '.gitignore': 'generated/\n',
    '.git/HEAD': 'ref: refs/heads/main',
    ...project('app/dfx.json', 'app/generated/dfx.json', 'generated/app/dfx.json', 'generated/app/generated/dfx.json'),
  });
  await expectFound(path.join(repository, 'app'), ['dfx.json'], ['generated/dfx.json']);
  await expectFound(path.join(repository, 'generated/app'), ['dfx.json', 'generated/dfx.json'], []);
});

test('rules that are no rules, and rules of a hostile kind, hide nothing', async (t) => {
  const folder = await layout(t, { ...project('a/dfx.json'), '.gitignore': '[\n(((\n\\\n!\n/\n\0\n**[!]\n' });
  assert.deepEqual(await find(folder), ['a/dfx.json']);
});

test('links are followed once, loops end, and what they show twice is listed once', async (t) => {
  const outside = await layout(t, project('linked/dfx.json', 'linked/inner/dfx.json'));
  const folder = await layout(t, project('real/dfx.json'));
  try {
    await symlink(outside, path.join(folder, 'z-link'), 'dir');
    await symlink(path.join(outside, 'linked'), path.join(folder, 'z-link-2'), 'dir');
    await symlink(path.join(folder, 'real'), path.join(folder, 'same'), 'dir');
    await symlink(folder, path.join(folder, 'real', 'loop'), 'dir');
    await symlink(path.join(folder, 'nowhere'), path.join(folder, 'dangling'), 'dir');
    await mkdir(path.join(folder, 'file-link'));
    await symlink(path.join(outside, 'linked', 'dfx.json'), path.join(folder, 'file-link', 'dfx.json'));
  } catch {
    t.skip('no links here');
    return;
  }
  await symlink(outside, path.join(outside, 'linked', 'self'), 'dir');
  const found = await find(folder);
  assert.ok(found.includes('real/dfx.json'));
  assert.equal(found.filter((name) => /^z-link(-2|\/linked)\/dfx\.json$/.test(name)).length, 1, found.join('\n'));
  assert.ok(found.includes('file-link/dfx.json'));
  assert.equal(found.filter((name) => name.endsWith('inner/dfx.json')).length, 1, found.join('\n'));
  assert.equal(found.filter((name) => name.startsWith('same') || name.includes('loop')).length, 0);
});

test('a folder that is not there, or goes away, is empty', async (t) => {
  const folder = await layout(t);
  assert.deepEqual(await findFiles(path.join(folder, 'missing'), NAMES), []);
  const file = await put(folder, 'file', '');
  assert.deepEqual(await findFiles(file, NAMES), []);
});

test('what VS Code hides is not looked into, nor news of it', async (t) => {
  const shown = ['a/dfx.json', 'build/dfx.json.txt', 'x/build/dfx.json', 'x/tmp.d/dfx.json'];
  const hidden = ['build/dfx.json', 'vendor/deep/dfx.json', 'y/.cache/dfx.json', 'tmp1/dfx.json', 'tmp2/z/dfx.json'];
  const folder = await layout(t, Object.assign({}, ...[...shown, ...hidden].map((file) => project(file))));
  const exclude = ['build/**', '**/.cache', 'vendor', 'tmp{1,2}', '**/*.{log,bak}', '[', '{'];
  const wanted = shown.filter((file) => path.basename(file) === 'dfx.json');
  const relative = (await findFiles(folder, NAMES, { exclude })).map((file) => path.relative(folder, file));
  assert.deepEqual(relative, wanted);
  for (const file of [...wanted, ...hidden]) {
    assert.equal(await isExcluded(folder, path.join(folder, file), { exclude }), hidden.includes(file), file);
  }
});

test('manifests of several tools are found, side by side in a folder too', async (t) => {
  const files = ['a/dfx.json', 'a/icp.yaml', 'b/icp.yaml'];
  const folder = await layout(t, Object.assign({}, ...files.map((file) => project(file))));
  // A link to a folder makes it no second project.
  await symlink(path.join(folder, 'a'), path.join(folder, 'linked'));
  const found = await findFiles(folder, ['dfx.json', 'icp.yaml']);
  assert.deepEqual(
    found.map((file) => path.relative(folder, file).split(path.sep).join('/')),
    files,
  );
});

test('4,000 folders take less than a second', async (t) => {
  const folder = await layout(t, { '.gitignore': 'target/\ndist/\n*.log\n' });
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < 100; j++) {
      await mkdir(path.join(folder, `d${i}`, `e${j}`), { recursive: true });
    }
    await writeFile(path.join(folder, `d${i}`, 'dfx.json'), '{}');
  }
  await assertWithin(1000, async () => {
    const start = performance.now();
    assert.equal((await findFiles(folder, NAMES)).length, 40);
    return performance.now() - start;
  });
});
