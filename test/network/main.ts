/**
 * Runs the test network alone: `npm run network -- [--port N] [--host H] [--seed TEXT] [--delegation] [--stdin]`.
 * Prints one line of JSON when it listens; serves until SIGINT or SIGTERM, and with `--stdin` until its input ends.
 */
import { parseArgs } from 'node:util';
import { TestNetwork } from './index';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    seed: { type: 'string' },
    delegation: { type: 'boolean', default: false },
    stdin: { type: 'boolean', default: false },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`not a port: ${values.port}`);

const network = await TestNetwork.start({
  port,
  host: values.host,
  delegation: values.delegation,
  ...(values.seed !== undefined && { seed: values.seed }),
});

console.log(
  JSON.stringify({
    url: network.url,
    rootKey: Buffer.from(network.rootKey).toString('hex'),
    subnetId: network.subnetId,
    effectiveCanisterId: network.effectiveCanisterId,
    pid: process.pid,
  }),
);

const end = () => {
  network.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
if (values.stdin) process.stdin.on('end', end).resume();
