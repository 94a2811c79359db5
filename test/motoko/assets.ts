/** Puts files into an asset canister: into test/motoko/AssetStorage.mo as well as into dfx's own. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Actor, type Agent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { compileMotoko, type MotokoBuild } from './compile';

const { Nat, Nat8, Opt, Record, Text, Variant, Vec, Func, Service } = IDL;
const Blob = Vec(Nat8);

const interfaceOf = () =>
  Service({
    store: Func(
      [Record({ key: Text, content_type: Text, content_encoding: Text, content: Blob, sha256: Opt(Blob) })],
      [],
      [],
    ),
    create_batch: Func([Record({})], [Record({ batch_id: Nat })], []),
    create_chunk: Func([Record({ batch_id: Nat, content: Blob })], [Record({ chunk_id: Nat })], []),
    commit_batch: Func(
      [
        Record({
          batch_id: Nat,
          operations: Vec(
            Variant({
              CreateAsset: Record({ key: Text, content_type: Text }),
              SetAssetContent: Record({
                key: Text,
                content_encoding: Text,
                chunk_ids: Vec(Nat),
                sha256: Opt(Blob),
              }),
            }),
          ),
        }),
      ],
      [],
      [],
    ),
  });

interface AssetCanister {
  store(file: unknown): Promise<void>;
  create_batch(args: Record<string, never>): Promise<{ batch_id: bigint }>;
  create_chunk(chunk: { batch_id: bigint; content: Uint8Array }): Promise<{ chunk_id: bigint }>;
  commit_batch(batch: { batch_id: bigint; operations: unknown[] }): Promise<void>;
}

/** Bytes of a file that goes into one message. */
const MAX_MESSAGE = 1_900_000;

const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html'],
  ['.css', 'text/css'],
  ['.js', 'text/javascript'],
  ['.mjs', 'text/javascript'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/vnd.microsoft.icon'],
  ['.txt', 'text/plain'],
  ['.wasm', 'application/wasm'],
]);

export function compileAssetStorage(): MotokoBuild {
  return compileMotoko(path.join(repository(), 'test', 'motoko', 'AssetStorage.mo'));
}

/** This may be part of a bundle, for which `__dirname` is some folder of the repository. */
function repository(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    folder = path.dirname(folder);
  }
  return folder;
}

/**
 * Stores all files below a folder, under their paths in it.
 *
 * @returns their keys, such as `/index.html`
 */
export async function storeFolder(agent: Agent, canisterId: string, folder: string): Promise<string[]> {
  const canister = Actor.createActor<AssetCanister>(interfaceOf, { agent, canisterId });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const keys: string[] = [];
  for (const { parentPath, name } of files) {
    const file = path.join(parentPath, name);
    const content = readFileSync(file);
    const key = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    const content_type = CONTENT_TYPES.get(path.extname(name).toLowerCase()) ?? 'application/octet-stream';
    const sha256 = [createHash('sha256').update(content).digest()];
    if (content.length <= MAX_MESSAGE) {
      await canister.store({ key, content_type, content_encoding: 'identity', content, sha256 });
    } else {
      const { batch_id } = await canister.create_batch({});
      const chunk_ids: bigint[] = [];
      for (let at = 0; at < content.length; at += MAX_MESSAGE) {
        const chunk = await canister.create_chunk({ batch_id, content: content.subarray(at, at + MAX_MESSAGE) });
        chunk_ids.push(chunk.chunk_id);
      }
      await canister.commit_batch({
        batch_id,
        operations: [
          { CreateAsset: { key, content_type } },
          { SetAssetContent: { key, content_encoding: 'identity', chunk_ids, sha256 } },
        ],
      });
    }
    keys.push(key);
  }
  return keys.sort();
}
