import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, type SuiteSetup } from '../../host/extension-tests';
import { compileMotoko } from '../../motoko/compile';
import { startExample } from '../../support/example';

/** Another extension, which uses the API of ours: docs/api.md shows it. */
const LOW_ON_CYCLES = 'test/extension/native/low-on-cycles';

/** examples/hello on a local network, with a backend that really runs, and another extension. */
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
  const other = path.join(scratch, 'low-on-cycles');
  mkdirSync(other);
  cpSync(path.join(ROOT, LOW_ON_CYCLES, 'package.json'), path.join(other, 'package.json'));
  cpSync(path.join(ROOT, 'out', LOW_ON_CYCLES, 'extension.js'), path.join(other, 'extension.js'));
  return {
    folder: example.project,
    otherExtensions: [other],
    // In a browser, VS Code saves after a second of itself: a manifest that is edited would be newer than what is built.
    settings: { 'files.autoSave': 'off' },
    env: { ...example.env, NATIVE_SUITE: JSON.stringify(suite) },
    dispose: () => example.dispose(),
  };
}
