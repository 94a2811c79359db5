import { Failure } from './failure';
import { msg } from './message';

/**
 * Whether the user trusts what is open. Without that nothing that it chose is run or asked: whoever starts a process or
 * sends a request has to be given this, and looks at it then. Structurally the useful half of `vscode.workspace`.
 */
export interface Trust {
  readonly isTrusted: boolean;
}

/** Why nothing happens without trust. */
export function untrusted(): Failure {
  return new Failure({
    message: msg('This workspace is not trusted: nothing is run in it and no network is asked.'),
    next: 'manage-trust',
  });
}

/** @throws {Failure} where the workspace is not trusted */
export function requireTrust({ isTrusted }: Trust): void {
  if (!isTrusted) {
    throw untrusted();
  }
}
