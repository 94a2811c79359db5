/** A project that dfx has deployed is converted, and icp upgrades its canisters on the same network. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkConversion } from '../../../src/core/convert/check';
import { convertProject } from '../../../src/core/convert/convert';
import { readSources } from '../../../src/core/convert/sources';
import { writeFiles } from '../../../src/core/convert/write';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { icpTool } from '../../../src/core/engines/icp/icp-tool';
import { IcpLanguage } from '../../../src/core/engines/icp/language/icp-language';
import { settledFindings } from '../../../src/core/language/settle';
import { formatMessage } from '../../../src/core/util/message';
import { ConvertibleProject, TESTNET } from '../../support/convertible';
import { icpBinary, withoutIcp } from '../../support/icp-binary';

/** But the frontend, for which icp downloads a module and a plugin. */
const CANISTERS = ['hello_backend', 'hello_visitor', 'hello_ledger', 'hello_worker'];

describe('a project that dfx has deployed', { skip: withoutIcp }, () => {
  let folder: string;
  let project: ConvertibleProject;
  const idsOf = (file: string) =>
    JSON.parse(readFileSync(path.join(project.root, file), 'utf8')) as Record<string, unknown>;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'convert-upgrade-'));
    project = await ConvertibleProject.deploy(folder);
    await project.dfx('canister', 'call', 'hello_backend', 'greet', '("dfx")');
    await project.dfx('canister', 'call', 'hello_backend', 'greet', '("icp")');
  });
  after(async () => {
    await project?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const convert = async (isTrusted: boolean) => {
    const surroundings = { env: project.env, platform: process.platform, home: project.home.home };
    const dfx = new DfxEngine(dfxLocations(project.env, process.platform, project.home.home));
    const opened = dfx.open(path.join(project.root, 'dfx.json'));
    await opened.load();
    const conversion = await convertProject(await readSources(opened, surroundings, formatMessage, Date.now()));
    const commands: string[] = [];
    const trust = { isTrusted };
    const tool = icpTool({
      env: project.env,
      platform: process.platform,
      home: folder,
      setting: () => icpBinary,
      log: { command: (line) => commands.push(line), line: () => {}, end: () => {} },
      runInTerminal: async () => undefined,
      trust,
      showSecret: () => {},
    });
    const findingsOf = (file: string, text: string) => settledFindings([new IcpLanguage()], file, text);
    const verdicts = await checkConversion(conversion, project.root, { findingsOf, tool, trust });
    return { commands, conversion, verdicts };
  };

  it('is judged before anything is written, by us and by icp', async () => {
    const untrusted = await convert(false);
    assert.deepEqual(untrusted.verdicts, { own: [], tool: { state: 'untrusted' } });
    assert.deepEqual(untrusted.commands, [], 'nothing is run in a workspace that is not trusted');
    const { conversion, verdicts } = await convert(true);
    assert.deepEqual(verdicts, { own: [], tool: { state: 'loads' } });
    assert.throws(() => readFileSync(path.join(project.root, 'icp.yaml')), /ENOENT/);
    await writeFiles(conversion.files, project.root);
    assert.ok(conversion.files.some(({ path: file }) => file === '.gitignore'));
  });

  it('keeps its ids', async () => {
    const theirs = idsOf('canister_ids.json') as Record<string, Record<string, string>>;
    const ours = idsOf(`.icp/data/mappings/${TESTNET}.ids.json`);
    for (const name of CANISTERS) {
      assert.equal(ours[name], theirs[name]?.[TESTNET], name);
      assert.equal((await project.icp('canister', 'status', name, '-i', '-e', TESTNET)).trim(), ours[name]);
    }
  });

  it('is upgraded by icp, with what its canisters remember', async () => {
    const before = await project.icp('canister', 'status', 'hello_backend', '--json', '-e', TESTNET);
    const printed = await project.icp('deploy', ...CANISTERS, '-e', TESTNET, '--yes');
    assert.match(printed, /Deployed canisters/);
    const call = (canister: string, method: string, args: string) =>
      project.icp('canister', 'call', canister, method, args, '-e', TESTNET);
    assert.match(await call('hello_backend', 'count', '()'), /2/);
    // One that calls another, whose id its build and icp have told it.
    assert.match(await call('hello_visitor', 'visit', '("again")'), /Hello, again/);
    const now = await project.icp('canister', 'status', 'hello_backend', '--json', '-e', TESTNET);
    const facts = (text: string) =>
      JSON.parse(text) as {
        readonly id: string;
        readonly settings: { readonly environment_variables: readonly unknown[] };
      };
    assert.equal(facts(now).id, facts(before).id);
    assert.ok(facts(now).settings.environment_variables.length >= CANISTERS.length, 'icp has told it the ids');
  });

  it('is still one of dfx', async () => {
    assert.match(await project.dfx('canister', 'call', 'hello_backend', 'count', '()'), /3/);
  });
});
