import { isSet, type Property, rangeOf, stringAt } from '../../../../document/tree';
import { msg } from '../../../../util/message';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import { closest } from '../../../../util/suggest';
import type { CheckContext } from '../check-context';
import { type Canister, isRemoteSomewhere, isUrl } from '../dfx-model';

function hasCommands(property: Property | undefined): boolean {
  const value = property?.value;
  return value?.type === 'string' || (value?.type === 'array' && value.items.length > 0);
}

export function hasBuild(canister: Canister): boolean {
  return hasCommands(canister.keys.get('build'));
}

export function checkBuild(context: CheckContext): void {
  const { model, findings } = context;
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
    if (kind === 'rust') {
      checkPackage(context, canister);
    }
  }
}

/** dfx looks for the package among those that `cargo metadata` names, and for one crate in it that becomes Wasm. */
function checkPackage({ facts, findings }: CheckContext, canister: Canister): void {
  const name = stringAt(canister.keys, 'package');
  const packages = name === undefined ? undefined : facts.cargoPackages();
  if (name === undefined || !packages || packages.size === 0) {
    return;
  }
  // On the networks where it is remote the canister is not built.
  const severity = isRemoteSomewhere(canister) ? 'hint' : undefined;
  const quoted = shortText(name.value, MAX_QUOTED);
  if (!packages.has(name.value)) {
    const guess = closest(name.value, packages);
    const message =
      guess === undefined
        ? msg('The cargo workspace has no package "{0}".', quoted)
        : msg('The cargo workspace has no package "{0}". Did you mean "{1}"?', quoted, guess);
    findings.report('unknown-package', name, message, {
      severity,
      fixes: () => findings.changeToAny(name, guess, [...packages].slice(0, 10), true),
    });
    return;
  }
  const crates = facts.cargoCrates(name.value);
  if (!crates) {
    return;
  }
  const node = stringAt(canister.keys, 'crate') ?? name;
  const fitting = crates.filter(
    (crate) =>
      (crate.types.includes('cdylib') && sameCrate(crate.name, node.value)) ||
      (crate.types.includes('bin') && crate.name === node.value),
  );
  if (fitting.length === 1) {
    return;
  }
  const crate = shortText(node.value, MAX_QUOTED);
  const other = crates.find((candidate) => sameCrate(candidate.name, node.value));
  let message = msg('dfx finds no crate "{0}" in the package "{1}", and cannot build the canister.', crate, quoted);
  if (fitting.length > 1) {
    message = msg(
      'The package "{1}" has a binary and a library "{0}": dfx does not know which to take.',
      crate,
      quoted,
    );
  } else if (other !== undefined) {
    const types = shortText(other.types.join(', '), MAX_QUOTED);
    message = msg('dfx needs a binary or a library of type cdylib, but the crate "{0}" is of type {1}.', crate, types);
  }
  const choices = crates.flatMap(({ name: own, types }) =>
    types.some((type) => type === 'bin' || type === 'cdylib') ? own : [],
  );
  findings.report('unknown-crate', node, message, {
    severity,
    fixes: () => (node === name ? [] : findings.changeToAny(node, closest(node.value, choices), choices.slice(0, 10))),
  });
}

function sameCrate(a: string, b: string): boolean {
  return a.replaceAll('-', '_') === b.replaceAll('-', '_');
}
