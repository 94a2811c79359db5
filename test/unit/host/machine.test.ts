import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prepareMachine } from '../../host/machine';

describe('preparing the machine', { skip: process.platform !== 'linux' }, () => {
  const saved = { path: process.env['PATH'], chromium: process.env['IC_CANISTERS_CHROMIUM'] };
  let bin: string;

  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'ic-canisters-bin-'));
    process.env['PATH'] = bin;
    delete process.env['IC_CANISTERS_CHROMIUM'];
  });

  afterEach(() => {
    process.env['PATH'] = saved.path;
    if (saved.chromium !== undefined) {
      process.env['IC_CANISTERS_CHROMIUM'] = saved.chromium;
    }
    rmSync(bin, { recursive: true, force: true });
  });

  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };

  it('does nothing where all is there', () => {
    for (const tool of ['python3', 'make', 'g++', 'chromium']) {
      script(tool, '');
    }
    prepareMachine(true, assert.fail);
  });

  it('says what is missing where it cannot install', () => {
    script('make', '');
    assert.throws(
      () => prepareMachine(true, assert.fail),
      /Missing: python3, g\+\+, chromium.*apt-get install -y python3/,
    );
    assert.throws(() => prepareMachine(false, assert.fail), /Missing: python3, g\+\+\. /);
  });

  it('says so where the chosen browser does not exist', () => {
    process.env['IC_CANISTERS_CHROMIUM'] = join(bin, 'nothing');
    assert.throws(() => prepareMachine(true, assert.fail), /IC_CANISTERS_CHROMIUM names/);
  });

  it('installs what is missing, as root', { skip: process.getuid?.() !== 0 }, () => {
    symlinkSync('/bin/touch', join(bin, 'touch'));
    for (const tool of ['python3', 'make']) {
      script(tool, '');
    }
    script('apt-get', `echo "$@" >> ${bin}/calls\nif [ "$1" = install ]; then touch ${bin}/chromium; fi`);
    prepareMachine(true, () => {});
    assert.ok(existsSync(join(bin, 'chromium')));
    assert.deepEqual(readFileSync(join(bin, 'calls'), 'utf8').trim().split('\n'), [
      'update -q',
      'install -y -q --no-install-recommends g++ chromium fonts-dejavu-core fonts-liberation fonts-noto-cjk',
    ]);
  });

  it("passes on apt-get's own words where it fails", { skip: process.getuid?.() !== 0 }, () => {
    script('apt-get', 'echo "E: no network"; exit 100');
    assert.throws(() => prepareMachine(true, () => {}), /E: no network/);
  });
});
