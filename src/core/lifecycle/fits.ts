import { type CanisterPhase, type CanisterState, phaseOf } from '../monitor/state';

export const OPERATIONS = [
  'start',
  'stop',
  'create',
  'build',
  'deploy',
  'install',
  'upgrade',
  'reinstall',
  'call',
  'logs',
  'settings',
  'snapshots',
  'top-up',
  'uninstall',
  'delete',
  'generate',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** The canister has a module, as far as is known. */
const WITH_CODE: readonly CanisterPhase[] = ['running', 'stopping', 'stopped', 'hidden'];
const EXISTING: readonly CanisterPhase[] = [...WITH_CODE, 'empty'];
/** Not known for certain: the operation is offered, and the network or dfx has the last word. */
const UNSURE: readonly CanisterPhase[] = ['unknown', 'loading', 'insecure'];

/** All that decides whether an operation makes sense. */
interface Situation {
  readonly phase: CanisterPhase;
  /** dfx builds and installs neither remote nor pulled canisters: they are somebody else's. */
  readonly foreign: boolean;
  /** Only dfx could change it. */
  readonly throughDfx: boolean;
}

function situationOf(state: CanisterState): Situation {
  return {
    phase: phaseOf(state),
    foreign: state.idSource === 'remote' || state.config.kind === 'pull',
    throughDfx: state.through !== undefined,
  };
}

/** True where an operation makes sense for a canister as it is now. Menus, palette and service all ask here. */
export function fits(operation: Operation, state: CanisterState): boolean {
  return fitsIn(operation, situationOf(state));
}

/** The operations that fit, by situation: every row of a large project asks, and there are few situations. */
const fitting = new Map<string, readonly Operation[]>();

/** All operations that fit a canister as it is now. */
export function fittingOperations(state: CanisterState): readonly Operation[] {
  const situation = situationOf(state);
  const key = JSON.stringify(situation);
  let operations = fitting.get(key);
  if (operations === undefined) {
    operations = OPERATIONS.filter((operation) => fitsIn(operation, situation));
    fitting.set(key, operations);
  }
  return operations;
}

function fitsIn(operation: Operation, { phase, foreign, throughDfx }: Situation): boolean {
  // Whether it runs cannot be seen from here, but dfx can start and stop it.
  const blind = phase === 'hidden' && throughDfx && !foreign;
  switch (operation) {
    case 'start':
      return phase === 'stopped' || phase === 'stopping' || blind;
    case 'stop':
      return phase === 'running' || phase === 'empty' || blind;
    case 'create':
      return phase === 'not-created' && !foreign;
    case 'build':
    case 'deploy':
    case 'generate':
      return !foreign;
    case 'install':
      return phase === 'empty' && !foreign;
    case 'upgrade':
    case 'reinstall':
      return WITH_CODE.includes(phase) && !foreign;
    case 'uninstall':
      return WITH_CODE.includes(phase) && !foreign;
    case 'call':
      return ['running', 'hidden', 'remote', ...UNSURE].includes(phase);
    case 'logs':
      return [...EXISTING, 'remote', ...UNSURE].includes(phase);
    case 'settings':
    case 'snapshots':
      // Neither can be read, and so not shown, where only dfx could change them.
      return EXISTING.includes(phase) && !foreign && !throughDfx;
    case 'top-up':
      return EXISTING.includes(phase) && !foreign;
    case 'delete':
      return [...EXISTING, 'missing'].includes(phase) && !foreign;
  }
}
