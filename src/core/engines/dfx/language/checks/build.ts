import { isSet, type Property, rangeOf, stringAt } from '../../../../document/tree';
import { closest } from '../../../../language/suggest';
import { msg } from '../../../../util/message';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import type { CheckContext } from '../check-context';
import { type Canister, isUrl } from '../dfx-model';

function hasCommands(property: Property | undefined): boolean {
  const value = property?.value;
  return value?.type === 'string' || (value?.type === 'array' && value.items.length > 0);
}

export function hasBuild(canister: Canister): boolean {
  return hasCommands(canister.keys.get('build'));
}

export function checkBuild({ model, facts, findings }: CheckContext): void {
  for (const canister of model.canisters.values()) {
    const { keys, kind } = canister;
    const wasm = stringAt(keys, 'wasm');
    const build = keys.get('build');
    if (kind === 'custom' && wasm !== undefined && isUrl(wasm.value) && build !== undefined && hasCommands(build)) {
      findings.report(
        'url-wasm-build',
        build.key,
        msg('A canister whose "wasm" is a URL cannot have build commands.'),
        {
          related: [{ message: msg('The URL'), range: rangeOf(wasm) }],
          fixes: () => [findings.remove(build)],
        },
      );
    }
    const shrink = keys.get('shrink');
    if (shrink !== undefined && isSet(keys, 'shrink') && isSet(keys, 'optimize')) {
      findings.report('shrink-ignored', shrink.key, msg('dfx ignores "shrink" where "optimize" is set.'), {
        tag: 'unnecessary',
        related: [{ message: msg('The setting that counts'), range: rangeOf(keys.get('optimize')!.key) }],
        fixes: () => [findings.remove(shrink, true)],
      });
    }
    const name = kind === 'rust' ? stringAt(keys, 'package') : undefined;
    const packages = name === undefined ? undefined : facts.cargoPackages();
    if (name !== undefined && packages && packages.size > 0 && !packages.has(name.value)) {
      const guess = closest(name.value, packages);
      const message =
        guess === undefined
          ? msg('The cargo workspace has no package "{0}".', shortText(name.value, MAX_QUOTED))
          : msg(
              'The cargo workspace has no package "{0}". Did you mean "{1}"?',
              shortText(name.value, MAX_QUOTED),
              guess,
            );
      findings.report('unknown-package', name, message, {
        fixes: () => findings.changeToAny(name, guess, [...packages].slice(0, 10), true),
      });
    }
  }
}
