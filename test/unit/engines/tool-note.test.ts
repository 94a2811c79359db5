import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { findDfx } from '../../../src/core/engines/dfx/locate';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { IcpEngine } from '../../../src/core/engines/icp/icp-engine';
import { findIcp, isNewer, locateIcp } from '../../../src/core/engines/icp/locate';
import { icpLocations } from '../../../src/core/engines/icp/locations';
import * as reader from '../../../src/core/engines/icp/project-files';
import { type ToolNote, ToolVersions, toolNotes } from '../../../src/core/engines/tool-note';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import { Selection } from '../../../src/core/monitor/selection';
import { stampOf } from '../../../src/core/process/locate-program';
import { troubleRows } from '../../../src/core/rows/project-rows';
import { formatMessage } from '../../../src/core/util/message';
import { MemoryStore, say } from '../monitor/world';
import { layout, put } from '../support/layout';

const posix = { skip: process.platform === 'win32' && 'programs are scripts here' };
const KNOWN = { newest: '1.5', isNewer };

/** A folder on the PATH in which programs named icp can be put, which note that they were started. */
async function setup(t: TestContext) {
  const home = await layout(t);
  const bin = path.join(home, 'bin');
  mkdirSync(bin);
  const started = path.join(home, 'started');
  const store = new MemoryStore();
  const changes: string[] = [];
  const versions = new ToolVersions(store, () => changes.push('changed'));
  const place = { env: { PATH: bin }, platform: process.platform, home, setting: '' };
  const find = () => findIcp(place, versions);
  return {
    home,
    store,
    versions,
    changes,
    find,
    starts: () => (existsSync(started) ? readFileSync(started, 'utf8').split('\n').length - 1 : 0),
    install: (says: string, file = path.join(bin, 'icp')) => {
      writeFileSync(file, `#!/bin/sh\necho x >> '${started}'\n${says}\n`);
      chmodSync(file, 0o755);
      // As npm does with whatever it installs.
      utimesSync(file, 499_162_500, 499_162_500);
      return file;
    },
    /** As for a command. */
    run: () => locateIcp({ ...place, trust: { isTrusted: true }, versions }),
    note: toolNotes('icp', find, versions, KNOWN),
  };
}

describe('what is known of icp without starting it', posix, () => {
  it('is that it is missing, or may not be executed', async (t) => {
    const { note, install, starts } = await setup(t);
    const missing = await note();
    assert.equal(missing?.state, 'missing');
    assert.equal(formatMessage(missing.label), 'icp was not found');
    assert.match(formatMessage(missing.reason), /neither on PATH nor/);
    chmodSync(install("echo 'icp 1.5.0'"), 0o644);
    assert.equal((await note())?.state, 'not-executable');
    assert.equal(starts(), 0);
  });

  it('is its version, once it has been run, in the next window too', async (t) => {
    const { note, install, run, starts, find, store, changes } = await setup(t);
    install("echo 'icp 1.1.9'");
    assert.equal(await note(), undefined, 'nobody knows yet');
    assert.equal(starts(), 0);
    await run();
    assert.deepEqual([starts(), changes.length], [1, 1]);
    const old = await note();
    assert.equal(old?.state, 'too-old');
    assert.equal(formatMessage(old.label), 'icp 1.1.9 is too old');
    const later = await toolNotes('icp', find, new ToolVersions(store), KNOWN)();
    assert.equal(later?.state, 'too-old');
    assert.equal(starts(), 1);
    install("echo 'icp 1.50.0'");
    assert.equal(await note(), undefined, 'another program, with the size and time of the old one');
    await run();
    const newer = await note();
    assert.equal(newer?.state, 'newer');
    assert.match(
      formatMessage(newer.reason),
      /is icp 1\.50\.0\. This extension was tested with versions up to 1\.5\.$/,
    );
  });

  it('is that another program has the name', async (t) => {
    const { note, install, run, starts, home } = await setup(t);
    install('echo iCloud passwords');
    assert.equal(await note(), undefined);
    assert.equal((await run()).state, 'missing');
    assert.match(formatMessage((await note())!.reason), /does not answer as icp does/);
    mkdirSync(path.join(home, '.cargo', 'bin'), { recursive: true });
    install("echo 'icp 1.5.0'", path.join(home, '.cargo', 'bin', 'icp'));
    assert.equal(await note(), undefined, 'there is one behind it');
    assert.equal(starts(), 1);
  });

  it('is not that it is too old for longer than it is: a version manager’s file stays the same', async (t) => {
    const { note, install, run, home } = await setup(t);
    const version = path.join(home, 'version');
    writeFileSync(version, 'icp 1.0.0\n');
    install(`read -r line < '${version}'; echo "$line"`);
    assert.equal((await run()).state, 'too-old');
    assert.equal((await note())?.state, 'too-old');
    writeFileSync(version, 'icp 1.5.0\n');
    assert.equal((await run()).state, 'found');
    assert.equal(await note(), undefined);
  });

  it('is not said again where the user does not want it, for that version alone', async (t) => {
    const { note, install, run, versions } = await setup(t);
    install("echo 'icp 1.8.0'");
    await run();
    await versions.quiet('icp', (await note())!.subject);
    assert.equal(await note(), undefined);
    install("echo 'icp 1.9.0'");
    await run();
    assert.equal((await note())?.state, 'newer');
  });

  it('counts for nothing where something else was stored', async () => {
    const store = new MemoryStore();
    for (const stored of ['text', [1, ['a'], ['b', 2], null], { a: 1 }]) {
      await store.update('icCanisters.toolVersions', stored);
      assert.equal(new ToolVersions(store).of('b'), undefined);
    }
  });
});

describe('what is known of the tools on Windows', () => {
  const none = { isFile: async () => false, isExecutable: async () => false };
  const windows = { env: {}, platform: 'win32' as const, home: 'C:\\Users\\ada', setting: '', files: none };

  it('is that dfx runs in WSL only', async () => {
    const versions = new ToolVersions(new MemoryStore());
    const locations = dfxLocations({}, 'win32', windows.home);
    const note = await toolNotes('dfx', (root) => findDfx({ ...windows, locations }, versions, root), versions)();
    assert.equal(note?.state, 'missing');
    assert.equal(formatMessage(note.reason), 'dfx does not run on Windows itself, but in WSL.');
  });

  it('is that a folder of WSL is better opened there, without a look for the tool', async () => {
    const versions = new ToolVersions(new MemoryStore());
    let looks = 0;
    const find = () => {
      looks++;
      return findIcp(windows, versions);
    };
    const note = toolNotes('icp', find, versions, KNOWN);
    for (const root of [
      '\\\\wsl.localhost\\Ubuntu-24.04\\home\\ada\\shop',
      '\\\\WSL$\\Ubuntu-24.04',
      '//wsl.localhost/Ubuntu-24.04/x',
    ]) {
      const { state, label } = (await note(root)) ?? assert.fail(root);
      assert.deepEqual([state, formatMessage(label)], ['in-wsl', 'This folder is in WSL (Ubuntu-24.04)']);
    }
    assert.equal(looks, 0);
    for (const root of [undefined, 'C:\\shop', '\\\\host\\wsl$\\x', '/home/ada/wsl.localhost/x', '\\\\wsl.localhost']) {
      assert.equal((await note(root))?.state, 'missing', root);
    }
    await versions.quiet('icp', (await note('\\\\wsl$\\Debian\\x'))!.subject);
    assert.equal(await note('\\\\wsl$\\Debian\\x'), undefined);
  });
});

describe('what is known of dfx without starting it', posix, () => {
  async function dfxSetup(t: TestContext) {
    const home = await layout(t);
    const bin = path.join(home, 'bin');
    const locations = dfxLocations({}, 'linux', home);
    const versions = new ToolVersions(new MemoryStore());
    const options = { env: { PATH: bin }, platform: 'linux', home, setting: '', locations } as const;
    const find = (root: string | undefined) => findDfx(options, versions, root);
    const program = async (name: string) => {
      const file = await put(home, name, '#!/bin/sh\nexit 1\n');
      chmodSync(file, 0o755);
      return file;
    };
    return { home, bin, versions, program, note: toolNotes('dfx', find, versions) };
  }
  const words = (note: ToolNote | undefined) => note && [note.label, note.hint, note.reason].map(formatMessage);

  it('is that it is missing, or was too old when it last ran', async (t) => {
    const { note, program, versions } = await dfxSetup(t);
    assert.deepEqual(words(await note()), [
      'dfx was not found',
      'Building, deploying and starting networks need it. Status, calls, logs and settings do not.',
      'dfx was found neither on PATH nor in the folder of dfxvm.',
    ]);
    const file = await program('bin/dfx');
    assert.equal(await note(), undefined, 'nobody knows yet');
    versions.note((await stampOf(file))!, '0.23.0');
    assert.deepEqual(words(await note()), [
      'dfx 0.23.0 is too old',
      'Deploying needs 0.24 or newer. For all else it is used.',
      `dfx 0.23.0 (${file}) is too old to deploy from here: 0.24 or newer is needed.`,
    ]);
    versions.note((await stampOf(file))!, '0.32.0');
    assert.equal(await note(), undefined);
  });

  it('is the version in the path of what is really run', async (t) => {
    const { note, program, bin } = await dfxSetup(t);
    const real = await program('.cache/dfinity/versions/0.15.1/dfx');
    mkdirSync(bin);
    symlinkSync(real, path.join(bin, 'dfx'));
    assert.equal((await note())?.subject, '0.15.1');
  });

  it('is which one dfxvm takes for a project, and that it is not installed', async (t) => {
    const { note, program, home } = await dfxSetup(t);
    const shared = '.local/share/dfx';
    await program(`${shared}/bin/dfx`);
    assert.equal(await note(), undefined, 'nothing says which');
    const settings = await put(home, '.config/dfx/version-manager.json', '{"default_version":"0.31.0"}');
    assert.match(words(await note())![2]!, /version-manager\.json says dfx 0\.31\.0, which dfxvm has not installed/);
    await program(`${shared}/versions/0.31.0/dfx`);
    assert.equal(await note(), undefined);
    await put(home, 'shop/dfx.json', '{"dfx":"0.20.1"}');
    const root = path.join(home, 'shop');
    const missing = await note(root);
    assert.deepEqual(words(missing), [
      'dfx 0.20.1 is not installed',
      'Building, deploying and starting networks need it. Status, calls, logs and settings do not.',
      'dfx.json says dfx 0.20.1, which dfxvm has not installed. "dfxvm install 0.20.1" does that.',
    ]);
    assert.deepEqual(missing?.installer, { name: 'dfxvm', line: 'dfxvm install 0.20.1' });
    await program(`${shared}/versions/0.20.1/dfx`);
    assert.equal((await note(root))?.state, 'too-old');
    assert.equal(await note(), undefined, 'of another project nothing is said');
    writeFileSync(settings, '{"default_version":"0.23.0"}');
    await program(`${shared}/versions/0.23.0/dfx`);
    assert.equal((await note())?.subject, '0.23.0');
  });

  it('takes nothing into a command line that is no version', async (t) => {
    const { note, program, home } = await dfxSetup(t);
    await program('.local/share/dfx/bin/dfx');
    for (const dfx of ['0.20.1; rm -rf ~', '../../x', '$(id)', '0.20.1\nid', 7, null, ['0.20.1']]) {
      await put(home, 'shop/dfx.json', JSON.stringify({ dfx }));
      assert.equal(await note(path.join(home, 'shop')), undefined, String(dfx));
    }
    await put(home, 'shop/dfx.json', '{"dfx": "0.20');
    assert.equal(await note(path.join(home, 'shop')), undefined);
  });
});

describe('the row of a tool that is not there', () => {
  it('stands above all else, says what it is needed for and leads to ways on', async (t) => {
    const home = await layout(t);
    const manifest = await put(home, 'project/icp.yaml', 'canisters: []\n');
    const location = { state: 'missing', message: { text: 'It is nowhere.', args: [] } } as const;
    const note = toolNotes('icp', async () => location, new ToolVersions(new MemoryStore()));
    const engine = new IcpEngine(icpLocations({}, process.platform, home), () => reader, note);
    const client = new Proxy({} as never, {
      get: () => assert.fail('nothing is asked'),
    });
    const monitor = new ProjectMonitor(engine.open(manifest), {
      trust: { isTrusted: true },
      client,
      selection: new Selection(new MemoryStore()),
      now: Date.now,
    });
    t.after(() => monitor.dispose());
    await monitor.load();
    const [row] = troubleRows(monitor, Date.now());
    assert.deepEqual(row?.spoken.map(say), [
      'icp was not found',
      'Building, deploying and starting networks need it. Status, calls, logs and settings do not.',
    ]);
    assert.deepEqual(row?.flags, ['trouble', 'sets-up-icp']);
    assert.deepEqual(row?.action, { do: 'command', command: 'icCanisters.setUpTool', argument: { manifest } });
    assert.equal(row?.meaning && formatMessage(row.meaning), 'It is nowhere.');
  });
});
