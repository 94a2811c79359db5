/** Edits (insert, delete, replace, swap of neighbours) between two short strings; stops counting above `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) {
    return limit + 1;
  }
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, before[j - 2]! + 1);
      }
      row.push(value);
      best = Math.min(best, value);
    }
    if (best > limit) {
      return limit + 1;
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

function normalize(name: string): string {
  return name.toLowerCase().replace(/[-_\s.]/g, '');
}

/** The candidate that was probably meant by `name`, if one is close enough. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 100) {
    return undefined;
  }
  const wanted = normalize(name);
  const limit = name.length <= 3 ? 1 : name.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (candidate === name || candidate.length > 100) {
      continue;
    }
    const other = normalize(candidate);
    // A name that is nearly all wrong is no misspelling of a short candidate.
    const d = wanted === other ? 0 : distance(wanted, other, Math.min(limit, Math.floor(candidate.length / 2)));
    if (d < least && d <= Math.floor(candidate.length / 2)) {
      best = candidate;
      least = d;
    }
  }
  return best;
}
