import type { CanisterPhase } from '../monitor/state';

export type Operation = 'start' | 'stop';

/** The phases in which an operation makes sense. Menus, palette and service all ask here. */
export function fits(operation: Operation, phase: CanisterPhase): boolean {
  switch (operation) {
    case 'start':
      return phase === 'stopped' || phase === 'stopping';
    case 'stop':
      return phase === 'running' || phase === 'empty';
  }
}
