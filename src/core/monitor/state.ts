import type { CanisterFacts } from '../network/canister-facts';
import type { CanisterDefinition, CanisterId, Refusal } from '../project/model';
import type { FailureData } from '../util/failure';
import { type Message, msg } from '../util/message';
import type { BuildState } from './build-checker';

/** What a row says of a canister, before anything that is under way. */
export type CanisterPhase =
  | 'running'
  | 'stopping'
  | 'stopped'
  /** Created, but no module installed. */
  | 'empty'
  /** No id on this network. */
  | 'not-created'
  | 'remote'
  | 'pull'
  /** It does not belong to the selected target. */
  | 'excluded'
  /** Has a module, but whether it runs is for controllers to see. */
  | 'hidden'
  /** The id file names it, the network certifies that it does not exist. */
  | 'missing'
  /** The last answer was forged or stale. */
  | 'insecure'
  /** Could not be asked; `failure` says why. */
  | 'unknown'
  /** Not asked yet. */
  | 'loading';

/** Why operations on a canister go through the engine's tool rather than straight to the network. */
export interface ThroughTool {
  /**
   * Id of the canister that calls in the identity's place, where that is the controller. Without one, only the tool can
   * reach the identity's key.
   */
  readonly proxy?: string;
}

export interface CanisterState {
  readonly name: string;
  readonly definition: CanisterDefinition;
  readonly id?: string;
  readonly owner: CanisterId['owner'];
  /** It does not belong to the selected target: an environment may have a part of the canisters only. */
  readonly excluded?: boolean;
  /** The last good answer; kept when the network is lost. */
  readonly facts?: CanisterFacts;
  /** When `facts` came, in milliseconds since 1970. */
  readonly checkedAt?: number;
  /** Why the latest question had no good answer. */
  readonly failure?: FailureData;
  /** Set where the identity could only change it with the tool's help. */
  readonly through?: ThroughTool;
  /** Set where the project's files cannot be read as its tool reads them: the rest is what they said before. */
  readonly refusal?: Refusal;
  /** Set where a file that cannot be read may name an id, and nothing says that there was none before. */
  readonly idUncertain?: boolean;
  /** What is known of its last build here. Kept up to date while something shows it. */
  readonly build?: BuildState;
  /** What an operation is doing to it, as "Stopping…". */
  readonly busy?: Message;
}

export function phaseOf(state: CanisterState): CanisterPhase {
  if (state.failure?.kind === 'security') {
    return 'insecure';
  }
  if (state.excluded) {
    return 'excluded';
  }
  if (state.owner === 'remote') {
    return 'remote';
  }
  if (state.definition.pulled && !state.facts?.exists) {
    return 'pull';
  }
  if (state.id === undefined) {
    return state.idUncertain ? 'unknown' : 'not-created';
  }
  const { facts } = state;
  if (facts === undefined) {
    return state.failure ? 'unknown' : 'loading';
  }
  if (!facts.exists) {
    return 'missing';
  }
  if (facts.moduleHash === undefined && facts.detail?.status !== 'stopped' && facts.detail?.status !== 'stopping') {
    return 'empty';
  }
  return facts.detail?.status ?? 'hidden';
}

/** True where the module on the network is another than the one that was built last. */
export function differsFromBuild({ facts, build, owner }: CanisterState): boolean {
  const hash = facts?.exists === true && owner === 'project' ? facts.moduleHash : undefined;
  return hash !== undefined && build?.moduleHash !== undefined && hash !== build.moduleHash;
}

/** A file that has changed since the last build, as `name` has it. */
export function changedFile({ removed }: BuildState, name: string): Message | string {
  return removed ? msg('{0} (removed)', name) : name;
}

/** The phase in words, as rows, lenses and hovers show it. */
export function phaseLabel(phase: CanisterPhase): Message {
  switch (phase) {
    case 'running':
      return msg('Running');
    case 'stopping':
      return msg('Stopping…');
    case 'stopped':
      return msg('Stopped');
    case 'empty':
      return msg('Empty (created, no code)');
    case 'not-created':
      return msg('Not created');
    case 'remote':
      return msg('Remote');
    case 'pull':
      return msg('Pulled dependency');
    case 'excluded':
      return msg('Not in this environment');
    case 'hidden':
      return msg('Running state hidden: you are not a controller');
    case 'missing':
      return msg('No longer on this network');
    case 'insecure':
      return msg('Security error: the answer is not trustworthy');
    case 'unknown':
      return msg('Unknown');
    case 'loading':
      return msg('Asking the network…');
  }
}
