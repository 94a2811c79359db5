import os from 'node:os';
import { DfxEngine } from './core/engines/dfx/dfx-engine';
import { dfxLocations } from './core/engines/dfx/locations';
import type { Engine } from './core/engines/engine';
import { IcpEngine } from './core/engines/icp/icp-engine';
import type { LoadReader } from './core/engines/icp/icp-project';
import { icpLocations } from './core/engines/icp/locations';

/** All that reads the files of the tools, their projects and identities: a bundle of its own. */
export function createEngines(loadIcpReader: LoadReader): readonly Engine[] {
  const { env, platform } = process;
  const home = os.homedir();
  return [
    new DfxEngine(dfxLocations(env, platform, home)),
    new IcpEngine(icpLocations(env, platform, home), loadIcpReader),
  ];
}
