/** Certificates: pruned state trees with a BLS signature (interface specification, "Certification"). */
import type { Principal } from '@dfinity/principal';
import { encodeCbor } from './cbor';
import { leb128 } from './envelope';
import type { Forgery } from './faults';
import { LabelMap, labelBytes, type Path } from './hash-tree';
import { BlsKey, inDomain } from './keys';
import { type NetworkState, type SubnetInfo, subnetNodes } from './state';

/** Which form of canister ranges a client of an endpoint looks for. */
export type RangeForm = 'flat' | 'sharded';

/** A signature takes about 5 ms, so one is used for all requests that the same state answers, this long. */
const MAX_AGE_NS = 1_000_000_000n;
/** Least time between signatures, in milliseconds: calls that end within it are certified together. */
const ROUND_MS = 15;
const STALE_NS = 10n * 60n * 1_000_000_000n;

interface Certified {
  readonly version: number;
  readonly timeNs: bigint;
  readonly tree: LabelMap;
  readonly signature: Uint8Array;
}

/** The root key's word that a subnet's key signs for its canisters. */
class Delegation {
  readonly #subnet: SubnetInfo;
  readonly #tree: LabelMap;
  readonly #signature: Uint8Array;

  constructor(rootKey: BlsKey, subnet: SubnetInfo, nowNs: bigint) {
    this.#subnet = subnet;
    const label = subnet.id.toUint8Array();
    const nodes = subnetNodes(subnet);
    this.#tree = LabelMap.of([
      ['subnet', LabelMap.of([[label, nodes.subnet]])],
      ['canister_ranges', LabelMap.of([[label, nodes.shards]])],
      ['time', leb128(nowNs)],
    ]);
    this.#signature = signTree(rootKey, this.#tree);
  }

  encode(form: RangeForm): { subnet_id: Uint8Array; certificate: Uint8Array } {
    const id = this.#subnet.id.toUint8Array();
    const subnet = labelBytes('subnet');
    const ranges = form === 'flat' ? [subnet, id, labelBytes('canister_ranges')] : [labelBytes('canister_ranges'), id];
    const tree = this.#tree.witness([[labelBytes('time')], [subnet, id, labelBytes('public_key')], ranges]);
    return { subnet_id: id, certificate: encodeCbor({ tree, signature: this.#signature }) };
  }
}

function signTree(key: BlsKey, tree: LabelMap): Uint8Array {
  return key.sign(inDomain('ic-state-root', tree.hash()));
}

export interface CertifierOptions {
  readonly state: NetworkState;
  readonly rootKey: BlsKey;
  readonly subnet: SubnetInfo;
  /** The subnet's own key; the root key itself where the subnet is the root subnet. */
  readonly subnetKey: BlsKey;
  /** Gives the keys that forged certificates are signed with. */
  readonly forgerSeed: Uint8Array;
}

export class Certifier {
  readonly #options: CertifierOptions;
  readonly #forgerKey: BlsKey;
  readonly #delegation: Delegation | undefined;
  readonly #wrongDelegation: Delegation | undefined;
  #current: Certified | undefined;
  #stale: Certified | undefined;
  #forged: Certified | undefined;
  #round: Promise<void> | undefined;
  #lastSigned = 0;

  constructor(options: CertifierOptions) {
    this.#options = options;
    this.#forgerKey = new BlsKey(options.forgerSeed);
    const { rootKey, subnet, subnetKey, state } = options;
    if (subnetKey !== rootKey) {
      this.#delegation = new Delegation(rootKey, subnet, state.now());
      this.#wrongDelegation = new Delegation(rootKey, { ...subnet, ranges: [FOREIGN_RANGE] }, state.now());
    }
  }

  /**
   * A certificate that answers `paths`, and says the time. Requests that come shortly after each other share a
   * signature, as those of the same round of a real subnet do.
   *
   * @returns CBOR
   */
  async certificate(paths: readonly Path[], form: RangeForm, forge: Forgery): Promise<Uint8Array> {
    if (forge !== 'none' || !this.#isCurrent(this.#current, this.#options.state.now())) {
      await this.#nextRound();
    }
    const certified = this.#certified(forge);
    const wanted = forge === 'otherCanister' ? paths.map(aboutAnother) : paths;
    const delegation = forge === 'otherCanister' ? this.#wrongDelegation : this.#delegation;
    return encodeCbor({
      tree: certified.tree.witness([...wanted, [labelBytes('time')]]),
      signature: certified.signature,
      delegation: delegation?.encode(form),
    });
  }

  /** Resolves when the state is to be certified next: at once, except just after it was. */
  #nextRound(): Promise<void> {
    this.#round ??= new Promise((resolve) => {
      const wait = Math.max(0, this.#lastSigned + ROUND_MS - performance.now());
      setTimeout(() => {
        this.#round = undefined;
        resolve();
      }, wait);
    });
    return this.#round;
  }

  #certified(forge: Forgery): Certified {
    const { subnetKey } = this.#options;
    if (forge === 'rootSignature') {
      this.#forged = this.#sign(this.#forged, this.#forgerKey, 0n);
      return this.#forged;
    }
    if (forge === 'staleTime') {
      this.#stale = this.#sign(this.#stale, subnetKey, STALE_NS);
      return this.#stale;
    }
    this.#current = this.#sign(this.#current, subnetKey, 0n);
    return this.#current;
  }

  #isCurrent(certified: Certified | undefined, timeNs: bigint): boolean {
    if (certified?.version !== this.#options.state.version) {
      return false;
    }
    const age = timeNs - certified.timeNs;
    return age >= 0n && age < MAX_AGE_NS;
  }

  #sign(previous: Certified | undefined, key: BlsKey, ageNs: bigint): Certified {
    const { state } = this.#options;
    const timeNs = state.now() - ageNs;
    if (previous && this.#isCurrent(previous, timeNs)) {
      return previous;
    }
    state.prune();
    const tree = state.tree(timeNs);
    const signature = signTree(key, tree);
    this.#lastSigned = performance.now();
    return { version: state.version, timeNs, tree, signature };
  }
}

/** A range of mainnet's that this network does not hold. */
const FOREIGN_RANGE = { start: 0x0200_0000_0000n, end: 0x0200_000f_ffffn };

/** The same path for another canister or request. */
function aboutAnother(path: Path): Path {
  const [first, second, ...rest] = path;
  const kind = first && Buffer.from(first).toString('latin1');
  if (!first || !second || (kind !== 'canister' && kind !== 'request_status')) {
    return path;
  }
  const other = Uint8Array.from(second);
  other[other.length >> 1]! ^= 0xff;
  return [first, other, ...rest];
}

/** The paths of what a client wants to know of a call. */
export function requestStatusPath(requestId: Uint8Array): Path {
  return [labelBytes('request_status'), requestId];
}

/** The path of what a canister has certified. */
export function certifiedDataPath(canisterId: Principal): Path {
  return [labelBytes('canister'), canisterId.toUint8Array(), labelBytes('certified_data')];
}
