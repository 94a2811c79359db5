import type { CanisterDefinition } from '../project/model';

/**
 * The given canisters with each one behind those that it depends on; among themselves they keep their order.
 * A ring of dependencies, which dfx refuses, is cut where it is met.
 */
export function dependenciesFirst(
  names: readonly string[],
  canisters: readonly Pick<CanisterDefinition, 'name' | 'dependencies'>[],
): string[] {
  const byName = new Map(canisters.map((canister) => [canister.name, canister]));
  const wanted = new Set(names);
  const ordered: string[] = [];
  const seen = new Set<string>();
  // A stack of our own: a chain of a thousand dependencies would be deep for recursion.
  for (const start of names) {
    const stack = [{ name: start, leaving: false }];
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      const { name, leaving } = entry;
      if (leaving) {
        if (wanted.has(name)) {
          ordered.push(name);
        }
      } else if (!seen.has(name)) {
        seen.add(name);
        stack.push({ name, leaving: true });
        const dependencies = byName.get(name)?.dependencies ?? [];
        stack.push(...dependencies.map((dependency) => ({ name: dependency, leaving: false })).reverse());
      }
    }
  }
  return ordered;
}
