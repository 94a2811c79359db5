import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cancelled, explain, Failure } from '../../../src/core/util/failure';
import { formatMessage, msg } from '../../../src/core/util/message';

describe('Failure', () => {
  it('has the sentence for its message, never the template', () => {
    const failure = new Failure({ message: msg('{0} is at {1}.', 'local', 'http://localhost') });
    assert.equal(failure.message, 'local is at http://localhost.');
    assert.equal(failure.kind, 'other');
  });

  it('is known by name, as each bundle has a class of its own', () => {
    const foreign = Object.assign(new Error('x'), { name: 'Failure', data: { kind: 'offline', message: msg('x') } });
    assert.ok(foreign instanceof Failure);
    for (const other of [
      new Error('x'),
      Object.assign(new Error('x'), { name: 'Failure' }),
      { name: 'Failure' },
      null,
    ]) {
      assert.ok(!((other as unknown) instanceof Failure));
    }
  });

  it('crosses a boundary as data', () => {
    const failure = new Failure({ kind: 'rejected', code: 'IC0512', message: msg('{0} is no controller.', 'alice') });
    const copy = new Failure(structuredClone(failure.data));
    assert.deepEqual([copy.message, copy.kind, copy.data], [failure.message, 'rejected', failure.data]);
  });

  it('is told with a sentence around its cause, unless the user ended it', () => {
    const cause = new Failure({ kind: 'offline', message: msg('{0} is off.', 'local'), detail: 'ECONNREFUSED' });
    const told = explain(cause, (message) => msg('Starting failed. {0}', message));
    assert.ok(told instanceof Failure);
    assert.equal(told.message, 'Starting failed. local is off.');
    assert.equal(formatMessage(told.data.message), told.message);
    assert.deepEqual([told.kind, told.data.detail], ['offline', 'ECONNREFUSED']);
    const gone = cancelled();
    assert.equal(
      explain(gone, () => msg('Starting failed.')),
      gone,
    );
    const unforeseen = new TypeError('x');
    assert.equal(
      explain(unforeseen, () => msg('Starting failed.')),
      unforeseen,
    );
  });
});
