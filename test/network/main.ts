/**
 * Runs the test network alone: `npm run -s network -- [--port N] [--host H] [--seed TEXT] [--delegation] [--stdin]`.
 * Prints one line of JSON when it listens; serves until SIGINT or SIGTERM, and with `--stdin` until its input ends.
 */
import { parseArgs } from 'node:util';
import { TestNetwork } from './index';

async function main(): Promise<void> {
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
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`not a port: ${values.port}`);
  }

  const network = await TestNetwork.start({
    port,
    host: values.host,
    delegation: values.delegation,
    seed: values.seed,
  });
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    if (values.stdin) {
      process.stdin.on('end', resolve).resume();
    }
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
  await ended;
  await network.stop();
}

main().then(
  // The input may still be open, which would keep the process.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
