/** Every item whose key others have too, with those others. Items without a key are left out. */
export function* sharing<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string | undefined,
): Iterable<{ readonly key: string; readonly item: T; readonly others: readonly T[] }> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) {
      continue;
    }
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  for (const [key, group] of groups) {
    if (group.length > 1) {
      yield* group.map((item) => ({ key, item, others: group.filter((other) => other !== item) }));
    }
  }
}
