/**
 * What `icp network start` starts in place of its own launcher: the test network. Speaks the launcher's protocol
 * (icp-cli, `crates/icp/src/network/managed/launcher.rs`): a status file with one line, the end by SIGINT.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TestNetwork } from '../network/index';

async function main(): Promise<void> {
  const { values } = parseArgs({
    strict: false,
    options: {
      'status-dir': { type: 'string' },
      'gateway-port': { type: 'string', default: '0' },
      bind: { type: 'string', default: '127.0.0.1' },
    },
  });
  const network = await TestNetwork.start({ port: Number(values['gateway-port']), host: String(values.bind) });
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const folder = String(values['status-dir']);
  const status = {
    v: '1',
    instance_id: 0,
    config_port: network.port,
    gateway_port: network.port,
    root_key: Buffer.from(network.rootKey).toString('hex'),
    default_effective_canister_id: network.effectiveCanisterId,
    supported_features: [],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'status.tmp'), `${JSON.stringify(status)}\n`);
  renameSync(join(folder, 'status.tmp'), join(folder, 'status.json'));
  await ended;
  await network.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
