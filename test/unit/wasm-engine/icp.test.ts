/** Running canisters held to a client that none of us wrote: the official command line `icp`. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compileMotoko } from '../../motoko/compile';
import { TestNetwork } from '../../network/index';

const root = join(__dirname, '..', '..', '..');
const icp = join(root, 'node_modules', '@icp-sdk', 'icp-cli-linux-x64', 'bin', 'icp');
const runs = spawnSync(icp, ['--version']).status === 0;

describe('icp with a canister that runs', { skip: !runs && 'the icp command line does not run here' }, () => {
  let network: TestNetwork;
  let folder: string;
  let id: string;

  const run = (args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const env = { PATH: process.env['PATH'], HOME: folder, ICP_HOME: join(folder, 'home'), DO_NOT_TRACK: '1' };
      execFile(icp, [...args], { cwd: folder, env }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
      });
    });
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 0, `icp ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const fail = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await run(args);
    assert.notEqual(code, 0, `icp ${args.join(' ')}`);
    return stderr;
  };
  const canister = (command: string, ...args: string[]) => [
    'canister',
    ...command.split(' '),
    'hello',
    ...args,
    '-e',
    'test',
    '--identity',
    'me',
  ];
  const count = async () => (await succeed(...canister('call', 'count', '()', '--query'))).trim();
  const status = async () =>
    JSON.parse(await succeed(...canister('status', '--json'))) as Readonly<Record<string, unknown>>;

  /** Cycles on the ledger. */
  const balance = async () => {
    const said = await succeed('cycles', 'balance', '--json', '-e', 'test', '--identity', 'me');
    return BigInt((JSON.parse(said) as { balance: string }).balance.replace(/[_a-z ]/g, ''));
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'icp-run-'));
    network = await TestNetwork.start();
    await writeFile(
      join(folder, 'icp.yaml'),
      'canisters:\n  - name: hello\n    build:\n      steps:\n        - type: script\n          commands: ["true"]\n' +
        `networks:\n  - name: net\n    mode: connected\n    url: ${network.url}\n    root-key: fetch\n` +
        'environments:\n  - name: test\n    network: net\n',
    );
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    await writeFile(join(folder, 'me.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await succeed('identity', 'import', 'me', '--from-pem', 'me.pem', '--storage', 'plaintext');
    const { wasm } = compileMotoko(join(root, 'examples/hello/src/hello_backend/main.mo'));
    await writeFile(join(folder, 'hello.wasm'), wasm);
  });
  after(async () => {
    await network.stop();
    await rm(folder, { recursive: true });
  });

  it('creates it through the cycles ledger', async () => {
    assert.equal(await balance(), 1_000_000_000_000_000n);
    await succeed(...canister('create', '--cycles', '4t'));
    assert.equal(await balance(), 995_999_900_000_000n);
    id = network.canisters[0]!.id;
    assert.equal(network.canister(id)?.cycles.toString().slice(0, 2), '35');
    assert.equal((await status())['id'], id);
  });

  it('installs the compiled module', async () => {
    await succeed(...canister('install', '--wasm', 'hello.wasm', '-y'));
    assert.equal((await status())['module_hash'], `0x${network.canister(id)?.moduleHash}`);
    assert.match(await succeed(...canister('metadata', 'candid:service')), /greet: \(name: text\) -> \(text\)/);
    assert.match(await succeed(...canister('metadata', 'motoko:stable-types')), /stable var greetings : Nat/);
  });

  it('calls an update and a query', async () => {
    assert.equal((await succeed(...canister('call', 'greet', '("Ada")'))).trim(), '("Hello, Ada!")');
    assert.equal(await count(), '(1 : nat)');
    assert.equal((await succeed(...canister('call', 'count', '()'))).trim(), '(1 : nat)');
  });

  it('is told of a trap, which changes nothing and is in the log', async () => {
    assert.match(
      await fail(...canister('call', 'stumble', '()')),
      /Canister called `ic0\.trap` with message: 'I stumble on purpose\.'.*IC0503/s,
    );
    assert.equal(await count(), '(1 : nat)');
    const logs = await succeed(...canister('logs'));
    assert.match(logs, /^\[0\. \S+\]: Greeting 1 goes to Ada\.\n\[1\. \S+\]: \[TRAP\]: I stumble on purpose\.\n$/);
  });

  it('takes a snapshot and restores it', async () => {
    await succeed(...canister('stop'));
    const taken = JSON.parse(await succeed(...canister('snapshot create', '--json'))) as { snapshot_id: string };
    await succeed(...canister('start'));
    await succeed(...canister('call', 'greet', '("Bo")'));
    assert.equal(await count(), '(2 : nat)');
    await succeed(...canister('stop'));
    assert.match(await fail(...canister('call', 'count', '()', '--query')), /is stopped.*IC0508/s);
    await succeed(...canister('snapshot restore', taken.snapshot_id));
    await succeed(...canister('start'));
    assert.equal(await count(), '(1 : nat)');
  });

  it('keeps the state over an upgrade and loses it by a reinstallation', async () => {
    await succeed(...canister('install', '--wasm', 'hello.wasm', '--mode', 'upgrade', '-y'));
    assert.equal(await count(), '(1 : nat)');
    await succeed(...canister('install', '--wasm', 'hello.wasm', '--mode', 'reinstall', '-y'));
    assert.equal(await count(), '(0 : nat)');
  });

  it('deletes it, after a module of its own has taken the cycles home', async () => {
    const before = await balance();
    await succeed(...canister('stop'));
    await succeed(...canister('delete'));
    assert.equal(network.canister(id), undefined);
    const recovered = (await balance()) - before;
    assert.ok(recovered > 3_300_000_000_000n && recovered < 3_500_000_000_000n, String(recovered));
  });
});
