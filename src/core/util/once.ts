/** Of something that several ask for, the one attempt, made when the first asks. */
export function once<T>(attempt: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: attempt() };
    return made.value;
  };
}
