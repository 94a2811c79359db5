/** Addresses as dfx's loader, and so Rust's standard library, reads them: no names, no leading zeros in a byte. */
import { isIPv4, isIPv6 } from 'node:net';

/** `127.0.0.1` or `::1`. */
export function isIpAddress(text: string): boolean {
  // Node admits the name of an interface behind `%`.
  return isIPv4(text) || (isIPv6(text) && !text.includes('%'));
}

/** `127.0.0.1:18444` or `[::1]:18444`; in brackets a numbered scope may stand behind `%`. */
export function isSocketAddress(text: string): boolean {
  const match = /^(?:\[([^\]%]*)(?:%(\d{1,10}))?\]|([\d.]+)):(0*\d{1,5})$/.exec(text);
  if (match === null || Number(match[4]) > 65535 || Number(match[2] ?? 0) >= 2 ** 32) {
    return false;
  }
  return match[3] === undefined ? isIPv6(match[1]!) : isIPv4(match[3]);
}
