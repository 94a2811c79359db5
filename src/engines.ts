import os from 'node:os';
import type * as vscode from 'vscode';
import { DfxEngine } from './core/engines/dfx/dfx-engine';
import { findDfx } from './core/engines/dfx/locate';
import { dfxLocations } from './core/engines/dfx/locations';
import { DFX } from './core/engines/dfx/names';
import type { Engine } from './core/engines/engine';
import { IcpEngine } from './core/engines/icp/icp-engine';
import type { LoadReader } from './core/engines/icp/icp-project';
import { findIcp, isNewer, NEWEST } from './core/engines/icp/locate';
import { icpLocations } from './core/engines/icp/locations';
import { ICP } from './core/engines/icp/names';
import { ToolVersions, toolNotes } from './core/engines/tool-note';
import { setting } from './host/setting';

/** All that reads the files of the tools, their projects and identities: a bundle of its own. */
export function createEngines(loadIcpReader: LoadReader, store: vscode.Memento): readonly Engine[] {
  const { env, platform } = process;
  const home = os.homedir();
  const versions = new ToolVersions(store);
  const find = () => findIcp({ env, platform, home, setting: setting<string>('icpPath') ?? '' }, versions);
  const locations = dfxLocations(env, platform, home);
  const findOld = (root: string | undefined) =>
    findDfx({ env, platform, home, locations, setting: setting<string>('dfxPath') ?? '' }, versions, root);
  return [
    new DfxEngine(locations, toolNotes(DFX.name, findOld, versions)),
    new IcpEngine(
      icpLocations(env, platform, home),
      loadIcpReader,
      toolNotes(ICP.name, find, versions, { newest: NEWEST.join('.'), isNewer }),
    ),
  ];
}
