/** A home folder with what dfx keeps outside of projects: its settings, identities and shared networks. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DfxLocations, dfxLocations } from '../../src/core/project/locations';
import { type TestIdentity, writeIdentity } from '../unit/support/keys';

export class DfxHome {
  /** Variables under which this system's dfx, and the extension, find the folder. */
  readonly env: Readonly<Record<'HOME' | 'DFX_CONFIG_ROOT' | 'DFX_CACHE_ROOT' | 'XDG_DATA_HOME', string>>;
  readonly locations: DfxLocations;

  /** @param folder is made where it does not exist. */
  constructor(folder: string) {
    this.env = {
      HOME: folder,
      DFX_CONFIG_ROOT: folder,
      DFX_CACHE_ROOT: folder,
      XDG_DATA_HOME: path.join(folder, 'data'),
    };
    this.locations = dfxLocations(this.env, process.platform, folder);
    mkdirSync(this.locations.identityDir, { recursive: true });
  }

  /** Makes an identity with a plaintext key, as dfx lays one out. */
  addIdentity(name: string, type?: 'secp256k1' | 'ed25519'): TestIdentity {
    const folder = path.join(this.locations.identityDir, name);
    mkdirSync(folder, { recursive: true });
    rmSync(path.join(folder, 'identity.pem'), { force: true });
    const { ref, principal } = writeIdentity(folder, 'identity', type);
    return { ref: { ...ref, name }, principal };
  }

  selectIdentity(name: string): void {
    writeFileSync(this.locations.identityJson, JSON.stringify({ default: name }));
  }

  /**
   * Writes what `dfx start` leaves for others to find its network by.
   *
   * @param created tells one life of the network from another: ids written in another one are void.
   */
  noteNetwork(port: number, created = 'first', name = 'local'): void {
    const folder = path.join(this.locations.sharedDataDir, 'network', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'webserver-port'), String(port));
    writeFileSync(path.join(folder, 'network-id'), JSON.stringify({ created }));
  }
}
