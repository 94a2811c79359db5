import type { WatchPattern } from '../../project/model';
import type { DfxLocations } from './locations';
import type { DfxNetwork } from './networks';

/** Everything on disk whose change can change what is shown for this project and network. */
export function watchPatterns(
  projectRoot: string,
  network: DfxNetwork | undefined,
  locations: DfxLocations,
): WatchPattern[] {
  const patterns: WatchPattern[] = [
    { dir: projectRoot, pattern: '{dfx.json,canister_ids.json}' },
    { dir: projectRoot, pattern: '.dfx/*/{canister_ids.json,canister_timestamps.json,network-id}' },
    { dir: locations.configDir, pattern: '{networks.json,identity.json}' },
    { dir: locations.identityDir, pattern: '*/{identity.pem,identity.pem.encrypted,identity.json}' },
  ];
  if (network?.local && network.dataDir !== undefined) {
    patterns.push({ dir: network.dataDir, pattern: '{network-id,webserver-port,pid,pocket-ic-port}' });
  }
  return patterns;
}

/** dfx's identities, and which of them it has selected. */
export function identityPatterns(locations: DfxLocations): WatchPattern[] {
  // Folders, too: of one that is renamed, VS Code reports nothing of the files inside.
  const pattern =
    '{identity.json,identity/*,identity/*/{identity.pem,identity.pem.encrypted,identity.json,wallets.json}}';
  return [{ dir: locations.configDir, pattern }];
}
