import path from 'node:path';
import type { DfxLocations } from './locations';
import type { ResolvedNetwork } from './networks';

/** A folder, which may not exist yet, and a glob pattern relative to it. */
export interface WatchTarget {
  readonly dir: string;
  readonly pattern: string;
}

/**
 * Everything on disk whose change can change what is shown for this project and network: the project's files, the
 * network's data folder, dfx's networks and identities. The patterns are VS Code globs.
 */
export function watchTargets(projectRoot: string, network: ResolvedNetwork, locations: DfxLocations): WatchTarget[] {
  const targets: WatchTarget[] = [
    { dir: projectRoot, pattern: '{dfx.json,canister_ids.json}' },
    { dir: projectRoot, pattern: '.dfx/*/{canister_ids.json,canister_timestamps.json,network-id}' },
    { dir: locations.configDir, pattern: '{networks.json,identity.json}' },
    { dir: locations.identityDir, pattern: '*/{identity.pem,identity.pem.encrypted,identity.json}' },
  ];
  if (network.local && network.dataDir !== undefined) {
    targets.push({ dir: network.dataDir, pattern: '{network-id,webserver-port,pid,pocket-ic-port}' });
  }
  return targets;
}

/** Where the wasm modules of a build appear. */
export function buildTarget(projectRoot: string): WatchTarget {
  return { dir: path.join(projectRoot, '.dfx'), pattern: '*/canisters/*/*.{wasm,wasm.gz,did}' };
}
