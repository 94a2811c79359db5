import type { ProjectMonitor } from './project-monitor';

type Project = Pick<ProjectMonitor, 'files' | 'manifest' | 'root'>;

/** A project in the same folder, of another tool, with canisters of the same ids. */
export interface SharedIds {
  /** The other's manifest. */
  readonly manifest: string;
  /** The targets on which they share ids, by the names that this project has for them. */
  readonly targets: readonly string[];
}

/** @param now milliseconds since 1970: ids may expire */
export async function sharedIds(
  project: Project,
  others: readonly Project[],
  now: number,
): Promise<SharedIds | undefined> {
  for (const other of others.filter(({ manifest, root }) => root === project.root && manifest !== project.manifest)) {
    const [own, theirs] = await Promise.all([project.files.idsByTarget(now), other.files.idsByTarget(now)]);
    const targets = new Set<string>();
    for (const [canister, ids] of own) {
      for (const [target, { id }] of ids) {
        if (theirs.get(canister)?.get(target)?.id === id) {
          targets.add(target);
        }
      }
    }
    if (targets.size > 0) {
      return { manifest: other.manifest, targets: [...targets].sort() };
    }
  }
  return undefined;
}
