import * as vscode from 'vscode';
import type * as Api from '../../types/ic-canisters';
import { refusalFailure } from '../core/engines/engine';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { LifecycleService } from '../core/lifecycle/lifecycle-service';
import { appliesTo } from '../core/lifecycle/operations';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { CanisterState } from '../core/monitor/state';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { msg } from '../core/util/message';
import type { Trust } from '../core/util/trust';
import { untrusted } from '../core/util/trust';
import { canisterData, finishedData, frozen, OPERATIONS, projectData, stateData } from './api-data';
import { ApiError, apiError } from './api-error';

/** How an operation is run for another extension. */
export interface RunManner {
  /** The user may be asked; otherwise, what needs a question is not done. */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
  /** To be called immediately before the operation. @throws where it is not to be done */
  readonly check: () => void;
}

/** What the API is made of. */
export interface ApiParts {
  readonly workspace: WorkspaceMonitor;
  readonly service: Pick<LifecycleService, 'onDidFinish' | 'native'>;
  readonly trust: Trust;
  /** Says that the workspace is trusted from now on. */
  readonly onDidTrust: vscode.Event<void>;
  /** Runs an operation as its command would. */
  readonly run: (operation: Api.Operation, targets: readonly CanisterRef[], manner: RunManner) => Promise<void>;
}

/** What keeps states fresh for others, beside views and lenses. */
const VIEWER = 'api';

/** The API for other extensions, and what is to be disposed of with the window. */
export class ExtensionApi implements vscode.Disposable {
  readonly #parts: ApiParts;
  readonly #api: Api.IcCanistersApi;
  readonly #projectsChanged = new vscode.EventEmitter<void>();
  readonly #statesChanged = new vscode.EventEmitter<Api.StatesChange>();
  readonly #finished = new vscode.EventEmitter<Api.FinishedOperation>();
  readonly #subscriptions: { dispose(): unknown }[];
  /** Projects on targets that are not selected, by manifest and target, once they were asked about. */
  readonly #others = new Map<string, ProjectMonitor>();
  readonly #watching = new Set<object>();

  constructor(parts: ApiParts) {
    this.#parts = parts;
    const { onDidTrust, service, workspace } = parts;
    this.#subscriptions = [
      workspace.onDidChangeProjects(() => {
        this.#forgetGone();
        this.#tell(() => this.#projectsChanged.fire());
      }),
      workspace.onDidChangeProject(({ project, change }) => {
        this.#tellStates(project, change === 'all' ? undefined : [...change]);
      }),
      service.onDidFinish((finished) => this.#tell(() => this.#finished.fire(finishedData(finished)))),
      onDidTrust(() => this.#projectsChanged.fire()),
      ...[this.#projectsChanged, this.#statesChanged, this.#finished],
    ];
    this.#api = Object.freeze<Api.IcCanistersApi>({
      version: 1,
      projects: () => this.#answer(() => this.#projects()),
      canisters: (project) => this.#answer(() => this.#canisters(project)),
      state: (canister) => this.#answer(() => this.#state(canister)),
      refresh: (canister, token) => this.#answer((signal) => this.#refresh(canister, signal), token),
      watch: () => this.#watch(),
      onDidChangeProjects: this.#projectsChanged.event,
      onDidChangeStates: this.#statesChanged.event,
      onDidFinishOperation: this.#finished.event,
      run: (operation, canisters, options) =>
        this.#answer(
          (signal) => this.#run(operation, canisters, options?.interactive === true, signal),
          options?.token,
        ),
      query: (canister, method, args, token) =>
        this.#answer((signal) => this.#query(canister, method, args, signal), token),
    });
  }

  /** @throws {ApiError} where others ask for a version that is not there */
  version(version: unknown): Api.IcCanistersApi {
    if (version !== 1) {
      const message = msg('IC Canisters has no version {0} of its API for other extensions, only 1.', String(version));
      throw new ApiError('unsupported-version', message);
    }
    return this.#api;
  }

  /** Nothing is answered without trust, and whatever is thrown becomes the API's own error. */
  async #answer<T>(work: (signal: AbortSignal) => Promise<T>, token?: vscode.CancellationToken): Promise<T> {
    const abort = new AbortController();
    const cancel = token?.onCancellationRequested(() => abort.abort());
    try {
      this.#requireTrust();
      if (token?.isCancellationRequested) {
        throw new ApiError('cancelled', msg('Cancelled.'));
      }
      await this.#parts.workspace.ready();
      return await work(abort.signal);
    } catch (error) {
      throw apiError(error);
    } finally {
      cancel?.dispose();
    }
  }

  #requireTrust(): void {
    if (!this.#parts.trust.isTrusted) {
      throw new ApiError('untrusted', untrusted().data.message);
    }
  }

  #tell(fire: () => void): void {
    if (this.#parts.trust.isTrusted) {
      fire();
    }
  }

  #tellStates({ manifest, snapshot }: ProjectMonitor, canisters: readonly string[] | undefined): void {
    const project = vscode.Uri.file(manifest);
    this.#tell(() => this.#statesChanged.fire(frozen({ project, target: snapshot.target.name, canisters })));
  }

  async #projects(): Promise<readonly Api.Project[]> {
    return frozen(await Promise.all(this.#parts.workspace.projects.map(projectData)));
  }

  async #canisters(manifest: vscode.Uri): Promise<readonly Api.Canister[]> {
    const project = this.#project(manifest);
    const ids = await project.files.idsByTarget(Date.now());
    return frozen(project.files.canisters.map((each) => canisterData(project, each, ids.get(each.name))));
  }

  async #state(ref: Api.CanisterRef): Promise<Api.CanisterState> {
    const project = await this.#on(ref);
    return stateData(project, stateOf(project, ref));
  }

  async #refresh(ref: Api.CanisterRef, signal: AbortSignal): Promise<Api.CanisterState> {
    // What has just been selected counts.
    await this.#project(ref.project).load();
    const project = await this.#on(ref);
    const { name } = stateOf(project, ref);
    const asked = project.snapshot.target.name;
    await project.refreshCanister(name, signal);
    if (signal.aborted) {
      throw new ApiError('cancelled', msg('Cancelled.'));
    }
    // Another target may have been selected meanwhile.
    return project.snapshot.target.name === asked ? stateData(project, stateOf(project, ref)) : await this.#state(ref);
  }

  #watch(): vscode.Disposable {
    const { workspace } = this.#parts;
    const watcher = {};
    this.#watching.add(watcher);
    workspace.setVisible(true, VIEWER);
    return Object.freeze({
      dispose: () => {
        if (this.#watching.delete(watcher) && this.#watching.size === 0) {
          workspace.setVisible(false, VIEWER);
        }
      },
    });
  }

  async #run(
    operation: Api.Operation,
    canisters: readonly Api.TargetedCanister[],
    interactive: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    if (!OPERATIONS.includes(operation)) {
      throw new ApiError('unknown-operation', msg('There is no operation {0}.', String(operation)));
    }
    // A copy, which nobody changes meanwhile; one that is named twice is meant once.
    const named = canisters.map(({ project, canister, target }) => ({ project, canister, target }));
    const keyOf = ({ project, canister, target }: Api.TargetedCanister) =>
      JSON.stringify([project?.fsPath, canister, target]);
    const refs = [...new Map(named.map((ref) => [keyOf(ref), ref])).values()];
    const targets = refs.map((ref) => ({ project: this.#project(ref.project), canister: ref.canister }));
    for (const [index, { project }] of targets.entries()) {
      // What has just been selected counts.
      await project.load();
      await this.#requireTarget(project, refs[index]!.target);
      stateOf(project, refs[index]!);
    }
    const check = () => {
      this.#requireTrust();
      for (const [index, target] of targets.entries()) {
        requireSelected(target.project, refs[index]!.target);
        requireApplies(operation, target);
      }
    };
    // What it decides by is what is so now, whether anybody has looked at it or not.
    await Promise.all(targets.map(({ project, canister }) => project.refreshCanister(canister, signal)));
    check();
    if (targets.length > 0) {
      await this.#parts.run(operation, targets, { interactive, signal, check });
    }
  }

  async #query(
    { project: manifest, canister, target }: Api.TargetedCanister,
    method: string,
    args: string,
    signal: AbortSignal,
  ): Promise<Api.QueryReply> {
    const own = this.#project(manifest);
    await this.#requireTarget(own, target);
    // On its own, so that nothing goes elsewhere when another target is selected meanwhile.
    const project = await this.#other(own, target);
    stateOf(project, { canister });
    const { native } = this.#parts.service;
    const known = await native.interface({ project, canister }, signal);
    const modes = known?.parsed?.methods.get(method)?.modes;
    if (known?.parsed && !modes?.some((mode) => mode === 'query' || mode === 'composite_query')) {
      throw new ApiError('not-a-query', msg('{0} has no query method named {1}.', canister, method));
    }
    const did = known?.parsed ? known.text : undefined;
    const argument = { kind: 'candid', text: args, interface: did } as const;
    const call = { method, kind: 'query', argument, interface: did } as const;
    const { text, trust } = await native.call({ project, canister }, call, signal);
    return frozen({ candid: text, trust: trust === 'certificate' ? 'node-signature' : trust });
  }

  #project(manifest: vscode.Uri): ProjectMonitor {
    const file = manifest?.fsPath;
    const project = typeof file === 'string' ? this.#parts.workspace.project(file) : undefined;
    if (!project) {
      throw new ApiError('unknown-project', msg('There is no project with the file {0}.', String(file)));
    }
    return project;
  }

  /** The project on the target that is meant. */
  async #on({ project: manifest, target }: Api.CanisterRef): Promise<ProjectMonitor> {
    const project = this.#project(manifest);
    if (target === undefined || target === project.snapshot.target.name) {
      return project;
    }
    await this.#requireTarget(project, target);
    return await this.#other(project, target);
  }

  async #requireTarget(project: ProjectMonitor, target: string): Promise<void> {
    const known = target === project.snapshot.target.name || (await isTarget(project, target));
    if (!known) {
      throw new ApiError('unknown-target', msg('There is no network or environment {0}.', String(target)));
    }
  }

  async #other(project: ProjectMonitor, target: string): Promise<ProjectMonitor> {
    const key = JSON.stringify([project.manifest, target]);
    let other = this.#others.get(key);
    if (!other) {
      const made = project.at(target);
      made.onDidChange((change) => {
        // What is selected is told of by its own monitor.
        if (this.#parts.workspace.project(made.manifest)?.snapshot.target.name !== target) {
          this.#tellStates(made, change === 'all' ? undefined : [...change]);
        }
      });
      this.#others.set(key, made);
      other = made;
    }
    await other.load();
    return other;
  }

  #forgetGone(): void {
    for (const [key, other] of this.#others) {
      if (!this.#parts.workspace.project(other.manifest)) {
        other.dispose();
        this.#others.delete(key);
      }
    }
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, ...this.#others.values()]) {
      each.dispose();
    }
    this.#others.clear();
  }
}

async function isTarget({ files }: ProjectMonitor, target: unknown): Promise<boolean> {
  return (await files.targets()).some(({ name }) => name === target);
}

function stateOf(project: ProjectMonitor, { canister }: Pick<Api.CanisterRef, 'canister'>): CanisterState {
  const state = project.canister(canister);
  if (!state) {
    const message = msg('{0} has no canister named {1}.', project.manifest, String(canister));
    throw new ApiError('unknown-canister', message);
  }
  return state;
}

function requireSelected({ snapshot }: ProjectMonitor, target: string): void {
  if (snapshot.target.name !== target) {
    const message = msg('{0} is not selected: operations run on {1}.', target, snapshot.target.name);
    throw new ApiError('target-not-selected', message);
  }
}

function requireApplies(operation: Api.Operation, target: CanisterRef): void {
  const { refusal } = target.project.snapshot;
  if (!appliesTo(operation, target)) {
    throw refusal
      ? refusalFailure(refusal)
      : new ApiError('not-applicable', msg('Nothing to do: the state of {0} does not fit.', target.canister));
  }
}
