import { rangeOf, type StringNode, stringAt, type TextEdit } from '../../../../document/tree';
import type { Fix } from '../../../../language/findings';
import { findRings, ringSteps } from '../../../../language/graph';
import { msg } from '../../../../util/message';
import { closest } from '../../../../util/suggest';
import type { CheckContext } from '../check-context';
import type { Canister, DfxModel } from '../dfx-model';
import { sharing } from './sharing';

/** The longest ring that a message spells out. */
const MAX_RING_TEXT = 8;
/** The most places of a ring that are listed. */
const MAX_RING_PLACES = 50;

export function checkDependencies(context: CheckContext): void {
  const { model, findings } = context;
  const remove = (edge: StringNode, preferred = false): Fix => ({
    title: msg('Remove the dependency on "{0}"', edge.value),
    edits: model.document.removeItem(edge),
    preferred,
  });
  const rings = findRings(model);
  for (const canister of model.canisters.values()) {
    for (const edge of canister.dependencies) {
      if (edge.value === canister.name) {
        findings.report('self-dependency', edge, msg('"{0}" depends on itself.', edge.value), {
          fixes: () => [remove(edge, true)],
        });
        continue;
      }
      if (!model.canisters.has(edge.value)) {
        const guess = closest(
          edge.value,
          [...model.canisters.keys()].filter((name) => name !== canister.name),
        );
        const message =
          guess === undefined
            ? msg('There is no canister "{0}" in this dfx.json.', edge.value)
            : msg('There is no canister "{0}" in this dfx.json. Did you mean "{1}"?', edge.value, guess);
        findings.report('unknown-dependency', edge, message, {
          fixes: () => [...findings.changeToAny(edge, guess, [], true), remove(edge)],
        });
        continue;
      }
      const ring = rings.get(edge);
      if (ring === undefined) {
        continue;
      }
      const steps = ringSteps(ring, MAX_RING_PLACES);
      const names = [canister.name, ...steps.map((step) => step.value)];
      const shown = ring.steps.length > MAX_RING_TEXT ? [...names.slice(0, MAX_RING_TEXT), '…'] : names;
      findings.report(
        'circular-dependency',
        edge,
        msg('These canisters depend on each other in a circle: {0}.', shown.join(' → ')),
        {
          related: steps.map((step, i) => ({
            message: msg('"{0}" depends on "{1}"', names[i]!, step.value),
            range: rangeOf(step),
          })),
          fixes: () => [remove(edge)],
        },
      );
    }
    checkImports(context, canister, remove);
  }
  checkPullIds(context);
}

/** dfx takes the build order of Motoko canisters from their imports, of all others from `dependencies`. */
function checkImports(
  { model, facts, findings }: CheckContext,
  canister: Canister,
  remove: (edge: StringNode) => Fix,
): void {
  if (canister.kind !== 'motoko') {
    return;
  }
  const main = stringAt(canister.keys, 'main');
  const { object } = canister;
  if (main === undefined || object === undefined) {
    return;
  }
  const imports = facts.motokoImports(main.value);
  if (imports === undefined) {
    return;
  }
  const declared = new Set(canister.dependencies.map((edge) => edge.value));
  for (const name of imports.canisters) {
    if (declared.has(name) || name === canister.name) {
      continue;
    }
    const message = model.canisters.has(name)
      ? msg('The program imports canister "{0}", which "dependencies" does not list.', name)
      : msg('The program imports canister "{0}", which this dfx.json does not have.', name);
    findings.report('undeclared-import', main, message, {
      fixes: () =>
        model.canisters.has(name)
          ? [{ title: msg('Add "{0}" to the dependencies', name), edits: addDependency(model, canister, name) }]
          : [],
    });
  }
  if (!imports.complete) {
    return;
  }
  for (const edge of canister.dependencies) {
    if (imports.canisters.has(edge.value) || !model.canisters.has(edge.value)) {
      continue;
    }
    findings.report('unused-dependency', edge, msg('The program does not import canister "{0}".', edge.value), {
      tag: 'unnecessary',
      fixes: () => [remove(edge)],
    });
  }
}

function addDependency({ document }: DfxModel, { object, keys }: Canister, name: string): TextEdit[] {
  const value = keys.get('dependencies')?.value;
  if (value?.type === 'array') {
    return document.addItem(value, name);
  }
  return object === undefined || value !== undefined ? [] : document.addProperties(object, [['dependencies', [name]]]);
}

function checkPullIds({ model, findings }: CheckContext): void {
  const pulled = [...model.canisters.values()].flatMap(({ kind, name, keys }) => {
    const id = kind === 'pull' ? stringAt(keys, 'id') : undefined;
    return id === undefined ? [] : [{ name, id }];
  });
  for (const { item, others } of sharing(pulled, ({ id }) => id.value.toLowerCase())) {
    findings.report('duplicate-pull-id', item.id, msg('The pull canister "{0}" has the same id.', others[0]!.name), {
      related: others.map(({ name, id }) => ({
        message: msg('The same id is given to "{0}" here', name),
        range: rangeOf(id),
      })),
    });
  }
}
