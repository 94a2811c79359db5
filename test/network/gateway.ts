/** The HTTP gateway: what a browser asks of a canister, asked of its `http_request`. Streaming is not there. */
import { IDL } from '@dfinity/candid';
import { isPrincipal } from '../../src/core/util/principal';
import type { CanisterCall } from './executor';
import { Reject } from './reject';

const { Nat16, Opt, Record, Text, Tuple, Vec, Nat8, Bool } = IDL;
const Headers = Vec(Tuple(Text, Text));
export const WebRequestType = Record({
  method: Text,
  url: Text,
  headers: Headers,
  body: Vec(Nat8),
  certificate_version: Opt(Nat16),
});
export const WebResponseType = Record({ status_code: Nat16, headers: Headers, body: Vec(Nat8), upgrade: Opt(Bool) });

const ANONYMOUS = '2vxsx-fae';
/** Headers that are the connection's own. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

export interface WebRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | string;
}

/** How a canister is called by the gateway. */
export interface WebCanisters {
  query(id: string, call: CanisterCall): Promise<Uint8Array>;
  update(id: string, call: CanisterCall): Promise<Uint8Array>;
}

/**
 * The canister that a browser asks: `<id>.localhost` or `<id>.raw.localhost`, `?canisterId=<id>`, or a page that was
 * asked for so and now asks for what it needs.
 *
 * @returns undefined for a request that is not for a canister
 */
export function canisterOf(host: string, url: string, referer: string | undefined): string | undefined {
  const [label = ''] = host.split('.');
  if (host.includes('.') && isCanister(label)) {
    return label;
  }
  return queryId(url) ?? (referer === undefined ? undefined : queryId(referer));
}

function queryId(url: string): string | undefined {
  if (!URL.canParse(url, 'http://localhost')) {
    return undefined;
  }
  const id = new URL(url, 'http://localhost').searchParams.get('canisterId');
  return id !== null && isCanister(id) ? id : undefined;
}

function isCanister(text: string): boolean {
  return text.endsWith('-cai') && isPrincipal(text);
}

export async function askCanister(id: string, request: WebRequest, canisters: WebCanisters): Promise<WebAnswer> {
  const arg = IDL.encode(
    [WebRequestType],
    [{ ...request, headers: request.headers.map((header) => [...header]), certificate_version: [2] }],
  );
  const call = { method: 'http_request', arg, caller: ANONYMOUS };
  try {
    let answer = decode(await canisters.query(id, call));
    if (answer.upgrade[0]) {
      answer = decode(await canisters.update(id, { ...call, method: 'http_request_update' }));
    }
    return {
      status: answer.status_code,
      headers: answer.headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase())),
      body: answer.body,
    };
  } catch (error) {
    const reject = error instanceof Reject ? error : undefined;
    const text = error instanceof Error ? error.message : String(error);
    // SYS_TRANSIENT and DESTINATION_INVALID: there is no such canister, or it does not serve HTTP.
    const status = reject?.errorCode === 'IC0301' ? 404 : 503;
    return { status, headers: [['content-type', 'text/plain; charset=utf-8']], body: text };
  }
}

interface Answer {
  readonly status_code: number;
  readonly headers: [string, string][];
  readonly body: Uint8Array;
  readonly upgrade: [] | [boolean];
}

function decode(reply: Uint8Array): Answer {
  // A copy: @dfinity/candid reads the memory below a view from its beginning.
  const [answer] = IDL.decode([WebResponseType], Uint8Array.from(reply));
  const { body, ...rest } = answer as unknown as Answer;
  return { ...rest, body: Uint8Array.from(body) };
}
