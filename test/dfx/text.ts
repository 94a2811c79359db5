import { Principal } from '@dfinity/principal';

/** True for a principal as dfx reads one: canonical but for the case of its letters. */
export function isPrincipalText(text: string): boolean {
  try {
    return Principal.fromText(text.toLowerCase()).toText() === text.toLowerCase();
  } catch {
    return false;
  }
}

/** A number as dfx shows it, with `_` between groups of three digits. */
export function grouped(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, '_');
}

/** A name as a part of a path: `_` for all but letters and digits. */
export function pathCompatible(name: string): string {
  return name.replace(/[^A-Za-z0-9]/gu, '_');
}
