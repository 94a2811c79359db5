import { type IcpToolOptions, icpTool } from '../../src/core/engines/icp/icp-tool';
import { IcpToolchain } from '../../src/core/engines/icp/icp-toolchain';

/** A toolchain without a window. Unless the options say otherwise it finds no icp. */
export function icpToolchain(home: string, options: Partial<IcpToolOptions> = {}): IcpToolchain {
  return new IcpToolchain(
    icpTool({
      env: { PATH: '', HOME: home, ICP_HOME: home, DO_NOT_TRACK: '1' },
      platform: process.platform,
      home,
      setting: () => '',
      log: { command: () => {}, line: () => {}, end: () => {} },
      runInTerminal: async () => undefined,
      trust: { isTrusted: true },
      showSecret: () => {},
      ...options,
    }),
  );
}
