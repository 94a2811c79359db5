import {
  type ObjectNode,
  objectAt,
  type Property,
  propertiesOf,
  rangeOf,
  type ValueNode,
} from '../../../../document/tree';
import type { Fix } from '../../../../language/findings';
import { type Message, msg } from '../../../../util/message';
import { closest } from '../../../../util/suggest';
import { IC, LOCAL } from '../../manifest';
import type { CheckContext } from '../check-context';
import type { Entry } from '../icp-model';

/** Names of environments that people give to what is on the mainnet. */
const MAINNET_NAMES = /^(?:ic|main|mainnet|prod|production|live|beta|staging|stage|release|demo)(?:$|[-_.])/i;
const OVERRIDES = ['settings', 'init_args', 'upgrade_args'] as const;

export function checkEnvironments(context: CheckContext): void {
  for (const environment of context.model.environments) {
    checkNetwork(context, environment);
    checkPath(context, environment);
    for (const key of OVERRIDES) {
      checkOverride(context, environment, key);
    }
    checkReplaced(context, environment);
    checkDependencies(context, environment);
  }
}

function checkNetwork({ findings }: CheckContext, { name, keys, object }: Entry): void {
  const network = keys.get('network');
  if (name === undefined || (network !== undefined && network.value?.type !== 'null') || name.value === LOCAL) {
    return;
  }
  if (MAINNET_NAMES.test(name.value)) {
    findings.report(
      'local-environment',
      name,
      msg('"{0}" has no "network", so icp deploys it to the network "local" on this computer.', name.value),
      {
        fixes: () => [
          {
            title: msg('Add "{0}"', `network: ${IC}`),
            edits:
              network === undefined
                ? findings.document.addProperties(object, [['network', IC]])
                : [findings.document.replace(network.value ?? network.key, IC)],
          },
        ],
      },
    );
  }
}

/** icp makes the name of the id file of the environment's name. */
function checkPath({ findings }: CheckContext, { name }: Entry): void {
  if (name !== undefined && /[\\/]/.test(name.value)) {
    findings.report(
      'environment-path',
      name,
      msg('icp makes the path of a file with ids of this name: .icp/data/mappings/{0}.ids.json', name.value),
    );
  }
}

/** Names for which icp keeps what is said of them and never uses it. */
function checkOverride(context: CheckContext, { keys }: Entry, key: (typeof OVERRIDES)[number]): void {
  const { findings, canisterNames, project, incomplete } = context;
  const map = objectAt(keys, key);
  if (map === undefined || incomplete) {
    return;
  }
  const selected = selection(keys.get('canisters')?.value);
  const known = new Set([...canisterNames, ...project.canisters.map((canister) => canister.key)]);
  for (const [name, property] of propertiesOf(map)) {
    let message: Message | undefined;
    const guess = known.has(name)
      ? undefined
      : closest(
          name,
          [...known].filter((each) => !propertiesOf(map).has(each)),
        );
    if (!known.has(name)) {
      message =
        guess === undefined
          ? msg('icp ignores this: there is no canister "{0}".', name)
          : msg('icp ignores this: there is no canister "{0}". Did you mean "{1}"?', name, guess);
    } else if (selected !== undefined && !selected.has(name) && canisterNames.includes(name)) {
      message = msg('icp ignores this: "canisters" of the environment does not have "{0}".', name);
    }
    if (message !== undefined) {
      findings.report('unused-override', property.key, message, {
        tag: 'unnecessary',
        fixes: () => [...findings.changeToAny(property.key, guess, [], true), findings.remove(property)],
      });
    }
  }
}

/** The canisters that an environment lists; undefined where it has all. */
function selection(node: ValueNode | undefined): ReadonlySet<string> | undefined {
  return node?.type === 'array'
    ? new Set(node.items.flatMap((item) => (item.type === 'string' ? [item.value] : [])))
    : undefined;
}

/** The settings of an environment stand in place of all of the canister's: those that only it has are gone. */
function checkReplaced(context: CheckContext, { keys }: Entry): void {
  const { findings, model } = context;
  const map = objectAt(keys, 'settings');
  if (map === undefined) {
    return;
  }
  for (const [name, property] of propertiesOf(map)) {
    const canister = model.canister(name);
    const base = canister && objectAt(canister.keys, 'settings');
    const own = property.value?.type === 'object' ? property.value : undefined;
    if (base === undefined || own === undefined) {
      continue;
    }
    const lost = lostKeys(base, own);
    if (lost.length === 0) {
      continue;
    }
    findings.report(
      'replaced-settings',
      property.key,
      msg(
        'icp replaces all settings of "{0}" by these. What is not repeated here does not hold: {1}',
        name,
        lost.map(({ path }) => path).join(', '),
      ),
      {
        related: lost.map(({ path, property: { key } }) => ({
          message: msg('"{0}" does not hold in this environment', path),
          range: rangeOf(key),
        })),
        fixes: () => copyFixes(context, own, lost),
      },
    );
  }
}

interface Lost {
  readonly path: string;
  readonly property: Property;
  /** The map in the environment into which it belongs. */
  readonly into: ObjectNode;
}

function lostKeys(base: ObjectNode, own: ObjectNode): Lost[] {
  const present = propertiesOf(own);
  return [...propertiesOf(base)].flatMap(([key, property]): Lost[] => {
    const here = present.get(key)?.value;
    if (!present.has(key)) {
      return [{ path: key, property, into: own }];
    }
    if (key !== 'environment_variables' || property.value?.type !== 'object' || here?.type !== 'object') {
      return [];
    }
    // Variables are no exception: the inner map is replaced, too.
    const variables = propertiesOf(here);
    return [...propertiesOf(property.value)].flatMap(([variable, inner]) =>
      variables.has(variable) ? [] : [{ path: `${key}.${variable}`, property: inner, into: here }],
    );
  });
}

function copyFixes({ findings }: CheckContext, own: ObjectNode, lost: readonly Lost[]): Fix[] {
  const { document } = findings;
  // What goes into inner maps first: both may end on the same line.
  const groups = new Map<ObjectNode, (readonly [string, unknown])[]>();
  for (const { property, into } of lost) {
    groups.set(into, [...(groups.get(into) ?? []), [property.key.value, plainValue(property.value)]]);
  }
  const inOrder = [...groups].sort(([a], [b]) => Number(a === own) - Number(b === own));
  const edits = inOrder.flatMap(([into, entries]) => document.addProperties(into, entries));
  return edits.length === 0 ? [] : [{ title: msg('Copy them here'), edits }];
}

/** A value as an edit writes it. Numbers stay as they are written. */
function plainValue(node: ValueNode | undefined): unknown {
  switch (node?.type) {
    case 'string':
      return node.value;
    case 'array':
      return node.items.map(plainValue);
    case 'object':
      return Object.fromEntries([...propertiesOf(node)].map(([name, { value }]) => [name, plainValue(value)]));
    case 'number':
      return /^\d{1,20}$/.test(node.raw) ? BigInt(node.raw) : node.raw;
    case 'boolean':
      return node.raw.toLowerCase() === 'true';
    default:
      return null;
  }
}

function checkDependencies({ findings, project }: CheckContext, { name }: Entry): void {
  const missing = name && project.environments.get(name.value)?.missingIn[0];
  if (name !== undefined && missing !== undefined) {
    findings.report(
      'environment-in-dependency',
      name,
      msg(
        'The dependency {0} does not define the environment "{1}", so every command for it fails.',
        missing,
        name.value,
      ),
    );
  }
}
