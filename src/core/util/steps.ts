/** Work that can be left now and then, to be gone on with. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all of it at once. */
export function allAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      return value;
    }
  }
}

/**
 * Does all of it, but never much longer than so many milliseconds at once.
 *
 * @param pause is awaited in between
 */
export async function inPieces<T>(steps: Steps<T>, milliseconds: number, pause: () => Promise<void>): Promise<T> {
  let until = performance.now() + milliseconds;
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      return value;
    }
    if (performance.now() > until) {
      await pause();
      until = performance.now() + milliseconds;
    }
  }
}
