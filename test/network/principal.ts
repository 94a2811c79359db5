import type { Principal } from '@dfinity/principal';

/** Texts that were made before: making one takes a checksum and base 32, and the same few principals come all the time. */
const texts = new Map<string, string>();
const MAX_TEXTS = 10_000;

/** A principal as text. */
export function textOf(principal: Principal): string {
  const key = Buffer.from(principal.toUint8Array()).toString('latin1');
  let text = texts.get(key);
  if (text === undefined) {
    text = principal.toText();
    if (texts.size >= MAX_TEXTS) {
      texts.clear();
    }
    texts.set(key, text);
  }
  return text;
}
