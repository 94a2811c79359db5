/** Reads DER (ITU-T X.690), as far as keys need it. */

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;
export const OCTET_STRING = 0x04;
export const OBJECT_ID = 0x06;

export interface Der {
  readonly tag: number;
  readonly body: Buffer;
  readonly rest: Buffer;
}

/** The first DER value in `bytes`, or undefined where there is no whole one. */
function readDer(bytes: Buffer): Der | undefined {
  const tag = bytes[0];
  let length = bytes[1];
  if (tag === undefined || length === undefined) {
    return undefined;
  }
  let start = 2;
  if (length & 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 3 || bytes.length < 2 + count) {
      return undefined;
    }
    length = bytes.readUIntBE(2, count);
    start += count;
  }
  if (bytes.length < start + length) {
    return undefined;
  }
  return { tag, body: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}

/** The first value where it has this tag. */
export function expectDer(bytes: Buffer | undefined, tag: number): Der | undefined {
  const value = bytes && readDer(bytes);
  return value?.tag === tag ? value : undefined;
}
