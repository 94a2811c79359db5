import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decodePrincipal } from '../util/principal';

/**
 * The account of the ICP ledger that belongs to a principal, as hex: CRC-32 of a SHA-224, then that hash.
 * @param subaccount 32 bytes; all zero where missing
 * @returns undefined where `principal` is no principal
 */
export function accountIdentifier(principal: string, subaccount = new Uint8Array(32)): string | undefined {
  const bytes = decodePrincipal(principal);
  if (bytes === undefined || subaccount.length !== 32) {
    return undefined;
  }
  const digest = createHash('sha224').update('\x0Aaccount-id').update(bytes).update(subaccount).digest();
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(digest));
  return Buffer.concat([checksum, digest]).toString('hex');
}
