import path from 'node:path';
import { changedFile } from '../monitor/state';
import type { Message } from '../util/message';
import type { CanisterRef } from './canister-ref';
import { groupByProject } from './operation-runner';

/** A canister whose last build is out of date, and the file that has changed since, relative to the project. */
export interface StaleBuild {
  readonly target: CanisterRef;
  readonly newer: Message | string;
}

/** Looks, at this moment, which of the canisters have a source that is newer than their last build. */
export async function staleBuilds(targets: readonly CanisterRef[]): Promise<StaleBuild[]> {
  const groups = [...groupByProject(targets)];
  await Promise.all(groups.map(([project, group]) => project.checkBuilds(group.map(({ canister }) => canister))));
  return targets.flatMap((target) => {
    const { canister, project } = target;
    const build = project.canister(canister)?.build;
    return build?.newer === undefined
      ? []
      : { target, newer: changedFile(build, path.relative(project.root, build.newer)) };
  });
}
