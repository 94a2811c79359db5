/** The control endpoint: what another process can switch on, set up and count. Not part of the Internet Computer. */
import { type Faults, parseFaults } from './faults';

interface Controlled {
  readonly faults: Faults;
  setFaults(faults: Partial<Faults>): void;
  resetFaults(): void;
  readonly counters: unknown;
  resetCounters(): void;
  readonly canisters: readonly { readonly id: string }[];
  canister(id: string): unknown;
  createCanister(options: CanisterRequest): Promise<string>;
  changeCanister(id: string, change: CanisterRequest): Promise<void>;
  deleteCanister(id: string): void;
}

interface CanisterRequest {
  readonly id?: string;
  readonly controllers?: readonly string[];
  readonly cycles?: bigint;
  readonly wasm?: Uint8Array;
  readonly status?: 'running' | 'stopping' | 'stopped';
  readonly logs?: readonly string[];
}

/**
 * Answers one request.
 *
 * - `GET /_/control`: faults, counters and canisters
 * - `POST /_/control`: `{"faults"?, "resetFaults"?: true, "resetCounters"?: true}`, answers like GET
 * - `POST /_/canisters`: creates a canister, see {@link canisterRequest}; answers with it
 * - `POST /_/canisters/<id>`: changes one
 * - `DELETE /_/canisters/<id>`: removes one
 *
 * @returns what is answered as JSON; undefined where there is no such endpoint
 * @throws Error with a message for the client
 */
export async function control(network: Controlled, method: string, path: string, body: string): Promise<unknown> {
  if (path === '/_/control' && method === 'GET') {
    return overview(network);
  }
  if (path === '/_/control' && method === 'POST') {
    const request = object(body);
    if (request['resetFaults'] === true) {
      network.resetFaults();
    }
    if (request['faults'] !== undefined) {
      network.setFaults(parseFaults(request['faults']));
    }
    if (request['resetCounters'] === true) {
      network.resetCounters();
    }
    return overview(network);
  }
  if (path === '/_/canisters' && method === 'POST') {
    return network.canister(await network.createCanister(canisterRequest(object(body))));
  }
  const id = /^\/_\/canisters\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) {
    return undefined;
  }
  if (method === 'POST') {
    await network.changeCanister(id, canisterRequest(object(body)));
    return network.canister(id);
  }
  if (method === 'DELETE') {
    network.deleteCanister(id);
    return {};
  }
  return undefined;
}

function overview(network: Controlled): unknown {
  return { faults: network.faults, counters: network.counters, canisters: network.canisters };
}

function object(body: string): Record<string, unknown> {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('expected a JSON object');
  }
  return value as Record<string, unknown>;
}

/** `{"id"?, "controllers"?: [text], "cycles"?: number or text, "wasm"?: base64, "status"?, "logs"?: [text]}`. */
function canisterRequest(request: Record<string, unknown>): CanisterRequest {
  const { id, controllers, cycles, wasm, status, logs } = request;
  return {
    id: id === undefined ? undefined : text('id', id),
    controllers: controllers === undefined ? undefined : texts('controllers', controllers),
    cycles: cycles === undefined ? undefined : BigInt(typeof cycles === 'number' ? cycles : text('cycles', cycles)),
    wasm: wasm === undefined ? undefined : Buffer.from(text('wasm', wasm), 'base64'),
    status: status === undefined ? undefined : canisterStatus(status),
    logs: logs === undefined ? undefined : texts('logs', logs),
  };
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new Error(`${name}: expected text`);
  }
  return value;
}

function texts(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) {
    throw new Error(`${name}: expected a list`);
  }
  return value.map((item) => text(name, item));
}

function canisterStatus(value: unknown): 'running' | 'stopping' | 'stopped' {
  if (value === 'running' || value === 'stopping' || value === 'stopped') {
    return value;
  }
  throw new Error('status: expected running, stopping or stopped');
}
