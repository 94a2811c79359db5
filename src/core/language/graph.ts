import type { StringNode } from '../document/tree';

/** A canister with the strings that name the canisters on which it depends. */
interface Canister {
  readonly name: string;
  readonly dependencies: readonly StringNode[];
}

interface Graph {
  readonly canisters: ReadonlyMap<string, Canister>;
}

/** One way round in the graph of dependencies. */
export interface Ring {
  /** Each step is the string that names the next canister. Shared by all edges of the ring. */
  readonly steps: readonly StringNode[];
  /** Where the way of this edge begins. */
  readonly start: number;
}

/** The first steps of a ring, from the edge it belongs to. */
export function ringSteps({ steps, start }: Ring, maximum: number): StringNode[] {
  return Array.from({ length: Math.min(maximum, steps.length) }, (_, i) => steps[(start + i) % steps.length]!);
}

/** Edges that are looked at in search of rings, all searches together. */
const MAX_VISITS = 5_000_000;

/**
 * The edges that take part in a circle, each with a shortest ring that it closes. Found by Tarjan's strongly
 * connected components without recursion, so a long chain of dependencies is no problem.
 */
export function findRings(graph: Graph): Map<StringNode, Ring> {
  const rings = new Map<StringNode, Ring>();
  const budget = { visits: MAX_VISITS };
  for (const members of stronglyConnected(graph)) {
    if (members.size < 2) {
      continue;
    }
    for (const name of members) {
      for (const edge of graph.canisters.get(name)!.dependencies) {
        if (edge.value === name || !members.has(edge.value) || rings.has(edge)) {
          continue;
        }
        const steps = [edge, ...shortestPath(graph, edge.value, name, members, budget)];
        // Every edge of the ring shares it, so that one circle is described in one way.
        for (let start = 0; start < steps.length; start++) {
          if (!rings.has(steps[start]!)) {
            rings.set(steps[start]!, { steps, start });
          }
        }
      }
    }
  }
  return rings;
}

/** The way between two members of a component; empty once the budget is used up, in graphs that no one writes. */
function shortestPath(
  graph: Graph,
  from: string,
  to: string,
  members: ReadonlySet<string>,
  budget: { visits: number },
): StringNode[] {
  const cameBy = new Map<string, { edge: StringNode; from: string }>();
  const queue = [from];
  for (let i = 0; i < queue.length && !cameBy.has(to); i++) {
    const at = queue[i]!;
    for (const edge of graph.canisters.get(at)?.dependencies ?? []) {
      if (--budget.visits < 0) {
        return [];
      }
      const next = edge.value;
      if (!members.has(next) || next === from || next === at || cameBy.has(next)) {
        continue;
      }
      cameBy.set(next, { edge, from: at });
      queue.push(next);
    }
  }
  const path: StringNode[] = [];
  for (let step = cameBy.get(to); step !== undefined; step = cameBy.get(step.from)) {
    path.push(step.edge);
  }
  return path.reverse();
}

function stronglyConnected(graph: Graph): Set<string>[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const components: Set<string>[] = [];
  for (const start of graph.canisters.values()) {
    if (index.has(start.name)) {
      continue;
    }
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
        const target = graph.canisters.get(dependencies[frame.next++]!.value);
        if (target === undefined) {
          continue;
        }
        if (!index.has(target.name)) {
          work.push({ canister: target, next: 0 });
          descended = true;
          break;
        }
        if (onStack.has(target.name)) {
          low.set(name, Math.min(low.get(name)!, index.get(target.name)!));
        }
      }
      if (descended) {
        continue;
      }
      work.pop();
      const parent = work.at(-1)?.canister.name;
      if (parent !== undefined) {
        low.set(parent, Math.min(low.get(parent)!, low.get(name)!));
      }
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
export function dependentsOf(graph: Graph, name: string): Set<string> {
  const users = new Map<string, string[]>();
  for (const canister of graph.canisters.values()) {
    for (const { value } of canister.dependencies) {
      const list = users.get(value);
      if (list === undefined) {
        users.set(value, [canister.name]);
      } else {
        list.push(canister.name);
      }
    }
  }
  const found = new Set([name]);
  for (const at of found) {
    for (const user of users.get(at) ?? []) {
      found.add(user);
    }
  }
  return found;
}
