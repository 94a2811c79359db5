/** What holds for a canister in an environment. */
import type { ArgumentSource, ManifestSettings } from './manifest';
import type { IcpCanister, IcpEnvironment } from './project-files';

/** Settings of a canister as they hold in an environment: its own, or the environment's in their place. */
export function effectiveSettings(canister: IcpCanister, environment: IcpEnvironment): ManifestSettings {
  return environment.settings.get(canister.key) ?? canister.settings;
}

/** What an installation passes: an upgrade gets the arguments of a first installation where it has none of its own. */
export function effectiveArgument(
  canister: IcpCanister,
  environment: IcpEnvironment,
  upgrade: boolean,
): ArgumentSource | undefined {
  const first = environment.initArgs.get(canister.key) ?? canister.initArgs;
  return upgrade ? (environment.upgradeArgs.get(canister.key) ?? canister.upgradeArgs ?? first) : first;
}
