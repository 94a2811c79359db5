/** The sample project, built and deployed by the dfx stand-in, at work. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { HttpAgent } from '@dfinity/agent';
import { Secp256k1KeyIdentity } from '@dfinity/identity-secp256k1';
import { Principal } from '@dfinity/principal';
import { installDfx } from '../../dfx';
import { DfxHome } from '../../support/dfx-home';
import { management } from '../test-network/client';

const example = join(__dirname, '..', '..', '..', 'examples', 'hello');

describe('the sample project', () => {
  let folder: string;
  let project: string;
  let dfx: string;
  let env: Record<string, string | undefined>;
  let pem: string;

  const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(dfx, args, { cwd: project, env, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout: stdout.trim(), stderr });
      });
    });
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 0, `dfx ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const logs = async (canister: string): Promise<string[]> => {
    const { origin } = new URL(((await succeed('canister', 'url', 'hello_frontend')).split('\n')[1] ?? '').trim());
    const agent = await HttpAgent.create({
      host: origin,
      identity: Secp256k1KeyIdentity.fromPem(pem),
      shouldFetchRootKey: true,
    });
    const canister_id = Principal.fromText(await succeed('canister', 'id', canister));
    const fetch = management(agent, canister_id.toText(), 'query')['fetch_canister_logs']!;
    const { canister_log_records: records } = (await fetch({ canister_id, filter: [] })) as {
      canister_log_records: { content: Uint8Array }[];
    };
    return records.map(({ content }) => Buffer.from(content).toString('utf8'));
  };
  const call = (canister: string, method: string, ...args: string[]) =>
    succeed('canister', 'call', canister, method, ...args);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ic-example-'));
    project = join(folder, 'hello');
    cpSync(example, project, { recursive: true, filter: (path) => !path.endsWith('.dfx') });
    dfx = await installDfx(folder);
    const home = new DfxHome(join(folder, 'dfx-home'));
    pem = readFileSync(home.addIdentity('default').pemFile, 'utf8');
    // What is compiled is kept where it always is: it does not depend on the user.
    env = {
      PATH: process.env['PATH'],
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? folder, '.cache'),
      ...home.env,
    };
    // The network that it leaves running would hold pipes open.
    const [code] = await once(spawn(dfx, ['start', '--background'], { cwd: project, env, stdio: 'ignore' }), 'exit');
    assert.equal(code, 0);
  });
  after(async () => {
    await run('stop');
    rmSync(folder, { recursive: true, force: true });
  });

  it('is deployed as a whole', async () => {
    await succeed('deploy');
    assert.equal(await call('hello_backend', 'count'), '(0 : nat)');
  });

  it('answers, counts and logs', async () => {
    assert.equal(await call('hello_backend', 'greet', '("Ada")'), '("Hello, Ada!")');
    assert.equal(await call('hello_backend', 'count'), '(1 : nat)');
    assert.deepEqual(await logs('hello_backend'), ['Greeting 1 goes to Ada.']);
  });

  it('calls from one canister to another', async () => {
    assert.equal(await call('hello_visitor', 'visit', '("Bo")'), '("Hello, Bo!")');
    assert.equal(await call('hello_backend', 'count'), '(2 : nat)');
    assert.match(await call('hello_visitor', 'trip'), /^\("IC0503: Error from Canister .*I stumble on purpose\./);
    assert.deepEqual(await logs('hello_visitor'), ['hello_backend stumbled.']);
  });

  it('traps on purpose, which changes nothing and is in the log', async () => {
    const { code, stderr } = await run('canister', 'call', 'hello_backend', 'stumble');
    assert.notEqual(code, 0);
    assert.match(stderr, /I stumble on purpose\./);
    assert.equal(await call('hello_backend', 'count'), '(2 : nat)');
    assert.equal((await logs('hello_backend')).at(-1), '[TRAP]: I stumble on purpose.');
  });

  it('keeps its count over an upgrade and loses it by a reinstallation', async () => {
    await succeed('canister', 'install', 'hello_backend', '--mode', 'upgrade', '--upgrade-unchanged');
    assert.equal(await call('hello_backend', 'count'), '(2 : nat)');
    await succeed('canister', 'install', 'hello_backend', '--mode', 'reinstall', '--yes');
    assert.equal(await call('hello_backend', 'count'), '(0 : nat)');
  });

  it('rejects calls while it is stopped', async () => {
    await succeed('canister', 'stop', 'hello_backend');
    const { code, stderr } = await run('canister', 'call', 'hello_backend', 'count');
    assert.notEqual(code, 0);
    assert.match(stderr, /is stopped/);
    await succeed('canister', 'start', 'hello_backend');
  });

  it('serves its page', async () => {
    const [line = ''] = (await succeed('canister', 'url', 'hello_frontend')).split('\n');
    const { hostname, port } = new URL(line);
    const page = await new Promise<string>((resolve, reject) => {
      const target = { host: '127.0.0.1', port, path: '/', headers: { host: `${hostname}:${port}` } };
      request(target, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    assert.match(page, /<title>Hello<\/title>/);
  });
});
