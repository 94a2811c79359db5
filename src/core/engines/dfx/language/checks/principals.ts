import { reportPrincipal } from '../../../../language/principals';
import type { CheckContext } from '../check-context';

export function checkPrincipals({ sites, findings }: CheckContext): void {
  for (const { role, node } of sites) {
    if (role === 'principal') {
      reportPrincipal(findings, 'invalid-principal', node);
    }
  }
}
