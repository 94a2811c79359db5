/**
 * What the extension takes for granted of icp, held to the real icp on the test network: what commands print, what they
 * ask, and what they do without a question.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { classifyFailure } from '../../../../src/core/engines/icp/failures';
import { deployedUrls } from '../../../../src/core/engines/icp/output';
import { compileMotoko } from '../../../motoko/compile';
import { type IcpRun, withoutIcp } from '../../../support/icp-binary';
import { IcpProjectOnDisk } from '../../../support/icp-project';

const build = (wasm: string): string =>
  `build: { steps: [{ type: script, command: "cp ../${wasm} $ICP_WASM_OUTPUT_PATH" }] }`;

/** Keeps a number, and drops it with its code. */
const COUNTER = `persistent actor {
  var count = 0;
  public func add() : async Nat { count += 1; count };
  public query func value() : async Nat { count };
}`;
const OTHER = 'persistent actor { public query func other() : async Nat { 1 } }';

const manifest = (wasm: string): string => `canisters:
  - name: counter
    ${build(wasm)}
  - name: second
    ${build('counter.wasm')}
networks:
  - { name: local, mode: managed, gateway: { port: 0 } }
`;

describe('icp', { skip: withoutIcp }, () => {
  let folder: string;
  let project: IcpProjectOnDisk;
  let me: string;
  const run = (...args: readonly string[]): Promise<IcpRun> => project.run(...args);
  const succeed = (...args: readonly string[]): Promise<string> => project.succeed(...args);
  const fail = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await run(...args);
    assert.equal(code, 1, `icp ${args.join(' ')}: ${stderr}`);
    return stderr;
  };
  const json = async <T>(...args: readonly string[]): Promise<T> => JSON.parse(await succeed(...args, '--json')) as T;
  const value = async (): Promise<string> =>
    (await succeed('canister', 'call', 'counter', 'value', '()', '--query')).trim();
  const add = () => succeed('canister', 'call', 'counter', 'add', '()');
  const ids = () =>
    JSON.parse(readFileSync(join(project.root, '.icp/cache/mappings/local.ids.json'), 'utf8')) as Record<
      string,
      string
    >;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'icp-contract-'));
    project = new IcpProjectOnDisk(folder);
    for (const [name, source] of [
      ['counter', COUNTER],
      ['other', OTHER],
    ] as const) {
      writeFileSync(join(folder, `${name}.mo`), source);
      writeFileSync(join(folder, `${name}.wasm`), compileMotoko(join(folder, `${name}.mo`)).wasm);
    }
    writeFileSync(join(project.root, 'icp.yaml'), manifest('counter.wasm'));
    await project.start();
    me = (await succeed('identity', 'principal')).trim();
  });
  after(async () => {
    await run('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  describe('prints', () => {
    it('a canister that it creates; of one that is there, nothing', async () => {
      const made = await json<{ canister_id: string; canister_name: string }>('canister', 'create', 'counter');
      assert.deepEqual(made, { canister_id: ids()['counter'], canister_name: 'counter' });
      const again = await run('canister', 'create', 'counter', '--json');
      assert.deepEqual([again.code, again.stdout], [0, '']);
      assert.match(again.stderr, /already exists/);
    });

    it('what it deploys, as one line at the end, with addresses', async () => {
      const { code, stdout, stderr } = await run('deploy', '--json');
      assert.equal(code, 0, stderr);
      const { canisters } = JSON.parse(stdout) as { canisters: { name: string; canister_id: string; url?: string }[] };
      assert.deepEqual(
        canisters.map(({ name, canister_id }) => [name, canister_id]),
        [
          ['counter', ids()['counter']],
          ['second', ids()['second']],
        ],
      );
      assert.deepEqual(
        deployedUrls(stdout),
        canisters.map(({ url }) => url),
      );
      for (const heading of ['Building canisters:', 'Installing canisters:']) {
        assert.ok(stderr.split('\n').includes(heading), stderr);
      }
    });

    it('a status for each canister, with numbers as text', async () => {
      const lines = (await succeed('canister', 'status', '--json')).trim().split('\n');
      const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(
        all.map(({ name, id, status }) => [name, id, status]),
        [
          ['counter', ids()['counter'], 'Running'],
          ['second', ids()['second'], 'Running'],
        ],
      );
      const settings = all[0]?.['settings'] as Record<string, unknown>;
      assert.deepEqual(settings['controllers'], [me]);
      assert.equal(settings['freezing_threshold'], '2_592_000');
      assert.match(String(all[0]?.['module_hash']), /^0x[0-9a-f]{64}$/);
    });

    it('less of a status to who is no controller', async () => {
      const status = await json<Record<string, unknown>>('canister', 'status', 'counter', '--identity', 'anonymous');
      assert.deepEqual(Object.keys(status).sort(), ['controllers', 'id', 'module_hash', 'name']);
    });

    it('the canisters of the project, metadata, a call, snapshots and the log', async () => {
      assert.deepEqual(await json('canister', 'list'), { canisters: ['counter', 'second'] });
      const { value: did } = await json<{ value: string }>('canister', 'metadata', 'counter', 'candid:service');
      assert.match(did, /add/);
      const reply = await json<Record<string, string>>('canister', 'call', 'counter', 'value', '()', '--query');
      assert.match(reply['response_candid'] ?? '', /^\(0/);
      assert.deepEqual(await json('canister', 'logs', 'counter'), { log_records: [] });
      await succeed('canister', 'stop', 'counter');
      const taken = await json<Record<string, unknown>>('canister', 'snapshot', 'create', 'counter');
      const { snapshots } = await json<{ snapshots: Record<string, unknown>[] }>(
        'canister',
        'snapshot',
        'list',
        'counter',
      );
      assert.deepEqual(
        snapshots.map((snapshot) => snapshot['snapshot_id']),
        [taken['snapshot_id']],
      );
      assert.equal(await succeed('canister', 'start', 'counter'), '', 'nothing where it succeeds');
    });

    it('where its network is, and that it is not there', async () => {
      const status = await json<Record<string, unknown>>('network', 'status');
      assert.equal(status['managed'], true);
      assert.match(String(status['api_url']), /^http:\/\/localhost:\d+/);
      assert.match(await fail('canister', 'status', 'nobody'), /canister 'nobody' not found in environment 'local'/);
    });
  });

  describe('does without a question', () => {
    it('a restoration and a deletion of a snapshot', async () => {
      const { snapshots } = await json<{ snapshots: { snapshot_id: string }[] }>(
        'canister',
        'snapshot',
        'list',
        'counter',
      );
      const id = snapshots[0]!.snapshot_id;
      await add();
      await succeed('canister', 'stop', 'counter');
      await succeed('canister', 'snapshot', 'restore', 'counter', id);
      await succeed('canister', 'start', 'counter');
      assert.match(await value(), /^\(0/, 'what was counted since is gone');
      await succeed('canister', 'snapshot', 'delete', 'counter', id);
    });

    it('a reinstallation, by install and by deploy: the data is gone', async () => {
      await add();
      assert.match(await value(), /^\(1/);
      await succeed('canister', 'install', 'counter', '--mode', 'reinstall');
      assert.match(await value(), /^\(0/);
      await add();
      await succeed('deploy', 'counter', '--mode', 'reinstall');
      assert.match(await value(), /^\(0/);
    });

    it('a deletion, with the id', async () => {
      await succeed('canister', 'delete', 'second');
      assert.deepEqual(Object.keys(ids()), ['counter']);
    });

    it('another id in the place of one, where it is forced', async () => {
      const before = ids()['counter']!;
      const other = (await succeed('canister', 'create', 'second', '--quiet')).trim();
      await succeed('canister', 'delete', 'second', '--no-recover-cycles');
      assert.match(await fail('canister', 'link', 'counter', other, '-e', 'local'), /already/);
      await succeed('canister', 'link', 'counter', other, '-e', 'local', '--force');
      assert.equal(ids()['counter'], other);
      await succeed('canister', 'link', 'counter', before, '-e', 'local', '--force');
    });
  });

  describe('refuses without a terminal', () => {
    it('an interface that does not fit, by install and by deploy', async () => {
      writeFileSync(join(project.root, 'icp.yaml'), manifest('other.wasm'));
      const refused = await run('deploy', 'counter');
      assert.equal(refused.code, 1);
      const failure = classifyFailure({
        ...refused,
        exitCode: 1,
        endedBy: null,
        cancelled: false,
        declined: false,
        durationMs: 1,
      });
      assert.equal(failure.kind, 'incompatible-upgrade');
      assert.match(await fail('canister', 'install', 'counter', '--mode', 'upgrade'), /Use --yes to bypass this check/);
      writeFileSync(join(project.root, 'icp.yaml'), manifest('counter.wasm'));
      await succeed('build', 'counter');
    });

    it('to take the controller away who asks for it, and memory that is not kept for it', async () => {
      assert.match(
        await fail('canister', 'settings', 'update', 'counter', '--remove-controller', me),
        /not a terminal/,
      );
      assert.match(
        await fail('canister', 'install', 'counter', '--mode', 'upgrade', '--wasm-memory-persistence', 'replace'),
        /only applies to Motoko canisters with enhanced orthogonal persistence/,
      );
    });

    it('a call without a method or without arguments', async () => {
      assert.match(await fail('canister', 'call', 'counter'), /not a terminal/);
    });
  });

  it('installs without the arguments of the manifest, which deploy passes', async () => {
    writeFileSync(
      join(folder, 'start.mo'),
      'persistent actor class Start(start : Nat) { public query func value() : async Nat { start } }',
    );
    writeFileSync(join(folder, 'start.wasm'), compileMotoko(join(folder, 'start.mo')).wasm);
    writeFileSync(
      join(project.root, 'icp.yaml'),
      manifest('counter.wasm').replace(build('counter.wasm'), `${build('start.wasm')}\n    init_args: "(5 : nat)"`),
    );
    await succeed('build', 'counter');
    await fail('canister', 'install', 'counter', '--mode', 'reinstall');
    await succeed('deploy', 'counter', '--mode', 'reinstall', '--yes');
    assert.match(await value(), /^\(5/);
  });

  it('cannot get rid of the id of a canister that is gone', async () => {
    const text = readFileSync(join(project.root, '.icp/cache/mappings/local.ids.json'), 'utf8');
    await succeed('canister', 'delete', 'counter', '--no-recover-cycles');
    writeFileSync(join(project.root, '.icp/cache/mappings/local.ids.json'), text);
    await fail('canister', 'delete', 'counter');
    assert.equal((await run('canister', 'create', 'counter')).code, 0);
    assert.equal(readFileSync(join(project.root, '.icp/cache/mappings/local.ids.json'), 'utf8'), text);
  });

  it('drops the ids before it sees that the port is taken, which is why it is looked at before', async (t) => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    await succeed('network', 'stop');
    const file = join(project.root, '.icp/cache/mappings/local.ids.json');
    assert.ok(existsSync(file), 'they stay where the network stops');
    writeFileSync(join(project.root, 'icp.yaml'), manifest('counter.wasm').replace('port: 0', `port: ${port}`));
    await fail('network', 'start', '--background');
    assert.ok(!existsSync(file) || readFileSync(file, 'utf8').trim() === '{}');
  });

  it('keeps keys in plain text, by a password and in the keyring, each of which signs', async () => {
    const ring = join(folder, 'keyring');
    mkdirSync(ring);
    project.env['ICP_CLI_KEYRING_MOCK_DIR'] = ring;
    writeFileSync(join(folder, 'password'), 'correct horse\n');
    await succeed('identity', 'new', 'ring', '--storage', 'keyring');
    await succeed(
      'identity',
      'new',
      'locked',
      '--storage',
      'password',
      '--storage-password-file',
      join(folder, 'password'),
    );
    writeFileSync(join(project.root, 'icp.yaml'), manifest('counter.wasm'));
    await succeed('network', 'start', '--background');
    for (const [name, ...flags] of [
      ['me'],
      ['ring'],
      ['locked', '--identity-password-file', join(folder, 'password')],
    ]) {
      const canister = name === 'me' ? 'counter' : 'second';
      const made = await run('canister', 'create', canister, '--json', '--identity', name!, ...flags);
      assert.equal(made.code, 0, made.stderr);
      const { controllers } = (
        await json<{ settings: { controllers: string[] } }>(
          'canister',
          'status',
          canister,
          '--identity',
          name!,
          ...flags,
        )
      ).settings;
      assert.deepEqual(controllers, [(await succeed('identity', 'principal', '--identity', name!, ...flags)).trim()]);
      await succeed('canister', 'delete', canister, '--no-recover-cycles', '--identity', name!, ...flags);
    }
  });
});
