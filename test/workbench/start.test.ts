/** `npm start`: what its window has, and that nothing of it stays, however it ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { ROOT } from '../host/extension-tests';
import { withoutIcp } from '../support/icp-binary';
import { Workbench } from './support/workbench';

describe('npm start', { skip: withoutIcp }, () => {
  let data: string;

  before(() => {
    data = mkdtempSync(join(tmpdir(), 'ic-canisters-start-'));
  });
  after(() => {
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  /** Starts it as a terminal would, in a process group of its own; resolves with the address that it prints. */
  async function start(): Promise<{ child: ChildProcess; url: string }> {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--browser', '--data', data], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += String(chunk);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    for (let waited = 0; !output.includes('Ctrl-C ends it.'); waited += 100) {
      assert.ok(waited < 90_000 && child.exitCode === null, output);
      await sleep(100);
    }
    return { child, url: /http:\S+/.exec(output)?.[0] ?? assert.fail(output) };
  }

  /** The processes of the run: they have its folder in their environment, as that of its tools, or in their command. */
  function started(): string[] {
    return readdirSync('/proc').flatMap((pid) => {
      try {
        const read = (file: string) => readFileSync(`/proc/${Number(pid)}/${file}`, 'utf8').replaceAll('\0', ' ');
        const command = read('cmdline');
        return `${command} ${read('environ')}`.includes(data) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
  }

  async function nothingStays(child: ChildProcess): Promise<void> {
    for (let waited = 0; waited < 10_000; waited += 100) {
      if (started().length === 0 && (child.exitCode !== null || child.signalCode !== null)) {
        return;
      }
      await sleep(100);
    }
    assert.fail(`still there: ${started().join('\n')}, exit code ${child.exitCode}`);
  }

  async function shows(page: Page, text: RegExp, screenshot: string): Promise<void> {
    await page.getByText(text).first().waitFor({ timeout: 30_000 });
    await page.screenshot({ path: join(ROOT, '.vscode-test', 'screenshots', `${screenshot}.png`) });
    await page.close();
  }

  it('opens both samples as places to work in, and says that dfx is a stand-in', async () => {
    const { child, url } = await start();
    const workbench = await Workbench.attach(url);
    try {
      await workbench.watched('start', async () => {
        await workbench.notification(/stand-in of test\/dfx/).waitFor();
        await workbench.statusBarItem(/dfx is a stand-in/).waitFor();
        await workbench.openContainer('Internet Computer');
        for (const canister of ['backend', 'counter', 'hello_backend', 'hello_ledger', 'hello_frontend']) {
          await workbench.row(new RegExp(`^${canister}, Running`)).waitFor();
        }
        await workbench.row(/^hello_worker, Stopped/).waitFor();
        await workbench.screenshot('start');
        await workbench.runCommand('Notifications: Clear All Notifications');
        await workbench.openFile('hello-icp/icp.yaml');
        await workbench.expand(workbench.row(/^backend, Running/));
        await workbench.page.waitForTimeout(2_000);
        // That of the README.
        await workbench.screenshot('start-tree');
        await workbench.collapse(workbench.row(/^backend, Running/));
        for (const canister of ['backend', 'hello_backend']) {
          await workbench.contextMenu(workbench.row(new RegExp(`^${canister}, Running`)), 'Deploy');
          await workbench.notification(new RegExp(`Deployed ${canister}`)).waitFor({ timeout: 60_000 });
        }
        await workbench.screenshot('start-deployed');
        // An address that the deployment has printed, and one that a row knows.
        await workbench.clickNotification(/Deployed hello_backend/, /^Open/);
        const opened = workbench.page.context().waitForEvent('page');
        await workbench.choose(/canisterId=a4gq6-/);
        await shows(await opened, /greet/, 'start-open');
        const frontend = workbench.page.context().waitForEvent('page');
        await workbench.contextMenu(workbench.row(/^hello_frontend, Running/), 'Open frontend');
        await shows(await frontend, /Greet me/, 'start-frontend');
      });
    } finally {
      await workbench.close();
      child.kill('SIGTERM');
    }
    await nothingStays(child);
  });

  for (const [what, end] of [
    ['Ctrl-C', (pid: number) => process.kill(-pid, 'SIGINT')],
    ['its terminal closing', (pid: number) => process.kill(-pid, 'SIGHUP')],
    ['kill -9', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['kill -9 of all its own processes', (pid: number) => process.kill(-pid, 'SIGKILL')],
  ] as const) {
    it(`ends all that it started by ${what}`, async () => {
      const { child } = await start();
      assert.ok(started().length >= 3, 'two networks and a server');
      end(child.pid ?? assert.fail());
      await nothingStays(child);
    });
  }
});
