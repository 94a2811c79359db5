/** Real dfx.json files as projects of icp, judged by the real icp. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Conversion } from '../../../src/core/convert/conversion';
import { IcpLanguage } from '../../../src/core/engines/icp/language/icp-language';
import { settledFindings } from '../../../src/core/language/settle';
import { runIcp, withoutIcp } from '../../support/icp-binary';
import { realFiles, samples } from '../engines/dfx/language/support';
import { convert, type Extent, extentOf, project, refusals, unmentioned, write } from './support';

/** What the extension azle of dfx says of its canisters, in the words of one of its releases. */
const AZLE = JSON.stringify({
  defaults: {
    build: 'node_modules/.bin/azle compile {{canister_name}}',
    candid: '.azle/{{canister_name}}/{{canister_name}}.did',
    wasm: '.azle/{{canister_name}}/{{canister_name}}.wasm',
    gzip: true,
    metadata: [{ name: 'candid:service' }, { name: 'cdk:name', content: 'azle' }],
    tech_stack: { cdk: { azle: {} } },
  },
});

const real = realFiles();
/** Our own stand in where the real ones are not there. */
const files = [...real, ...samples()];

describe('dfx.json files as they are written', () => {
  let folder: string;
  const converted = new Map<string, { readonly root: string; readonly conversion: Conversion }>();
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'convert-real-'));
    for (const { name, text } of files) {
      const root = project({ 'dfx.json': text }, folder);
      const conversion = await convert(root, text);
      write(root, conversion);
      converted.set(name, { root, conversion });
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('become what our own analysis has icp load', async () => {
    for (const [name, { root }] of converted) {
      assert.deepEqual(await refusals(root), [], name);
    }
  });

  it('become what the editor finds no fault in, but for files that are not beside them', async () => {
    for (const [name, { root, conversion }] of converted) {
      const findings = await settledFindings(
        [new IcpLanguage()],
        path.join(root, 'icp.yaml'),
        conversion.manifest.text,
      );
      const loud = findings!.filter(({ severity }) => severity === 'error' || severity === 'warning');
      assert.deepEqual(
        loud.map(({ code }) => code).filter((code) => code !== 'missing-file'),
        [],
        name,
      );
    }
  });

  it('become what icp loads, without a download', { skip: withoutIcp }, async () => {
    const queue = [...converted];
    const judge = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [name, { root, conversion }] = next;
        const { code, stderr, stdout } = await runIcp(['project', 'show'], {
          cwd: root,
          home: path.join(folder, 'home'),
        });
        assert.equal(code, 0, `${name}: ${stderr}`);
        for (const canister of conversion.canisters) {
          assert.ok(stdout.includes(canister), `${name}: ${canister}`);
        }
      }
    };
    await Promise.all([judge(), judge()]);
  });

  it('have no key that the report does not account for', () => {
    for (const { name, text } of files) {
      assert.deepEqual(unmentioned(converted.get(name)!.conversion, text), [], name);
    }
  });

  it('convert to the extent that docs/numbers.md tells', async (test) => {
    if (real.length === 0) {
      return test.skip('../shared is not here');
    }
    const count = (conversions: Iterable<Conversion>): Record<Extent, number> => {
      const counts = { whole: 0, 'with differences': 0, 'in part': 0, 'not at all': 0 };
      for (const conversion of conversions) {
        counts[extentOf(conversion)]++;
      }
      return counts;
    };
    const alone = real.map(({ name }) => converted.get(name)!.conversion);
    assert.deepEqual(count(alone), { whole: 4, 'with differences': 31, 'in part': 2, 'not at all': 55 });
    const extensionTypes = new Map([['azle', AZLE]]);
    const extended = await Promise.all(
      real.map(({ name, text }) => convert(converted.get(name)!.root, text, { extensionTypes })),
    );
    assert.deepEqual(count(extended), { whole: 4, 'with differences': 71, 'in part': 1, 'not at all': 16 });
  });
});
