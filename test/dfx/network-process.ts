/** The process that `dfx start` leaves running: the test network, with its state kept on disk between two lives of it. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { IDL } from '@dfinity/candid';
import { ErrorCode, Reject, TestNetwork } from '../network';
import type { Canister } from '../network/canister';
import type { CanisterCall, Installation } from '../network/executor';
import { WasmExecutor } from '../network/wasm-engine/wasm-executor';
import { FAKE } from './compile';
import { type Context, type Network, readJson, writeJson } from './context';
import { DfxError } from './failure';
import { stateFolder } from './network-files';

/** Runs canisters, remembers their modules, and answers for the modules that {@link FAKE} marks. */
class RememberingExecutor extends WasmExecutor {
  readonly modules = new Map<string, Uint8Array>();
  readonly #greetings = new Map<string, bigint>();

  override install(canister: Canister, installation: Installation): ReturnType<WasmExecutor['install']> {
    this.modules.set(canister.name, installation.module.bytes);
    if (installation.mode !== 'upgrade') {
      this.#greetings.delete(canister.name);
    }
    return super.install(canister, installation);
  }

  override async update(canister: Canister, call: CanisterCall): Promise<Uint8Array> {
    return canister.module?.metadata.has(FAKE) ? this.#answer(canister, call) : super.update(canister, call);
  }

  override async query(canister: Canister, call: CanisterCall): Promise<Uint8Array> {
    return canister.module?.metadata.has(FAKE) ? this.#answer(canister, call) : super.query(canister, call);
  }

  /** The methods of the example and of new projects; any other answers with nothing. */
  #answer(canister: Canister, { method, arg }: CanisterCall): Uint8Array {
    const greetings = this.#greetings.get(canister.name) ?? 0n;
    if (method === 'count') {
      return IDL.encode([IDL.Nat], [greetings]);
    }
    if (method !== 'greet') {
      return IDL.encode([], []);
    }
    let name: unknown;
    try {
      [name] = IDL.decode([IDL.Text], arg);
    } catch {
      throw new Reject(
        ErrorCode.CanisterCalledTrap,
        `Error from Canister ${canister.name}: Canister called \`ic0.trap\` with message: IDL error: unexpected IDL type when parsing Text`,
      );
    }
    this.#greetings.set(canister.name, greetings + 1n);
    return IDL.encode([IDL.Text], [`Hello, ${String(name)}!`]);
  }
}

interface Stored {
  readonly id: string;
  readonly controllers: readonly string[];
  readonly cycles: string;
  readonly status: 'running' | 'stopping' | 'stopped';
  readonly wasm?: string;
}

interface State {
  readonly seed: string;
  readonly canisters: readonly Stored[];
}

/** Runs the network until the process is told to end. */
export async function runNetwork(
  context: Context,
  local: NonNullable<Network['local']>,
  host: string,
  port: number,
): Promise<void> {
  const stateFile = path.join(stateFolder(local), 'state', 'canisters.json');
  const state: State = existsSync(stateFile)
    ? (readJson(stateFile) as unknown as State)
    : { seed: `${Date.now()}${Math.random()}`, canisters: [] };
  const executor = new RememberingExecutor();
  let network: TestNetwork;
  try {
    network = await TestNetwork.start({ host, port, seed: state.seed, executor });
  } catch (error) {
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new DfxError(['Failed to start the network', inUse ? 'Address already in use (os error 98)' : String(error)]);
  }
  for (const { wasm, cycles, ...canister } of state.canisters) {
    const restored = { ...canister, cycles: BigInt(cycles) };
    try {
      await network.createCanister({ ...restored, wasm: wasm === undefined ? undefined : Buffer.from(wasm, 'base64') });
    } catch {
      // Its code wants an argument to begin with, which is not kept: the canister comes back empty.
      await network.createCanister(restored);
    }
  }
  const save = (): void => {
    const canisters = network.canisters.map(({ id, controllers, cycles, status, moduleHash }): Stored => {
      const wasm = moduleHash === undefined ? undefined : executor.modules.get(id);
      return {
        id,
        controllers,
        cycles: String(cycles),
        status,
        wasm: wasm && Buffer.from(wasm).toString('base64'),
      };
    });
    writeJson(stateFile, { seed: state.seed, canisters } satisfies State);
  };
  // A network that is killed keeps its root key at least.
  save();

  const ended = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  writeFileSync(path.join(local.data, 'webserver-port'), String(network.port));
  writeJson(path.join(local.data, 'replica-effective-config.json'), {
    replica_rev: 'stand-in',
    effective_canister_id: network.effectiveCanisterId,
    type: 'pocket_ic',
    config: {},
  });
  writeFileSync(path.join(local.data, 'pocket-ic-pid'), String(process.pid));
  const address = `${host}:${network.port}`;
  context.info(
    context.env['DFX_RUNNING_IN_BACKGROUND']
      ? `Replica API running in the background on ${address}`
      : `Replica API running on ${address}. You must open a new terminal to continue developing. If you'd prefer to stop, quit with 'Ctrl-C'.`,
  );
  // Last, since this is what tells the waiting process that all is ready.
  writeFileSync(path.join(local.data, 'pocket-ic-port'), String(network.port));
  await ended;
  save();
  await network.stop();
}
