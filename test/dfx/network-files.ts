/** The files of a network that dfx runs. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Network, SETTINGS_DIGEST } from './context';

/** The folder of what outlives the process: that of the settings for a shared network, else the network's own. */
export function stateFolder(local: NonNullable<Network['local']>): string {
  return local.shared ? path.join(local.data, SETTINGS_DIGEST) : local.data;
}

/** Removes what only a running network has. */
export function clearPorts(data: string): void {
  for (const name of ['pid', 'webserver-port', 'pocket-ic-port']) {
    writeFileSync(path.join(data, name), '');
  }
}

export function removeState(local: NonNullable<Network['local']>): void {
  rmSync(local.data, { recursive: true, force: true });
}

export function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
