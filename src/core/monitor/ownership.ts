import type { DfxLocations } from '../engines/dfx/locations';
import { readWallet } from '../engines/dfx/wallets';
import { type Message, msg } from '../util/message';
import type { IdentityService } from './identity-service';
import type { ProjectMonitor } from './project-monitor';

/** Says whose principals are: the identities at hand, their wallets, and the project's own canisters. */
export class Ownership {
  readonly #identityService: IdentityService;
  readonly #locations: DfxLocations;

  constructor(identityService: IdentityService, locations: DfxLocations) {
    this.#identityService = identityService;
    this.#locations = locations;
  }

  /** By principal, on the network that the project works on. */
  async owners(monitor: ProjectMonitor): Promise<ReadonlyMap<string, readonly Message[]>> {
    const { project, snapshot } = monitor;
    const { network } = snapshot;
    const owners = new Map<string, Message[]>();
    const add = (principal: string, whose: Message) => owners.set(principal, [...(owners.get(principal) ?? []), whose]);
    for (const { info, principal } of await this.#identityService.list()) {
      if (principal !== undefined) {
        add(principal, msg('{0} (identity)', info.name));
      }
      const wallet = network && (await readWallet(project.root, network, info.name, this.#locations));
      if (wallet !== undefined) {
        add(wallet, msg('wallet of {0}', info.name));
      }
    }
    for (const { name, id } of snapshot.canisters) {
      if (id !== undefined) {
        add(id, msg('{0} (canister)', name));
      }
    }
    return owners;
  }

  /** The identities at hand that control a canister themselves. */
  async controllersAtHand(monitor: ProjectMonitor, canister: string): Promise<string[]> {
    const controllers = monitor.canister(canister)?.facts?.controllers ?? [];
    const atHand = await this.#identityService.atHand();
    return controllers.flatMap((controller) => atHand.get(controller) ?? []);
  }
}
