import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  listenersInTable,
  ownerInLsof,
  ownerInTasklist,
  type PortSystem,
  pidInNetstat,
  portOwner,
} from '../../../src/core/process/port-owner';
import { layout } from '../support/layout';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
/** Port 8000 is 1F40. The second is a connection of the same port, the third another port that ends alike. */
const TABLE = `${HEAD}
   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 51001 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F40 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000  1000        0 51002 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51003 1 0000000000000000 100 0 0 10 0
`;

const NETSTAT = `
Aktive Verbindungen

  Proto  Lokale Adresse         Remoteadresse          Status           PID
  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         1180
  TCP    127.0.0.1:8000         127.0.0.1:51022        HERGESTELLT     4711
  TCP    0.0.0.0:18000          0.0.0.0:0              ABHÖREN         77
  TCP    [::]:8000              [::]:0                 ABHÖREN         9036
  UDP    0.0.0.0:8000           *:*                                    12
`.replaceAll('\n', '\r\n');

/** A folder as /proc, with a process for each entry. */
async function procOf(
  t: TestContext,
  processes: Record<string, { cmdline: string[]; comm: string; socket?: string }>,
): Promise<string> {
  const proc = await layout(t);
  mkdirSync(path.join(proc, 'net'));
  writeFileSync(path.join(proc, 'net', 'tcp'), TABLE);
  for (const [pid, { cmdline, comm, socket }] of Object.entries(processes)) {
    mkdirSync(path.join(proc, pid, 'fd'), { recursive: true });
    writeFileSync(path.join(proc, pid, 'cmdline'), `${cmdline.join('\0')}\0`);
    writeFileSync(path.join(proc, pid, 'comm'), `${comm}\n`);
    if (socket) {
      symlinkSync(`socket:[${socket}]`, path.join(proc, pid, 'fd', '3'));
    }
  }
  return proc;
}

const silent: Pick<PortSystem, 'ask' | 'env'> = { env: { PATH: '' }, ask: async () => undefined };

describe('who has a port', { skip: process.platform === 'win32' && 'its files are links here' }, () => {
  it('is found in the tables of Linux, by who listens', async (t) => {
    assert.deepEqual(listenersInTable(TABLE, 8000), ['51001']);
    assert.deepEqual(listenersInTable('', 8000), []);
    const proc = await procOf(t, {
      41: { cmdline: ['/usr/bin/other'], comm: 'other', socket: '51002' },
      42: { cmdline: ['/opt/a-program-with-a-long-name', '--port', '8000'], comm: 'a-program-with-', socket: '51001' },
    });
    const linux = { ...silent, platform: 'linux', proc } as const;
    assert.deepEqual(await portOwner(8000, linux), {
      program: 'a-program-with-a-long-name',
      pid: 42,
      docker: false,
      container: undefined,
    });
    assert.equal(await portOwner(8002, linux), undefined);
  });

  it('is Docker, whose proxy belongs to somebody else, with the container that Docker names', async (t) => {
    const proxy = (port: string) => [
      '/usr/bin/docker-proxy',
      ...['-proto', 'tcp', '-host-ip', '0.0.0.0', '-host-port', port, '-container-ip', '172.17.0.2'],
      ...['-container-port', '80'],
    ];
    const proc = await procOf(t, {
      50: { cmdline: proxy('9000'), comm: 'docker-proxy' },
      51: { cmdline: proxy('8000'), comm: 'docker-proxy' },
    });
    const linux = { ...silent, platform: 'linux', proc } as const;
    const owner = { program: 'docker-proxy', pid: 51, docker: true };
    assert.deepEqual(await portOwner(8000, linux), { ...owner, container: undefined });
    const bin = path.join(proc, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'docker'), '#!/bin/sh\n');
    chmodSync(path.join(bin, 'docker'), 0o755);
    const asked: string[] = [];
    const answers = (text: string): PortSystem => ({
      ...linux,
      env: { PATH: bin },
      ask: async (file, args) => {
        asked.push([path.basename(file), ...args].join(' '));
        return text;
      },
    });
    assert.deepEqual(await portOwner(8000, answers('shop-web-1\n')), { ...owner, container: 'shop-web-1' });
    assert.deepEqual(asked, ['docker ps --filter publish=8000 --format {{.Names}}']);
    for (const text of ['', '; rm -rf ~\n', '$(id)', '-x']) {
      assert.equal((await portOwner(8000, answers(text)))?.container, undefined, text);
    }
  });

  it('is this process, on this computer', { skip: process.platform !== 'linux' }, async (t) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const owner = await portOwner(port, { ...silent, platform: 'linux' });
    assert.equal(owner?.pid, process.pid);
    assert.match(owner?.program ?? '', /^node/);
  });

  it('is read from what lsof says on macOS', async () => {
    const said = 'p812\nccom.docker.backend\nf71\n';
    assert.deepEqual(ownerInLsof(said), { program: 'com.docker.backend', pid: 812 });
    assert.equal(ownerInLsof(''), undefined);
    const asked: string[][] = [];
    const owner = await portOwner(8000, {
      platform: 'darwin',
      env: { PATH: '' },
      ask: async (...command) => {
        asked.push(command.flat());
        return command[0] === '/usr/sbin/lsof' ? said : undefined;
      },
    });
    assert.deepEqual([owner?.program, owner?.docker], ['com.docker.backend', true]);
    assert.deepEqual(asked[0], ['/usr/sbin/lsof', '-nP', '+c', '0', '-iTCP:8000', '-sTCP:LISTEN', '-Fpc']);
  });

  it('is read from what netstat and tasklist say on Windows, in any language', async () => {
    assert.equal(pidInNetstat(NETSTAT, 8000), 9036);
    assert.equal(pidInNetstat(NETSTAT, 800), undefined);
    assert.equal(ownerInTasklist('INFO: No tasks are running which match the specified criteria.'), undefined);
    const asked: string[] = [];
    const owner = await portOwner(8000, {
      platform: 'win32',
      env: { SystemRoot: 'C:\\WINDOWS', PATH: '' },
      ask: async (file, args) => {
        asked.push(`${file} ${args.join(' ')}`);
        return file.endsWith('netstat.exe') ? NETSTAT : '"com.docker.backend.exe","9036","Console","1","83.124 K"\r\n';
      },
    });
    assert.deepEqual(owner, { program: 'com.docker.backend', pid: 9036, docker: true, container: undefined });
    assert.deepEqual(asked.slice(0, 2), [
      'C:\\WINDOWS\\System32\\netstat.exe -ano',
      'C:\\WINDOWS\\System32\\tasklist.exe /FI PID eq 9036 /FO CSV /NH',
    ]);
  });

  it('is not known where the system says nothing', async () => {
    const unable = { ...silent, ask: () => Promise.reject(new Error('not there')) };
    for (const platform of ['darwin', 'win32', 'freebsd'] as const) {
      assert.equal(await portOwner(8000, { ...unable, platform }), undefined);
    }
    assert.equal(await portOwner(8000, { ...silent, platform: 'linux', proc: '/nowhere' }), undefined);
  });
});
