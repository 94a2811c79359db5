import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HttpAgent } from '@dfinity/agent';
import { Secp256k1KeyIdentity } from '@dfinity/identity-secp256k1';
import { compileAssetStorage, storeFolder } from '../motoko/assets';
import { compileMotoko } from '../motoko/compile';
import { buildWasm, type NetworkOptions, TestNetwork } from '../network';
import { DfxHome, FIRST_GENERATION, type Identity, writeLocalIds } from './dfx-home';

const EXAMPLE = resolve(__dirname, '../../examples/hello');

export interface Example {
  /** The project's folder. */
  readonly project: string;
  readonly home: DfxHome;
  readonly network: TestNetwork;
  /** The selected identity, which controls the canisters. */
  readonly identity: Identity;
  /** Canister name to id. */
  readonly ids: Readonly<Record<ExampleCanister, string>>;
  /** For processes that are to see this dfx home. */
  readonly env: Readonly<Record<string, string>>;
  dispose(): Promise<void>;
}

export type ExampleCanister = 'hello_backend' | 'hello_ledger' | 'hello_frontend' | 'hello_worker' | 'hello_visitor';

export interface ExampleOptions {
  /** The project's folder; a copy of examples/hello in `folder` unless given. */
  readonly project?: string;
  readonly network?: NetworkOptions;
}

/**
 * examples/hello, deployed: a dfx home and a running local network below `folder`, with the project's canisters on it.
 * All run but `hello_worker`, which is stopped.
 */
export async function startExample(folder: string, options: ExampleOptions = {}): Promise<Example> {
  const project = options.project ?? join(folder, 'hello');
  if (options.project === undefined) {
    mkdirSync(project, { recursive: true });
    cpSync(EXAMPLE, project, { recursive: true, filter: (path) => !path.endsWith('.dfx') });
  }
  const home = new DfxHome(join(folder, 'dfx-home'));
  const identity = home.addIdentity('default');
  home.addIdentity('alice', 'ed25519');
  home.selectIdentity('default');

  const network = await TestNetwork.start(options.network);
  try {
    const controllers = [identity.principal];
    const read = (path: string) => readFileSync(join(EXAMPLE, 'src', path));
    const backend = compileMotoko(join(EXAMPLE, 'src/hello_backend/main.mo'));
    const hello_backend = await network.createCanister({
      controllers,
      cycles: 2_874_000_000_000n,
      wasm: backend.wasm,
    });
    const imported = [{ name: 'hello_backend', id: hello_backend, did: backend.service }];
    const ids = {
      hello_backend,
      hello_ledger: await network.createCanister({
        controllers,
        cycles: 3_101_500_000_000n,
        wasm: buildWasm({
          candid: read('hello_ledger/hello_ledger.did').toString(),
          updates: ['transfer'],
          queries: ['balance_of'],
        }),
      }),
      hello_frontend: await network.createCanister({
        controllers,
        wasm: compileAssetStorage().wasm,
      }),
      hello_worker: await network.createCanister({
        controllers,
        cycles: 412_700_000_000n,
        wasm: read('hello_worker/hello_worker.wasm'),
        status: 'stopped',
      }),
      hello_visitor: await network.createCanister({
        controllers,
        cycles: 1_250_000_000_000n,
        wasm: compileMotoko(join(EXAMPLE, 'src/hello_visitor/main.mo'), imported).wasm,
      }),
    };
    const agent = await HttpAgent.create({
      host: network.url,
      rootKey: network.rootKey,
      identity: Secp256k1KeyIdentity.fromPem(readFileSync(identity.pemFile, 'utf8')),
    });
    await storeFolder(agent, ids.hello_frontend, join(EXAMPLE, 'src/hello_frontend/assets'));
    await network.changeCanister(ids.hello_frontend, { cycles: 2_990_250_000_000n });
    home.startLocal({ port: network.port, effectiveCanisterId: network.effectiveCanisterId });
    writeLocalIds(project, 'local', ids, FIRST_GENERATION);
    return { project, home, network, identity, ids, env: home.env, dispose: () => network.stop() };
  } catch (error) {
    await network.stop();
    throw error;
  }
}

/** Gives hello_backend another source, and the canister the module made of it. */
export async function replaceBackend({ project, network, ids }: Example, source: string): Promise<void> {
  const file = join(project, 'src/hello_backend/main.mo');
  writeFileSync(file, source);
  const { wasm } = compileMotoko(file);
  await network.changeCanister(ids.hello_backend, { wasm });
}
