import os from 'node:os';
import { DfxToolchain } from '../core/engines/dfx/dfx-toolchain';
import { dfxLocations } from '../core/engines/dfx/locations';
import { dfxTool } from '../core/engines/dfx/tool';
import { icpTool } from '../core/engines/icp/icp-tool';
import { IcpToolchain } from '../core/engines/icp/icp-toolchain';
import type { ToolVersions } from '../core/engines/tool-note';
import type { Toolchain } from '../core/engines/toolchain';
import { setting } from '../host/setting';
import { toolHost } from '../host/tool-host';
import type { Log } from '../ui/surfaces';

/** The toolchains of all engines; the first is the one that new projects and identities are made with. */
export function createToolchains(log: Log, versions: ToolVersions): readonly [Toolchain, ...Toolchain[]] {
  const locations = dfxLocations(process.env, process.platform, os.homedir());
  const tool = dfxTool({
    ...toolHost(log),
    env: process.env,
    home: os.homedir(),
    locations,
    setting: () => setting<string>('dfxPath') ?? '',
    allowPlaintextOnMainnet: () => setting<boolean>('allowPlaintextIdentityOnMainnet') ?? false,
  });
  const icp = icpTool({
    ...toolHost(log),
    env: process.env,
    home: os.homedir(),
    setting: () => setting<string>('icpPath') ?? '',
    versions,
  });
  return [new DfxToolchain(tool, locations), new IcpToolchain(icp)];
}
