import type { Ownership } from '../core/monitor/ownership';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { translate } from '../ui/translate';

/** A principal with whose it is, in the user's language. */
export interface NamedPrincipal {
  readonly principal: string;
  readonly names: string;
}

/** The principals that are known around a project: identities, wallets, its canisters. */
export async function namedPrincipals(ownership: Ownership, project: ProjectMonitor): Promise<NamedPrincipal[]> {
  const owners = await ownership.owners(project);
  return [...owners].map(([principal, names]) => ({ principal, names: names.map(translate).join(', ') }));
}
