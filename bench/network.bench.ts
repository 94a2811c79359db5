// The test network running a compiled canister: how soon it answers, and how many calls a second it takes.
import { join } from 'node:path';
import { Actor, HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { compileMotoko } from '../test/motoko/compile';
import { TestNetwork } from '../test/network/index';
import { machine, median, ROOT, report } from './support';

const UPDATES = 100;
const QUERIES = 300;
/** Calls that are under way at once. */
const WIDTH = 20;

async function main(): Promise<void> {
  const { wasm } = compileMotoko(join(ROOT, 'examples/hello/src/hello_backend/main.mo'));
  const firstReplies: number[] = [];
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    const network = await TestNetwork.start();
    const { count } = await deploy(network, wasm);
    await count();
    firstReplies.push(performance.now() - started);
    await network.stop();
  }

  const network = await TestNetwork.start();
  const { greet, count } = await deploy(network, wasm);
  await greet('warm');
  const oneQuery = await timed(QUERIES, 1, count);
  const manyQueries = await timed(QUERIES, WIDTH, count);
  const oneUpdate = await timed(UPDATES, 1, () => greet('Ada'));
  const manyUpdates = await timed(UPDATES, WIDTH, () => greet('Ada'));
  const expected = 1n + 2n * BigInt(UPDATES);
  const counted = await count();
  if (counted !== expected) {
    throw new Error(`the canister counted ${counted} calls instead of ${expected}`);
  }
  await network.stop();

  console.log(machine());
  report([
    { what: 'start, install and first reply', value: median(firstReplies), unit: 'ms', limit: 1000 },
    { what: 'query, one after another', value: oneQuery, unit: 'ms', limit: 20 },
    { what: 'update, one after another, reply certified and checked', value: oneUpdate, unit: 'ms', limit: 150 },
    { what: `queries a second, ${WIDTH} at once`, value: 1000 / manyQueries, unit: '/s' },
    { what: `updates a second, ${WIDTH} at once`, value: 1000 / manyUpdates, unit: '/s' },
  ]);
}

async function deploy(
  network: TestNetwork,
  wasm: Uint8Array,
): Promise<{ greet(name: string): Promise<unknown>; count(): Promise<unknown> }> {
  const canisterId = await network.createCanister({ wasm, cycles: 10n ** 15n });
  const agent = await HttpAgent.create({ host: network.url, rootKey: network.rootKey, retryTimes: 0 });
  return Actor.createActor(
    () =>
      IDL.Service({
        greet: IDL.Func([IDL.Text], [IDL.Text], []),
        count: IDL.Func([], [IDL.Nat], ['query']),
      }),
    { agent, canisterId },
  );
}

/** @returns milliseconds for each of so many calls */
async function timed(calls: number, width: number, call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let left = calls;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left-- > 0) {
        await call();
      }
    }),
  );
  return (performance.now() - started) / calls;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
