import { DfxToolchain } from '../../src/core/engines/dfx/dfx-toolchain';
import type { DfxLocations } from '../../src/core/engines/dfx/locations';
import { type DfxToolOptions, dfxTool } from '../../src/core/engines/dfx/tool';

/** A toolchain without a window. Unless the options say otherwise it finds no dfx. */
export function dfxToolchain(locations: DfxLocations, options: Partial<DfxToolOptions> = {}): DfxToolchain {
  const tool = dfxTool({
    env: { PATH: '' },
    platform: process.platform,
    home: locations.configDir,
    locations,
    setting: () => '',
    allowPlaintextOnMainnet: () => false,
    log: { command: () => {}, line: () => {}, end: () => {} },
    runInTerminal: async () => undefined,
    trust: { isTrusted: true },
    showSecret: () => {},
    ...options,
  });
  return new DfxToolchain(tool, locations);
}
