/** Signs messages for the network. For the agent bundle only: it pulls in the key libraries. */
import { sign } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1';
import { sha256 } from '@noble/hashes/sha2';
import type { ParsedKey } from './pem';

const ORDER = secp256k1.CURVE.n;

/** Of the two valid signatures, s and n - s, that with the smaller s, as dfx and the agents make it. */
function withLowS(signature: Buffer): Uint8Array {
  const s = BigInt(`0x${signature.toString('hex', 32)}`);
  if (s <= ORDER / 2n) {
    return new Uint8Array(signature);
  }
  const low = (ORDER - s).toString(16).padStart(64, '0');
  return new Uint8Array(Buffer.concat([signature.subarray(0, 32), Buffer.from(low, 'hex')]));
}

/** ECDSA over SHA-256 without `node:crypto`, where that does not know the curve: r and s, 32 bytes each. */
export function signSecp256k1Pure(secret: Uint8Array, message: Uint8Array): Uint8Array {
  return secp256k1.sign(sha256(message), secret, { lowS: true }).toCompactRawBytes();
}

/**
 * The signature of a message, 64 bytes: for Ed25519 that of the message itself, for secp256k1 ECDSA over its SHA-256
 * as r and s (interface specification, "Signatures").
 */
export function signMessage(key: ParsedKey, message: Uint8Array): Uint8Array {
  if (key.keyObject === undefined) {
    return signSecp256k1Pure(key.secret(), message);
  }
  if (key.algorithm === 'ed25519') {
    return new Uint8Array(sign(null, message, key.keyObject));
  }
  return withLowS(sign('sha256', message, { key: key.keyObject, dsaEncoding: 'ieee-p1363' }));
}

/** {@link signMessage} beside this thread where `node:crypto` can: secp256k1 takes some 0.3 ms of it. */
export async function signMessageAside(key: ParsedKey, message: Uint8Array): Promise<Uint8Array> {
  const { keyObject } = key;
  if (keyObject === undefined || key.algorithm === 'ed25519') {
    return signMessage(key, message);
  }
  const signature = await new Promise<Buffer>((resolve, reject) => {
    sign('sha256', message, { key: keyObject, dsaEncoding: 'ieee-p1363' }, (error, made) =>
      error ? reject(error) : resolve(made),
    );
  });
  return withLowS(signature);
}
