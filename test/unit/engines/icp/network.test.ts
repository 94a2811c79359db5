/** Networks and ids that the real icp leaves on disk, and what is read of them. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EngineProject } from '../../../../src/core/engines/engine';
import { idFileOf, readIds, withId } from '../../../../src/core/engines/icp/canister-ids';
import { IcpEngine } from '../../../../src/core/engines/icp/icp-engine';
import { icpLocations } from '../../../../src/core/engines/icp/locations';
import * as reader from '../../../../src/core/engines/icp/project-files';
import { formatMessage } from '../../../../src/core/util/message';
import { type IcpRun, runIcp, withoutIcp } from '../../../support/icp-binary';
import { launcherEnvironment } from '../../../support/icp-launch';

const MANIFEST = `canisters:
  - name: hello
    build: { steps: [{ type: script, command: "true" }] }
  - name: other
    build: { steps: [{ type: script, command: "true" }] }
networks:
  - name: local
    mode: managed
    gateway: { port: 0 }
environments:
  - { name: second, network: local, canisters: [other] }
`;

describe('a network that icp starts', { skip: withoutIcp }, () => {
  let folder: string;
  let root: string;
  let home: string;
  let project: EngineProject;
  let env: NodeJS.ProcessEnv;

  const icp = (...args: readonly string[]): Promise<IcpRun> => runIcp(args, { cwd: root, home, env });
  const succeed = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await icp(...args);
    assert.equal(code, 0, `icp ${args.join(' ')}: ${stderr}`);
    return stdout;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'icp-network-'));
    root = join(folder, 'project');
    home = join(folder, 'home');
    mkdirSync(root);
    writeFileSync(join(root, 'icp.yaml'), MANIFEST);
    env = launcherEnvironment(folder);
    const engine = new IcpEngine(icpLocations({ ICP_HOME: home }, process.platform, home), () => reader);
    project = engine.open(join(root, 'icp.yaml'));
    await project.load();
  });
  after(async () => {
    await icp('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  it('does not run before it is started', async () => {
    const { network } = await project.target('local');
    assert.equal(network?.stopped, true);
    assert.equal(network.managed, true);
    assert.deepEqual(await project.networkProcess(network), {});
  });

  it('is found where it answers', async () => {
    await succeed('network', 'start', '--background');
    const said = JSON.parse(await succeed('network', 'status', '--json')) as Record<string, string>;
    const target = await project.target('local');
    assert.equal(target.network?.url, said['api_url']?.replace(/\/$/, ''));
    assert.equal(target.network?.stopped, undefined);
    assert.equal(await project.candidUi(target), said['candid_ui_principal']);
    const { port, alive, pid } = await project.networkProcess(target.network!);
    assert.equal(String(port), new URL(said['api_url']!).port);
    assert.ok(alive && pid);
    assert.equal((await project.target('second')).network?.url, target.network?.url);
  });

  it('has ids for each environment', async () => {
    const stated = (environment: string): Promise<string> =>
      succeed('canister', 'status', 'other', '-i', '-e', environment);
    await succeed('canister', 'create', 'hello', '-e', 'local');
    await succeed('canister', 'create', 'other', '-e', 'local');
    await succeed('canister', 'create', 'other', '-e', 'second');
    const ids = await project.ids(await project.target('local'), 0);
    assert.deepEqual([...ids.byName.keys()].sort(), ['hello', 'other']);
    assert.equal(ids.byName.get('other')?.id, (await stated('local')).trim());
    const second = await project.ids(await project.target('second'), 0);
    assert.deepEqual(
      [...second.byName].map(([name, { id }]) => `${name} ${id}`),
      [`other ${(await stated('second')).trim()}`],
    );
    const all = await project.idsByTarget(0);
    assert.deepEqual([...all.get('other')!.keys()].sort(), ['local', 'second']);
  });

  it('has id files that are written as icp writes them', async () => {
    const file = idFileOf(root, 'local', true)!;
    const text = readFileSync(file, 'utf8');
    const id = (await readIds(file)).good!.get('hello')!.id;
    assert.equal(withId(text, 'hello', id), text);
    const without = withId(text, 'hello', undefined)!;
    writeFileSync(file, without);
    await succeed('canister', 'link', 'hello', id, '-e', 'local');
    assert.equal(readFileSync(file, 'utf8'), text);
    assert.equal(withId(undefined, 'a', id), `{\n  "a": "${id}"\n}`);
  });

  it('is stopped, and its ids stay', async () => {
    await succeed('network', 'stop');
    const { network } = await project.target('local');
    assert.equal(network?.stopped, true);
    assert.ok(existsSync(idFileOf(root, 'local', true)!));
  });

  it('has a file of ids that icp refuses as a whole, and we too: nothing may be changed then', async () => {
    const file = idFileOf(root, 'ic', false)!;
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '{"hello":"nobody","other":"aaaaa-aa"}');
    const { code, stderr } = await icp('canister', 'status', 'other', '-i', '-e', 'ic');
    assert.equal(code, 1);
    assert.match(stderr, /failed to load canister id store/);
    const { byName, problems, refused } = await project.ids(await project.target('ic'), 0);
    assert.deepEqual([...byName.keys()], []);
    assert.equal(refused?.file, file);
    assert.deepEqual(
      (await project.refusals(await project.target('ic'), 'anonymous')).map(({ tool, file: named }) => [tool, named]),
      [['icp', file]],
    );
    assert.deepEqual(await project.refusals(await project.target('local'), 'anonymous'), []);
    assert.deepEqual(
      problems.map(({ message }) => formatMessage(message)),
      ['The id of canister "hello" is not a principal.'],
    );
  });
});
