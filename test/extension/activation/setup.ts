import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteSetup } from '../../host/extension-tests';
import { DfxHome } from '../../support/dfx-home';

/** The suite sees a folder without a dfx.json, in which nothing wakes the extension up by itself. */
export default function setup(scratch: string): SuiteSetup {
  const folder = join(scratch, 'elsewhere');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  return { folder, env: new DfxHome(join(scratch, 'dfx')).env };
}
