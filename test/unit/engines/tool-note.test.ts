import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { IcpEngine } from '../../../src/core/engines/icp/icp-engine';
import { findIcp, isNewer, locateIcp } from '../../../src/core/engines/icp/locate';
import { icpLocations } from '../../../src/core/engines/icp/locations';
import * as reader from '../../../src/core/engines/icp/project-files';
import { ToolVersions, toolNotes } from '../../../src/core/engines/tool-note';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import { Selection } from '../../../src/core/monitor/selection';
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
    assert.deepEqual(row?.spoken.map(say), ['icp was not found', 'Building, deploying and starting networks need it.']);
    assert.deepEqual(row?.flags, ['trouble', 'sets-up-icp']);
    assert.deepEqual(row?.action, { do: 'command', command: 'icCanisters.setUpTool', argument: { manifest } });
    assert.equal(row?.meaning && formatMessage(row.meaning), 'It is nowhere.');
  });
});
