/** What is asked of WSL, on a stand-in of `wsl.exe` that starts real programs. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { versionsInWsl } from '../../../src/core/process/wsl';
import { Failure } from '../../../src/core/util/failure';

const STAND_IN = path.resolve(__dirname, '../../wsl/wsl.cjs');

describe('a tool in WSL', { skip: process.platform === 'win32' && 'needs /bin/sh' }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-wsl-'));
  const program = path.join(folder, 'wsl');
  const distributions = path.join(folder, 'distributions');
  const ask = (options: Partial<Parameters<typeof versionsInWsl>[1]> = {}) =>
    versionsInWsl('dfx', {
      trust: { isTrusted: true },
      program,
      env: { ...process.env, DFX_NETWORK: 'ic', WSLENV: 'DFX_NETWORK/u:SECRET' },
      cwd: folder,
      signal: new AbortController().signal,
      ...options,
    });
  /** @param script of dfx, as dfxvm installs it */
  function distribution(name: string, script?: string): string {
    const bin = path.join(distributions, name, '.local', 'share', 'dfx', 'bin');
    mkdirSync(bin, { recursive: true });
    if (script !== undefined) {
      writeFileSync(path.join(bin, 'dfx'), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(bin, 'dfx'), 0o755);
    }
    return path.join(distributions, name);
  }

  before(() => {
    copyFileSync(STAND_IN, program);
    chmodSync(program, 0o755);
  });
  beforeEach(() => rmSync(distributions, { recursive: true, force: true }));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is found in each distribution that has it, at home, with nothing of the variables of Windows', async () => {
    const home = distribution(
      'Ubuntu-24.04',
      'env > "$HOME/env"; pwd > "$HOME/cwd"; echo "$@" > "$HOME/args"; echo dfx 0.24.3',
    );
    distribution('Debian');
    distribution('my own; touch x', 'echo dfx 0.29.0-beta.1');
    distribution('docker-desktop', 'touch "$HOME/started"; echo dfx 9.9.9');
    assert.deepEqual(
      [...(await ask())],
      [
        ['Debian', undefined],
        ['Ubuntu-24.04', '0.24.3'],
        ['my own; touch x', '0.29.0-beta.1'],
      ],
    );
    const read = (name: string) => readFileSync(path.join(home, name), 'utf8').trim();
    assert.equal(read('cwd'), home);
    assert.equal(read('args'), '--version');
    assert.doesNotMatch(read('env'), /DFX_NETWORK|SECRET|WSLENV/);
    assert.match(read('env'), /^DFX_TELEMETRY=off$/m);
    assert.ok(!existsSync(path.join(distributions, 'docker-desktop', 'started')));
  });

  it('is not found where another program answers, or it fails', async () => {
    distribution('Other', 'echo cargo 1.80.0');
    distribution('Broken', 'echo dfx 0.24.3; exit 3');
    distribution('Silent', 'true');
    assert.deepEqual([...(await ask()).values()], [undefined, undefined, undefined]);
  });

  it('is understood of an older WSL, which writes UTF-16 whatever it is told', async () => {
    distribution('Ubuntu', 'echo dfx 0.24.3');
    distribution('Ubuntu-22.04', 'echo dfx 0.25.0');
    const old = path.join(folder, 'old');
    writeFileSync(
      old,
      `#!/usr/bin/env node\nprocess.argv[1] = ${JSON.stringify(program)};\ndelete process.env.WSL_UTF8;\nrequire(${JSON.stringify(STAND_IN)});\n`,
    );
    chmodSync(old, 0o755);
    assert.deepEqual(
      [...(await ask({ program: old }))],
      [
        ['Ubuntu', '0.24.3'],
        ['Ubuntu-22.04', '0.25.0'],
      ],
    );
  });

  it('is nowhere without a distribution, and without WSL', async () => {
    assert.equal((await ask()).size, 0);
    assert.equal((await ask({ program: path.join(folder, 'missing.exe') })).size, 0);
  });

  it('is not looked for in a workspace that is not trusted, and no longer where it is cancelled', async () => {
    const home = distribution('Ubuntu', 'touch "$HOME/started"; sleep 60');
    assert.equal((await ask({ trust: { isTrusted: false } })).size, 0);
    assert.ok(!existsSync(path.join(home, 'started')));
    const controller = new AbortController();
    const asked = ask({ signal: controller.signal });
    while (!existsSync(path.join(home, 'started'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    controller.abort();
    await assert.rejects(asked, (error) => error instanceof Failure && error.cancelled);
  });
});
