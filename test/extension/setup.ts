import type { SuiteSetup } from '../host/extension-tests';
import { startExample } from '../support/example';

/** The suites of this folder see examples/hello, deployed to a local network. */
export default async function setup(scratch: string): Promise<SuiteSetup> {
  const example = await startExample(scratch);
  return {
    folder: example.project,
    env: { ...example.env, EXAMPLE_IDS: JSON.stringify(example.ids) },
    dispose: () => example.dispose(),
  };
}
