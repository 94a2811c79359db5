/** Shortens an id in the middle: `bkyz2-fmaaa-aaaaa-qaaaq-cai` becomes `bkyz2-…-cai`. The ends tell ids apart. */
export function shortId(id: string): string {
  const parts = id.split('-');
  return parts.length > 3 ? `${parts[0]}-…-${parts.at(-1)}` : id;
}

/** Shortens a hash, given in hex digits, in the middle: `0x0123…cdef`. */
export function shortHash(hex: string): string {
  return `0x${hex.slice(0, 4)}…${hex.slice(-4)}`;
}

/** A text of no more than this many characters; of a longer one, its beginning. */
export function shortText(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Of what a file says no more than this many characters are repeated in a message. */
export const MAX_QUOTED = 60;
