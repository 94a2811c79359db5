import type { CompilerDiagnostic } from '../engines/dfx/diagnostics';
import type { ProjectMonitor } from '../monitor/project-monitor';
import type { InstallMode } from '../network/network-api';
import type { Message } from '../util/message';
import type { CanisterRef } from './canister-ref';
import type { Outcome } from './outcome';

/** What a tool's output says beyond success and failure. */
export interface ToolFindings {
  /** What the compilers had to say. */
  readonly diagnostics: readonly CompilerDiagnostic[];
  /** URLs that it printed, the ones to show a person first. */
  readonly urls: readonly string[];
}

/** What an operation needs from whoever started it. */
export interface OperationOptions {
  /** Answers the tool's own questions. */
  readonly answer: (question: { readonly text: string }) => Promise<boolean>;
  readonly signal?: AbortSignal;
  /** Told how far a deployment has come. */
  readonly progress?: (message: Message) => void;
  /** Told what the tool found. */
  readonly report?: (projectRoot: string, findings: ToolFindings) => void;
}

/** How an operation ended. */
export interface OperationReport {
  readonly outcomes: readonly Outcome[];
  /** By the root of the project. */
  readonly diagnostics: ReadonlyMap<string, readonly CompilerDiagnostic[]>;
  readonly urls: readonly string[];
}

export interface ToolCall {
  readonly method: string;
  readonly kind: 'query' | 'update';
  /** Candid text. */
  readonly text: string;
}

/**
 * What an engine's tool does: what builds, checks or moves cycles, and the rest where the key that has to sign, or the
 * canister that is the controller, is out of reach here. Each for one canister; each throws a `Failure`.
 */
export interface ToolOperations {
  /** True where there is a tool that can be run. */
  available(): Promise<boolean>;
  start(target: CanisterRef, options: OperationOptions): Promise<void>;
  stop(target: CanisterRef, options: OperationOptions): Promise<void>;
  create(target: CanisterRef, options: OperationOptions): Promise<void>;
  build(target: CanisterRef, options: OperationOptions): Promise<void>;
  deploy(target: CanisterRef, options: OperationOptions): Promise<void>;
  /**
   * Deploys a whole project at once.
   *
   * @param installed told of each canister that is done
   */
  deployAll(
    monitor: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
    installed: (canister: string) => void,
  ): Promise<void>;
  install(target: CanisterRef, mode: InstallMode, options: OperationOptions): Promise<void>;
  uninstall(target: CanisterRef, options: OperationOptions): Promise<void>;
  /** Deletes, after the cycles were withdrawn. */
  delete(target: CanisterRef, options: OperationOptions): Promise<void>;
  generate(target: CanisterRef, options: OperationOptions): Promise<void>;
  /** @returns Candid text of the reply */
  call(target: CanisterRef, call: ToolCall, signal?: AbortSignal): Promise<string>;
}
