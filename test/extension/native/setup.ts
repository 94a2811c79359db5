import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SuiteSetup } from '../../host/extension-tests';
import { compileMotoko } from '../../motoko/compile';
import { startExample } from '../../support/example';

/** examples/hello on a local network, with a backend that really runs. */
export default async function setup(scratch: string): Promise<SuiteSetup> {
  const example = await startExample(scratch);
  const { wasm } = compileMotoko(path.join(example.project, 'src/hello_backend/main.mo'));
  await example.network.changeCanister(example.ids.hello_backend, { wasm });
  // As a build has left it.
  const built = path.join(example.project, '.dfx/local/canisters/hello_backend');
  mkdirSync(built, { recursive: true });
  writeFileSync(path.join(built, 'hello_backend.wasm'), wasm);
  const suite = {
    dfxJson: path.join(example.project, 'dfx.json'),
    network: example.network.url,
    ids: example.ids,
  };
  return {
    folder: example.project,
    env: { ...example.env, NATIVE_SUITE: JSON.stringify(suite) },
    dispose: () => example.dispose(),
  };
}
