import { type Finding, finding } from '../../../../language/findings';
import { msg } from '../../../../util/message';
import { isPrincipal } from '../../../../util/principal';
import type { CheckContext } from '../check-context';
import type { Canister } from '../dfx-model';

/** The name in `CANISTER_ID_<NAME>`. */
export function environmentName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

export function checkNames({ model }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  const byVariable = new Map<string, Canister[]>();
  for (const canister of model.canisters.values()) {
    const { name, keyRange } = canister;
    if (name.includes('.')) {
      findings.push(
        finding('dotted-name', keyRange, msg('dfx cuts the names of built files at the "." of "{0}".', name)),
      );
    }
    if (isPrincipal(name)) {
      findings.push(
        finding(
          'principal-name',
          keyRange,
          msg('dfx takes "{0}" for an id, so this canister cannot be named in a command.', name),
        ),
      );
    }
    const variable = environmentName(name);
    const sharing = byVariable.get(variable);
    if (sharing === undefined) {
      byVariable.set(variable, [canister]);
    } else {
      sharing.push(canister);
    }
  }
  for (const [variable, sharing] of byVariable) {
    if (sharing.length < 2) {
      continue;
    }
    for (const canister of sharing) {
      const others = sharing.filter((other) => other !== canister);
      findings.push(
        finding(
          'colliding-name',
          canister.keyRange,
          msg(
            '"{0}" and "{1}" share the environment variable {2}.',
            canister.name,
            others[0]!.name,
            `CANISTER_ID_${variable}`,
          ),
          { related: others.map((other) => ({ message: msg('The other canister'), range: other.keyRange })) },
        ),
      );
    }
  }
  return findings;
}
