import { formatMessage, type Message, msg } from '../util/message';
import type { IdentityService } from './identity-service';
import type { ProjectMonitor } from './project-monitor';

/** Says whose principals are: the identities at hand, the canisters that act for them, and the project's own canisters. */
export class Ownership {
  readonly #identityService: IdentityService;

  constructor(identityService: IdentityService) {
    this.#identityService = identityService;
  }

  /** By principal, on the network that the project works on. */
  async owners({ engine, files, snapshot }: ProjectMonitor): Promise<ReadonlyMap<string, readonly Message[]>> {
    const owners = new Map<string, Message[]>();
    const add = (principal: string, whose: Message) => {
      const known = owners.get(principal) ?? [];
      // The tools may have the same key under the same name.
      if (!known.some((each) => formatMessage(each) === formatMessage(whose))) {
        owners.set(principal, [...known, whose]);
      }
    };
    for (const known of await this.#identityService.list()) {
      if (known.principal !== undefined) {
        add(known.principal, msg('{0} (identity)', known.info.name));
      }
      const proxy = known.engine === engine.name ? await files.proxy(known.info.name, snapshot.target) : undefined;
      if (proxy) {
        add(proxy.id, proxy.label);
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
  async controllersAtHand(project: ProjectMonitor, canister: string): Promise<string[]> {
    const controllers = project.canister(canister)?.facts?.controllers ?? [];
    const atHand = await this.#identityService.atHand(project.engine.name);
    return controllers.flatMap((controller) => atHand.get(controller) ?? []);
  }
}
