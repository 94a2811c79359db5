import path from 'node:path';
import type { Engine, EngineProject } from '../engines/engine';
import { needsTool } from '../identity/identity-info';
import type { CanisterFacts } from '../network/canister-facts';
import type { NetworkHealth } from '../network/endpoint';
import type { NetworkApi } from '../network/network-api';
import type { CanisterDefinition, CanisterId, ProjectProblem, Target } from '../project/model';
import type { Disposable } from '../util/events';
import type { Message } from '../util/message';
import type { Trust } from '../util/trust';
import { resolveActiveIdentity, type UnlockedKeys } from './active-identity';
import { BuildChecker, type BuildState, Pass } from './build-checker';
import { ChangeReporter } from './change-reporter';
import { NetworkPoller, type PolledProject } from './network-poller';
import type { ProjectSnapshot } from './project-snapshot';
import type { Selection } from './selection';
import { identityOn, type SigningConsent, withConsent } from './signing-consent';
import { type CanisterState, phaseOf, type ThroughTool } from './state';

export interface MonitorDependencies {
  readonly client: NetworkApi;
  readonly selection: Pick<Selection, 'target' | 'identity'>;
  readonly trust: Trust;
  /** Absent where no password can be asked for. */
  readonly keys?: UnlockedKeys;
  /** Absent where nobody can agree to signed requests: networks of others are asked anonymously. */
  readonly consent?: Pick<SigningConsent, 'agreed'>;
  readonly now: () => number;
}

const BUILDS_AT_ONCE = 4;

/** The live state of one project: what its files say, joined with what the network says. */
export class ProjectMonitor implements Disposable {
  /** What the project's files say. */
  readonly files: EngineProject;
  readonly #deps: MonitorDependencies;
  readonly #changes = new ChangeReporter(() => this.snapshot);
  readonly onDidChange = this.#changes.onDidChange;
  readonly #poller: NetworkPoller;
  #facts: Omit<ProjectSnapshot, 'canisters' | 'trusted'>;
  #states = new Map<string, CanisterState>();
  #snapshot: ProjectSnapshot | undefined;
  /** Network and identity that the answers were given by and to. A change of either makes them someone else's. */
  #context = '';
  #reportedKey: string | undefined;
  /** The canister that can act in the identity's place. */
  #proxy: string | undefined;
  readonly #builds: BuildChecker;
  #loading: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(files: EngineProject, deps: MonitorDependencies) {
    this.files = files;
    this.#builds = new BuildChecker(files);
    this.#deps = deps;
    this.#facts = {
      tool: files.engine.name,
      target: { name: deps.selection.target(files.manifest) },
      problems: [],
      loaded: false,
    };
    this.#poller = new NetworkPoller(this.#polled(), deps.client);
  }

  /** Absolute path of the file that makes it a project. */
  get manifest(): string {
    return this.files.manifest;
  }

  /** The project's folder. */
  get root(): string {
    return this.files.root;
  }

  /** The name to show where the folder's place does not tell more. */
  get name(): string {
    return path.basename(this.root) || this.root;
  }

  get engine(): Engine {
    return this.files.engine;
  }

  /** The same project on another target, whatever is selected: whoever asks for it refreshes and disposes of it. */
  at(target: string): ProjectMonitor {
    const { selection } = this.#deps;
    const fixed = { target: () => target, identity: (manifest: string) => selection.identity(manifest) };
    return new ProjectMonitor(this.engine.open(this.manifest), { ...this.#deps, selection: fixed });
  }

  get snapshot(): ProjectSnapshot {
    this.#snapshot ??= {
      ...this.#facts,
      trusted: this.#deps.trust.isTrusted,
      canisters: [...this.#states.values()],
    };
    return this.#snapshot;
  }

  canister(name: string): CanisterState | undefined {
    return this.#states.get(name);
  }

  /** Reads the files and shows what they say. Asks no network. */
  load(): Promise<void> {
    // One after the other, so that an older reading never replaces a newer one.
    this.#loading = this.#loading.then(() => this.#load());
    return this.#loading;
  }

  async #load(): Promise<void> {
    if (this.#disposed) {
      return;
    }
    const { files } = this;
    const { selection, keys, consent, now } = this.#deps;
    await files.load();
    const target = withConsent(await files.target(selection.target(files.manifest)), consent);
    const [ids, active] = await Promise.all([
      files.ids(target, now()),
      resolveActiveIdentity(files.engine.identities, selection.identity(files.manifest), keys),
    ]);
    const identity = identityOn(target, active);
    const [proxy, refusals, toolNote] = await Promise.all([
      files.proxy(identity.name, target).then((found) => found?.id),
      files.refusals(target, identity.name),
      files.engine.toolNote?.(files.root),
    ]);
    const [refusal] = refusals;
    if (this.#disposed) {
      return;
    }
    const entered = this.#enter(JSON.stringify([target.name, target.network?.url, identity.name, identity.ref, proxy]));
    this.#proxy = proxy;
    this.#states = new Map(
      files.canisters.map((definition) => {
        const { name } = definition;
        const id = ids.byName.get(name);
        const old = this.#states.get(name);
        // A break of the manifest alone takes no ids away: one that had none just before has none.
        const none = !entered && ids.refused === undefined && old !== undefined && phaseOf(old) === 'not-created';
        const idUncertain = id === undefined && refusal !== undefined && !none;
        return [name, this.#carryOver(definition, id, target, { refusal, idUncertain })];
      }),
    );
    const { health, healthyAt } = this.#facts;
    this.#facts = {
      tool: files.engine.name,
      toolNote,
      target,
      health,
      healthyAt,
      identity,
      idsVoid: ids.void,
      problems: withoutRepetition([...refusals, ...files.problems, ...ids.problems]),
      refusal,
      loaded: true,
    };
    this.#changed();
  }

  /** Answers that were given by another network or to another identity are dropped: true where it is another. */
  #enter(context: string): boolean {
    if (context === this.#context) {
      return false;
    }
    this.#context = context;
    for (const [name, state] of this.#states) {
      this.#states.set(name, { ...state, build: undefined });
    }
    this.#reportedKey = undefined;
    if (this.#poller.asking) {
      this.pause();
    }
    this.#dropAnswers();
    this.#facts = { ...this.#facts, health: undefined, healthyAt: undefined };
    return true;
  }

  #dropAnswers(): void {
    this.#poller.forgetRefusals();
    for (const [name, state] of this.#states) {
      this.#states.set(name, {
        ...state,
        facts: undefined,
        checkedAt: undefined,
        failure: undefined,
        through: undefined,
      });
    }
  }

  #carryOver(
    definition: CanisterDefinition,
    id: CanisterId | undefined,
    { canisters }: Target,
    doubt: Pick<CanisterState, 'refusal' | 'idUncertain'>,
  ): CanisterState {
    const { name } = definition;
    const old = this.#states.get(name);
    const excluded = canisters !== undefined && !canisters.has(name);
    const owner = id?.owner ?? (definition.pulled ? 'pulled' : 'project');
    return old?.id === id?.id && old
      ? { ...old, definition, owner, excluded, ...doubt }
      : { name, definition, id: id?.id, owner, excluded, ...doubt, busy: old?.busy };
  }

  /**
   * Reads the files, then asks the network about every canister; in a workspace that is not trusted, it only reads. A
   * refresh under way is joined, not doubled.
   */
  async refresh(): Promise<void> {
    if (!this.#deps.trust.isTrusted) {
      await this.load();
    } else if (!this.#disposed) {
      await this.#poller.refresh();
    }
  }

  /** Asks the network about one canister. */
  async refreshCanister(name: string, signal?: AbortSignal): Promise<void> {
    if (!this.#facts.loaded) {
      await this.load();
    }
    if (this.#deps.trust.isTrusted) {
      await this.#poller.askCanister(name, signal);
    }
  }

  /** Compares what was built last with what it is made of. @param names of all canisters unless given */
  async checkBuilds(names: readonly string[] = [...this.#states.keys()]): Promise<void> {
    const pass = new Pass();
    const waiting = [...names];
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined && !this.#disposed; name = waiting.shift()) {
        await this.#checkBuild(name, pass);
      }
    };
    await Promise.all(Array.from({ length: BUILDS_AT_ONCE }, work));
  }

  async #checkBuild(name: string, pass: Pass): Promise<void> {
    const state = this.#states.get(name);
    const { target } = this.#facts;
    const context = this.#context;
    const own = state?.owner === 'project' && !state.excluded && !state.refusal;
    const build = own ? await this.#builds.check(state.definition, target, pass) : undefined;
    const now = this.#states.get(name);
    if (context === this.#context && now && !isSameBuild(now.build, build)) {
      this.#change(name, { build });
    }
  }

  /** Asks at the next refresh for what was refused before too: rights may have been given. */
  forgetRefusals(): void {
    this.#poller.forgetRefusals();
  }

  /** Abandons the questions under way, so that the next refresh starts anew. */
  pause(): void {
    this.#poller.pause();
  }

  #polled(): PolledProject {
    const snapshot = () => this.snapshot;
    const context = () => (this.#disposed ? 'disposed' : this.#context);
    return {
      get snapshot() {
        return snapshot();
      },
      get context() {
        return context();
      },
      load: () => this.load(),
      canisterId: (name) => this.#states.get(name)?.id,
      noteHealth: (health) => this.#noteHealth(health),
      noteFacts: (name, facts) => this.#noteFacts(name, facts),
      noteFailure: (name, failure) => this.#change(name, { failure }),
    };
  }

  #noteHealth(health: NetworkHealth): void {
    const healthy = health.state === 'healthy';
    if (healthy) {
      if (this.#reportedKey !== undefined && health.rootKey !== this.#reportedKey) {
        // Started anew: nothing that the old network said holds.
        this.#dropAnswers();
      }
      this.#reportedKey = health.rootKey;
    }
    this.#facts = { ...this.#facts, health, healthyAt: healthy ? this.#deps.now() : this.#facts.healthyAt };
    this.#changed();
  }

  #noteFacts(name: string, facts: CanisterFacts): void {
    this.#change(name, {
      facts,
      checkedAt: this.#deps.now(),
      failure: undefined,
      through: this.#throughTool(facts),
    });
  }

  /** Whether the tool could change what this identity cannot change from here. */
  #throughTool({ exists, detail, controllers }: CanisterFacts): ThroughTool | undefined {
    if (!exists || detail) {
      return undefined;
    }
    if (this.#proxy !== undefined && controllers.includes(this.#proxy)) {
      return { proxy: this.#proxy };
    }
    return needsTool(this.#facts.identity?.storage) ? {} : undefined;
  }

  /** Shows what an operation is doing to a canister, or, with undefined, that it is done. */
  setBusy(name: string, busy: Message | undefined): void {
    this.#change(name, { busy });
  }

  #change(name: string, change: Partial<CanisterState>): void {
    const state = this.#states.get(name);
    if (state) {
      this.#states.set(name, { ...state, ...change });
      this.#changed(name);
    }
  }

  #changed(canister?: string): void {
    this.#snapshot = undefined;
    this.#changes.add(canister);
  }

  /** Has everything drawn again: what stands in files beside those that are read here may have changed. */
  redraw(): void {
    this.#changes.addAll();
  }

  dispose(): void {
    this.#disposed = true;
    this.pause();
    this.#changes.dispose();
  }
}

function isSameBuild(one: BuildState | undefined, other: BuildState | undefined): boolean {
  return one?.moduleHash === other?.moduleHash && one?.newer === other?.newer && one?.removed === other?.removed;
}

/** A file that keeps the tool from working has its problems told by whatever reads it. */
function withoutRepetition(problems: readonly ProjectProblem[]): ProjectProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ file, message, range }) => {
    const key = JSON.stringify([file, message, range]);
    return !seen.has(key) && seen.add(key);
  });
}
