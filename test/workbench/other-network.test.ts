/** A network at an address that the workspace chose: what is signed for it, and when the user is asked. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

/** An address of this computer by which nobody can tell that it is this computer. */
const ADDRESS = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** Passes everything on to a network, and counts requests that are signed. */
async function listenAt(
  address: string,
  target: string,
): Promise<{ server: Server; url: string; signed: () => number }> {
  let signed = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const body = Buffer.concat(chunks);
    signed += body.includes('sender_sig') ? 1 : 0;
    const answer = await fetch(new URL(request.url ?? '/', target), {
      method: request.method,
      headers: { 'content-type': request.headers['content-type'] ?? '' },
      body: request.method === 'POST' ? body : undefined,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return { server, url: `http://${address}:${(server.address() as AddressInfo).port}`, signed: () => signed };
}

describe('a network that is neither on this computer nor mainnet', { skip: ADDRESS === undefined }, () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ic-canisters-other-'));
  let example: Example;
  let other: Awaited<ReturnType<typeof listenAt>>;
  let workbench: Workbench;
  let host: string;

  before(async () => {
    example = await startExample(scratch);
    other = await listenAt(ADDRESS ?? '', example.network.url);
    host = new URL(other.url).host;
    const file = path.join(example.project, 'dfx.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as { networks?: object };
    writeFileSync(
      file,
      JSON.stringify({ ...config, networks: { ...config.networks, staging: { providers: [other.url] } } }),
    );
    const ids = Object.fromEntries(Object.entries(example.ids).map(([name, id]) => [name, { staging: id }]));
    writeFileSync(path.join(example.project, 'canister_ids.json'), JSON.stringify(ids));
    workbench = await Workbench.open({ folder: example.project, env: example.env });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^hello_backend\b.*running/i).waitFor();
    await workbench.statusBarItem(/^Network local/).click();
    await workbench.choose(/^staging/);
  });
  after(async () => {
    await workbench?.close();
    other?.server.closeAllConnections();
    other?.server.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  const openNetworks = async () => {
    const header = workbench.view('Networks').locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== 'true') {
      await header.click();
    }
  };
  const network = (words: string) => workbench.row(new RegExp(`^staging, network, .*${words}`), 'Networks');

  it('is asked anonymously, and says so', () =>
    workbench.watched('other-network-anonymous', async () => {
      await workbench.row(/^hello_backend\b.*asked anonymously/, 'Canisters').waitFor();
      await workbench
        .row(new RegExp(`^Asked anonymously: ${host} is neither on this computer nor mainnet`), 'Canisters')
        .waitFor();
      await openNetworks();
      await network('asked anonymously').waitFor();
      await workbench.screenshot('other-network-1-anonymous');
      assert.equal(other.signed(), 0);
    }));

  it('asks before the first change, once, and names its host in every question', () =>
    workbench.watched('other-network-asks', async () => {
      const row = workbench.row(/^hello_backend\b/, 'Canisters');
      await workbench.contextMenu(row, 'Snapshots…');
      await workbench.dialog.waitFor();
      const question = (await workbench.dialog.textContent()) ?? '';
      assert.ok(question.includes(`Sign requests to ${host} with the identity default?`), question);
      await workbench.screenshot('other-network-2-question');
      await workbench.clickDialog('Cancel');
      assert.equal(other.signed(), 0);

      await workbench.contextMenu(network('asked anonymously'), 'Sign requests to this network…');
      await workbench.clickDialog('Sign requests');
      await network('requests are signed').waitFor();
      await workbench.row(/^hello_backend\b.*running/i, 'Canisters').waitFor();
      assert.ok(other.signed() > 0);

      await workbench.inlineAction(row, 'Stop');
      await workbench.dialog.waitFor();
      const change = (await workbench.dialog.textContent()) ?? '';
      assert.ok(change.includes(`Stop hello_backend on staging (${host}) as default?`), change);
      await workbench.screenshot('other-network-3-change');
      await workbench.clickDialog('Cancel');
    }));

  it('gets no signature any more once that is taken back', () =>
    workbench.watched('other-network-revoked', async () => {
      await workbench.contextMenu(network('requests are signed'), 'Stop signing requests to this network');
      await network('asked anonymously').waitFor();
      await workbench.row(/^hello_backend\b.*asked anonymously/, 'Canisters').waitFor();
      const before = other.signed();
      await workbench.runCommand('Canisters: Refresh');
      await workbench.page.waitForTimeout(500);
      assert.equal(other.signed(), before);
      await workbench.screenshot('other-network-4-revoked');
    }));
});
