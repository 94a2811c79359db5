import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { IcpEngine } from '../../../../src/core/engines/icp/icp-engine';
import { icpLocations } from '../../../../src/core/engines/icp/locations';
import * as reader from '../../../../src/core/engines/icp/project-files';

interface Gateway {
  readonly bind?: string;
  readonly domains?: readonly string[];
  /** As the descriptor of a running network has it. */
  readonly running?: { readonly host?: string; readonly ip?: string };
}

/** Where the network of a project is, and whether it runs here. */
async function resolve(t: TestContext, { bind, domains, running }: Gateway): Promise<readonly [string, boolean]> {
  const root = mkdtempSync(join(tmpdir(), 'icp-gateway-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const gateway = JSON.stringify({ port: 8001, bind, domains });
  writeFileSync(join(root, 'icp.yaml'), `networks: [{ name: local, mode: managed, gateway: ${gateway} }]\n`);
  if (running) {
    const folder = join(root, '.icp', 'cache', 'networks', 'local');
    mkdirSync(folder, { recursive: true });
    const descriptor = { gateway: { port: 8002, fixed: true, ...running } };
    writeFileSync(join(folder, 'descriptor.json'), JSON.stringify(descriptor));
  }
  const home = join(root, 'home');
  const engine = new IcpEngine(icpLocations({ ICP_HOME: home }, process.platform, home), () => reader);
  const project = engine.open(join(root, 'icp.yaml'));
  await project.load();
  const { network } = await project.target('local');
  assert.ok(network);
  return [network.url, network.local];
}

describe('a network that icp manages', () => {
  it('runs on this computer only where it is asked there, whatever name its gateway has', async (t) => {
    for (const [gateway, url, local] of [
      [{}, 'http://127.0.0.1:8001', true],
      [{ bind: '0.0.0.0' }, 'http://127.0.0.1:8001', true],
      [{ bind: '::' }, 'http://127.0.0.1:8001', true],
      [{ bind: '::1' }, 'http://[::1]:8001', true],
      [{ domains: ['localhost'] }, 'http://localhost:8001', true],
      [{ domains: ['evil.example'] }, 'http://127.0.0.1:8001', true],
      [{ bind: '127.0.0.1', domains: ['my.localhost'] }, 'http://127.0.0.1:8001', true],
      [{ bind: '192.168.0.7', domains: ['evil.example'] }, 'http://192.168.0.7:8001', false],
      [{ running: { host: 'localhost', ip: '127.0.0.1' } }, 'http://localhost:8002', true],
      [{ running: { host: 'evil.example', ip: '127.0.0.1' } }, 'http://127.0.0.1:8002', true],
      [{ running: { host: 'my.localhost' } }, 'http://127.0.0.1:8002', true],
      [{ running: { host: 'evil.example' } }, 'http://evil.example:8002', false],
      [{ running: { host: 'evil.example', ip: '8.8.8.8' } }, 'http://8.8.8.8:8002', false],
      // What says nothing that could be a host counts for nothing.
      [{ running: { host: '127.0.0.1@evil.example' } }, 'http://127.0.0.1:8001', true],
      [{ running: { host: 'localhost', ip: '127.0.0.1/x' } }, 'http://127.0.0.1:8001', true],
    ] as const satisfies readonly (readonly [Gateway, string, boolean])[]) {
      assert.deepEqual(await resolve(t, gateway), [url, local], JSON.stringify(gateway));
    }
  });
});
