/** The network held to a client that none of us wrote: the official command line `icp`. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Principal } from '@dfinity/principal';
import { buildWasm, TestNetwork } from '../../network/index';

const icp = join(__dirname, '..', '..', '..', 'node_modules', '@icp-sdk', 'icp-cli-linux-x64', 'bin', 'icp');
const runs = spawnSync(icp, ['--version']).status === 0;

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

for (const delegation of [false, true]) {
  const what = delegation ? 'subnet with a delegation' : 'root subnet';
  describe(`icp on a ${what}`, { skip: !runs && 'the icp command line does not run here' }, () => {
    let network: TestNetwork;
    let folder: string;
    let me: string;
    let backend: string;
    let foreign: string;

    const run = (...args: string[]): Promise<Result> =>
      new Promise((resolve) => {
        const env = { PATH: process.env['PATH'], HOME: folder, ICP_HOME: join(folder, 'home'), DO_NOT_TRACK: '1' };
        execFile(icp, args, { cwd: folder, env }, (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
        });
      });
    const succeed = async (...args: string[]): Promise<string> => {
      const result = await run(...args);
      assert.equal(result.code, 0, `icp ${args.join(' ')}: ${result.stderr}`);
      return result.stdout;
    };
    const fail = async (...args: string[]): Promise<string> => {
      const result = await run(...args);
      assert.notEqual(result.code, 0, `icp ${args.join(' ')}`);
      return result.stderr;
    };
    const canister = (command: string, name: string, ...args: string[]) => [
      'canister',
      ...command.split(' '),
      name,
      ...args,
      '-e',
      'test',
      '--identity',
      'me',
    ];
    const status = async (name = 'backend') =>
      JSON.parse(await succeed(...canister('status', name, '--json'))) as Record<string, unknown>;
    const file = async (name: string, content: Uint8Array) => {
      await writeFile(join(folder, name), content);
      return name;
    };

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'icp-test-'));
      network = await TestNetwork.start({ delegation });
      const canisters = ['backend', 'foreign'].map(
        (name) => `  - name: ${name}\n    build:\n      steps:\n        - type: script\n          commands: ["true"]\n`,
      );
      await writeFile(
        join(folder, 'icp.yaml'),
        `canisters:\n${canisters.join('')}networks:\n  - name: net\n    mode: connected\n    url: ${network.url}\n    root-key: fetch\nenvironments:\n  - name: test\n    network: net\n`,
      );
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
      await writeFile(join(folder, 'me.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
      await succeed('identity', 'import', 'me', '--from-pem', 'me.pem', '--storage', 'plaintext');
      me = (await succeed('identity', 'principal', '--identity', 'me')).trim();
      backend = await network.createCanister({ controllers: [me], logs: ['first', 'second'] });
      foreign = await network.createCanister({ wasm: buildWasm({ candid: 'service : {}' }) });
      await succeed('canister', 'link', 'backend', backend, '-e', 'test');
      await succeed('canister', 'link', 'foreign', foreign, '-e', 'test');
    });
    after(async () => {
      await network.stop();
      await rm(folder, { recursive: true });
    });

    it('pings', async () => {
      assert.match(await succeed('network', 'ping', 'net'), /healthy/i);
    });

    it('reads the status', async () => {
      const read = await status();
      assert.equal(read['id'], backend);
      assert.equal(read['status'], 'Running');
      assert.equal(read['module_hash'], null);
      assert.deepEqual((read['settings'] as Record<string, unknown>)['controllers'], [me]);
      assert.match(String(read['cycles']), /^2_99\d(_\d{3}){3}$/);
    });

    it('reads what is public of a canister of somebody else', async () => {
      const read = await status('foreign');
      assert.deepEqual(read, {
        id: foreign,
        name: 'foreign',
        controllers: [Principal.anonymous().toText()],
        module_hash: `0x${network.canister(foreign)?.moduleHash}`,
      });
    });

    it('reads the logs', async () => {
      assert.match(await succeed(...canister('logs', 'backend')), /^\[0\. \S+\]: first\n\[1\. \S+\]: second\n$/);
    });

    it('stops and starts', async () => {
      await succeed(...canister('stop', 'backend'));
      assert.equal((await status())['status'], 'Stopped');
      assert.equal(network.canister(backend)?.status, 'stopped');
      await succeed(...canister('start', 'backend'));
      assert.equal((await status())['status'], 'Running');
      assert.match(await fail(...canister('stop', 'foreign')), /Only controllers of canister/);
    });

    it('installs, upgrades and reinstalls, from a small file, a gzipped and a large one', async () => {
      const small = buildWasm({ candid: 'service : { greet : (text) -> (text) query }', queries: ['greet'] });
      const packed = gzipSync(buildWasm({ candid: 'service : { greet : (text) -> (text) query }', padding: 5 }));
      const large = buildWasm({ privateMetadata: { note: 'for controllers' }, padding: randomBytes(2_500_000) });
      for (const [mode, name, wasm] of [
        ['install', 'small.wasm', small],
        ['upgrade', 'packed.wasm.gz', packed],
        ['auto', 'small.wasm', small],
        ['reinstall', 'large.wasm', large],
      ] as const) {
        await file(name, wasm);
        await succeed(...canister('install', 'backend', '--wasm', name, '--mode', mode, '-y'));
        assert.equal((await status())['module_hash'], `0x${sha256(wasm)}`, `${mode} ${name}`);
        if (mode === 'install') {
          assert.match(await succeed('canister', 'metadata', 'backend', 'candid:service', '-e', 'test'), /greet/);
        }
      }
      assert.equal((await succeed(...canister('metadata', 'backend', 'note'))).trim(), 'for controllers');
      await fail('canister', 'metadata', 'backend', 'note', '-e', 'test', '--identity', 'anonymous');
      assert.match(
        await fail(...canister('install', 'backend', '--wasm', 'small.wasm', '--mode', 'install')),
        /cannot be installed because the canister is not empty.*IC0514/s,
      );
      await file('broken.wasm', Buffer.from('not wasm'));
      assert.match(
        await fail(...canister('install', 'backend', '--wasm', 'broken.wasm', '--mode', 'reinstall', '-y')),
        /unsupported canister module format.*IC0505/s,
      );
    });

    it('changes settings', async () => {
      await succeed(
        ...canister('settings update', 'backend', '--freezing-threshold', '40d', '--add-log-viewer', 'aaaaa-aa', '-f'),
      );
      await succeed(...canister('settings update', 'backend', '--add-environment-variable', 'KEY=value', '-f'));
      const settings = (await status())['settings'] as Record<string, unknown>;
      assert.equal(settings['freezing_threshold'], '3_456_000');
      assert.deepEqual(settings['environment_variables'], [{ name: 'KEY', value: 'value' }]);
      assert.deepEqual(network.canister(backend)?.settings.logVisibility, { allowedViewers: ['aaaaa-aa'] });
    });

    it('takes, lists, restores and deletes a snapshot', async () => {
      const before = network.canister(backend)?.moduleHash;
      await succeed(...canister('stop', 'backend'));
      const taken = JSON.parse(await succeed(...canister('snapshot create', 'backend', '--json'))) as Record<
        string,
        string
      >;
      const id = taken['snapshot_id']!;
      await file('next.wasm', buildWasm({ padding: 77 }));
      await succeed(...canister('install', 'backend', '--wasm', 'next.wasm', '--mode', 'reinstall', '-y'));
      assert.notEqual(network.canister(backend)?.moduleHash, before);
      await succeed(...canister('snapshot restore', 'backend', id));
      assert.equal((await status())['module_hash'], `0x${before}`);
      assert.ok((await succeed(...canister('snapshot list', 'backend'))).includes(id));
      await succeed(...canister('snapshot delete', 'backend', id));
      assert.ok(!(await succeed(...canister('snapshot list', 'backend'))).includes(id));
    });

    it('is told of methods that do not answer, or are not there', async () => {
      await network.changeCanister(foreign, { wasm: buildWasm({ queries: ['greet'], updates: ['set'] }) });
      assert.match(await fail(...canister('call', 'foreign', 'greet', '()', '--query')), /did not reply.*IC0506/s);
      assert.match(await fail(...canister('call', 'foreign', 'set', '()')), /did not reply.*IC0506/s);
      assert.match(await fail(...canister('call', 'foreign', 'none', '()')), /has no update method 'none'.*IC0536/s);
    });

    it('deletes', async () => {
      await succeed(...canister('start', 'backend'));
      await succeed(...canister('delete', 'backend', '--no-recover-cycles'));
      assert.equal(network.canister(backend), undefined);
      assert.match(await fail('canister', 'status', backend, '-e', 'test'), /was not found/);
    });

    it('notices a wrong root key, and forged and stale answers', async () => {
      const rootKey = Buffer.from(network.rootKey).toString('hex');
      const byUrl = (key: string) => ['canister', 'status', foreign, '--public', '-n', network.url, '-k', key];
      await succeed(...byUrl(rootKey));
      const other = await TestNetwork.start();
      await fail(...byUrl(Buffer.from(other.rootKey).toString('hex')));
      await other.stop();
      for (const forge of ['rootSignature', 'staleTime', 'otherCanister'] as const) {
        network.setFaults({ forge });
        await fail(...byUrl(rootKey));
      }
      network.setFaults({ forge: 'none', outage: 'starting' });
      await fail(...byUrl(rootKey));
      network.resetFaults();
      await succeed(...byUrl(rootKey));
    });
  });
}
