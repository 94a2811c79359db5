import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest } from '../../../src/core/util/suggest';

test('the word that was probably meant', () => {
  assert.equal(closest('dependancies', ['dependencies', 'declarations']), 'dependencies');
  assert.equal(closest('Main', ['main', 'metadata']), 'main');
  assert.equal(closest('init-arg', ['init_arg', 'init_arg_file']), 'init_arg');
  assert.equal(closest('rsut', ['rust', 'motoko']), 'rust');
  assert.equal(closest('xyz', ['rust', 'motoko']), undefined);
  assert.equal(closest('ab', ['cd']), undefined);
  assert.equal(closest('x'.repeat(1000), ['rust']), undefined);
});
