/** examples/hello-icp, which is also what a new project is made of where nothing can be downloaded, with the real icp. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { scriptOutputs } from '../../../../src/core/engines/icp/output';
import { parseDiagnostics } from '../../../../src/core/process/diagnostics';
import { runIcp, withoutIcp } from '../../../support/icp-binary';
import { launcherEnvironment } from '../../../support/icp-launch';

const ROOT = resolve(__dirname, '../../../..');

describe('examples/hello-icp', { skip: withoutIcp }, () => {
  let folder: string;
  let project: string;
  let env: Record<string, string>;

  const icp = (...args: readonly string[]) => runIcp(args, { cwd: project, home: join(folder, 'home'), env });
  const succeed = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await icp(...args);
    assert.equal(code, 0, `icp ${args.join(' ')}: ${stderr}`);
    return stdout;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hello-icp-'));
    project = join(folder, 'hello-icp');
    cpSync(join(ROOT, 'examples', 'hello-icp'), project, { recursive: true, filter: (file) => !/\.icp$/.test(file) });
    // What `npm install` would bring.
    symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
    env = launcherEnvironment(folder);
    await succeed('identity', 'new', 'me', '--storage', 'plaintext');
    await succeed('identity', 'default', 'me');
  });
  after(async () => {
    await icp('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a local network that gives the identities ICP and cycles', async () => {
    await succeed('network', 'start', '--background');
    assert.match(await succeed('token', 'balance'), /1_?000_?000(\.0+)? ICP/);
    assert.match(await succeed('cycles', 'balance'), /[\d_]+ cycles/);
  });

  it('is deployed without a compiler of the computer', async () => {
    const stdout = await succeed('deploy');
    assert.match(stdout, /backend: http/);
    assert.match(stdout, /counter: http/);
    assert.match(await succeed('canister', 'call', 'backend', 'greet', '("World")'), /"Hello, World!"/);
    assert.match(await succeed('canister', 'call', 'counter', 'tick', '()'), /1/);
  });

  it('has an environment with ids of its own', async () => {
    await succeed('deploy', '-e', 'staging');
    assert.match(await succeed('canister', 'call', 'backend', 'count', '()', '-e', 'staging'), /\(0\b/);
    assert.match(await succeed('canister', 'call', 'backend', 'count', '()'), /\(1\b/);
  });

  it('says what is wrong in Motoko as its compiler does, with the place', async () => {
    const main = join(project, 'src', 'backend', 'main.mo');
    writeFileSync(main, readFileSync(main, 'utf8').replace('"Hello, "', 'greeting'));
    const { code, stderr } = await icp('build', 'backend');
    assert.equal(code, 1);
    const [output] = scriptOutputs(stderr);
    const [found] = parseDiagnostics(output?.text ?? '', project);
    assert.equal(found?.file, main);
    assert.match(found?.message ?? '', /unbound variable greeting/);
  });
});
