/** The report of a conversion: Markdown that foreign texts get into as text. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Verdicts } from '../../../src/core/convert/check';
import type { Conversion } from '../../../src/core/convert/conversion';
import { msg } from '../../../src/core/util/message';
import { convert, project } from '../convert/support';
import { FakeVscode } from './vscode';

type Report = (conversion: Conversion, verdicts: Verdicts, folder: string) => string;

const HOSTILE = '[x](command:evil) <img src=x onerror=y> `code` $(flame) https://evil.example **b** | a |\n# title';

describe('the report of a conversion', () => {
  let report: Report;
  before(() => {
    new FakeVscode().install();
    ({ conversionReport: report } =
      require('../../../src/commands/conversion-report') as typeof import('../../../src/commands/conversion-report'));
  });

  const made = async (dfxJson: object, verdicts: Verdicts): Promise<string> => {
    const text = JSON.stringify(dfxJson);
    const conversion = await convert(project({ 'dfx.json': text }), text);
    return report(conversion, verdicts, HOSTILE);
  };

  it('has nothing of a foreign text but its letters', async () => {
    const place = { offset: 0, length: 0 };
    const finding = { code: 'x', severity: 'warning', message: msg('{0}', HOSTILE), range: place } as const;
    const refuses = { state: 'refuses', reason: msg('{0}', HOSTILE), detail: HOSTILE } as const;
    const markdown = await made(
      {
        canisters: { [HOSTILE]: { type: HOSTILE, [HOSTILE]: HOSTILE, dependencies: [HOSTILE], main: HOSTILE } },
        networks: { [HOSTILE]: { providers: [HOSTILE] } },
      },
      { own: [finding], tool: refuses },
    );
    assert.ok(markdown.split('evil.example').length > 6, 'it is there');
    assert.ok(markdown.split('\n').every((line) => line === '' || /^(?:#|##|-) |^[^#\s-]/.test(line)));
    assert.equal(markdown.match(/^# /gm)?.length, 1);
    // Without code, between as many backticks as it needs, and what is escaped, only our own marks are left.
    const rest = markdown.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '').replace(/\\[!-/:-@[-`{-~]/g, '');
    assert.doesNotMatch(rest.replace(/^(?:##?|-) /gm, ''), /[[\]<>`*#$|_]|:\/\//);
  });

  it('has what icp says, or why it was not asked', async () => {
    const dfxJson = { canisters: { a: { type: 'rust', package: 'a', candid: 'a.did' } } };
    const texts = await Promise.all(
      (['loads', 'absent', 'untrusted'] as const).map((state) => made(dfxJson, { own: [], tool: { state } })),
    );
    assert.equal(new Set(texts).size, 3);
    assert.match(texts[0]!, /icp\\? project\\? show/);
    for (const text of texts) {
      assert.match(text, /`canisters\.a\.package`/);
    }
  });
});
