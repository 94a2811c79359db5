import type { Engine } from '../engines/engine';
import type { NetworkApi } from '../network/network-api';
import { endpointOf } from '../project/network';
import { Failure } from '../util/failure';
import type { Message } from '../util/message';
import { keyOf } from './active-identity';
import type { IdentityService, KnownIdentity } from './identity-service';
import type { ProjectMonitor } from './project-monitor';
import type { Selection } from './selection';

/** Who uses an identity. */
export interface IdentityUse {
  /** Its tool's own selection. */
  readonly selectedInTool: boolean;
  /** Labels of the projects that work with it; empty for none. */
  readonly projects: readonly string[];
  /** Every project of its tool in the workspace does. */
  readonly everywhere: boolean;
  /** Chosen for at least one project, rather than followed from the tool. */
  readonly chosen: boolean;
  /** Identities of other tools with the same principal, and so the same key. */
  readonly sameAs: readonly SameIdentity[];
}

export interface SameIdentity {
  readonly name: string;
  /** Its tool. */
  readonly engine: string;
}

/** A canister that acts for an identity, on the target that a project works on. */
export interface ProxyBalance {
  readonly target: string;
  readonly id: string;
  /** Cycles; absent where it was not asked or did not answer. */
  readonly balance?: bigint;
  /** Why there is no balance. */
  readonly problem?: Message;
}

export interface IdentityOverviewDependencies {
  readonly identityService: IdentityService;
  readonly client: Pick<NetworkApi, 'call'>;
  readonly engines: readonly Engine[];
  readonly selection: Selection;
  readonly projects: () => readonly ProjectMonitor[];
  /** What a project is called where there are several. */
  readonly label: (project: ProjectMonitor) => string;
}

/** Who uses which identity, and which canisters act for it. */
export class IdentityOverview {
  readonly #deps: IdentityOverviewDependencies;

  constructor(deps: IdentityOverviewDependencies) {
    this.#deps = deps;
  }

  async list(): Promise<{ readonly known: KnownIdentity; readonly use: IdentityUse }[]> {
    const { identityService, engines, selection, label } = this.#deps;
    const [identities, ...selected] = await Promise.all([
      identityService.list(),
      ...engines.map(async ({ name, identities }) => [name, (await identities.selected()).name] as const),
    ]);
    const selectedIn = new Map(selected);
    return identities.map((known) => {
      const { name } = known.info;
      const selectedInTool = selectedIn.get(known.engine);
      const projects = this.#projectsOf(known);
      const users = projects.filter(({ manifest }) => (selection.identity(manifest) ?? selectedInTool) === name);
      const use: IdentityUse = {
        selectedInTool: selectedInTool === name,
        projects: users.map(label),
        everywhere: users.length > 0 && users.length === projects.length,
        chosen: users.some(({ manifest }) => selection.identity(manifest) !== undefined),
        sameAs: sameAs(known, identities),
      };
      return { known, use };
    });
  }

  #projectsOf({ engine }: KnownIdentity): ProjectMonitor[] {
    return this.#deps.projects().filter((project) => project.engine.name === engine);
  }

  /** The canisters that act for an identity on the targets that the projects work on. Asks each for its balance. */
  async proxies(known: KnownIdentity): Promise<ProxyBalance[]> {
    const found = await Promise.all(this.#projectsOf(known).map((project) => this.#proxy(project, known)));
    const unique = new Map(found.flatMap((proxy) => (proxy ? [[`${proxy.target} ${proxy.id}`, proxy]] : [])));
    return [...unique.values()];
  }

  async #proxy({ files, snapshot }: ProjectMonitor, { info }: KnownIdentity): Promise<ProxyBalance | undefined> {
    const { target, health } = snapshot;
    const proxy = await files.proxy(info.name, target);
    if (!proxy || !target.network) {
      return undefined;
    }
    const facts = { target: target.name, id: proxy.id };
    if (health?.state !== 'healthy') {
      return facts;
    }
    const { method, interface: did } = proxy.balance;
    try {
      const reply = await this.#deps.client.call({
        endpoint: endpointOf(target.network),
        identity: keyOf(info, this.#deps.identityService).ref,
        canisterId: proxy.id,
        method,
        kind: 'query',
        argument: { kind: 'candid', text: '()', interface: did },
        interface: did,
      });
      const amount = /amount\s*=\s*([\d_]+)/.exec(reply.text ?? '')?.[1];
      return { ...facts, balance: amount === undefined ? undefined : BigInt(amount.replaceAll('_', '')) };
    } catch (error) {
      if (error instanceof Failure) {
        return { ...facts, problem: error.data.message };
      }
      throw error;
    }
  }
}

/** Everybody's anonymous identity is the same: that is not worth a word. */
function sameAs({ engine, info, principal }: KnownIdentity, all: readonly KnownIdentity[]): SameIdentity[] {
  return info.storage === 'anonymous' || principal === undefined
    ? []
    : all
        .filter((other) => other.engine !== engine && other.principal === principal)
        .map((other) => ({ name: other.info.name, engine: other.engine }));
}
