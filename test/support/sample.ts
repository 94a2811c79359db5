/** A project with canisters of all kinds, deployed to a network so that every state of a canister occurs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildWasm, type TestNetwork } from '../network/index';
import { type DfxHome, FIRST_GENERATION, type Identity, writeLocalIds } from './dfx-home';

/** Internet Identity's id on mainnet, which our networks do not hold unless told to. */
export const REMOTE_ID = 'rdmx6-jaaaa-aaaaa-aaadq-cai';
/** The cycles ledger's. */
export const PULL_ID = 'um5iw-rqaaa-aaaaq-qaaba-cai';

/** In the order of dfx.json, with the label that a row of a healthy network shows. */
export const SAMPLE_STATES = {
  hello_backend: 'Running',
  hello_frontend: 'Running',
  ledger: 'Running',
  archive: 'Stopped',
  drain: 'Stopping…',
  worker: 'Empty (created, no code)',
  indexer: 'Not created',
  internet_identity: 'Remote',
  cycles_ledger: 'Pulled dependency',
  kybra_app: 'Running',
  oracle: 'Running state hidden: you are not a controller',
  gone: 'No longer on this network',
} as const;

export type SampleName = keyof typeof SAMPLE_STATES;

export const SAMPLE_NAMES = Object.keys(SAMPLE_STATES) as SampleName[];

export const SAMPLE_DFX_JSON = {
  version: 1,
  canisters: {
    hello_backend: { type: 'motoko', main: 'src/hello_backend/main.mo' },
    hello_frontend: { type: 'assets', source: ['dist'], dependencies: ['hello_backend', 'ledger'] },
    ledger: { type: 'rust', package: 'ledger', candid: 'src/ledger/ledger.did' },
    archive: { type: 'rust', package: 'archive', candid: 'src/archive/archive.did' },
    drain: { type: 'motoko', main: 'src/drain/main.mo' },
    worker: { type: 'custom', wasm: 'worker.wasm', candid: 'worker.did' },
    // Without a type, which is Motoko to dfx.
    indexer: { main: 'src/indexer/main.mo' },
    internet_identity: {
      type: 'custom',
      wasm: 'internet_identity.wasm',
      candid: 'internet_identity.did',
      remote: { id: { local: REMOTE_ID, ic: REMOTE_ID } },
    },
    cycles_ledger: { type: 'pull', id: PULL_ID },
    kybra_app: { type: 'kybra', main: 'src/kybra_app/main.py' },
    oracle: { type: 'motoko', main: 'src/oracle/main.mo' },
    gone: { type: 'motoko', main: 'src/gone/main.mo' },
  },
  defaults: { build: { args: '', packtool: '' } },
};

export interface SampleProject {
  readonly folder: string;
  readonly dfxJson: string;
  readonly idFile: string;
  /** Ids of those that were ever created. */
  readonly ids: ReadonlyMap<SampleName, string>;
}

/** Writes the project's files and creates its canisters. */
export async function deploySample(
  folder: string,
  home: DfxHome,
  network: TestNetwork,
  controller: Pick<Identity, 'principal'>,
): Promise<SampleProject> {
  const controllers = [controller.principal];
  const wasm = buildWasm({ candid: 'service : { greet : (text) -> (text) query }' });
  // Amounts whose shown digits do not change while a test runs.
  const cycles = 2_998_400_000_000n;
  const gone = await network.createCanister({ controllers, cycles, wasm });
  network.deleteCanister(gone);
  const ids = new Map<SampleName, string>([
    ['hello_backend', await network.createCanister({ controllers, cycles, wasm })],
    ['hello_frontend', await network.createCanister({ controllers, cycles, wasm })],
    ['ledger', await network.createCanister({ controllers, cycles, wasm })],
    ['archive', await network.createCanister({ controllers, cycles, wasm, status: 'stopped' })],
    ['drain', await network.createCanister({ controllers, cycles, wasm, status: 'stopping' })],
    ['worker', await network.createCanister({ controllers, cycles })],
    ['kybra_app', await network.createCanister({ controllers, cycles, wasm })],
    ['oracle', await network.createCanister({ controllers: ['aaaaa-aa'], wasm })],
    ['gone', gone],
  ]);
  home.startLocal({ port: network.port });
  const put = (file: string, content: unknown) => {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
    return target;
  };
  const dfxJson = put('dfx.json', SAMPLE_DFX_JSON);
  put(
    'src/hello_backend/main.mo',
    'actor { public query func greet(name : Text) : async Text { "Hello, " # name } }\n',
  );
  put('src/ledger/ledger.did', 'service : {}\n');
  put('canister_ids.json', { hello_backend: { ic: 'ryjl3-tyaaa-aaaaa-aaaba-cai' } });
  writeLocalIds(folder, 'local', Object.fromEntries(ids), FIRST_GENERATION);
  return { folder, dfxJson, idFile: path.join(folder, '.dfx', 'local', 'canister_ids.json'), ids };
}
