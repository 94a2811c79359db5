/** The messages between the extension's thread and the agent's worker. */
import type { FailureData } from '../util/failure';
import type { NetworkMethod, RequestOf } from './network-api';

/** What the worker is given when it starts. */
export interface WorkerOptions {
  /** HTTP to this computer is done by the worker itself, without the host. */
  readonly direct: boolean;
  /** Of the host's and the worker's `AnswerBudget`. */
  readonly budget: SharedArrayBuffer;
}

/** A method's request, without its `AbortSignal`, which cannot be sent. */
export interface RequestMessage<M extends NetworkMethod = NetworkMethod> {
  readonly type: 'request';
  readonly id: number;
  readonly method: M;
  readonly request: RequestOf<M>;
}

/** What the host sends to the agent's worker. */
export type ToWorker =
  | RequestMessage
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'fetched'; readonly id: number; readonly response: FetchedResponse }
  | { readonly type: 'fetch-failed'; readonly id: number; readonly detail: string }
  | { readonly type: 'fetch-refused'; readonly id: number; readonly failure: FailureData };

/** What the agent's worker sends to the host. */
export type FromWorker =
  | { readonly type: 'answers'; readonly answers: readonly Answer[] }
  /** HTTP goes through the host, whose `fetch` knows VS Code's proxy and certificate settings. */
  | { readonly type: 'fetch'; readonly id: number; readonly url: string; readonly request: FetchRequest }
  | { readonly type: 'fetch-abort'; readonly id: number };

/** The result of a request, or why there is none. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: FailureData };

export interface FetchRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
  /** Bytes of the answer's body that are read, at most. */
  readonly maxBytes: number;
}

export interface FetchedResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: [string, string][];
  readonly body: ArrayBuffer;
}
