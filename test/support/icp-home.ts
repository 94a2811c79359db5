import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Identity } from './dfx-home';

/** Writes an `ICP_HOME` whose only identity is a key that dfx has, too: in plain text, and selected. */
export function writeIcpHome(home: string, { name, principal, pemFile }: Identity): void {
  const spec = { kind: 'pem', format: 'plaintext', algorithm: 'secp256k1', principal };
  const put = (file: string, content: string) => {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), content);
  };
  put('identity/identity_list.json', JSON.stringify({ v: 1, identities: { [name]: spec } }));
  put('identity/identity_defaults.json', JSON.stringify({ v: 1, default: name }));
  put(`identity/keys/${name}.pem`, readFileSync(pemFile, 'utf8'));
}
