import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** The environment in which `icp network start` starts the test network. @param folder for the launcher's script */
export function launcherEnvironment(folder: string): Record<string, string> {
  const script = join(folder, 'launcher');
  const main = join(root, 'test', 'support', 'icp-launcher-main.ts');
  const tsx = require.resolve('tsx', { paths: [root] });
  writeFileSync(script, `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${main}" "$@"\n`);
  chmodSync(script, 0o755);
  return { ICP_CLI_NETWORK_LAUNCHER_PATH: script };
}
