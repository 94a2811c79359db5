/**
 * Queries without the agent, for networks whose answers cannot be verified anyway because they report their own key.
 * The agent spends several times as long on each, which counts where there are hundreds at once. What it is worth:
 * `optimizations.ts`.
 */
import { hash } from 'node:crypto';
import { Cbor, IC_REQUEST_DOMAIN_SEPARATOR, type Identity, SignIdentity } from '@dfinity/agent';
import { lebEncode } from '@dfinity/candid';
import { DelegationIdentity } from '@dfinity/identity';
import type { Connection } from '../connections';
import { httpFailure, rejection, unreadable } from '../failures';
import type { OperationContext } from '../operation-context';
import type { Call } from '../query-update';

/** How long a request may be under way before the network refuses it; five minutes are the most that it takes. */
const EXPIRY_MS = 4 * 60_000;

/**
 * Sends a query (interface specification, "Request: Query call").
 *
 * @throws {Failure} of kind `rejected` where the canister or network refuses, `garbage` for an unreadable answer;
 *   and whatever `fetch` throws
 */
export async function quickQuery(
  connection: Connection,
  sender: Identity,
  call: Call,
  context: OperationContext,
): Promise<Uint8Array> {
  const body = (await envelope(sender, call)) as Uint8Array<ArrayBuffer>;
  const response = await connection.fetch(context, `/api/v2/canister/${call.effectiveCanisterId.toText()}/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/cbor' },
    body,
  });
  if (response.status !== 200) {
    throw httpFailure(response.status, await response.text());
  }
  return readAnswer(new Uint8Array(await response.arrayBuffer()));
}

async function envelope(sender: Identity, call: Call): Promise<Uint8Array> {
  const content = {
    request_type: 'query',
    canister_id: call.canisterId.toUint8Array(),
    method_name: call.method,
    arg: call.arg,
    sender: sender.getPrincipal().toUint8Array(),
    // Nanoseconds.
    ingress_expiry: BigInt(Date.now() + EXPIRY_MS) * 1_000_000n,
  };
  if (!(sender instanceof SignIdentity)) {
    return Cbor.encode({ content });
  }
  const message = Buffer.concat([IC_REQUEST_DOMAIN_SEPARATOR, requestId(content)]);
  const signed = {
    content,
    sender_pubkey: sender.getPublicKey().toDer(),
    sender_sig: await sender.sign(new Uint8Array(message)),
  };
  return sender instanceof DelegationIdentity
    ? Cbor.encode({ ...signed, sender_delegation: sender.getDelegation().delegations })
    : Cbor.encode(signed);
}

/** The representation-independent hash of a request without nested parts (interface specification, "Request ids"). */
export function requestId(content: Readonly<Record<string, string | bigint | Uint8Array>>): Uint8Array {
  const pairs = Object.entries(content).map(([name, value]) => Buffer.concat([hashOfText(name), hashOf(value)]));
  return sha256(Buffer.concat(pairs.sort(Buffer.compare)));
}

function hashOf(value: string | bigint | Uint8Array): Buffer {
  switch (typeof value) {
    case 'string':
      return hashOfText(value);
    case 'bigint':
      return sha256(lebEncode(value));
    default:
      return sha256(value);
  }
}

/** The names of fields and methods: a handful. */
const textHashes = new Map<string, Buffer>();

function hashOfText(text: string): Buffer {
  let known = textHashes.get(text);
  if (known === undefined) {
    known = sha256(Buffer.from(text));
    textHashes.set(text, known);
  }
  return known;
}

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

function readAnswer(body: Uint8Array): Uint8Array {
  const answer = Cbor.decode<Record<string, unknown> | null>(body);
  if (answer?.['status'] === 'rejected') {
    const { reject_message: message, error_code: code, reject_code: rejectCode } = answer;
    throw rejection(
      String(message ?? ''),
      typeof code === 'string' ? code : undefined,
      rejectCode === undefined ? undefined : Number(rejectCode),
    );
  }
  const reply = answer?.['status'] === 'replied' ? (answer['reply'] as { arg?: unknown } | undefined)?.arg : undefined;
  if (!(reply instanceof Uint8Array)) {
    throw unreadable(`a query's answer with the status ${String(answer?.['status'])}`);
  }
  return reply;
}
