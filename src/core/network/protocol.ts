import type { FailureData } from '../util/failure';
import type { CanisterOperations } from './operations';
import type { KeyOperations, NetworkOperations } from './types';

/** The operations, each as a message without its `AbortSignal`, which cannot be sent. */
export type OperationName = keyof NetworkOperations | keyof KeyOperations | keyof CanisterOperations;

/** What the worker is told when it starts. */
export interface WorkerOptions {
  /** HTTP to this computer is done by the worker itself, without the host. */
  readonly direct: boolean;
}

/** What the host sends to the agent worker. */
export type ToWorker =
  | {
      readonly type: 'request';
      readonly id: number;
      readonly operation: OperationName;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'fetched'; readonly id: number; readonly response: FetchedResponse }
  | { readonly type: 'fetch-failed'; readonly id: number; readonly detail: string };

/** What the agent worker sends to the host. */
export type FromWorker =
  | { readonly type: 'outcomes'; readonly outcomes: readonly Outcome[] }
  /** HTTP goes through the host, whose `fetch` knows VS Code's proxy and certificate settings. */
  | { readonly type: 'fetch'; readonly id: number; readonly url: string; readonly request: FetchRequest }
  | { readonly type: 'fetch-abort'; readonly id: number };

/** What came of a request. */
export type Outcome =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: FailureData };

export interface FetchRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

export interface FetchedResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: [string, string][];
  readonly body: ArrayBuffer;
}
