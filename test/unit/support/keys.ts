import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Principal } from '@dfinity/principal';
import { parsePem, publicKeyDer } from '../../../src/core/identity/pem';
import type { IdentityRef } from '../../../src/core/network/identity-ref';

/** A plaintext key file as dfx writes one, and whose it is. */
export interface TestIdentity {
  readonly ref: IdentityRef & { readonly kind: 'pem' };
  readonly principal: string;
}

export function writeIdentity(folder: string, name: string, type: 'secp256k1' | 'ed25519' = 'secp256k1'): TestIdentity {
  const pem =
    type === 'secp256k1'
      ? generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ format: 'pem', type: 'sec1' })
      : generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const file = path.join(folder, `${name}.pem`);
  writeFileSync(file, pem, { mode: 0o400 });
  const key = parsePem(pem.toString());
  if ('problem' in key) {
    throw new Error(key.problem.text);
  }
  return { ref: { kind: 'pem', name, file }, principal: Principal.selfAuthenticating(publicKeyDer(key)).toText() };
}
