import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { it } from 'node:test';
import type { TestResult } from '../../host/results';

const MODULE = resolve(__dirname, '../../host/node-tests.ts');

/** Runs test files through our reporter, in a process of its own: node:test does not nest. */
function results(files: Readonly<Record<string, string>>): TestResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'ic-canisters-reporter-'));
  try {
    const paths = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const driver = `
      const { runNodeTests } = require(${JSON.stringify(MODULE)});
      const all = [];
      runNodeTests(${JSON.stringify(paths)}, 1, (test) => all.push(test), () => {}).then(() =>
        process.stdout.write(JSON.stringify(all)));`;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    // Not with -e, which the processes of the files would inherit.
    writeFileSync(join(folder, 'driver.cjs'), driver);
    const run = spawnSync(process.execPath, ['--import', 'tsx', join(folder, 'driver.cjs')], {
      encoding: 'utf8',
      env,
      cwd: resolve(__dirname, '../../..'),
    });
    return JSON.parse(run.stdout) as TestResult[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const short = (all: readonly TestResult[]) => all.map(({ name, state }) => `${state}: ${name.replace(/.*\//, '')}`);

it('reports every test once, under the names of its suites, and no suite', () => {
  const all = results({
    'a.test.cjs': `
      const { describe, it, test } = require('node:test');
      describe('s', () => { it('x', () => {}); it('y', () => { throw new Error('boo'); }); it('z', { skip: true }, () => {}); });
      test('plain', async (t) => { await t.test('sub', () => {}); });`,
  });
  assert.deepEqual(short(all), [
    'passed: s › x',
    'failed: s › y',
    'skipped: s › z',
    'passed: plain › sub',
    'passed: plain',
  ]);
  assert.match(all[1]?.error ?? '', /boo/);
});

it('reports a hook that fails', () => {
  const all = results({
    'a.test.cjs': `
      const { describe, it, before } = require('node:test');
      describe('s', () => { before(() => { throw new Error('no setup'); }); it('x', () => {}); });`,
  });
  assert.ok(all.every((test) => test.state === 'failed'));
  assert.ok(all.some((test) => test.error?.includes('no setup')));
});

it('reports a file without tests and a file that crashes as failures', () => {
  const all = results({ 'empty.test.cjs': '', 'crash.test.cjs': 'throw new Error()' });
  assert.deepEqual(short(all), ['failed: empty.test.cjs', 'failed: crash.test.cjs']);
});
