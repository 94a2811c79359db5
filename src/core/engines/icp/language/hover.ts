import {
  objectAt,
  type Property,
  propertiesOf,
  rangeOf,
  type ScalarNode,
  type StringNode,
  stringAt,
  type ValueNode,
} from '../../../document/tree';
import type { Hover, HoverPart } from '../../../language/language';
import { describePrincipal } from '../../../language/principals';
import { keysOf, type ValueSpec } from '../../../language/spec';
import { describeKey, secondsWords } from '../../../language/spec-hover';
import { formatBytes, formatCount, formatCycles } from '../../../util/amounts';
import { type Message, msg } from '../../../util/message';
import { MAX_QUOTED, shortText } from '../../../util/shorten';
import { parseCyclesAmount, parseDuration, parseMemory } from '../amounts';
import { IC, LOCAL } from '../manifest';
import type { IcpFactStore } from './icp-facts';
import type { CanisterEntry } from './icp-model';
import { RECIPE, SETTINGS } from './keys';
import type { ManifestDocument } from './manifest-document';
import { recipeLine, recipeVersions, registryRecipe } from './recipes';
import { specOf, valueSpecOf } from './structure';

/** Environments whose differences are told. */
const MAX_ENVIRONMENTS = 8;

export function hover(document: ManifestDocument, offset: number, facts: IcpFactStore): Hover | undefined {
  const node = document.source.nodeAt(offset);
  if (document.isTemplate || node === undefined || node.type === 'object' || node.type === 'array') {
    return undefined;
  }
  if (node.type === 'property') {
    return undefined;
  }
  const { parent } = node;
  return node.type === 'string' && parent?.type === 'property' && parent.key === node
    ? hoverKey(document, parent, facts)
    : hoverValue(document, node, facts);
}

function hoverKey(document: ManifestDocument, property: Property, facts: IcpFactStore): Hover | undefined {
  const { kind } = document;
  const { parent, key } = property;
  const range = rangeOf(key);
  const spec = valueSpecOf(parent, kind);
  if (spec?.kind === 'map') {
    if (spec.keys === 'canister') {
      return hoverCanister(document, key, facts);
    }
    const doc = recipeKeyDoc(document, property);
    return doc && { range, parts: [{ text: doc }] };
  }
  if (spec?.kind === 'enum-or-object' && spec.key.name === key.value) {
    return { range, parts: describeKey(spec.key, 'icp') };
  }
  const table = specOf(parent, document.model);
  const found = table && keysOf(table).get(key.value);
  if (found === undefined) {
    return undefined;
  }
  const parts = describeKey(found, 'icp');
  if (table === SETTINGS) {
    parts.push(...effective(document, property));
  }
  return { range, parts };
}

function recipeKeyDoc({ kind }: ManifestDocument, { parent, key }: Property): Message | undefined {
  const recipe = parent.parent?.type === 'property' ? parent.parent.parent : undefined;
  if (recipe === undefined || valueSpecOf(recipe, kind) !== RECIPE) {
    return undefined;
  }
  const type = stringAt(propertiesOf(recipe), 'type');
  const known = type && registryRecipe(type.value);
  return known && recipeLine(known)?.keys.find(({ name }) => name === key.value)?.doc;
}

/** What holds of a setting of a canister in each environment that has settings for it. */
function effective({ model }: ManifestDocument, { key, parent }: Property): HoverPart[] {
  const canister = model.canisters.find(({ keys }) => keys.get('settings')?.value === parent);
  if (canister?.name === undefined) {
    return [];
  }
  const parts: HoverPart[] = [];
  for (const { keys, name } of model.environments.slice(0, MAX_ENVIRONMENTS)) {
    const settings = objectAt(keys, 'settings');
    const own = settings && propertiesOf(settings).get(canister.name.value)?.value;
    if (name === undefined || own?.type !== 'object') {
      continue;
    }
    const value = propertiesOf(own).get(key.value)?.value;
    parts.push({
      text:
        value === undefined
          ? msg('In {0}: not set, since the settings of the environment stand in place of these', name.value)
          : msg('In {0}: {1}', name.value, written(value)),
    });
  }
  return parts;
}

function written(node: ValueNode): string {
  switch (node.type) {
    case 'string':
      return shortText(node.value, MAX_QUOTED);
    case 'object':
      return `{ ${node.properties.map(({ key }) => key.value).join(', ')} }`;
    case 'array':
      return `[${node.items.length}]`;
    default:
      return node.raw;
  }
}

function hoverValue(document: ManifestDocument, node: StringNode | ScalarNode, facts: IcpFactStore): Hover | undefined {
  const { model, kind } = document;
  const range = rangeOf(node);
  const canister = node.type === 'string' ? model.canisters.find(({ name }) => name === node) : undefined;
  if (canister !== undefined) {
    return { range, parts: describeCanister(document, canister), canister: canister.name!.value };
  }
  const spec = valueSpecOf(node, kind);
  const text = spec?.kind === 'either' ? spec.string : spec;
  if (node.type === 'string' && text?.kind === 'string') {
    switch (text.role) {
      case 'canister':
        return hoverCanister(document, node, facts);
      case 'controller':
        return hoverPrincipal(node) ?? hoverCanister(document, node, facts);
      case 'principal':
        return hoverPrincipal(node);
      case 'network':
        return { range, parts: describeNetwork(document, node.value) };
      case 'recipe':
        return hoverRecipe(node);
      default:
        return undefined;
    }
  }
  const doc = choiceDoc(text, node) ?? readable(text, node);
  return doc && { range, parts: [{ text: doc }] };
}

function choiceDoc(spec: ValueSpec | undefined, node: StringNode | ScalarNode): Message | undefined {
  return (spec?.kind === 'enum' || spec?.kind === 'enum-or-object') && node.type === 'string'
    ? spec.values.find(({ value }) => value === node.value)?.doc
    : undefined;
}

/** An amount for people. */
function readable(spec: ValueSpec | undefined, node: StringNode | ScalarNode): Message | undefined {
  const raw = node.type === 'string' ? node.value : node.raw;
  switch (spec?.kind) {
    case 'bytes': {
      const bytes = parseMemory(raw);
      return bytes === undefined ? undefined : msg('{0} = {1} bytes', formatBytes(bytes), formatCount(bytes));
    }
    case 'duration': {
      const seconds = parseDuration(raw);
      return seconds === undefined ? undefined : secondsWords(seconds);
    }
    case 'integer': {
      if (spec.unit === 'cycles') {
        const cycles = parseCyclesAmount(raw);
        return cycles === undefined ? undefined : msg('{0} cycles', formatCycles(cycles));
      }
      return spec.unit === 'percent' && /^\d{1,3}$/.test(raw) ? msg('{0} percent of one processor', raw) : undefined;
    }
    default:
      return undefined;
  }
}

function hoverPrincipal(node: StringNode): Hover | undefined {
  const known = describePrincipal(node.value);
  return known && { range: rangeOf(node), parts: [{ text: known }], principal: node.value };
}

function hoverCanister(document: ManifestDocument, node: StringNode, facts: IcpFactStore): Hover | undefined {
  const inline = document.model.canister(node.value);
  if (inline !== undefined) {
    return { range: rangeOf(node), parts: describeCanister(document, inline), canister: node.value };
  }
  const { files } = document.project(facts, []);
  return files.canisters.some(({ key }) => key === node.value)
    ? { range: rangeOf(node), parts: [{ text: msg('A canister of this project') }], canister: node.value }
    : undefined;
}

function describeCanister({ model }: ManifestDocument, { recipe, keys, name }: CanisterEntry): HoverPart[] {
  const known = recipe && registryRecipe(recipe.type.value);
  const type = known?.name ?? recipe?.type.value ?? (keys.has('build') ? 'build' : '');
  const parts: HoverPart[] = [
    { text: type === '' ? msg('A canister of this project') : msg('{0} canister', shortText(type, MAX_QUOTED)) },
  ];
  const without = model.environments.flatMap((environment) => {
    const list = environment.keys.get('canisters')?.value;
    const isIn =
      list?.type !== 'array' || list.items.some((item) => item.type === 'string' && item.value === name?.value);
    return isIn || environment.name === undefined ? [] : [environment.name.value];
  });
  if (without.length > 0) {
    parts.push({ text: msg('Not in: {0}', without.slice(0, MAX_ENVIRONMENTS).join(', ')) });
  }
  return parts;
}

function describeNetwork({ model }: ManifestDocument, name: string): HoverPart[] {
  const own = model.networks.find((network) => network.name?.value === name);
  const url = own && (stringAt(own.keys, 'api-url') ?? stringAt(own.keys, 'url'));
  if (url !== undefined) {
    return [{ text: msg('A network at {0}', shortText(url.value, MAX_QUOTED)) }];
  }
  if (own !== undefined || name === LOCAL) {
    return [{ text: msg('A network on this computer, which icp starts and stops') }];
  }
  return name === IC ? [{ text: msg('The mainnet') }] : [];
}

function hoverRecipe(node: StringNode): Hover | undefined {
  const known = registryRecipe(node.value);
  if (known === undefined) {
    return undefined;
  }
  const [newest] = recipeVersions(known.name);
  const parts: HoverPart[] = [{ text: msg('The recipe {0} in version {1}', known.name, known.version) }];
  if (newest !== undefined && newest !== known.version) {
    parts.push({ text: msg('There is a newer version of this recipe: {0}', newest) });
  }
  const keys = recipeLine(known)?.keys.map(({ name }) => name) ?? [];
  if (keys.length > 0) {
    parts.push({ text: msg('Configuration: {0}', keys.join(', ')) });
  }
  return { range: rangeOf(node), parts };
}
