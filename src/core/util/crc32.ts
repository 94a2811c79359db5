/** Of each byte. Not Node's: pages have principals, too. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) {
    sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return sum;
});

/** The checksum CRC-32 of zlib, as principals have it. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 0xff]!;
  }
  return ~sum >>> 0;
}
