/** What icp refuses, as findings with repairs. The rules themselves are those of the loader, `project-files.ts`. */
import path from 'node:path';
import {
  type ObjectNode,
  type Property,
  propertiesOf,
  rangeOf,
  type StringNode,
  type TextRange,
  type ValueNode,
} from '../../../document/tree';
import type { YamlDocument } from '../../../document/yaml-document';
import type { Fix } from '../../../language/findings';
import { type Message, msg } from '../../../util/message';
import { parsePrincipal } from '../../../util/principal';
import { closest } from '../../../util/suggest';
import { parseCyclesAmount, parseDuration, parseMemory } from '../amounts';
import { CANISTER_MANIFEST, type ManifestRefusal, type RefusalCode } from '../manifest';
import { isLookUp } from '../project-files';
import type { CheckContext } from './check-context';
import { createFix } from './create';
import type { FindingCode } from './finding-codes';
import { BUILD_TYPES, SYNC_TYPES } from './keys';
import { recipeNames, recipeVersions } from './recipes';
import { below, specOf, unknownKey } from './structure';

type Node = ValueNode | Property;

/** The node that has exactly this place; the innermost where several have. */
function nodeOf(document: YamlDocument, { offset, length }: TextRange): Node | undefined {
  for (let at: Node | undefined = document.nodeAt(offset); at !== undefined; at = at.parent) {
    if (at.start === offset && at.end === offset + length) {
      return at;
    }
  }
  return undefined;
}

/** Something is missing in an object: shown at its first key rather than at all of it. */
const IN_OBJECT: ReadonlySet<RefusalCode> = new Set(['missing-key', 'step-source', 'build-or-recipe', 'network-url']);

/** Where a fault is to be shown: the key of a whole object or list rather than all of it. */
function shownAt(document: YamlDocument, code: RefusalCode, range: TextRange, node: Node | undefined): TextRange {
  if (code === 'unquoted-text' && node !== undefined) {
    return rangeOf(node);
  }
  // A missing value has no letter of its own: its key stands for it.
  if (node?.type === 'null' && range.length === 0 && node.parent?.type === 'property') {
    return rangeOf(node.parent.key);
  }
  const isLong = document.text.slice(range.offset, range.offset + range.length).includes('\n');
  if (node !== undefined && (isLong || IN_OBJECT.has(code))) {
    if (node.type === 'property') {
      return rangeOf(node.key);
    }
    if (isLong && node.parent?.type === 'property') {
      return rangeOf(node.parent.value === node ? node.parent.key : node);
    }
    if (node.type === 'object' && node.properties.length > 0) {
      return rangeOf(node.properties[0]!.key);
    }
  }
  return isLong ? firstLine(document, range) : range;
}

function firstLine({ text }: YamlDocument, { offset, length }: TextRange): TextRange {
  const end = text.slice(offset, offset + length).search(/\r?\n/);
  return { offset, length: end < 0 ? length : end };
}

/** Reports what icp refuses in the file of the context. */
export function checkRefusals(context: CheckContext): void {
  const { model, findings, project, file, incomplete } = context;
  const { document } = model;
  for (const refusal of project.refusals) {
    // Names may turn up in files that have not been read yet.
    if (refusal.file !== file || (incomplete && isLookUp(refusal))) {
      continue;
    }
    const range = refusal.range ?? { offset: 0, length: 0 };
    const node = refusal.code === 'unquoted-text' ? document.nodeAt(range.offset) : nodeOf(document, range);
    const place = shownAt(document, refusal.code, range, node);
    const key = refusal.code === 'unknown-key' ? propertyOf(node) : undefined;
    const spec = key && specOf(key.parent, model);
    if (key !== undefined && spec !== undefined) {
      const { code, message, fixes } = unknownKey(findings, key, spec);
      findings.report(code, place, message, { severity: 'error', fixes });
      continue;
    }
    const code: FindingCode = refusal.code;
    findings.report(code, place, messageOf(refusal, node, context), {
      severity: 'error',
      fixes: () => (node === undefined ? [] : fixesOf(refusal, node, context)),
    });
  }
}

function propertyOf(node: Node | undefined): Property | undefined {
  if (node?.type === 'property') {
    return node;
  }
  return node?.parent?.type === 'property' ? node.parent : undefined;
}

/** More than the loader says, where the editor knows more. */
function messageOf({ code, message }: ManifestRefusal, node: Node | undefined, context: CheckContext): Message {
  if (node?.type !== 'string') {
    return message;
  }
  const { value } = node;
  switch (code) {
    case 'unknown-controller': {
      const parsed = parsePrincipal(value);
      const looksLikeId = /^(?:[a-z2-7]{1,5}-){2,}[a-z2-7]{1,5}$/i.test(value);
      return !parsed.ok && looksLikeId
        ? msg('"{0}" is no principal, so icp takes it for a canister, and there is none of that name.', value)
        : withGuess(message, closest(value, context.canisterNames));
    }
    case 'unknown-canister':
      return withGuess(message, closest(value, context.canisterNames));
    case 'unknown-network':
      return withGuess(message, closest(value, context.networkNames));
    case 'missing-canister':
      return path.posix.basename(value) === CANISTER_MANIFEST
        ? msg('icp wants the folder here, not the {0} in it.', CANISTER_MANIFEST)
        : withSimilar(message, node, context);
    case 'missing-file':
      return withSimilar(message, node, context);
    default:
      return message;
  }
}

function withSimilar(message: Message, node: StringNode, context: CheckContext): Message {
  const similar = similarPath(node, context);
  return similar === undefined
    ? message
    : msg('There is no "{0}", but there is "{1}". Capital letters count.', node.value, similar);
}

function withGuess(message: Message, guess: string | undefined): Message {
  return guess === undefined ? message : msg('{0} Did you mean "{1}"?', message, guess);
}

const SCRIPT = { type: 'script', command: 'cp canister.wasm "$ICP_WASM_OUTPUT_PATH"' };
const PLACEHOLDERS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['name', 'name'],
  ['path', 'path'],
  ['mode', 'managed'],
  ['root-key', 'fetch'],
  ['type', 'script'],
  ['steps', [SCRIPT]],
]);

function fixesOf({ code, message }: ManifestRefusal, node: Node, context: CheckContext): Fix[] {
  const { findings, model } = context;
  const { document } = model;
  const property = propertyOf(node);
  const text = node.type === 'string' ? node : undefined;
  switch (code) {
    case 'unquoted-text':
      return text === undefined ? [] : [{ title: msg('Put it in quotes'), edits: [quote(text)], preferred: true }];
    case 'duplicate-key':
      return property === undefined ? [] : [findings.remove(property)];
    case 'wrong-type':
    case 'variable-value':
      return quoteFixes(node);
    case 'not-a-list':
      return property?.value === undefined ? [] : listFixes(document, property);
    case 'missing-key':
      return missingKeyFixes(node, message, context);
    case 'unknown-value':
      return choiceFixes(node, context);
    case 'build-or-recipe':
      return buildFixes(node, context);
    case 'empty-steps':
      return property === undefined ? [] : [{ title: msg('Add a step'), edits: document.setValue(property, [SCRIPT]) }];
    case 'retired-step': {
      const step = property?.parent;
      return step?.parent?.type === 'array'
        ? [{ title: msg('Remove the step'), edits: document.removeItem(step) }]
        : [];
    }
    case 'step-source':
      return stepFixes(node, context);
    case 'plugin-checksum':
      return property === undefined
        ? []
        : [
            {
              title: msg('Add "{0}"', 'sha256'),
              edits: document.addProperties(property.parent, [['sha256', '0'.repeat(64)]]),
            },
          ];
    case 'recipe-version':
    case 'recipe-registry':
    case 'recipe-type':
      return text === undefined ? [] : recipeFixes(text, context);
    case 'invalid-name': {
      const name = text?.value.replace(/[^A-Za-z0-9_-]+/g, '_') ?? '';
      return text === undefined || name === '' || name === '_' ? [] : [findings.change(text, name)];
    }
    case 'missing-canister':
      return text === undefined ? [] : canisterFixes(text, context);
    case 'missing-file':
      return text === undefined ? [] : [...similarFixes(text, context), ...createFix(context, text)];
    case 'invalid-amount':
      return text === undefined && node.type !== 'number' ? [] : amountFixes(node as ValueNode, context);
    case 'invalid-principal': {
      const parsed = text && parsePrincipal(text.value);
      return parsed?.ok === false ? findings.changeToAny(text!, parsed.canonical, [], true) : [];
    }
    case 'unknown-controller':
    case 'unknown-canister': {
      const guess = text && closest(text.value, context.canisterNames);
      return text === undefined
        ? []
        : [
            ...findings.changeToAny(text, guess, [], true),
            ...(text.parent?.type === 'array'
              ? [{ title: msg('Remove "{0}"', text.value), edits: document.removeItem(text) }]
              : []),
          ];
    }
    case 'unknown-network':
      return text === undefined
        ? []
        : findings.changeToAny(text, closest(text.value, context.networkNames), [...context.networkNames], true);
    case 'binary-inline':
      return text === undefined ? [] : [findings.change(text, 'hex'), findings.change(text, 'candid')];
    case 'root-key':
      return text === undefined ? [] : [findings.change(text, 'mainnet'), findings.change(text, 'fetch')];
    case 'network-url':
      return urlFixes(node, context);
    default:
      return [];
  }

  function quote(node: StringNode): Fix['edits'][number] {
    return { range: rangeOf(node), newText: JSON.stringify(node.value) };
  }

  function quoteFixes(at: Node): Fix[] {
    return at.type === 'number' || at.type === 'boolean'
      ? [
          {
            title: msg('Put it in quotes'),
            edits: [{ range: rangeOf(at), newText: JSON.stringify(at.raw) }],
            preferred: true,
          },
        ]
      : [];
  }
}

/** A map of names, as dfx.json has it, or a single thing, as the list that icp wants. */
function listFixes(document: YamlDocument, property: Property): Fix[] {
  const { value } = property;
  if (value?.type === 'string') {
    return [
      {
        title: msg('Make it a list'),
        edits: [{ range: rangeOf(value), newText: document.write([value.value]) }],
        preferred: true,
      },
    ];
  }
  if (value?.type !== 'object' || document.isCopy(value) || document.text[value.start] === '{') {
    return [];
  }
  const edits = value.properties.map((entry) => {
    const { key, value: inner } = entry;
    const column = document.lineIndent(key.start)?.length;
    const first = inner?.type === 'object' ? inner.properties[0] : undefined;
    const below = first && document.lineIndent(first.start)?.length;
    if (column === undefined || below === undefined || below < column + 2) {
      return undefined;
    }
    const dash = `-${' '.repeat(below - column - 1)}name: ${document.write(key.value)}`;
    return { range: { offset: key.start, length: entry.colon + 1 - key.start }, newText: dash };
  });
  return edits.some((edit) => edit === undefined)
    ? []
    : [{ title: msg('Make it a list'), edits: edits as NonNullable<(typeof edits)[number]>[], preferred: true }];
}

function missingKeyFixes(node: Node, message: Message, { model }: CheckContext): Fix[] {
  const name = String(message.args[0] ?? '');
  const value = PLACEHOLDERS.get(name);
  let object: ObjectNode | undefined;
  if (node.type === 'object') {
    object = node;
  } else if (node.type === 'property') {
    object = node.parent;
  } else if (node.type === 'string') {
    const { parent } = node;
    if (parent?.type === 'property') {
      // At the key whose object lacks it, or at the name beside which it would stand.
      object = parent.key === node && parent.value?.type === 'object' ? parent.value : parent.parent;
    }
  }
  if (object === undefined || value === undefined || propertiesOf(object).has(name)) {
    return [];
  }
  const { document } = model;
  const edits = document.addProperties(object, [[name, value]], name === 'name');
  return edits.length === 0 ? [] : [{ title: msg('Add "{0}"', name), edits }];
}

function choiceFixes(node: Node, { findings, model }: CheckContext): Fix[] {
  if (node.type === 'property' || node.type === 'object' || node.type === 'array') {
    return [];
  }
  const { parent } = node;
  const property = parent?.type === 'property' ? parent : undefined;
  const spec = property && specOf(property.parent, model);
  const value = property && below(spec, property.key.value);
  let choices: readonly string[] = [];
  if (value?.kind === 'enum' || value?.kind === 'enum-or-object') {
    choices = value.values.map((each) => each.value);
  } else if (property?.key.value === 'type') {
    choices = [...BUILD_TYPES, ...SYNC_TYPES].map((each) => each.value);
  }
  const guess = node.type === 'string' ? closest(node.value, choices) : undefined;
  return findings.changeToAny(node, guess, choices, true);
}

function buildFixes(node: Node, { findings, model }: CheckContext): Fix[] {
  const { document } = model;
  const property = propertyOf(node);
  const object = node.type === 'object' ? node : property?.parent;
  if (object === undefined) {
    return [];
  }
  const keys = propertiesOf(object);
  const both = ['recipe', 'build'].flatMap((name) => keys.get(name) ?? []);
  if (both.length > 0) {
    return both.map((each) => findings.remove(each));
  }
  const [newest = 'v3.0.0'] = recipeVersions('rust');
  return [
    {
      title: msg('Add "{0}"', 'recipe'),
      edits: document.addProperties(object, [['recipe', { type: `@dfinity/rust@${newest}` }]]),
    },
    { title: msg('Add "{0}"', 'build'), edits: document.addProperties(object, [['build', { steps: [SCRIPT] }]]) },
  ];
}

function stepFixes(node: Node, { model }: CheckContext): Fix[] {
  const { document } = model;
  const object = node.type === 'object' ? node : propertyOf(node)?.parent;
  if (object === undefined) {
    return [];
  }
  const type = propertiesOf(object).get('type')?.value;
  const isScript = type?.type === 'string' && type.value === 'script';
  const [name, value] = isScript ? ['command', SCRIPT.command] : ['path', 'canister.wasm'];
  return propertiesOf(object).has(name)
    ? []
    : [{ title: msg('Add "{0}"', name), edits: document.addProperties(object, [[name, value]]) }];
}

function recipeFixes(node: StringNode, { findings }: CheckContext): Fix[] {
  const { value } = node;
  if (/^\.{0,2}\//.test(value) || value.endsWith('.hbs')) {
    return [findings.change(node, `file://${value}`, true)];
  }
  const match = /^@?(?:[\w-]+\/)?([\w-]+)(?:@(.*))?$/.exec(value);
  const name = match?.[1] === undefined ? undefined : recipeNames().find((each) => each === match[1]);
  if (name === undefined) {
    return [];
  }
  const version = match?.[2] || recipeVersions(name)[0]!;
  return [findings.change(node, `@dfinity/${name}@${version}`, true)];
}

function canisterFixes(node: StringNode, context: CheckContext): Fix[] {
  const { findings, facts, folder } = context;
  const { value } = node;
  if (path.posix.basename(value) === CANISTER_MANIFEST) {
    return [findings.change(node, path.posix.dirname(value), true)];
  }
  const file = path.resolve(folder, value, CANISTER_MANIFEST);
  const name = path.posix.basename(value).replace(/[^A-Za-z0-9_-]+/g, '_') || 'canister';
  const content = `name: ${name}\nbuild:\n  steps:\n    - type: script\n      command: cp ${name}.wasm "$ICP_WASM_OUTPUT_PATH"\n`;
  const inside = !path.relative(facts.root, file).startsWith('..');
  return [
    ...similarFixes(node, context),
    ...(inside
      ? [
          {
            title: msg('Create {0}', path.posix.join(value, CANISTER_MANIFEST)),
            edits: [],
            createFile: { path: file, content },
          },
        ]
      : []),
  ];
}

/** The path as it is on disk, where that differs in capitals only. */
function similarPath(node: StringNode, { facts, structure, folder, folderOf }: CheckContext): string | undefined {
  const base = folderOf(structure.sites.find((site) => site.node === node)?.owner) ?? folder;
  const absolute = path.resolve(base, node.value);
  const similar = facts.similar(path.relative(facts.root, absolute).replaceAll('\\', '/'));
  if (typeof similar !== 'string') {
    return undefined;
  }
  const own = path.relative(base, path.resolve(facts.root, similar)).replaceAll('\\', '/');
  return path.resolve(base, own) === absolute ? undefined : own;
}

function similarFixes(node: StringNode, context: CheckContext): Fix[] {
  const similar = similarPath(node, context);
  return similar === undefined ? [] : [context.findings.change(node, similar, true)];
}

/** An amount that dfx takes, as icp takes it. */
function amountFixes(node: ValueNode, { findings }: CheckContext): Fix[] {
  const key = node.parent?.type === 'property' ? node.parent.key.value : '';
  const text = node.type === 'string' ? node.value : node.type === 'number' ? node.raw : '';
  const compact = text.replace(/\s+/g, '').toLowerCase();
  let wanted: string | number | undefined;
  if (key === 'freezing_threshold') {
    const match = /^(\d+)(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?)$/.exec(compact);
    wanted = match === null ? undefined : `${match[1]}${match[2]![0]}`;
    wanted = wanted !== undefined && parseDuration(wanted) !== undefined ? wanted : undefined;
  } else if (key === 'compute_allocation') {
    wanted = /^\d{1,3}%?$/.test(compact) ? Number.parseInt(compact, 10) : undefined;
  } else if (key === 'reserved_cycles_limit') {
    const match = /^([\d._]+)(k|m|b|t)?(?:cycles)?$/.exec(compact);
    wanted = match === null ? undefined : `${match[1]}${match[2] ?? ''}`;
    wanted = wanted !== undefined && parseCyclesAmount(wanted) !== undefined ? wanted : undefined;
  } else {
    const match = /^([\d._]+)(k|m|g|t)(i?)b?$/.exec(compact);
    if (match !== null) {
      const [, number, unit, binary] = match;
      wanted = unit === 't' ? `${Number(number) * (binary ? 1024 : 1000)}g${binary}b` : `${number}${unit}${binary}b`;
      wanted = parseMemory(wanted) === undefined ? undefined : wanted;
    }
  }
  return wanted === undefined || (String(wanted) === text && node.type === 'number')
    ? []
    : [findings.change(node, wanted, true)];
}

function urlFixes(node: Node, { findings, model }: CheckContext): Fix[] {
  if (node.type === 'string' && node.parent?.type === 'property' && node.parent.value === node) {
    const local = /^(?:localhost|127\.|\[?::1|0\.0\.0\.0)/.test(node.value);
    const fixed = `${local ? 'http' : 'https'}://${node.value}`;
    return node.value !== '' && URL.canParse(fixed) ? [findings.change(node, fixed, true)] : [];
  }
  if (node.type === 'object' && !propertiesOf(node).has('url')) {
    return [
      {
        title: msg('Add "{0}"', 'url'),
        edits: model.document.addProperties(node, [['url', 'https://icp-api.io']]),
      },
    ];
  }
  return [];
}

/** What is refused in files that this one names, at the place where it names them. */
export function checkRefusedFiles({ findings, project, file, folder, model }: CheckContext): void {
  const first = new Map<string, ManifestRefusal>();
  for (const refusal of project.refusals) {
    if (refusal.file !== file && !first.has(refusal.file)) {
      first.set(refusal.file, refusal);
    }
  }
  if (first.size === 0) {
    return;
  }
  const places = [...model.folders, ...model.files, ...model.dependencies.map(({ name }) => name)];
  for (const [refused, { message }] of first) {
    const place = places.find((node) => node !== undefined && names(node, refused)) ?? { offset: 0, length: 0 };
    const shown = path.relative(folder, refused).replaceAll('\\', '/');
    findings.report('refused-file', place, msg('icp refuses {0}: {1}', shown, message));
  }

  function names(node: StringNode, refused: string): boolean {
    const dependency = model.dependencies.find(({ name }) => name === node);
    const text = dependency?.keys.get('path')?.value ?? node;
    if (text.type !== 'string') {
      return false;
    }
    const target = path.resolve(folder, text.value);
    return (
      target === refused ||
      path.dirname(refused) === target ||
      refused.startsWith(`${target}${path.sep}`) ||
      (/[*?[{]/.test(text.value) && refused.startsWith(path.resolve(folder, text.value.split(/[*?[{]/)[0]!)))
    );
  }
}
