/** What goes wrong with a project of icp in the window, and the ways out of it: the real icp on the test network. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../host/extension-tests';
import { DfxHome } from '../support/dfx-home';
import { withoutIcp } from '../support/icp-binary';
import { IcpProjectOnDisk } from '../support/icp-project';
import { commandOf, type RecordingIcp, recordingIcp } from '../support/recording-icp';
import { stepsOf } from './support/steps';
import { Workbench } from './support/workbench';

const VIEW = 'Canisters';
const COPY = 'build: { steps: [{ type: script, command: "cp ../hello.wasm $ICP_WASM_OUTPUT_PATH" }] }';
/** Heeds no polite signal, and has a child that heeds none either. Both write down their process ids. */
const STUBBORN = 'trap "" TERM INT HUP; echo $$ >> ../stubborn; while :; do sleep 0.2; done';
/** `production` is on mainnet by its URL; its HTTP can be watched by a proxy, as it is plain. */
const MANIFEST = `canisters:
  - name: backend
    ${COPY}
  - name: helper
    ${COPY}
  - name: stuck
    build:
      steps:
        - type: script
          command: sh ../stubborn.sh
networks:
  - { name: local, mode: managed, gateway: { port: 0 } }
  - { name: boundary, mode: connected, url: "http://icp-api.io", root-key: mainnet }
environments:
  - { name: staging, network: local, canisters: [backend] }
  - { name: production, network: boundary, canisters: [backend, helper] }
`;
/** Of a canister of mainnet. */
const MAINNET_ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';

/** A proxy that lets nothing through and writes down what was to be sent. */
async function startRecorder(): Promise<{ url: string; requests: string[]; close(): void }> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    response.writeHead(503).end();
  });
  // Over a tunnel the requests come to this server itself.
  server.on('connect', (request, socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    if (request.url?.endsWith(':80')) {
      server.emit('connection', socket);
    } else {
      requests.push(`CONNECT ${request.url}`);
      socket.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('what goes wrong with a project of icp', { skip: withoutIcp }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-icp-faults-'));
  const home = new DfxHome(path.join(folder, 'dfx'));
  let project: IcpProjectOnDisk;
  let icp: RecordingIcp;
  let recorder: Awaited<ReturnType<typeof startRecorder>>;
  let env: Record<string, string>;
  let workbench: Workbench;
  const inProject = (...parts: readonly string[]) => path.join(project.root, ...parts);
  const manifest = () => inProject('icp.yaml');
  const idFile = () => inProject('.icp', 'cache', 'mappings', 'local.ids.json');
  const ids = () => JSON.parse(readFileSync(idFile(), 'utf8')) as Record<string, string>;
  const descriptor = () =>
    JSON.parse(readFileSync(inProject('.icp', 'cache', 'networks', 'local', 'descriptor.json'), 'utf8')) as {
      gateway: { port: number };
      'child-locator': { pid: number };
    };

  before(async () => {
    project = new IcpProjectOnDisk(folder);
    icp = recordingIcp(folder);
    recorder = await startRecorder();
    writeFileSync(manifest(), MANIFEST);
    writeFileSync(path.join(folder, 'child.sh'), STUBBORN);
    writeFileSync(path.join(folder, 'stubborn.sh'), `sh ../child.sh &\n${STUBBORN}`);
    await project.start();
    await project.succeed('deploy', 'backend', 'helper');
    const mappings = inProject('.icp', 'data', 'mappings');
    mkdirSync(mappings, { recursive: true });
    writeFileSync(path.join(mappings, 'production.ids.json'), JSON.stringify({ backend: MAINNET_ID }));
    const proxy = {
      http_proxy: recorder.url,
      HTTP_PROXY: recorder.url,
      https_proxy: recorder.url,
      HTTPS_PROXY: recorder.url,
    };
    const direct = { no_proxy: 'localhost,127.0.0.1', NO_PROXY: 'localhost,127.0.0.1' };
    env = { ...home.env, ...project.env, ...proxy, ...direct, PATH: icp.searchPath };
    workbench = await Workbench.open({
      folder: project.root,
      env,
      settings: { 'icCanisters.confirmOn': ['staging'] },
      size: { width: 1280, height: 900 },
    });
    await workbench.openContainer('Internet Computer');
    await shows('Running', ['backend', 'helper']);
  });
  after(async () => {
    await workbench?.close();
    await project?.run('network', 'stop');
    recorder?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const inOrder = stepsOf('icp-faults', () => workbench);
  const fault = (title: string, work: () => Promise<void>) => it(title, inOrder(work));
  const row = (canister: string, state: string) => workbench.row(new RegExp(`^${canister}, ${state}`), VIEW);
  const shows = async (state: string, canisters: readonly string[]) => {
    for (const canister of canisters) {
      await row(canister, state).waitFor({ timeout: 30_000 });
    }
  };
  const until = async (what: string, holds: () => boolean) => {
    const end = Date.now() + 30_000;
    while (!holds()) {
      assert.ok(Date.now() < end, `not in time: ${what}`);
      await delay(50);
    }
  };
  const clear = () => workbench.runCommand('Notifications: Clear All Notifications');
  const problem = (text: RegExp) => workbench.row(text, VIEW);

  fault('keeps the rows of a manifest that breaks in the middle of an edit, and changes nothing', async () => {
    const starts = icp.starts().length;
    writeFileSync(manifest(), MANIFEST.replace('- name: helper', '- name: helper: oops\n   new'));
    await problem(/^A second ":" does not fit here.*icp\.yaml, 2 more, icp cannot read the file either/).waitFor();
    await shows('Running', ['backend', 'helper']);
    await row('backend', 'Running.*icp\\.yaml cannot be read').waitFor();
    await row('stuck', 'Not created.*icp\\.yaml cannot be read').waitFor();
    await workbench.screenshot('icp-faults-broken');
    const offered = await workbench.contextMenuEntries(row('backend', 'Running'));
    for (const change of ['Stop', 'Deploy', 'Build', 'Delete…', 'Reinstall…']) {
      assert.ok(!offered.includes(change), `${change} of ${offered.join()}`);
    }
    await workbench.runCommand('Canisters: Deploy all');
    await workbench.notification(/nothing is changed|cannot/i).waitFor();
    await workbench.screenshot('icp-faults-broken-refused');
    await clear();
    await problem(/icp cannot read the file either/).click();
    await workbench.tab('icp.yaml').waitFor();
    await workbench.statusBarItem(/^Ln 4, /).waitFor();
    await workbench.screenshot('icp-faults-broken-place');
    await workbench.press('Control+w');
    writeFileSync(manifest(), MANIFEST);
    await problem(/icp cannot read the file either/).waitFor({ state: 'detached' });
    assert.deepEqual(icp.starts().slice(starts), []);
  });

  fault('keeps the ids of an id file in conflict, and leads to it', async () => {
    const good = readFileSync(idFile(), 'utf8');
    const conflict = `<<<<<<< HEAD\n${good}\n=======\n{ "backend": "aaaaa-aa" }\n>>>>>>> theirs\n`;
    writeFileSync(idFile(), conflict);
    await problem(/local\.ids\.json, icp cannot read the file either/).waitFor();
    await shows('Running', ['backend', 'helper']);
    await workbench.screenshot('icp-faults-conflict');
    await workbench.runCommand('Canisters: Stop all');
    await workbench.notification(/local\.ids\.json/).waitFor();
    await workbench.screenshot('icp-faults-conflict-refused');
    await clear();
    assert.equal(readFileSync(idFile(), 'utf8'), conflict);
    writeFileSync(idFile(), good);
    await problem(/local\.ids\.json/).waitFor({ state: 'detached' });
    await shows('Running', ['backend', 'helper']);
  });

  fault('forgets the id of a canister that is gone, and creates it anew', async () => {
    const gone = ids()['helper']!;
    await fetch(`http://127.0.0.1:${descriptor().gateway.port}/_/canisters/${gone}`, { method: 'DELETE' });
    await workbench.runCommand('Canisters: Refresh');
    await shows('No longer on this network', ['helper']);
    await workbench.screenshot('icp-faults-gone');
    await workbench.contextMenu(row('helper', ''), 'Forget ID…');
    await workbench.dialog.getByText(/^Forget the ID of helper on local\?$/).waitFor();
    await workbench.screenshot('icp-faults-forget');
    await workbench.clickDialog('Forget ID');
    await shows('Not created', ['helper']);
    assert.deepEqual(Object.keys(ids()), ['backend']);
    await workbench.contextMenu(row('helper', 'Not created'), 'Create');
    await shows('Empty', ['helper']);
    assert.notEqual(ids()['helper'], gone);
  });

  fault('ends icp that hangs, with all that it started, and says when somebody else ended it', async () => {
    await workbench.contextMenu(row('stuck', 'Not created'), 'Build');
    const pidFile = path.join(folder, 'stubborn');
    const stubborn = () => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim().split('\n').map(Number) : []);
    await until('both processes of the build', () => stubborn().length === 2);
    await workbench.notification(/Building stuck/).waitFor();
    await workbench.screenshot('icp-faults-hangs');
    const family = [icp.pid(), ...stubborn()];
    await workbench.clickNotification(/Building stuck/, 'Cancel');
    await shows('Not created', ['stuck']);
    await until('nothing is left', () => family.every((pid) => commandOf(pid) === ''));
    rmSync(pidFile);

    await workbench.contextMenu(row('stuck', 'Not created'), 'Build');
    await until('both processes of the build', () => stubborn().length === 2);
    const [own, ...scripts] = [icp.pid(), ...stubborn()];
    process.kill(own!, 'SIGKILL');
    await workbench.notification(/icp was ended by the signal SIGKILL/).waitFor();
    await workbench.screenshot('icp-faults-killed');
    await shows('Not created', ['stuck']);
    // Whoever ends icp alone leaves its scripts: they are not ours to end.
    for (const pid of scripts) {
      process.kill(pid, 'SIGKILL');
    }
    await clear();
  });

  fault('asks for names on an environment that the user guards, and refuses a wrong word', async () => {
    await workbench.runCommand('Canisters: Select network…');
    await workbench.quickInput.getByText('mainnet · network boundary http://icp-api.io').waitFor();
    await workbench.screenshot('icp-faults-environments');
    await workbench.choose(/^staging/);
    await row('helper', 'Not in this environment').waitFor();
    await workbench.contextMenu(row('backend', 'Not created'), 'Create');
    await workbench.dialog.waitFor();
    assert.match((await workbench.dialog.textContent()) ?? '', /Create backend on staging as me\?/);
    await workbench.screenshot('icp-faults-guarded');
    await workbench.clickDialog('Create');
    await row('backend', 'Empty').waitFor();
    await workbench.contextMenu(row('backend', 'Empty'), 'Delete…');
    await workbench.quickInput.getByText('Delete backend on staging as me?').waitFor();
    await workbench.type('helper');
    await workbench.inputMessage.filter({ hasText: 'Type backend to confirm.' }).waitFor();
    await workbench.screenshot('icp-faults-names');
    await workbench.press('Escape');
    await row('backend', 'Empty').waitFor();
    assert.ok('backend' in JSON.parse(readFileSync(inProject('.icp/cache/mappings/staging.ids.json'), 'utf8')));
  });

  fault('asks before anything is sent to mainnet, and sends nothing without an answer', async () => {
    const starts = icp.starts().length;
    await workbench.runCommand('Canisters: Select network…');
    await workbench.choose(/^production/);
    await workbench.statusBarItem(/^Environment production, mainnet|^Network production, mainnet/).waitFor();
    await row('helper', '.*production').waitFor();
    await until('the network is asked', () => recorder.requests.length > 0);
    await workbench.screenshot('icp-faults-mainnet');
    await workbench.contextMenu(row('backend', ''), 'Deploy');
    await workbench.dialog.waitFor();
    const text = (await workbench.dialog.textContent()) ?? '';
    assert.match(text, /Deploy backend on production \(mainnet\) as me\?/);
    assert.match(text, /This costs cycles/);
    await workbench.screenshot('icp-faults-mainnet-question');
    await workbench.clickDialog('Cancel');
    await workbench.contextMenu(row('helper', 'Not created'), 'Create');
    await workbench.dialog.getByText('Create helper on production (mainnet) as me?').waitFor();
    await workbench.clickDialog('Cancel');
    await workbench.runCommand('Canisters: Deploy all');
    await workbench.dialog.getByText('Deploy backend, helper on production (mainnet) as me?').waitFor();
    await workbench.clickDialog('Cancel');
    assert.deepEqual(
      icp
        .starts()
        .slice(starts)
        .filter((line) => line !== '--version'),
      [],
    );
    assert.deepEqual(
      recorder.requests.filter((line) => !/\/api\/v2\/status$|\/(query|read_state)$|open-vsx/.test(line)),
      [],
    );
    await workbench.runCommand('Canisters: Select network…');
    await workbench.choose(/^local/);
    await shows('Running', ['backend']);
  });

  fault('says that a network is gone that was killed, and starts it anew', async () => {
    const { pid } = descriptor()['child-locator'];
    process.kill(pid, 'SIGKILL');
    await problem(/local is not running: start it/).waitFor({ timeout: 30_000 });
    await workbench.screenshot('icp-faults-network-killed');
    await problem(/local is not running: start it/).click();
    await workbench.dialog.waitFor();
    await workbench.screenshot('icp-faults-network-restart');
    await workbench.clickDialog('Start network');
    await problem(/local is not running/).waitFor({ state: 'detached', timeout: 60_000 });
    await shows('Not created', ['backend', 'helper']);
    await workbench.contextMenu(row('backend', 'Not created'), 'Create');
    await shows('Empty', ['backend']);
  });

  fault('says that icp is missing, and leads on', async () => {
    const hidden = `${icp.file}-hidden`;
    renameSync(icp.file, hidden);
    await workbench.runCommand('Canisters: Build all');
    const missing = workbench.notification(/icp was found neither on PATH/);
    await missing.getByRole('button', { name: 'Choose icp…' }).waitFor({ timeout: 30_000 });
    await workbench.viewAction(VIEW, 'Refresh');
    await problem(/^icp was not found/).waitFor();
    await workbench.screenshot('icp-faults-missing');
    await clear();
    renameSync(hidden, icp.file);
    await workbench.inlineAction(problem(/^icp was not found/), /Look for icp or dfx again/);
    await problem(/^icp was not found/).waitFor({ state: 'detached' });
    await workbench.notification(/^icp [\d.]+ is there/).waitFor();
  });

  fault('says all of it in Japanese', async () => {
    const sentences = JSON.parse(readFileSync(path.join(ROOT, 'l10n/bundle.l10n.ja.json'), 'utf8')) as object;
    const said = (english: string, ...values: readonly string[]) => {
      const sentence = String((sentences as Record<string, string>)[english]);
      const text = values.reduce((done, value, index) => done.replace(`{${index}}`, value), sentence);
      return new RegExp(text.replaceAll(/[.?()]/g, '\\$&'));
    };
    const titles = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.ja.json'), 'utf8')) as Record<string, string>;
    // The network that the window started goes with it, as all its processes do.
    await workbench.close();
    await project.succeed('network', 'start', '--background');
    await project.succeed('deploy', 'backend', 'helper');
    workbench = await Workbench.open({ folder: project.root, env, locale: 'ja' });
    await workbench.openContainer('Internet Computer');
    const idText = readFileSync(idFile(), 'utf8');
    const gone = workbench.row(/^backend, /);
    await gone.waitFor();
    writeFileSync(manifest(), MANIFEST.replace('- name: helper', '- name: helper: oops'));
    await workbench
      .row(said('{0} cannot read the file either: nothing is changed until it is repaired', 'icp'))
      .waitFor();
    await workbench.row(said('Not created')).first().waitFor();
    await workbench.screenshot('icp-faults-ja-broken');
    writeFileSync(manifest(), MANIFEST);
    writeFileSync(idFile(), `<<<<<<< HEAD\n${idText}\n=======\n{}\n>>>>>>> theirs\n`);
    await workbench.row(said('A merge was not finished: the conflict has to be resolved.')).waitFor();
    await workbench.screenshot('icp-faults-ja-conflict');
    writeFileSync(idFile(), idText);
    await fetch(`http://127.0.0.1:${descriptor().gateway.port}/_/canisters/${ids()['backend']}`, { method: 'DELETE' });
    await workbench.row(said('No longer on this network')).waitFor({ timeout: 60_000 });
    await workbench.contextMenu(gone, titles['command.forget'] ?? '');
    await workbench.dialog.getByText(said('Forget the ID of {0} on {1}?', 'backend', 'local')).waitFor();
    await workbench.screenshot('icp-faults-ja-forget');
    await workbench.press('Escape');
    const { pid } = descriptor()['child-locator'];
    process.kill(pid, 'SIGKILL');
    const down = workbench.row(said('{0}: start it', said('{0} is not running', 'local').source));
    await down.waitFor({ timeout: 30_000 });
    await workbench.screenshot('icp-faults-ja-network-killed');
    await down.click();
    await workbench.dialog.waitFor();
    await workbench.screenshot('icp-faults-ja-network-restart');
    await workbench.press('Escape');
    renameSync(icp.file, `${icp.file}-hidden`);
    await workbench.runCommand(`${titles['category']}: ${titles['command.buildAll']}`);
    await workbench
      .notification(said('icp was found neither on PATH nor where its installers put it.'))
      .waitFor({ timeout: 30_000 });
    await workbench.runCommand(`${titles['category']}: ${titles['command.refresh']}`);
    await workbench.row(said('{0} was not found', 'icp')).waitFor({ timeout: 30_000 });
    await workbench.screenshot('icp-faults-ja-missing');
    renameSync(`${icp.file}-hidden`, icp.file);
    await workbench.runCommand(`${titles['category']}: ${titles['command.selectNetwork']}`);
    await workbench.choose(/^production/);
    await workbench.contextMenu(gone, titles['command.deploy'] ?? '');
    await workbench.dialog.waitFor();
    await workbench.screenshot('icp-faults-ja-mainnet-question');
  });
});
