/** Faults of every kind in every canister, network and environment of the samples, written in every style of YAML. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import {
  type Path,
  pathOf,
  propertiesOf,
  rangeOf,
  type TextRange,
  type ValueNode,
} from '../../../../../src/core/document/tree';
import type { FindingCode } from '../../../../../src/core/engines/icp/language/finding-codes';
import { ManifestDocument } from '../../../../../src/core/engines/icp/language/manifest-document';
import { Random } from '../../../../support/random';
import { type FakeFacts, fakeFacts, type Json, type JsonObject, samples } from './samples';

interface Place {
  readonly project: JsonObject;
  readonly index: number;
  readonly canister: JsonObject;
  readonly name: string;
  readonly random: Random;
}

interface Fault {
  readonly code: FindingCode;
  /** Where the squiggle has to be: on the key, on the value, or somewhere inside of the value. */
  readonly at: 'key' | 'value' | 'inside' | 'first-key';
  readonly path: Path;
  readonly facts?: FakeFacts;
}

type Mutation = (place: Place) => Fault | undefined;

const own = ({ index }: Place, ...rest: Path): Path => ['canisters', index, ...rest];

function object(parent: JsonObject, key: string): JsonObject {
  const known = parent[key];
  if (typeof known === 'object' && known !== null && !Array.isArray(known)) {
    return known;
  }
  const made: JsonObject = {};
  parent[key] = made;
  return made;
}

function list(parent: JsonObject, key: string): Json[] {
  const known = parent[key];
  if (Array.isArray(known)) {
    return known;
  }
  const made: Json[] = [];
  parent[key] = made;
  return made;
}

/** A key that is put into the canister. */
const inCanister =
  (code: FindingCode, at: Fault['at'], key: string, values: readonly Json[]): Mutation =>
  (place) => {
    place.canister[key] = place.random.pick(values);
    return { code, at, path: own(place, key) };
  };

const inSettings =
  (code: FindingCode, at: Fault['at'], key: string, values: readonly Json[]): Mutation =>
  (place) => {
    object(place.canister, 'settings')[key] = place.random.pick(values);
    return { code, at, path: own(place, 'settings', key) };
  };

/** A new network with a fault. */
const inNetwork =
  (code: FindingCode, at: Fault['at'], content: JsonObject, ...rest: Path): Mutation =>
  ({ project }) => {
    const networks = list(project, 'networks');
    networks.push({ name: 'faulty', ...structuredClone(content) });
    return { code, at, path: ['networks', networks.length - 1, ...rest] };
  };

const inEnvironment =
  (code: FindingCode, at: Fault['at'], content: JsonObject, ...rest: Path): Mutation =>
  ({ project }) => {
    const environments = list(project, 'environments');
    environments.push({ name: 'faulty', network: 'ic', ...structuredClone(content) });
    return { code, at, path: ['environments', environments.length - 1, ...rest] };
  };

/** A new step in place of the build. */
const inStep =
  (code: FindingCode, at: Fault['at'], step: JsonObject, ...rest: Path): Mutation =>
  (place) => {
    delete place.canister['recipe'];
    place.canister['build'] = { steps: [structuredClone(step)] };
    return { code, at, path: own(place, 'build', 'steps', 0, ...rest) };
  };

const inSync =
  (code: FindingCode, at: Fault['at'], step: JsonObject, ...rest: Path): Mutation =>
  (place) => {
    place.canister['sync'] = { steps: [structuredClone(step)] };
    return { code, at, path: own(place, 'sync', 'steps', 0, ...rest) };
  };

const inRecipe =
  (code: FindingCode, at: Fault['at'], recipe: JsonObject, ...rest: Path): Mutation =>
  (place) => {
    delete place.canister['build'];
    place.canister['recipe'] = structuredClone(recipe);
    return { code, at, path: own(place, 'recipe', ...rest) };
  };

const connected = { mode: 'connected', url: 'https://x.example', 'root-key': 'fetch' };
const WRITES = 'cp x.wasm "$ICP_WASM_OUTPUT_PATH"';

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'unknown root key': ({ project, random }) => {
    const key = random.pick(['canister', 'network', 'x-stuff', 'name']);
    project[key] = 1;
    return { code: 'unknown-key', at: 'key', path: [key] };
  },
  'root key of dfx': ({ project, random }) => {
    const key = random.pick(['version', 'defaults', 'dfx', 'output_env_file']);
    project[key] = 1;
    return { code: 'dfx-key', at: 'key', path: [key] };
  },
  'unknown canister key': (place) => {
    const key = place.random.pick(['nmae', 'setings', 'foo', 'builds']);
    place.canister[key] = {};
    return { code: 'unknown-key', at: 'key', path: own(place, key) };
  },
  'canister key of dfx': (place) => {
    const key = place.random.pick(['type', 'main', 'dependencies', 'init_arg', 'remote', 'declarations', 'wasm']);
    place.canister[key] = 'x';
    return { code: 'dfx-key', at: 'key', path: own(place, key) };
  },
  'canister key in another style': (place) => {
    const key = place.random.pick(['init-args', 'initArgs', 'upgrade-args']);
    delete place.canister['init_args'];
    delete place.canister['upgrade_args'];
    place.canister[key] = '()';
    return { code: 'key-style', at: 'key', path: own(place, key) };
  },
  'unknown setting': inSettings('unknown-key', 'key', 'compute_alocation', [1]),
  'setting of the network only': inSettings('unknown-key', 'key', 'minimum_incoming_canister_call_cycles', [1]),
  'setting in another style': (place) => {
    const settings = object(place.canister, 'settings');
    delete settings['memory_allocation'];
    settings['memory-allocation'] = 1;
    return { code: 'key-style', at: 'key', path: own(place, 'settings', 'memory-allocation') };
  },
  'name that is a number': inCanister('wrong-type', 'value', 'name', [1, 0x10, 1.5]),
  'name that is a list': inCanister('wrong-type', 'value', 'name', [[]]),
  'name that is not valid': inCanister('invalid-name', 'value', 'name', ['a.b', 'a b', 'ä', 'a/b', 'a:b']),
  'no name': (place) => {
    delete place.canister['name'];
    return { code: 'missing-key', at: 'first-key', path: own(place) };
  },
  'name twice': (place) => {
    const canisters = list(place.project, 'canisters');
    canisters.push({ ...structuredClone(place.canister) });
    return { code: 'duplicate-name', at: 'value', path: ['canisters', canisters.length - 1, 'name'] };
  },
  'names that share a variable': (place) => {
    place.canister['name'] = 'two-words';
    list(place.project, 'canisters').push({
      name: 'two_words',
      build: { steps: [{ type: 'script', command: WRITES }] },
    });
    return { code: 'colliding-name', at: 'value', path: own(place, 'name') };
  },
  'build and recipe': (place) => {
    place.canister['build'] ??= { steps: [{ type: 'script', command: WRITES }] };
    place.canister['recipe'] ??= { type: '@dfinity/rust@v3.3.0' };
    return { code: 'build-or-recipe', at: 'key', path: own(place, 'build') };
  },
  'neither build nor recipe': (place) => {
    delete place.canister['build'];
    delete place.canister['recipe'];
    return { code: 'build-or-recipe', at: 'value', path: own(place, 'name') };
  },
  'canisters as a map': ({ project }) => {
    const canisters = list(project, 'canisters') as JsonObject[];
    project['canisters'] = Object.fromEntries(canisters.map((each) => [String(each['name']), each]));
    return { code: 'not-a-list', at: 'inside', path: ['canisters'] };
  },
  'networks as a text': ({ project }) => {
    project['networks'] = 'local';
    return { code: 'not-a-list', at: 'value', path: ['networks'] };
  },
  'steps that are empty': (place) => {
    delete place.canister['recipe'];
    place.canister['build'] = { steps: [] };
    return { code: 'empty-steps', at: 'key', path: own(place, 'build', 'steps') };
  },
  'no steps': (place) => {
    delete place.canister['recipe'];
    place.canister['build'] = {};
    return { code: 'missing-key', at: 'key', path: own(place, 'build') };
  },
  'unknown step': inStep('unknown-value', 'value', { type: 'rust' }, 'type'),
  'script without command': inStep('step-source', 'key', { type: 'script' }, 'type'),
  'unknown key of a step': inStep('unknown-key', 'key', { type: 'script', command: WRITES, comand: 'y' }, 'comand'),
  'key of another step': inStep('unused-key', 'key', { type: 'script', command: WRITES, url: 'x' }, 'url'),
  'two commands': inStep('two-sources', 'key', { type: 'script', command: WRITES, commands: ['y'] }, 'commands'),
  'path and url': inStep('two-sources', 'key', { type: 'pre-built', path: 'a', url: 'https://x.y' }, 'url'),
  'module from a url': inStep('url-without-checksum', 'value', { type: 'pre-built', url: 'https://x.y' }, 'url'),
  'checksum that is none': inStep(
    'invalid-checksum',
    'value',
    { type: 'pre-built', path: 'a', sha256: 'beef' },
    'sha256',
  ),
  'script that writes no module': inStep(
    'no-module-written',
    'value',
    { type: 'script', command: 'cargo build' },
    'type',
  ),
  'missing module': (place) => ({
    ...inStep('missing-file', 'value', { type: 'pre-built', path: 'gone.wasm' }, 'path')(place)!,
    facts: { missing: ['gone.wasm'] },
  }),
  'retired step': inSync('retired-step', 'value', { type: 'assets', dir: 'dist' }, 'type'),
  'plugin without checksum': inSync('plugin-checksum', 'value', { type: 'plugin', url: 'https://x.y' }, 'url'),
  'recipe as a path': inRecipe('recipe-type', 'value', { type: './r.hbs' }, 'type'),
  'recipe without version': inRecipe('recipe-version', 'value', { type: '@dfinity/rust' }, 'type'),
  'recipe of another registry': inRecipe('recipe-registry', 'value', { type: '@x/rust@v1' }, 'type'),
  'recipe without type': inRecipe('missing-key', 'key', { configuration: {} }),
  'unknown recipe': inRecipe('unknown-recipe', 'value', { type: '@dfinity/rustic@v1.0.0' }, 'type'),
  'broken recipe': inRecipe(
    'broken-recipe',
    'value',
    { type: '@dfinity/asset-canister@v2.1.0', configuration: { dir: 'x' } },
    'type',
  ),
  'old recipe': inRecipe('newer-recipe', 'value', { type: '@dfinity/rust@v3.0.0' }, 'type'),
  'unknown key of a recipe': inRecipe('unknown-key', 'key', { type: '@dfinity/rust@v3.3.0', config: {} }, 'config'),
  'unknown configuration': inRecipe(
    'recipe-configuration',
    'key',
    { type: '@dfinity/rust@v3.3.0', configuration: { packge: 'x' } },
    'configuration',
    'packge',
  ),
  'missing configuration': inRecipe('recipe-configuration', 'value', { type: '@dfinity/static-site@v0.3.1' }, 'type'),
  'missing recipe file': (place) => ({
    ...inRecipe('missing-file', 'value', { type: 'file://gone.hbs' }, 'type')(place)!,
    facts: { missing: ['gone.hbs'] },
  }),
  'amount of memory': inSettings('invalid-amount', 'value', 'memory_allocation', ['2 TiB', '-1', 'much', 1.5, true]),
  duration: inSettings('invalid-amount', 'value', 'freezing_threshold', ['30days', '1.5d', 'P1D', -1]),
  cycles: inSettings('invalid-amount', 'value', 'reserved_cycles_limit', ['4 trillion', '4T cycles', -4]),
  'quoted percent': inSettings('invalid-amount', 'value', 'compute_allocation', ['10', '10%', 1.5]),
  'too much of the processor': inSettings('out-of-range', 'value', 'compute_allocation', [101, 1000]),
  visibility: inSettings('unknown-value', 'value', 'log_visibility', ['everybody', 'Public', 5]),
  'viewer that is no principal': (place) => {
    object(place.canister, 'settings')['log_visibility'] = { allowed_viewers: ['nobody'] };
    return {
      code: 'invalid-principal',
      at: 'value',
      path: own(place, 'settings', 'log_visibility', 'allowed_viewers', 0),
    };
  },
  'controller that is no canister': (place) => {
    object(place.canister, 'settings')['controllers'] = [place.random.pick(['nobody', 'ryjl4-tyaaa-aaaaa-aaaba-cai'])];
    return { code: 'unknown-controller', at: 'value', path: own(place, 'settings', 'controllers', 0) };
  },
  'variable that is no text': (place) => {
    object(place.canister, 'settings')['environment_variables'] = { A: place.random.pick<Json>([1, true, null, 1.5]) };
    const { A } = object(object(place.canister, 'settings'), 'environment_variables');
    return {
      code: 'variable-value',
      at: A === null ? 'value' : 'value',
      path: own(place, 'settings', 'environment_variables', 'A'),
    };
  },
  'variable of icp': (place) => {
    object(place.canister, 'settings')['environment_variables'] = { 'PUBLIC_CANISTER_ID:x': 'y' };
    return {
      code: 'reserved-variable',
      at: 'key',
      path: own(place, 'settings', 'environment_variables', 'PUBLIC_CANISTER_ID:x'),
    };
  },
  'variable from a file that is not there': (place) => {
    object(place.canister, 'settings')['environment_variables'] = { A: { path: 'gone.txt' } };
    return {
      code: 'missing-file',
      at: 'value',
      path: own(place, 'settings', 'environment_variables', 'A', 'path'),
      facts: { missing: ['gone.txt'] },
    };
  },
  'arguments that are no Candid': inCanister('argument-syntax', 'inside', 'init_args', [
    '(1, )x',
    '(record {',
    'record',
    '(princpal "x")',
  ]),
  'arguments of a wrong kind': inCanister('wrong-type', 'value', 'init_args', [5, true, []]),
  'inline bytes': (place) => {
    place.canister['init_args'] = { value: '00', format: 'bin' };
    return { code: 'binary-inline', at: 'value', path: own(place, 'init_args', 'format') };
  },
  'arguments twice': (place) => {
    place.canister['init_args'] = { value: '()', path: 'a.did' };
    return { code: 'argument-conflict', at: 'value', path: own(place, 'init_args', 'value') };
  },
  'arguments from a file that is not there': (place) => {
    place.canister['init_args'] = { path: 'gone.did' };
    return {
      code: 'missing-file',
      at: 'value',
      path: own(place, 'init_args', 'path'),
      facts: { missing: ['gone.did'] },
    };
  },
  'use of arguments': inCanister('argument-use', 'key', 'init_args', ['()']),
  'folder without canister.yaml': ({ project }) => {
    const canisters = list(project, 'canisters');
    canisters.push('src/gone');
    return {
      code: 'missing-canister',
      at: 'value',
      path: ['canisters', canisters.length - 1],
      facts: { missing: ['src/gone/canister.yaml'] },
    };
  },
  'pattern without match': ({ project }) => {
    const canisters = list(project, 'canisters');
    canisters.push('nothing/*');
    return { code: 'pattern-without-match', at: 'value', path: ['canisters', canisters.length - 1] };
  },
  'environment on an unknown network': inEnvironment('unknown-network', 'value', { network: 'mainet' }, 'network'),
  'environment with an unknown canister': inEnvironment(
    'unknown-canister',
    'value',
    { canisters: ['nobody'] },
    'canisters',
    0,
  ),
  'unknown key of an environment': inEnvironment('unknown-key', 'key', { canister: ['x'] }, 'canister'),
  'environment key in another style': inEnvironment('key-style', 'key', { 'init-args': {} }, 'init-args'),
  'override of nobody': inEnvironment('unused-override', 'key', { settings: { nobody: {} } }, 'settings', 'nobody'),
  'override of what is not selected': (place) =>
    inEnvironment(
      'unused-override',
      'key',
      { canisters: [], init_args: { [place.name]: '()' } },
      'init_args',
      place.name,
    )(place),
  'settings that are replaced': (place) => {
    object(place.canister, 'settings')['wasm_memory_threshold'] = 5;
    return inEnvironment(
      'replaced-settings',
      'key',
      { settings: { [place.name]: { compute_allocation: 1 } } },
      'settings',
      place.name,
    )(place);
  },
  'environment that falls to local': ({ project, random }) => {
    const environments = list(project, 'environments');
    environments.push({ name: random.pick(['prod', 'mainnet', 'production-eu', 'release']) });
    return { code: 'local-environment', at: 'value', path: ['environments', environments.length - 1, 'name'] };
  },
  'environment twice': ({ project }) => {
    const environments = list(project, 'environments');
    environments.push({ name: 'twin', network: 'ic' }, { name: 'twin', network: 'ic' });
    return { code: 'duplicate-name', at: 'value', path: ['environments', environments.length - 1, 'name'] };
  },
  'environment without name': ({ project }) => {
    const environments = list(project, 'environments');
    environments.push({ network: 'ic' });
    return { code: 'missing-key', at: 'first-key', path: ['environments', environments.length - 1] };
  },
  'environment as a name': ({ project }) => {
    const environments = list(project, 'environments');
    environments.push('staging');
    return {
      code: 'missing-file',
      at: 'value',
      path: ['environments', environments.length - 1],
      facts: { missing: ['staging'] },
    };
  },
  'network ic': ({ project }) => {
    const networks = list(project, 'networks');
    networks.push({ name: 'ic', mode: 'managed' });
    return { code: 'reserved-network', at: 'value', path: ['networks', networks.length - 1, 'name'] };
  },
  'network without mode': inNetwork('missing-key', 'value', { url: 'https://x.y' }, 'name'),
  'network of an unknown mode': inNetwork('unknown-value', 'value', { mode: 'remote' }, 'mode'),
  'network without root key': inNetwork('missing-key', 'first-key', { mode: 'connected', url: 'https://x.y' }),
  root_key: inNetwork('key-style', 'key', { mode: 'connected', url: 'https://x.y', root_key: 'fetch' }, 'root_key'),
  'root key that is none': inNetwork('root-key', 'value', { ...connected, 'root-key': 'abcd' }, 'root-key'),
  'root key of the mainnet that is fetched': inNetwork(
    'fetched-root-key',
    'value',
    { ...connected, url: 'https://icp0.io' },
    'root-key',
  ),
  'network without url': inNetwork('network-url', 'first-key', { mode: 'connected', 'root-key': 'fetch' }),
  'url that is none': inNetwork('network-url', 'value', { ...connected, url: 'example.com' }, 'url'),
  'url without scheme': inNetwork('url-scheme', 'value', { ...connected, url: 'localhost:8000' }, 'url'),
  'gateway without api-url': inNetwork(
    'unused-key',
    'key',
    { ...connected, 'http-gateway-url': 'https://x.y' },
    'http-gateway-url',
  ),
  'unknown key of a network': inNetwork('unknown-key', 'key', { ...connected, key: 'x' }, 'key'),
  'key of another kind of network': inNetwork('unused-key', 'key', { ...connected, gateway: {} }, 'gateway'),
  'network of dfx': inNetwork('dfx-key', 'key', { ...connected, providers: [] }, 'providers'),
  'image without ports': inNetwork('image-without-ports', 'key', { mode: 'managed', image: 'x' }, 'image'),
  'launcher key beside an image': inNetwork(
    'unused-key',
    'key',
    { mode: 'managed', image: 'x', 'port-mapping': ['1:1'], ii: true },
    'ii',
  ),
  'unknown subnet': inNetwork('wrong-type', 'value', { mode: 'managed', subnets: ['aplication'] }, 'subnets'),
  'port out of range': inNetwork(
    'wrong-type',
    'value',
    { mode: 'managed', gateway: { port: 70000 } },
    'gateway',
    'port',
  ),
  'unknown key of a gateway': inNetwork(
    'unknown-key',
    'key',
    { mode: 'managed', gateway: { prt: 1 } },
    'gateway',
    'prt',
  ),
  'port of another network': ({ project }) => {
    const networks = list(project, 'networks');
    networks.push(
      { name: 'x', mode: 'managed', gateway: { port: 9999 } },
      { name: 'y', mode: 'managed', gateway: { port: 9999 } },
    );
    return { code: 'shared-port', at: 'value', path: ['networks', networks.length - 1, 'name'] };
  },
  'missing dependency': ({ project }) => {
    project['dependencies'] = [{ name: 'd', path: 'gone' }];
    return {
      code: 'missing-dependency',
      at: 'value',
      path: ['dependencies', 0, 'name'],
      facts: { missing: ['gone/icp.yaml'] },
    };
  },
  'unknown key of a dependency': ({ project }) => {
    project['dependencies'] = [{ name: 'd', path: 'x', canister: [] }];
    return { code: 'unknown-key', at: 'key', path: ['dependencies', 0, 'canister'] };
  },
  'merge key': inSettings('merge-key', 'key', '<<', [{}]),
};

/** The project as a person may have written it. */
function write(project: JsonObject, random: Random): string {
  const text = stringify(project, {
    indent: random.pick([2, 2, 4]),
    indentSeq: random.below(3) > 0,
    collectionStyle: random.pick(['block', 'block', 'any', 'flow']) as 'block',
    defaultStringType: random.pick(['PLAIN', 'PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE']) as 'PLAIN',
    defaultKeyType: random.pick(['PLAIN', 'PLAIN', 'QUOTE_DOUBLE']) as 'PLAIN',
    lineWidth: random.pick([0, 80]),
    aliasDuplicateObjects: false,
    // An empty list stands on a line of its own, where it is no YAML without indentation.
  }).replace(/:\n *\[\]/g, ': []');
  const commented =
    random.below(3) === 0 ? text.replace(/\n/g, () => (random.below(8) === 0 ? ' # why\n' : '\n')) : text;
  // In a flow style over lines a comment may cut a text.
  return random.below(4) === 0 ? commented.replaceAll('\n', '\r\n') : commented;
}

function nodeAt(root: ValueNode | undefined, path: Path): ValueNode | undefined {
  let at = root;
  for (const step of path) {
    at =
      typeof step === 'number'
        ? at?.type === 'array'
          ? at.items[step]
          : undefined
        : at?.type === 'object'
          ? propertiesOf(at).get(step)?.value
          : undefined;
  }
  return at;
}

/** The text on which the finding must stand. */
function expectedRange(document: ManifestDocument, fault: Fault): TextRange | undefined {
  const node = nodeAt(document.source.root, fault.path);
  if (node === undefined) {
    return undefined;
  }
  const property = node.parent?.type === 'property' ? node.parent : undefined;
  if (fault.at === 'key') {
    return property && rangeOf(property.key);
  }
  if (fault.at === 'first-key') {
    return node.type === 'object' ? rangeOf(node.properties[0]!.key) : undefined;
  }
  return rangeOf(node);
}

/** Whether a finding is where it should be; a value over lines is shown at its key. */
function isHit(range: TextRange, expected: TextRange, fault: Fault, document: ManifestDocument): boolean {
  if (range.offset === expected.offset && range.length === expected.length) {
    return true;
  }
  const node = nodeAt(document.source.root, fault.path);
  const property = node?.parent?.type === 'property' ? node.parent : undefined;
  const atKey = property !== undefined && range.offset === property.key.start;
  if (fault.at === 'inside') {
    return (
      atKey || (range.offset >= expected.offset && range.offset + range.length <= expected.offset + expected.length)
    );
  }
  const isLong = document.source.text.slice(expected.offset, expected.offset + expected.length).includes('\n');
  return fault.at === 'value' && atKey && (isLong || expected.length === 0);
}

test('99 of 100 of more than 1,000 mutants are found with the right code in the right place', () => {
  const random = Random.forTest('mutants of icp.yaml', 20_261_126);
  let made = 0;
  let found = 0;
  const kinds = new Map<string, number>();
  const missed: string[] = [];
  for (const { name: sample, project: original } of samples()) {
    const count = list(structuredClone(original), 'canisters').length;
    for (let index = 0; index < count; index++) {
      for (const [title, mutate] of Object.entries(MUTATIONS)) {
        const project = structuredClone(original);
        const canister = list(project, 'canisters')[index] as JsonObject;
        const fault = mutate({ project, index, canister, name: String(canister['name']), random });
        if (fault === undefined) {
          continue;
        }
        const text = write(project, random);
        const document = new ManifestDocument(text, '/project/icp.yaml', '/project', 'project');
        const expected = expectedRange(document, fault);
        assert.ok(expected, `${title} in ${sample}: ${JSON.stringify(fault.path)}\n${text}`);
        const findings = document.findings(fakeFacts(fault.facts));
        const hit = findings.some(({ code, range }) => code === fault.code && isHit(range, expected, fault, document));
        made++;
        kinds.set(title, (kinds.get(title) ?? 0) + 1);
        if (hit) {
          found++;
        } else {
          const seen = findings.map(
            ({ code, range }) =>
              `${code} ${JSON.stringify(text.slice(range.offset, range.offset + Math.min(range.length, 40)))}`,
          );
          missed.push(
            `${title} in ${sample}/${index}: ${seen.join(', ')} instead of ${fault.code} ${JSON.stringify(text.slice(expected.offset, expected.offset + 40))}`,
          );
        }
      }
    }
  }
  console.log(
    `mutants: ${made}, found: ${found} (${((100 * found) / made).toFixed(2)} %), kinds of faults: ${kinds.size}`,
  );
  assert.ok(made >= 1000, `only ${made} mutants`);
  assert.deepEqual(
    Object.keys(MUTATIONS).filter((title) => !kinds.has(title)),
    [],
    'faults that were never made',
  );
  assert.ok(found / made >= 0.99, `${missed.length} missed:\n${missed.slice(0, 60).join('\n')}`);
});

test('the samples themselves have no error and no warning', () => {
  const random = Random.forTest('samples of icp.yaml', 7);
  for (const { name, project } of samples()) {
    for (let round = 0; round < 20; round++) {
      const text = write(structuredClone(project), random);
      const document = new ManifestDocument(text, '/project/icp.yaml', '/project', 'project');
      const loud = document
        .findings(fakeFacts())
        .filter(({ severity }) => severity === 'error' || severity === 'warning');
      assert.deepEqual(
        loud.map(({ code }) => code),
        [],
        `${name}\n${text}`,
      );
      assert.equal(pathOf(document.source.root!).length, 0);
    }
  }
});
