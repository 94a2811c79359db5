/**
 * Principals as text. `@dfinity/principal` cannot say what is wrong with a text, which the checks of dfx.json tell, and
 * would bring its hash library into the bundle that activation loads (11 KB minified, against 1.4 KB).
 * Format: https://internetcomputer.org/docs/references/ic-interface-spec#textual-ids
 */
import { crc32 } from './crc32';

/** The class of a principal, told by its last byte (interface specification, "Principals"). */
export type PrincipalKind =
  | 'management'
  | 'anonymous'
  | 'opaque'
  | 'self-authenticating'
  | 'derived'
  | 'reserved'
  | 'unknown';

/** Why a text is no principal. */
export type PrincipalFault = 'empty' | 'character' | 'too-short' | 'too-long' | 'checksum' | 'grouping';

export type ParsedPrincipal =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      readonly kind: PrincipalKind;
      /** The text as it is conventionally written: lower case. */
      readonly canonical: string;
    }
  | {
      readonly ok: false;
      readonly fault: PrincipalFault;
      /** The text that was probably meant; only where the checksum proves it (fault `grouping`). */
      readonly canonical?: string;
    };

/** The longest principal, in bytes. */
export const MAX_PRINCIPAL_BYTES = 29;

const CRC_BYTES = 4;
/** Longest text: 33 bytes are 53 base32 digits in 11 groups. */
const MAX_TEXT = 63;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

const DIGITS = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) {
  DIGITS[ALPHABET.charCodeAt(i)] = i;
  DIGITS[ALPHABET.toUpperCase().charCodeAt(i)] = i;
}

/** The textual form of a principal. Any length is encoded; only up to {@link MAX_PRINCIPAL_BYTES} bytes are valid. */
export function encodePrincipal(bytes: Uint8Array): string {
  const all = new Uint8Array(CRC_BYTES + bytes.length);
  new DataView(all.buffer).setUint32(0, crc32(bytes));
  all.set(bytes, CRC_BYTES);
  let text = '';
  let digits = 0;
  let buffer = 0;
  let bits = 0;
  const push = (digit: number): void => {
    if (digits > 0 && digits % 5 === 0) {
      text += '-';
    }
    text += ALPHABET[digit];
    digits++;
  };
  for (const byte of all) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      push((buffer >>> bits) & 31);
    }
  }
  if (bits > 0) {
    push((buffer << (5 - bits)) & 31);
  }
  return text;
}

/**
 * Reads a textual principal as dfx does: letters of either case, but the dashes must stand where they belong
 * and the checksum must be right.
 */
export function parsePrincipal(text: string): ParsedPrincipal {
  if (text === '') {
    return { ok: false, fault: 'empty' };
  }
  if (text.length > 4 * MAX_TEXT) {
    return { ok: false, fault: 'too-long' };
  }
  const decoded: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2d) {
      continue;
    }
    const digit = code < 128 ? DIGITS[code]! : -1;
    if (digit < 0) {
      return { ok: false, fault: 'character' };
    }
    buffer = ((buffer << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      decoded.push((buffer >>> bits) & 0xff);
    }
  }
  if (decoded.length < CRC_BYTES) {
    return { ok: false, fault: 'too-short' };
  }
  if (decoded.length > CRC_BYTES + MAX_PRINCIPAL_BYTES) {
    return { ok: false, fault: 'too-long' };
  }
  const bytes = Uint8Array.from(decoded.slice(CRC_BYTES));
  const sum = ((decoded[0]! << 24) | (decoded[1]! << 16) | (decoded[2]! << 8) | decoded[3]!) >>> 0;
  if (sum !== crc32(bytes)) {
    return { ok: false, fault: 'checksum' };
  }
  // Comparing with the encoded form also refuses left-over bits after the last byte.
  const canonical = encodePrincipal(bytes);
  if (text.toLowerCase() !== canonical) {
    return { ok: false, fault: 'grouping', canonical };
  }
  return { ok: true, bytes, kind: classifyPrincipal(bytes), canonical };
}

/** The bytes of a textual principal, or undefined where the text is none. */
export function decodePrincipal(text: string): Uint8Array | undefined {
  const parsed = parsePrincipal(text);
  return parsed.ok ? parsed.bytes : undefined;
}

export function isPrincipal(text: string): boolean {
  return parsePrincipal(text).ok;
}

/** What a principal stands for; `opaque` ids are those of canisters. */
export function classifyPrincipal(bytes: Uint8Array): PrincipalKind {
  if (bytes.length === 0) {
    return 'management';
  }
  switch (bytes[bytes.length - 1]) {
    case 1:
      return 'opaque';
    case 2:
      return bytes.length === MAX_PRINCIPAL_BYTES ? 'self-authenticating' : 'unknown';
    case 3:
      return 'derived';
    case 4:
      return bytes.length === 1 ? 'anonymous' : 'unknown';
    case 0x7f:
      return 'reserved';
    default:
      return 'unknown';
  }
}
