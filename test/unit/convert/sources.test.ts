/** What a conversion is made from, as it lies on disk. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { convertProject } from '../../../src/core/convert/convert';
import { readSources } from '../../../src/core/convert/sources';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { formatMessage } from '../../../src/core/util/message';
import { project, put } from './support';

const ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
const OTHER_ID = 'rrkah-fqaaa-aaaaa-aaaaq-cai';

describe('a project of dfx on disk', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'convert-sources-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is converted with the ids, networks and extensions that dfx keeps elsewhere', async () => {
    const env = { DFX_CONFIG_ROOT: path.join(folder, 'config'), DFX_CACHE_ROOT: path.join(folder, 'cache') };
    const locations = dfxLocations(env, process.platform, folder);
    const extension = (build: string) =>
      JSON.stringify({ name: 'azle', canister_type: { defaults: { build, wasm: 'a.wasm', candid: 'a.did' } } });
    put(locations.cacheDir, {
      'versions/0.9.0/extensions/azle/extension.json': extension('old'),
      'versions/0.25.0/extensions/azle/extension.json': extension('new {{canister_name}}'),
      'versions/0.26.0/extensions/broken/extension.json': '{',
    });
    put(path.dirname(locations.networksJson), {
      'networks.json': '{ "far": { "providers": ["http://10.0.0.1:80"] } }',
    });
    const root = project(
      {
        'dfx.json': JSON.stringify({
          canisters: { a: { type: 'azle', main: 'a.ts' } },
          networks: { short: { providers: ['http://10.0.0.2:80'], type: 'ephemeral' } },
        }),
        'canister_ids.json': JSON.stringify({ a: { ic: ID, far: OTHER_ID } }),
        '.dfx/short/canister_ids.json': JSON.stringify({ a: { short: ID } }),
      },
      folder,
    );
    const opened = new DfxEngine(locations).open(path.join(root, 'dfx.json'));
    await opened.load();
    const surroundings = { env, platform: process.platform, home: folder };
    const conversion = await convertProject(await readSources(opened, surroundings, formatMessage, Date.now()));
    assert.match(conversion.manifest.text, /new a\n/);
    assert.deepEqual(conversion.ids.map(({ environment, ids }) => [environment, ...ids.values()]).sort(), [
      ['far', OTHER_ID],
      ['ic', ID],
      ['short', ID],
    ]);
    assert.match(conversion.manifest.text, /# .*networks\.json.*\n {2}- name: far\n/);
  });

  it('is converted as an editor has it, where it is not saved', async () => {
    const root = project({ 'dfx.json': '{}' }, folder);
    const opened = new DfxEngine(dfxLocations({}, process.platform, folder)).open(path.join(root, 'dfx.json'));
    const surroundings = { env: {}, platform: process.platform, home: folder };
    const text = '{ "canisters": { "edited": { "main": "a.mo" } } }';
    const sources = await readSources(opened, surroundings, formatMessage, Date.now(), text);
    assert.deepEqual((await convertProject(sources)).canisters, ['edited']);
  });
});
