/** The replicated state: canisters, the ids that the subnet may give, and the state tree that certificates are cut from. */
import { Principal } from '@dfinity/principal';
import { Canister, type Settings } from './canister';
import { type CborInput, encodeCbor } from './cbor';
import { leb128 } from './envelope';
import { type Label, LabelMap, labelBytes, type StateNode } from './hash-tree';
import type { NodeKey } from './keys';
import { textOf } from './principal';
import type { Reject } from './reject';

/** Requests stay in the tree a little longer than they could be sent again. */
const REQUEST_TTL_NS = 6n * 60n * 1_000_000_000n;

/** Canister ids as numbers: the first eight bytes of the ten. */
export interface IdRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** Where new canisters get their ids: what dfx since 0.25 and PocketIC give, beginning with uxrrr-q7777-77774-qaaaq-cai. */
const ALLOCATION: IdRange = { start: 0xffff_ffff_ff90_0001n, end: 0xffff_ffff_ff9f_ffffn };

/** All ids that the subnet holds: those of mainnet (for specified ids), of older local networks, and its own. */
export const RANGES: readonly IdRange[] = [
  { start: 0n, end: 0x0fff_ffffn },
  { start: 0x8000_0000_0010_0000n, end: 0x8000_0000_001f_ffffn },
  { start: 0xffff_ffff_ff90_0000n, end: ALLOCATION.end },
];

/** What a subnet certificate says of a subnet. */
export interface SubnetInfo {
  readonly id: Principal;
  readonly publicKeyDer: Uint8Array;
  readonly nodes: readonly NodeKey[];
  readonly ranges: readonly IdRange[];
}

export function canisterIdOf(number: bigint): Principal {
  const bytes = Buffer.alloc(10);
  bytes.writeBigUInt64BE(number);
  bytes[8] = 1;
  bytes[9] = 1;
  return Principal.fromUint8Array(Uint8Array.from(bytes));
}

/** The number in a canister id; undefined where the principal is not one of those that subnets hold. */
export function numberOf(id: Principal): bigint | undefined {
  const bytes = Buffer.from(id.toUint8Array());
  if (bytes.length !== 10 || bytes[8] !== 1 || bytes[9] !== 1) {
    return undefined;
  }
  return bytes.readBigUInt64BE();
}

export function rangeOf(id: Principal): IdRange | undefined {
  const number = numberOf(id);
  return number === undefined ? undefined : RANGES.find((range) => range.start <= number && number <= range.end);
}

export function encodeRanges(ranges: readonly IdRange[]): Uint8Array {
  const pairs: CborInput[] = ranges.map((range) => [
    canisterIdOf(range.start).toUint8Array(),
    canisterIdOf(range.end).toUint8Array(),
  ]);
  return encodeCbor(pairs);
}

/** `/subnet` and `/canister_ranges` of a state tree: once as certificates of v2 need it, once as those of v3 and v4. */
export function subnetNodes(subnet: SubnetInfo): { subnet: StateNode; shards: StateNode } {
  const nodes = subnet.nodes.map(
    (node) => [node.id.toUint8Array(), LabelMap.of([['public_key', node.publicKeyDer]])] as const,
  );
  return {
    subnet: LabelMap.of([
      ['public_key', subnet.publicKeyDer],
      ['canister_ranges', encodeRanges(subnet.ranges)],
      ['node', LabelMap.of(nodes)],
      ['type', Buffer.from('application')],
    ]),
    shards: LabelMap.of([[canisterIdOf(subnet.ranges[0]!.start).toUint8Array(), encodeRanges(subnet.ranges)]]),
  };
}

/** Where a user's call stands. */
export type RequestStatus =
  | { readonly status: 'received' | 'processing' }
  | { readonly status: 'replied'; readonly reply: Uint8Array }
  | { readonly status: 'rejected'; readonly reject: Reject };

interface RequestRecord {
  readonly id: Uint8Array;
  readonly sender: string;
  readonly receiver: string;
  readonly sinceNs: bigint;
}

export class NetworkState {
  readonly #now: () => number;
  readonly #canisters = new Map<string, Canister>();
  readonly #requests = new Map<string, RequestRecord>();
  #canisterTree = LabelMap.empty;
  #requestTree = LabelMap.empty;
  #fixedTree: LabelMap;
  #version = 0;
  #nextId = ALLOCATION.start;

  /** @param now milliseconds since 1970, with fractions */
  constructor(now: () => number, subnets: readonly SubnetInfo[]) {
    this.#now = now;
    const parts = subnets.map((subnet) => ({ label: subnet.id.toUint8Array(), ...subnetNodes(subnet) }));
    this.#fixedTree = LabelMap.of([
      ['subnet', LabelMap.of(parts.map(({ label, subnet }) => [label, subnet] as const))],
      ['canister_ranges', LabelMap.of(parts.map(({ label, shards }) => [label, shards] as const))],
    ]);
  }

  /** Nanoseconds since 1970. */
  now(): bigint {
    return BigInt(Math.round(this.#now() * 1000)) * 1000n;
  }

  /** Grows with every change that a certificate could show. */
  get version(): number {
    return this.#version;
  }

  get canisters(): ReadonlyMap<string, Canister> {
    return this.#canisters;
  }

  /** The canister ids that were given so far or may be given next. */
  get allocationStart(): Principal {
    return canisterIdOf(ALLOCATION.start);
  }

  nextFreeId(): Principal | undefined {
    while (this.#nextId <= ALLOCATION.end) {
      const id = canisterIdOf(this.#nextId++);
      if (!this.#canisters.has(textOf(id))) {
        return id;
      }
    }
    return undefined;
  }

  add(id: Principal, settings: Settings, cycles: bigint): Canister {
    const canister = new Canister(id, settings, cycles, this.now());
    this.#canisters.set(canister.name, canister);
    this.changed(canister);
    return canister;
  }

  /** To be called after every change of a canister that the state tree shows. */
  changed(canister: Canister): void {
    this.#canisterTree = this.#canisterTree.set(canister.id.toUint8Array(), canister.stateNode());
    this.#version++;
  }

  remove(canister: Canister): void {
    this.#canisters.delete(canister.name);
    this.#canisterTree = this.#canisterTree.delete(canister.id.toUint8Array());
    this.#version++;
  }

  /** The sender and the receiver of a call that the network has taken. */
  request(id: Uint8Array): { readonly sender: string; readonly receiver: string } | undefined {
    return this.#requests.get(hex(id));
  }

  addRequest(id: Uint8Array, sender: string, receiver: string): void {
    this.#requests.set(hex(id), { id, sender, receiver, sinceNs: this.now() });
    this.setRequest(id, { status: 'received' });
  }

  setRequest(id: Uint8Array, status: RequestStatus): void {
    const entries: [Label, StateNode][] = [['status', labelBytes(status.status)]];
    if (status.status === 'replied') {
      entries.push(['reply', status.reply]);
    } else if (status.status === 'rejected') {
      entries.push(
        ['reject_code', leb128(BigInt(status.reject.rejectCode))],
        ['reject_message', labelBytes(status.reject.message)],
        ['error_code', labelBytes(status.reject.errorCode)],
      );
    }
    this.#requestTree = this.#requestTree.set(id, LabelMap.of(entries));
    this.#version++;
  }

  /** Forgets the requests that are too old to be sent again. */
  prune(): void {
    const now = this.now();
    for (const [key, record] of this.#requests) {
      if (now - record.sinceNs < REQUEST_TTL_NS) {
        return;
      }
      this.#requests.delete(key);
      this.#requestTree = this.#requestTree.delete(record.id);
      this.#version++;
    }
  }

  /** The whole tree as of a moment, in nanoseconds since 1970. */
  tree(timeNs: bigint): LabelMap {
    return this.#fixedTree
      .set('canister', this.#canisterTree)
      .set('request_status', this.#requestTree)
      .set('time', leb128(timeNs));
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
