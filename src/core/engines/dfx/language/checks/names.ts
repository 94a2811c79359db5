import { msg } from '../../../../util/message';
import { isPrincipal } from '../../../../util/principal';
import type { CheckContext } from '../check-context';
import { sharing } from './sharing';

/** The name in `CANISTER_ID_<NAME>`. */
export function environmentName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** dfx makes the names of built files of the last step of the canister's name: the path's file name, as Rust has it. */
function isFileName(name: string): boolean {
  const last = name.split('/').findLast((step) => step !== '' && step !== '.');
  return last !== undefined && last !== '..' && !name.includes('\0');
}

export function checkNames({ model, findings }: CheckContext): void {
  for (const canister of model.canisters.values()) {
    const { name, keyRange } = canister;
    if (!isFileName(name)) {
      findings.report(
        'unusable-name',
        keyRange,
        msg('dfx cannot build this canister: it makes files of its name, and "{0}" is none.', name),
      );
    } else if (name.includes('.')) {
      findings.report('dotted-name', keyRange, msg('dfx cuts the names of built files at the "." of "{0}".', name));
    }
    if (isPrincipal(name)) {
      findings.report(
        'principal-name',
        keyRange,
        msg('dfx takes "{0}" for an id, so this canister cannot be named in a command.', name),
      );
    }
  }
  for (const { key, item, others } of sharing(model.canisters.values(), ({ name }) => environmentName(name))) {
    const variable = `CANISTER_ID_${key}`;
    findings.report(
      'colliding-name',
      item.keyRange,
      msg('"{0}" and "{1}" share the environment variable {2}.', item.name, others[0]!.name, variable),
      { related: others.map((other) => ({ message: msg('The other canister'), range: other.keyRange })) },
    );
  }
}
