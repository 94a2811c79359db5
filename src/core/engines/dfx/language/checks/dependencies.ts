import { addProperties, removeItem } from '../../../../document/edits';
import { rangeOf, type StringNode } from '../../../../document/json';
import { type Finding, type Fix, finding, type TextEdit } from '../../../../language/findings';
import { closest } from '../../../../language/suggest';
import { msg } from '../../../../util/message';
import type { CheckContext } from '../check-context';
import { type Canister, textAt } from '../dfx-model';
import { findRings, ringSteps } from '../graph';
import { replaceFix } from '../structure';

/** The longest ring that a message spells out. */
const MAX_RING_TEXT = 8;
/** The most places of a ring that are listed. */
const MAX_RING_PLACES = 50;

export function checkDependencies(context: CheckContext): Finding[] {
  const { model } = context;
  const findings: Finding[] = [];
  const remove = (edge: StringNode, preferred?: true): Fix => ({
    title: msg('Remove the dependency on "{0}"', edge.value),
    edits: removeItem(model.document, edge),
    preferred,
  });
  const rings = findRings(model);
  for (const canister of model.canisters.values()) {
    for (const edge of canister.dependencies) {
      if (edge.value === canister.name) {
        findings.push(
          finding('self-dependency', rangeOf(edge), msg('"{0}" depends on itself.', edge.value), {
            fixes: () => [remove(edge, true)],
          }),
        );
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
        findings.push(
          finding('unknown-dependency', rangeOf(edge), message, {
            fixes: () => [...(guess === undefined ? [] : [replaceFix(edge, guess, false, true)]), remove(edge)],
          }),
        );
        continue;
      }
      const ring = rings.get(edge);
      if (ring === undefined) {
        continue;
      }
      const steps = ringSteps(ring, MAX_RING_PLACES);
      const names = [canister.name, ...steps.map((step) => step.value)];
      const shown = ring.steps.length > MAX_RING_TEXT ? [...names.slice(0, MAX_RING_TEXT), '…'] : names;
      findings.push(
        finding(
          'circular-dependency',
          rangeOf(edge),
          msg('These canisters depend on each other in a circle: {0}.', shown.join(' → ')),
          {
            related: steps.map((step, i) => ({
              message: msg('"{0}" depends on "{1}"', names[i]!, step.value),
              range: rangeOf(step),
            })),
            fixes: () => [remove(edge)],
          },
        ),
      );
    }
    checkImports(context, canister, findings);
  }
  checkPullIds(context, findings);
  return findings;
}

/** dfx takes the build order of Motoko canisters from their imports, of all others from `dependencies`. */
function checkImports({ model, facts }: CheckContext, canister: Canister, findings: Finding[]): void {
  if (canister.kind !== 'motoko') {
    return;
  }
  const main = textAt(canister.keys, 'main');
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
    findings.push(
      finding('undeclared-import', rangeOf(main), message, {
        fixes: () =>
          model.canisters.has(name)
            ? [
                {
                  title: msg('Add "{0}" to the dependencies', name),
                  edits: addDependency(model.document, canister, name),
                },
              ]
            : [],
      }),
    );
  }
  if (!imports.complete) {
    return;
  }
  for (const edge of canister.dependencies) {
    if (imports.canisters.has(edge.value) || !model.canisters.has(edge.value)) {
      continue;
    }
    findings.push(
      finding('unused-dependency', rangeOf(edge), msg('The program does not import canister "{0}".', edge.value), {
        tag: 'unnecessary',
        fixes: () => [
          { title: msg('Remove the dependency on "{0}"', edge.value), edits: removeItem(model.document, edge) },
        ],
      }),
    );
  }
}

function addDependency(document: CheckContext['model']['document'], canister: Canister, name: string): TextEdit[] {
  const value = canister.keys.get('dependencies')?.value;
  if (value?.type !== 'array') {
    return canister.object === undefined || value !== undefined
      ? []
      : addProperties(document, canister.object, [['dependencies', [name]]]);
  }
  const last = value.items.at(-1);
  if (last === undefined) {
    return [{ range: { offset: value.start + 1, length: 0 }, newText: JSON.stringify(name) }];
  }
  const indent = document.lineIndent(last.start);
  const gap = indent === undefined ? ' ' : document.lineBreak + indent;
  return [{ range: { offset: last.end, length: 0 }, newText: `,${gap}${JSON.stringify(name)}` }];
}

function checkPullIds({ model }: CheckContext, findings: Finding[]): void {
  const byId = new Map<string, { canister: Canister; node: StringNode }[]>();
  for (const canister of model.canisters.values()) {
    const node = canister.kind === 'pull' ? textAt(canister.keys, 'id') : undefined;
    if (node === undefined) {
      continue;
    }
    const id = node.value.toLowerCase();
    const entries = byId.get(id);
    if (entries === undefined) {
      byId.set(id, [{ canister, node }]);
    } else {
      entries.push({ canister, node });
    }
  }
  for (const entries of byId.values()) {
    if (entries.length < 2) {
      continue;
    }
    for (const { canister, node } of entries) {
      const others = entries.filter((entry) => entry.canister !== canister);
      findings.push(
        finding(
          'duplicate-pull-id',
          rangeOf(node),
          msg('The pull canister "{0}" has the same id.', others[0]!.canister.name),
          {
            related: others.map((other) => ({
              message: msg('The same id is given to "{0}" here', other.canister.name),
              range: rangeOf(other.node),
            })),
          },
        ),
      );
    }
  }
}
