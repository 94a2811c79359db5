/** The real `icp`, where it runs on this computer. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const icpBinary = join(
  __dirname,
  '..',
  '..',
  'node_modules',
  '@icp-sdk',
  `icp-cli-${process.platform}-${process.arch}`,
  'bin',
  'icp',
);

/** What a test without the binary says; false where there is one. */
export const withoutIcp: string | false =
  spawnSync(icpBinary, ['--version']).status === 0 ? false : 'the icp command line does not run here';

export interface IcpRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param home an `ICP_HOME` of the test's own */
export function runIcp(
  args: readonly string[],
  { cwd, home, env }: { readonly cwd: string; readonly home: string; readonly env?: NodeJS.ProcessEnv },
): Promise<IcpRun> {
  return new Promise((resolve) => {
    const environment = {
      PATH: process.env['PATH'],
      HOME: home,
      ICP_HOME: home,
      DO_NOT_TRACK: '1',
      NO_COLOR: '1',
      ...env,
    };
    const child = execFile(icpBinary, [...args], { cwd, env: environment }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}
