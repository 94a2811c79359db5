import { selectedIdentity } from '../engines/dfx/identities';
import type { DfxLocations } from '../engines/dfx/locations';
import { readWallet } from '../engines/dfx/wallets';
import type { NetworkApi } from '../network/network-api';
import { endpointOf } from '../project/network';
import { Failure } from '../util/failure';
import type { Message } from '../util/message';
import { keyOf } from './active-identity';
import type { IdentityService, KnownIdentity } from './identity-service';
import type { ProjectMonitor } from './project-monitor';
import type { Selection } from './selection';

/** Of a wallet's interface, what is asked of it. */
const WALLET_INTERFACE = 'service : { wallet_balance : () -> (record { amount : nat64 }) query }';

/** Who uses an identity. */
export interface IdentityUse {
  /** dfx's own selection. */
  readonly selectedInDfx: boolean;
  /** Labels of the projects that work with it; empty for none. */
  readonly projects: readonly string[];
  /** Every project of the workspace does. */
  readonly everywhere: boolean;
  /** Chosen for at least one project, rather than followed from dfx. */
  readonly chosen: boolean;
}

/** A wallet that an identity has on the network that a project works on. */
export interface WalletFacts {
  readonly network: string;
  readonly id: string;
  /** Cycles; absent where the wallet was not asked or did not answer. */
  readonly balance?: bigint;
  /** Why there is no balance. */
  readonly problem?: Message;
}

export interface IdentityOverviewDependencies {
  readonly identityService: IdentityService;
  readonly client: Pick<NetworkApi, 'call'>;
  readonly locations: DfxLocations;
  readonly selection: Selection;
  readonly projects: () => readonly ProjectMonitor[];
  /** What a project is called where there are several. */
  readonly label: (project: ProjectMonitor) => string;
}

/** Who uses which identity, and which wallets it has. */
export class IdentityOverview {
  readonly #deps: IdentityOverviewDependencies;

  constructor(deps: IdentityOverviewDependencies) {
    this.#deps = deps;
  }

  async list(): Promise<{ readonly known: KnownIdentity; readonly use: IdentityUse }[]> {
    const { identityService, locations, selection, label } = this.#deps;
    const projects = this.#deps.projects();
    const [identities, selected] = await Promise.all([identityService.list(), selectedIdentity(locations)]);
    return identities.map((known) => {
      const { name } = known.info;
      const users = projects.filter(({ project }) => (selection.identity(project.root) ?? selected.name) === name);
      const use: IdentityUse = {
        selectedInDfx: selected.name === name,
        projects: users.map(label),
        everywhere: users.length > 0 && users.length === projects.length,
        chosen: users.some(({ project }) => selection.identity(project.root) !== undefined),
      };
      return { known, use };
    });
  }

  /** The wallets that an identity has on the networks that the projects work on. Asks each for its balance. */
  async wallets({ info }: KnownIdentity): Promise<WalletFacts[]> {
    const found = await Promise.all(this.#deps.projects().map((monitor) => this.#wallet(monitor, info)));
    const unique = new Map(found.flatMap((wallet) => (wallet ? [[`${wallet.network} ${wallet.id}`, wallet]] : [])));
    return [...unique.values()];
  }

  async #wallet(monitor: ProjectMonitor, info: KnownIdentity['info']): Promise<WalletFacts | undefined> {
    const { network, health } = monitor.snapshot;
    const id = network && (await readWallet(monitor.project.root, network, info.name, this.#deps.locations));
    if (!network || id === undefined) {
      return undefined;
    }
    const facts = { network: network.name, id };
    if (health?.state !== 'healthy') {
      return facts;
    }
    try {
      const reply = await this.#deps.client.call({
        endpoint: endpointOf(network),
        identity: keyOf(info, this.#deps.identityService).ref,
        canisterId: id,
        method: 'wallet_balance',
        kind: 'query',
        argument: { kind: 'candid', text: '()', interface: WALLET_INTERFACE },
        interface: WALLET_INTERFACE,
      });
      const amount = /amount\s*=\s*([\d_]+)/.exec(reply.text ?? '')?.[1];
      return amount === undefined ? facts : { ...facts, balance: BigInt(amount.replaceAll('_', '')) };
    } catch (error) {
      if (error instanceof Failure) {
        return { ...facts, problem: error.data.message };
      }
      throw error;
    }
  }
}
