import type { Ownership } from '../monitor/ownership';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { firstModuleHash } from '../project/module-hash';
import type { CanisterFiles } from './detail-rows';

/** Reads what a canister's details show of the project's files. */
export async function readCanisterFiles(
  project: ProjectMonitor,
  canister: string,
  ownership: Ownership,
  now: number,
): Promise<CanisterFiles> {
  const { files, snapshot } = project;
  const { target } = snapshot;
  const [paths, ids, owners] = await Promise.all([
    files.paths(canister, target),
    files.idsByTarget(now),
    ownership.owners(project),
  ]);
  return {
    otherIds: [...(ids.get(canister) ?? [])]
      .filter(([name]) => name !== target.name)
      .map(([name, { id }]) => [name, id]),
    owners,
    sourceFile: paths?.source,
    candidFile: paths?.candid,
    builtHash: paths && (await firstModuleHash(paths.modules, project.root)),
  };
}
