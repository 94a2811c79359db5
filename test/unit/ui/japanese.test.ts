import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { durationWords } from '../../../src/core/util/amounts';
import type { Message } from '../../../src/core/util/message';
import { FakeVscode } from '../commands/vscode';

let translate: (words: Message) => string;
let joinSentences: (sentences: readonly string[]) => string;

before(() => {
  new FakeVscode().install();
  ({ translate, joinSentences } = require('../../../src/ui/translate') as typeof import('../../../src/ui/translate'));
});

describe('in Japanese', () => {
  it('durations have Japanese units', () => {
    assert.deepEqual(
      [0n, 90n, 97_200n, 2_592_000n].map((seconds) => translate(durationWords(seconds))),
      ['0 秒', '1 分 30 秒', '1 日 3 時間', '30 日'],
    );
  });

  it('no space follows a full-width stop', () => {
    assert.equal(
      joinSentences(['鍵は削除されます。', '', 'amy と入力してください。']),
      '鍵は削除されます。amy と入力してください。',
    );
    assert.equal(joinSentences(['The key is deleted.', 'Type amy.']), 'The key is deleted. Type amy.');
  });
});
