import type { StringNode } from './document';
import type { Canister, DfxModel } from './model';

/** One way round in the graph of dependencies: each step is the text that names the next canister. */
export type Ring = readonly StringNode[];

/**
 * The edges that take part in a circle, each with a shortest ring that it closes. Found by Tarjan's strongly
 * connected components without recursion, so a long chain of dependencies is no problem.
 */
export function findRings(model: DfxModel): Map<StringNode, Ring> {
  const components = stronglyConnected(model);
  const rings = new Map<StringNode, Ring>();
  for (const members of components) {
    if (members.size < 2) continue;
    for (const name of members) {
      for (const edge of model.canisters.get(name)!.dependencies) {
        if (edge.value === name || !members.has(edge.value) || rings.has(edge)) continue;
        const back = shortestWay(model, edge.value, name, members);
        if (back === undefined) continue;
        const ring = [edge, ...back];
        // Every edge of the ring shares it, so that one circle is described in one way.
        for (let i = 0; i < ring.length; i++) {
          if (!rings.has(ring[i]!)) rings.set(ring[i]!, [...ring.slice(i), ...ring.slice(0, i)]);
        }
      }
    }
  }
  return rings;
}

function shortestWay(
  model: DfxModel,
  from: string,
  to: string,
  members: ReadonlySet<string>,
): StringNode[] | undefined {
  const cameBy = new Map<string, { edge: StringNode; from: string }>();
  const queue = [from];
  for (let i = 0; i < queue.length; i++) {
    const at = queue[i]!;
    if (at === to) break;
    for (const edge of model.canisters.get(at)?.dependencies ?? []) {
      const next = edge.value;
      if (!members.has(next) || next === from || next === at || cameBy.has(next)) continue;
      cameBy.set(next, { edge, from: at });
      queue.push(next);
    }
  }
  const way: StringNode[] = [];
  for (let at = to; at !== from; ) {
    const step = cameBy.get(at);
    if (step === undefined) return undefined;
    way.unshift(step.edge);
    at = step.from;
  }
  return way;
}

function stronglyConnected(model: DfxModel): Set<string>[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const components: Set<string>[] = [];
  for (const start of model.canisters.values()) {
    if (index.has(start.name)) continue;
    const work: { canister: Canister; next: number }[] = [{ canister: start, next: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1)!;
      const { name, dependencies } = frame.canister;
      if (frame.next === 0) {
        index.set(name, index.size);
        low.set(name, index.get(name)!);
        stack.push(name);
        onStack.add(name);
      }
      let descended = false;
      while (frame.next < dependencies.length) {
        const target = model.canisters.get(dependencies[frame.next++]!.value);
        if (target === undefined) continue;
        if (!index.has(target.name)) {
          work.push({ canister: target, next: 0 });
          descended = true;
          break;
        }
        if (onStack.has(target.name)) low.set(name, Math.min(low.get(name)!, index.get(target.name)!));
      }
      if (descended) continue;
      work.pop();
      const parent = work.at(-1)?.canister.name;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(name)!));
      if (low.get(name) === index.get(name)) {
        const members = new Set<string>();
        let member: string;
        do {
          member = stack.pop()!;
          onStack.delete(member);
          members.add(member);
        } while (member !== name);
        components.push(members);
      }
    }
  }
  return components;
}

/** Every canister from which `name` can be reached along dependencies, `name` itself included. */
export function dependentsOf(model: DfxModel, name: string): Set<string> {
  const users = new Map<string, string[]>();
  for (const canister of model.canisters.values()) {
    for (const { value } of canister.dependencies) {
      const list = users.get(value);
      if (list === undefined) users.set(value, [canister.name]);
      else list.push(canister.name);
    }
  }
  const found = new Set([name]);
  for (const at of found) for (const user of users.get(at) ?? []) found.add(user);
  return found;
}
