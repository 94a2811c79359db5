import { createHash } from 'node:crypto';
import type { Principal } from '@dfinity/principal';
import type { ModuleSource } from '../network/network-api';
import { readConfined } from '../util/confined-file';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { Semaphore } from '../util/semaphore';
import {
  decodeStoredChunks,
  encodeCanisterId,
  encodeInstall,
  encodeInstallChunked,
  encodeUploadChunk,
  type InstallOptions,
  toHex,
} from './management-idl';
import { manageCanister, readMetadata, type Session } from './session';

export interface Installation extends InstallOptions {
  readonly canister: Principal;
  readonly module: Uint8Array;
  /** Candid. */
  readonly arg: Uint8Array;
}

/** A message from a user may have 2 MiB in all; this leaves room for its envelope. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024 - 8 * 1024;
/** The largest chunk that the network takes (`ic.did`, `upload_chunk`). */
const CHUNK_BYTES = 1024 * 1024;
/** Chunks that a canister's store holds; older ones may have to go first. */
const MAX_CHUNKS = 100;
const UPLOADS_AT_ONCE = 4;
/** Nothing larger can be installed (100 chunks); read no further into a file than that. */
const MAX_MODULE_BYTES = MAX_CHUNKS * CHUNK_BYTES;
/** A module with this section carries its main memory over an upgrade (Motoko). */
const KEEPS_MEMORY = 'enhanced-orthogonal-persistence';

/** @throws {Failure} where there is no module that could be installed */
export async function readModule(source: ModuleSource): Promise<Uint8Array> {
  const module = 'bytes' in source ? source.bytes : await readModuleFile(source.file, source.root);
  if (module.length > MAX_MODULE_BYTES) {
    throw new Failure({ kind: 'internal', message: msg('The module is larger than the network takes.') });
  }
  return module;
}

/** What a module begins with: Wasm's magic number, or that of gzip (interface specification, `install_code`). */
const MAGIC_NUMBERS = [Buffer.from('\0asm', 'latin1'), Buffer.from([0x1f, 0x8b, 0x08])];

async function readModuleFile(file: string, root: string): Promise<Uint8Array> {
  try {
    const module = await readConfined(file, { root, maxBytes: MAX_MODULE_BYTES });
    if (!MAGIC_NUMBERS.some((magic) => module.subarray(0, magic.length).equals(magic))) {
      throw new Failure({ kind: 'internal', message: msg('{0} is no Wasm module.', file) });
    }
    return module;
  } catch (error) {
    if (error instanceof Failure) {
      throw error;
    }
    const detail = error instanceof Error ? error.message : String(error);
    throw new Failure({ kind: 'internal', message: msg('The module {0} cannot be read.', file), detail });
  }
}

/** Installs in one message, or in chunks where the module is too large for one. */
export async function installCode(session: Session, installation: Installation): Promise<void> {
  const { canister, module, arg } = installation;
  const mode: InstallOptions =
    installation.mode === 'upgrade' && installation.wasmMemoryPersistence === undefined
      ? { ...installation, wasmMemoryPersistence: (await keepsMemory(session, canister)) ? 'keep' : undefined }
      : installation;
  if (module.length + arg.length <= MAX_MESSAGE_BYTES) {
    await manageCanister(session, 'install_code', canister, encodeInstall(mode, canister, module, arg));
    return;
  }
  const chunks = Array.from({ length: Math.ceil(module.length / CHUNK_BYTES) }, (_, index) => {
    const bytes = module.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    return { bytes, hash: sha256(bytes) };
  });
  await uploadChunks(session, canister, chunks);
  const hashes = chunks.map(({ hash }) => hash);
  const request = encodeInstallChunked(mode, canister, hashes, sha256(module), arg);
  await manageCanister(session, 'install_chunked_code', canister, request);
  // Chunks take memory that the canister pays for. After a failure they stay, so that a second try is quick.
  await manageCanister(session, 'clear_chunk_store', canister, encodeCanisterId(canister));
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/** Brings the chunks that the canister's store does not hold yet. */
async function uploadChunks(session: Session, canister: Principal, chunks: readonly Chunk[]): Promise<void> {
  const reply = await manageCanister(session, 'stored_chunks', canister, encodeCanisterId(canister));
  let stored = decodeStoredChunks(reply);
  // Chunks of one module can be equal.
  const wanted = new Map(chunks.map((chunk) => [toHex(chunk.hash), chunk.bytes]));
  if (new Set([...stored, ...wanted.keys()]).size > MAX_CHUNKS) {
    await manageCanister(session, 'clear_chunk_store', canister, encodeCanisterId(canister));
    stored = new Set();
  }
  const gate = new Semaphore(UPLOADS_AT_ONCE);
  const missing = [...wanted].filter(([hash]) => !stored.has(hash));
  await Promise.all(
    missing.map(([, bytes]) =>
      gate.run(async () => {
        await manageCanister(session, 'upload_chunk', canister, encodeUploadChunk(canister, bytes));
      }, session.signal),
    ),
  );
}

/** True where the installed module asks for its main memory to be kept. */
async function keepsMemory(session: Session, canister: Principal): Promise<boolean> {
  return (await readMetadata(session, canister, KEEPS_MEMORY)) !== undefined;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
