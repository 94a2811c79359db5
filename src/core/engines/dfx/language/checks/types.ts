import { msg } from '../../../../util/message';
import { closest } from '../../../../util/suggest';
import type { CheckContext } from '../check-context';
import { isRemoteSomewhere } from '../dfx-model';
import { CANISTER_TYPES } from '../keys';

/** Types that well-known extensions define; not doubted where dfx's extensions cannot be looked up. */
const WELL_KNOWN_TYPES: ReadonlySet<string> = new Set(['azle', 'kybra']);

const BUILTIN_NAMES: readonly string[] = CANISTER_TYPES.map(({ value }) => value);

export function checkTypes({ model, facts, findings }: CheckContext): void {
  for (const canister of model.canisters.values()) {
    const { kind, type, typeNode, object, name } = canister;
    if (object === undefined) {
      continue;
    }
    if (!canister.keys.has('type')) {
      // That it would be built as Motoko is of no use to know where there is nothing to build.
      if (isRemoteSomewhere(canister) && !canister.keys.has('main')) {
        continue;
      }
      findings.report(
        'missing-type',
        canister.keyRange,
        msg('"{0}" has no type, so dfx takes it for a Motoko canister.', name),
        {
          fixes: () => [
            {
              title: msg('Add {0}', '"type": "motoko"'),
              edits: model.document.addProperties(object, [['type', 'motoko']], true),
              preferred: true,
            },
          ],
        },
      );
      continue;
    }
    if (kind !== 'extension' || typeNode === undefined) {
      continue;
    }
    const installed = facts.extensions();
    if (installed === undefined) {
      continue;
    }
    if (installed === null ? WELL_KNOWN_TYPES.has(type) : installed.get(type) === true) {
      continue;
    }
    const candidates = [...BUILTIN_NAMES, ...(installed?.keys() ?? WELL_KNOWN_TYPES)];
    const guess = WELL_KNOWN_TYPES.has(type) ? undefined : closest(type, candidates);
    const message =
      installed?.get(type) === false
        ? msg('The dfx extension "{0}" does not define a canister type.', type)
        : guess !== undefined
          ? msg('dfx does not know the type "{0}". Did you mean "{1}"?', type, guess)
          : msg(
              'dfx does not know the type "{0}", and no installed dfx extension of that name defines it. If there is one, install it with `dfx extension install {0}`.',
              type,
            );
    findings.report('unknown-type', typeNode, message, {
      fixes: () => findings.changeToAny(typeNode, guess, BUILTIN_NAMES, true),
    });
  }
}
