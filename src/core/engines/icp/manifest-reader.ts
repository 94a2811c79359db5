/**
 * Reads the manifests of icp 1.5 as its loader does: the same text gives the same project, or is refused. What icp
 * refuses is reported with its place, and everything else is read none the less.
 *
 * Two ways of the loader show here. What it reads straight from the text takes any scalar for a string; what it reads
 * through a tree of values first (a canister, whatever has alternatives) takes strings only.
 */
import type { YamlFault, YamlTree } from '../../document/parse-yaml';
import {
  contentOf,
  type ObjectNode,
  type Property,
  propertiesOf,
  rangeOf,
  type TextRange,
  type ValueNode,
} from '../../document/tree';
import type { Place } from '../../project/model';
import { type Message, msg } from '../../util/message';
import { isPrincipal } from '../../util/principal';
import { parseCyclesAmount, parseDuration, parseMemory } from './amounts';
import {
  type ArgumentSource,
  type CanisterManifest,
  DEFAULT_BIND,
  DEFAULT_PORT,
  type DependencyManifest,
  type EnvironmentManifest,
  type EnvironmentVariable,
  LOCAL,
  type ManifestRefusal,
  type ManifestSettings,
  type Named,
  type NetworkManifest,
  type PathItem,
  type ProjectManifest,
  type Recipe,
  type RefusalCode,
  type RootKey,
  type Step,
  type Visibility,
} from './manifest';

const CANISTER_NAME = /^[A-Za-z0-9_-]+$/;
const ROOT_KEY_BYTES = 133;
const MAX_U64 = 2n ** 64n - 1n;
const SUBNETS = ['application', 'system', 'verified-application', 'bitcoin', 'fiduciary', 'nns', 'sns'];

/** True for what may be the name of a canister or the alias of a dependency. */
export function isValidName(name: string): boolean {
  return CANISTER_NAME.test(name);
}

/** What one file says. */
export interface FileReading<T> {
  readonly content: T;
  /** What icp would refuse. */
  readonly refusals: readonly ManifestRefusal[];
  /** It is no YAML, or in the middle of a merge: which of its parts are meant is not known. */
  readonly unread?: boolean;
}

/** What is left of an icp.yaml that cannot be read. */
export const EMPTY_PROJECT: ProjectManifest = { canisters: [], networks: [], environments: [], dependencies: [] };

/** @param file its absolute path; @param folder that of the manifest */
export function readProjectManifest(tree: YamlTree, file: string, folder: string): FileReading<ProjectManifest> {
  return new ManifestReader(file, folder).read(tree, EMPTY_PROJECT, (reader, root) => reader.project(root));
}

export function readCanisterManifest(
  tree: YamlTree,
  file: string,
  folder: string,
): FileReading<CanisterManifest | undefined> {
  return new ManifestReader(file, folder).read(tree, undefined, (reader, root) => reader.canister(root));
}

export function readNetworkManifest(tree: YamlTree, file: string): FileReading<NetworkManifest | undefined> {
  return new ManifestReader(file, '').read(tree, undefined, (reader, root) => reader.network(root));
}

export function readEnvironmentManifest(tree: YamlTree, file: string): FileReading<EnvironmentManifest | undefined> {
  return new ManifestReader(file, '').read(tree, undefined, (reader, root) => reader.environment(root));
}

const SYNTAX_CODES: Readonly<Record<YamlFault, RefusalCode>> = {
  tab: 'tab-indentation',
  unquoted: 'unquoted-text',
  'several-documents': 'several-documents',
  key: 'wrong-type',
  other: 'syntax-error',
};

/** An empty value: nothing at all stands there. `null` written out is not the same to icp everywhere. */
function isEmpty(node: ValueNode | undefined): boolean {
  return node === undefined || (node.type === 'null' && node.raw === '');
}

function isNull(node: ValueNode | undefined): boolean {
  return node === undefined || node.type === 'null';
}

class ManifestReader {
  readonly refusals: ManifestRefusal[] = [];

  constructor(
    readonly file: string,
    readonly folder: string,
  ) {}

  read<T>({ root, problems }: YamlTree, empty: T, content: (reader: this, root: ObjectNode) => T): FileReading<T> {
    for (const { fault, message, range } of problems) {
      this.refusals.push({ code: SYNTAX_CODES[fault], file: this.file, range, message });
    }
    const unread = problems.length > 0;
    const syntax = [...this.refusals];
    if (root?.type === 'object') {
      const read = content(this, root);
      // What else seems to be wrong in a text that is no YAML follows from that.
      return { content: read, refusals: unread ? syntax : this.refusals, unread };
    }
    // A project may be empty, but what has to have a name may not.
    if (!isEmpty(root) || empty === undefined) {
      this.#refuse('wrong-type', root ?? { start: 0, end: 0 }, msg('The file must hold keys and their values.'));
    }
    return { content: empty, refusals: this.refusals, unread };
  }

  project(root: ObjectNode): ProjectManifest {
    const fields = this.#closed(root, ['canisters', 'dependencies', 'networks', 'environments'], true);
    return {
      canisters: this.#items(fields, 'canisters', (node) => this.canister(node)),
      dependencies: this.#list(fields, 'dependencies').flatMap((item) => this.#dependency(item) ?? []),
      networks: this.#items(fields, 'networks', (node) => this.network(node)),
      environments: this.#items(fields, 'environments', (node) => this.environment(node)),
    };
  }

  canister(node: ObjectNode): CanisterManifest | undefined {
    const fields = propertiesOf(node);
    const name = this.#name(node, fields, false);
    const has = (key: string): boolean => fields.has(key);
    const recipe = has('recipe') ? this.#recipe(fields.get('recipe')!) : undefined;
    if (has('recipe') && has('build')) {
      this.#refuse(
        'build-or-recipe',
        fields.get('build')!.key,
        msg('A canister has either "recipe" or "build", not both.'),
      );
    } else if (!has('recipe') && !has('build')) {
      this.#refuse('build-or-recipe', name?.node ?? node, msg('A canister needs "recipe" or "build".'));
    }
    this.#noUnknown(node, ['name', 'settings', 'init_args', 'upgrade_args', 'recipe', 'build', 'sync']);
    const build = has('build') ? this.#steps(fields.get('build')!, true) : [];
    const sync = fields.get('sync');
    const after = sync !== undefined && !isNull(sync.value) ? this.#steps(sync, false) : [];
    const settings = this.#settings(fields.get('settings'));
    const initArgs = has('init_args') ? this.#argument(fields.get('init_args')!) : undefined;
    const upgradeArgs = has('upgrade_args') ? this.#argument(fields.get('upgrade_args')!) : undefined;
    if (name === undefined) {
      return undefined;
    }
    if (!isValidName(name.text)) {
      const message = msg(
        'The name "{0}" is not valid: only ASCII letters, digits, "_" and "-" are allowed.',
        name.text,
      );
      this.#refuse('invalid-name', name.node, message);
    }
    return {
      name: name.text,
      place: this.#place(name.node),
      range: this.#place(node),
      folder: this.folder,
      recipe,
      build,
      written: ['recipe', 'build'].map((key) => contentOf(fields.get(key)?.value)).join('\n'),
      syncs: after.length > 0,
      uploads: after.some(({ takesFolders }) => takesFolders),
      settings,
      initArgs,
      upgradeArgs,
    };
  }

  network(node: ObjectNode): NetworkManifest | undefined {
    const fields = propertiesOf(node);
    this.#noDuplicates(node, ['name', 'mode']);
    const name = this.#name(node, fields, true);
    const mode = fields.get('mode');
    let configuration: NetworkManifest['configuration'] = { mode: 'broken' };
    if (mode === undefined) {
      this.#refuse('missing-key', name?.node ?? node, msg('"{0}" is missing.', 'mode'));
    } else if (mode.value?.type === 'string' && mode.value.value === 'managed') {
      configuration = this.#managed(node, fields);
    } else if (mode.value?.type === 'string' && mode.value.value === 'connected') {
      configuration = this.#connected(node, fields);
    } else {
      this.#refuse(
        'unknown-value',
        mode.value ?? mode.key,
        msg('"{0}" must be one of: {1}', 'mode', 'managed, connected'),
      );
    }
    return name && { name: name.text, place: this.#place(name.node), range: this.#place(node), configuration };
  }

  environment(node: ObjectNode): EnvironmentManifest | undefined {
    const fields = propertiesOf(node);
    this.#noDuplicates(node, ['name', 'network', 'canisters', 'settings', 'init_args', 'upgrade_args']);
    const name = this.#name(node, fields, true);
    const network = fields.get('network');
    const networkName = network && !isNull(network.value) ? this.#string(network, true) : undefined;
    const canisters = fields.get('canisters');
    const settings = new Map<string, ManifestSettings>();
    for (const property of this.#map(fields.get('settings'))) {
      settings.set(property.key.value, this.#settings(property, true));
    }
    const argumentsOf = (key: string): Map<string, ArgumentSource> => {
      const found = new Map<string, ArgumentSource>();
      for (const property of this.#map(fields.get(key))) {
        const argument = this.#argument(property);
        if (argument !== undefined) {
          found.set(property.key.value, argument);
        }
      }
      return found;
    };
    const initArgs = argumentsOf('init_args');
    const upgradeArgs = argumentsOf('upgrade_args');
    if (name === undefined) {
      return undefined;
    }
    return {
      name: name.text,
      place: this.#place(name.node),
      range: this.#place(node),
      network: {
        name: networkName ?? LOCAL,
        place: this.#place(network?.value ?? name.node),
      },
      canisters: canisters && !isNull(canisters.value) ? this.#strings(canisters, true) : undefined,
      settings,
      initArgs,
      upgradeArgs,
    };
  }

  // Parts

  #managed(node: ObjectNode, fields: ReadonlyMap<string, Property>): NetworkManifest['configuration'] {
    const at = (key: string): ValueNode | undefined => fields.get(key)?.value;
    const image = at('image');
    if (isStrings(at('port-mapping')) && image?.type === 'string' && this.#imageFits(at)) {
      return {
        mode: 'managed',
        form: 'image',
        image: image.value,
        bind: DEFAULT_BIND,
        port: hostPort(at('port-mapping')),
        domains: [],
      };
    }
    const gateway = at('gateway');
    const parts = gateway?.type === 'object' ? propertiesOf(gateway) : new Map<string, Property>();
    const part = (key: string): ValueNode | undefined => parts.get(key)?.value;
    const faults: (readonly [string, ValueNode | undefined, boolean])[] = [
      ['gateway', gateway, isNull(gateway) || gateway?.type === 'object'],
      ['gateway.bind', part('bind'), isNull(part('bind')) || part('bind')?.type === 'string'],
      ['gateway.domains', part('domains'), isNull(part('domains')) || isStrings(part('domains'))],
      ['gateway.port', part('port'), isNull(part('port')) || isInteger(part('port'), 65535n)],
      [
        'artificial-delay-ms',
        at('artificial-delay-ms'),
        isNull(at('artificial-delay-ms')) || isInteger(at('artificial-delay-ms'), MAX_U64),
      ],
      ['ii', at('ii'), isNull(at('ii')) || at('ii')?.type === 'boolean'],
      ['nns', at('nns'), isNull(at('nns')) || at('nns')?.type === 'boolean'],
      ['subnets', at('subnets'), isNull(at('subnets')) || isStrings(at('subnets'), SUBNETS)],
      ['bitcoind-addr', at('bitcoind-addr'), isNull(at('bitcoind-addr')) || isStrings(at('bitcoind-addr'))],
      ['dogecoind-addr', at('dogecoind-addr'), isNull(at('dogecoind-addr')) || isStrings(at('dogecoind-addr'))],
      ['version', at('version'), isNull(at('version')) || at('version')?.type === 'string'],
    ];
    for (const [key, value, fits] of faults) {
      if (!fits) {
        this.#refuse('wrong-type', value ?? node, msg('The value of "{0}" is not of the kind that icp expects.', key));
      }
    }
    const port = part('port');
    const domains = part('domains');
    const bind = part('bind');
    return {
      mode: 'managed',
      form: 'launcher',
      bind: bind?.type === 'string' ? bind.value : DEFAULT_BIND,
      port: port?.type === 'number' && isInteger(port, 65535n) ? Number(integerOf(port)) : DEFAULT_PORT,
      domains:
        domains?.type === 'array' ? domains.items.flatMap((item) => (item.type === 'string' ? item.value : [])) : [],
    };
  }

  /** Whether the other keys of the image form are what they should be; where not, icp tries the launcher form. */
  #imageFits(at: (key: string) => ValueNode | undefined): boolean {
    const args = ['args', 'cmd', 'command'].filter((key) => at(key) !== undefined);
    const optional = (key: string, fits: (node: ValueNode) => boolean): boolean => {
      const node = at(key);
      return node === undefined || node.type === 'null' || fits(node);
    };
    return (
      args.length <= 1 &&
      [...args, 'entrypoint', 'environment', 'volumes', 'mounts', 'extra-hosts'].every((key) =>
        optional(key, (node) => isStrings(node)),
      ) &&
      ['platform', 'user', 'status-dir'].every((key) => optional(key, (node) => node.type === 'string')) &&
      optional('rm-on-exit', (node) => node.type === 'boolean') &&
      optional('shm-size', (node) => node.type === 'number' && /^[-+]?\d+$/.test(node.raw))
    );
  }

  #connected(node: ObjectNode, fields: ReadonlyMap<string, Property>): NetworkManifest['configuration'] {
    const url = (key: string): string | undefined => {
      const value = fields.get(key)?.value;
      return value?.type === 'string' && URL.canParse(value.value) ? value.value : undefined;
    };
    const gateway = fields.get('http-gateway-url')?.value;
    const explicit = isNull(gateway) || url('http-gateway-url') !== undefined ? url('api-url') : undefined;
    const apiUrl = explicit ?? url('url');
    if (apiUrl === undefined) {
      const wrong = ['api-url', 'url', 'http-gateway-url'].map((key) => fields.get(key)?.value).find((value) => value);
      this.#refuse(
        'network-url',
        wrong ?? node,
        wrong === undefined
          ? msg('A connected network needs "url", or "api-url" and perhaps "http-gateway-url".')
          : msg('This is not a URL. A connected network needs "url", or "api-url" and perhaps "http-gateway-url".'),
      );
    }
    const rootKey = this.#rootKey(node, fields.get('root-key'));
    if (apiUrl === undefined || rootKey === undefined) {
      return { mode: 'broken' };
    }
    const gatewayUrl = explicit === undefined ? apiUrl : url('http-gateway-url');
    return { mode: 'connected', apiUrl, gatewayUrl, rootKey };
  }

  #rootKey(node: ObjectNode, property: Property | undefined): RootKey | undefined {
    if (property === undefined) {
      this.#refuse('missing-key', node, msg('"{0}" is missing.', 'root-key'));
      return undefined;
    }
    const { value } = property;
    if (value?.type === 'string') {
      if (value.value === 'mainnet' || value.value === 'fetch') {
        return value.value;
      }
      if (/^[0-9a-fA-F]*$/.test(value.value) && value.value.length === 2 * ROOT_KEY_BYTES) {
        return { der: value.value.toLowerCase() };
      }
    }
    this.#refuse(
      'root-key',
      value ?? property.key,
      msg('"root-key" must be "mainnet", "fetch" or {0} hexadecimal digits.', 2 * ROOT_KEY_BYTES),
    );
    return undefined;
  }

  #dependency(node: ValueNode): DependencyManifest | undefined {
    if (node.type !== 'object') {
      this.#refuse('wrong-type', node, msg('This must hold keys and their values.'));
      return undefined;
    }
    const fields = this.#closed(node, ['name', 'path', 'canisters'], true);
    const name = this.#name(node, fields, true);
    const path = fields.get('path');
    if (path === undefined) {
      this.#refuse('missing-key', node, msg('"{0}" is missing.', 'path'));
    }
    const text = path && this.#string(path, true);
    const canisters = fields.get('canisters');
    const selected = canisters && !isNull(canisters.value) ? this.#strings(canisters, true) : undefined;
    if (name === undefined || text === undefined) {
      return undefined;
    }
    return { name: name.text, place: this.#place(name.node), path: text, canisters: selected };
  }

  #recipe(property: Property): Recipe | undefined {
    const node = property.value;
    if (node?.type !== 'object') {
      this.#refuse('wrong-type', node ?? property.key, msg('"{0}" must hold keys and their values.', 'recipe'));
      return undefined;
    }
    const fields = propertiesOf(node);
    this.#noDuplicates(node);
    const type = fields.get('type');
    const configuration = fields.get('configuration');
    if (configuration !== undefined && !isNull(configuration.value) && configuration.value?.type !== 'object') {
      this.#refuse(
        'wrong-type',
        configuration.value ?? configuration.key,
        msg('"{0}" must hold keys and their values.', 'configuration'),
      );
    }
    const hash = fields.get('sha256');
    if (hash !== undefined && !isNull(hash.value)) {
      this.#string(hash, false);
    }
    if (type === undefined) {
      this.#refuse('missing-key', property.key, msg('"{0}" is missing.', 'type'));
      return undefined;
    }
    const text = this.#string(type, false);
    if (text === undefined) {
      return undefined;
    }
    const fault = recipeFault(text);
    if (fault !== undefined) {
      this.#refuse(fault.code, type.value!, fault.message);
    }
    return {
      type: text,
      place: this.#place(type.value!),
      configuration: configuration?.value?.type === 'object' ? configuration.value : undefined,
    };
  }

  /** The steps of `build` or `sync`. */
  #steps(property: Property, build: boolean): Step[] {
    const key = property.key.value;
    const node = property.value;
    if (node?.type !== 'object') {
      this.#refuse('wrong-type', node ?? property.key, msg('"{0}" must hold keys and their values.', key));
      return [];
    }
    this.#noDuplicates(node);
    const steps = propertiesOf(node).get('steps');
    if (steps === undefined) {
      this.#refuse('missing-key', property.key, msg('"{0}" is missing.', 'steps'));
      return [];
    }
    if (isNull(steps.value) && !build) {
      return [];
    }
    if (steps.value?.type !== 'array' && !isNull(steps.value)) {
      this.#refuse('not-a-list', steps.value ?? steps.key, msg('"{0}" must be a list.', 'steps'));
      return [];
    }
    const items = steps.value?.type === 'array' ? steps.value.items : [];
    if (items.length === 0 && build) {
      this.#refuse('empty-steps', steps.key, msg('At least one step is needed.'));
    }
    return items.flatMap((item) => this.#step(item, build) ?? []);
  }

  #step(node: ValueNode, build: boolean): Step | undefined {
    if (node.type !== 'object') {
      this.#refuse('wrong-type', node, msg('This must hold keys and their values.'));
      return undefined;
    }
    this.#noDuplicates(node);
    const fields = propertiesOf(node);
    const type = fields.get('type');
    if (type === undefined) {
      this.#refuse('missing-key', node, msg('"{0}" is missing.', 'type'));
      return undefined;
    }
    const known = build ? ['script', 'pre-built'] : ['script', 'plugin', 'assets'];
    const text = type.value?.type === 'string' ? type.value.value : undefined;
    if (text === undefined || !known.includes(text)) {
      const list = (build ? known : known.slice(0, 2)).join(', ');
      this.#refuse('unknown-value', type.value ?? type.key, msg('"{0}" must be one of: {1}', 'type', list));
      return undefined;
    }
    if (text === 'script') {
      this.#command(node, fields);
      return { type: text };
    }
    if (text === 'assets') {
      this.#refuse(
        'retired-step',
        type.value!,
        msg('icp no longer knows sync steps of type "assets". Use a script or a plugin, or a newer recipe.'),
      );
      return undefined;
    }
    const path = fields.get('path')?.value;
    const url = fields.get('url')?.value;
    if (path?.type !== 'string' && url?.type !== 'string') {
      this.#refuse('step-source', path ?? url ?? node, msg('This step needs "path" or "url".'));
    }
    const hash = fields.get('sha256');
    if (hash !== undefined && !isNull(hash.value)) {
      this.#string(hash, false);
    }
    if (text === 'plugin') {
      if (path?.type !== 'string' && url?.type === 'string' && (hash === undefined || isNull(hash.value))) {
        this.#refuse('plugin-checksum', url, msg('A plugin from a URL needs "sha256".'));
      }
      this.#pluginParts(fields);
    }
    const takesFolders = text === 'plugin' && !isNull(fields.get('dirs')?.value);
    return { type: text, path: path?.type === 'string' ? path.value : undefined, takesFolders };
  }

  #command(node: ObjectNode, fields: ReadonlyMap<string, Property>): void {
    // Of two, the first counts.
    const first = node.properties.find(({ key }) => key.value === 'command' || key.value === 'commands');
    if (first === undefined) {
      this.#refuse('step-source', fields.get('type')!.key, msg('A script step needs "command" or "commands".'));
    } else if (first.key.value === 'command') {
      this.#string(first, false);
    } else {
      this.#strings(first, false);
    }
  }

  #pluginParts(fields: ReadonlyMap<string, Property>): void {
    for (const key of ['dirs', 'files']) {
      const value = fields.get(key)?.value;
      const fits =
        isNull(value) ||
        isStrings(value) ||
        (value?.type === 'object' &&
          value.properties.every((each) => each.value?.type === 'string' || isStrings(each.value)));
      if (!fits) {
        this.#refuse(
          'wrong-type',
          value!,
          msg('"{0}" must be a list of paths, or names with a path or a list of paths each.', key),
        );
      }
    }
    const values = fields.get('fields')?.value;
    const scalar = (node: ValueNode | undefined): boolean => ['string', 'number', 'boolean'].includes(node?.type ?? '');
    if (!isNull(values) && !(values?.type === 'object' && values.properties.every(({ value }) => scalar(value)))) {
      this.#refuse(
        'wrong-type',
        values!,
        msg('"{0}" must be names with a string, a number or a boolean each.', 'fields'),
      );
    }
    const canisters = fields.get('canisters');
    if (canisters !== undefined && !isNull(canisters.value)) {
      this.#strings(canisters, false);
    }
  }

  #argument(property: Property): ArgumentSource | undefined {
    const key = property.key.value;
    const { value } = property;
    if (value?.type === 'string') {
      return { value: value.value.trim(), format: 'candid', place: this.#place(value) };
    }
    if (value?.type !== 'object') {
      this.#refuse('wrong-type', value ?? property.key, msg('"{0}" must be a string, or have "path" or "value".', key));
      return undefined;
    }
    const fields = propertiesOf(value);
    const path = fields.get('path')?.value;
    const text = fields.get('value')?.value;
    const format = fields.get('format')?.value;
    const known = format === undefined || (format.type === 'string' && ['hex', 'candid', 'bin'].includes(format.value));
    if (!known) {
      this.#refuse('unknown-value', format!, msg('"{0}" must be one of: {1}', 'format', 'candid, hex, bin'));
      return undefined;
    }
    const kind = format?.type === 'string' ? (format.value as 'candid' | 'hex' | 'bin') : 'candid';
    if (path?.type === 'string') {
      return { path: path.value, format: kind, place: this.#place(path) };
    }
    if (text?.type !== 'string') {
      this.#refuse('wrong-type', value, msg('"{0}" must be a string, or have "path" or "value".', key));
      return undefined;
    }
    if (kind === 'bin') {
      this.#refuse('binary-inline', format!, msg('The format "bin" needs "path".'));
    }
    return { value: text.value.trim(), format: kind, place: this.#place(text) };
  }

  /** @param direct null written out is not taken for nothing */
  #settings(property: Property | undefined, direct = false): ManifestSettings {
    const node = property?.value;
    if (property === undefined || isEmpty(node) || (isNull(node) && !direct)) {
      return {};
    }
    if (node?.type !== 'object') {
      this.#refuse('wrong-type', node!, msg('"{0}" must hold keys and their values.', property.key.value));
      return {};
    }
    this.#noDuplicates(node);
    const fields = propertiesOf(node);
    const at = (key: string): ValueNode | undefined => {
      const value = fields.get(key)?.value;
      return isNull(value) ? undefined : value;
    };
    const amount = (key: string, parse: (text: string) => bigint | undefined, message: Message): bigint | undefined => {
      const value = at(key);
      if (value === undefined) {
        return undefined;
      }
      const read =
        value.type === 'string' ? parse(value.value) : isInteger(value, MAX_U64) ? integerOf(value) : undefined;
      if (read === undefined) {
        this.#refuse('invalid-amount', value, message);
      }
      return read;
    };
    const memory = (key: string): bigint | undefined =>
      amount(key, parseMemory, msg('"{0}" must be a whole number of bytes, such as 1073741824 or "2.5gib".', key));
    const visibility = (key: string): Visibility | undefined => this.#visibility(key, at(key), direct);
    const allocation = at('compute_allocation');
    if (allocation !== undefined && !isInteger(allocation, MAX_U64)) {
      this.#refuse(
        'invalid-amount',
        allocation,
        msg('"{0}" must be a whole number without quotes.', 'compute_allocation'),
      );
    }
    return {
      computeAllocation: isInteger(allocation, MAX_U64) ? integerOf(allocation) : undefined,
      memoryAllocation: memory('memory_allocation'),
      freezingThreshold: amount(
        'freezing_threshold',
        parseDuration,
        msg('"{0}" must be a whole number of seconds, such as 2592000 or "30d".', 'freezing_threshold'),
      ),
      reservedCyclesLimit: amount(
        'reserved_cycles_limit',
        parseCyclesAmount,
        msg('"{0}" must be a whole number of cycles, such as 1000 or "4t".', 'reserved_cycles_limit'),
      ),
      wasmMemoryLimit: memory('wasm_memory_limit'),
      wasmMemoryThreshold: memory('wasm_memory_threshold'),
      logMemoryLimit: memory('log_memory_limit'),
      logVisibility: visibility('log_visibility'),
      snapshotVisibility: visibility('snapshot_visibility'),
      statusVisibility: visibility('status_visibility'),
      environmentVariables: this.#variables(at('environment_variables')),
      controllers: this.#controllers(fields.get('controllers')),
    };
  }

  #visibility(key: string, node: ValueNode | undefined, direct: boolean): Visibility | undefined {
    if (node === undefined) {
      return undefined;
    }
    if (node.type === 'string' && (node.value === 'controllers' || node.value === 'public')) {
      return node.value;
    }
    if (node.type === 'object' && node.properties.length === 1 && node.properties[0]!.key.value === 'allowed_viewers') {
      const viewers = node.properties[0]!.value;
      if (isEmpty(viewers) || (isNull(viewers) && !direct)) {
        return { allowedViewers: [] };
      }
      if (viewers?.type === 'array') {
        const allowedViewers: string[] = [];
        for (const viewer of viewers.items) {
          if (viewer.type === 'string' && isPrincipal(viewer.value)) {
            allowedViewers.push(viewer.value);
          } else {
            this.#refuse('invalid-principal', viewer, msg('This is not a principal.'));
          }
        }
        return { allowedViewers };
      }
    }
    this.#refuse(
      'unknown-value',
      node,
      msg('"{0}" must be "controllers", "public", or "allowed_viewers" with a list of principals.', key),
    );
    return undefined;
  }

  #variables(node: ValueNode | undefined): ReadonlyMap<string, EnvironmentVariable> | undefined {
    if (node === undefined) {
      return undefined;
    }
    if (node.type !== 'object') {
      this.#refuse('wrong-type', node, msg('"{0}" must hold keys and their values.', 'environment_variables'));
      return undefined;
    }
    this.#noDuplicates(node);
    const variables = new Map<string, EnvironmentVariable>();
    for (const { key, value } of node.properties) {
      const path = value?.type === 'object' ? propertiesOf(value).get('path')?.value : undefined;
      if (value?.type === 'string') {
        variables.set(key.value, { value: value.value, place: this.#place(value) });
      } else if (path?.type === 'string') {
        variables.set(key.value, { path: path.value, place: this.#place(path) });
      } else {
        this.#refuse(
          'variable-value',
          value ?? key,
          msg('The value must be a string (numbers need quotes), or "path" with a file.'),
        );
      }
    }
    return variables;
  }

  #controllers(property: Property | undefined): readonly Named[] | undefined {
    return property === undefined || isNull(property.value) ? undefined : this.#strings(property, false);
  }

  // Values

  /** The items of a list of definitions and paths to such. */
  #items<T>(
    fields: ReadonlyMap<string, Property>,
    key: string,
    read: (node: ObjectNode) => T | undefined,
  ): (T | PathItem)[] {
    return this.#list(fields, key).flatMap((item): (T | PathItem)[] => {
      if (item.type === 'string') {
        return [{ path: item.value, place: this.#place(item) }];
      }
      if (item.type === 'object') {
        const content = read(item);
        return content === undefined ? [] : [content];
      }
      this.#refuse('wrong-type', item, msg('This must be a path, or hold keys and their values.'));
      return [];
    });
  }

  #list(fields: ReadonlyMap<string, Property>, key: string): readonly ValueNode[] {
    const property = fields.get(key);
    if (property === undefined || isEmpty(property.value)) {
      return [];
    }
    if (property.value?.type === 'array') {
      return property.value.items;
    }
    this.#refuse('not-a-list', property.value ?? property.key, msg('"{0}" must be a list.', key));
    return [];
  }

  /** The entries of a map from names. */
  #map(property: Property | undefined): readonly Property[] {
    if (property === undefined || isNull(property.value)) {
      return [];
    }
    if (property.value?.type === 'object') {
      return [...propertiesOf(property.value).values()];
    }
    this.#refuse('wrong-type', property.value!, msg('"{0}" must hold keys and their values.', property.key.value));
    return [];
  }

  #strings(property: Property, direct: boolean): Named[] {
    if (isEmpty(property.value) || (isNull(property.value) && !direct)) {
      return [];
    }
    if (property.value?.type !== 'array') {
      this.#refuse('not-a-list', property.value!, msg('"{0}" must be a list.', property.key.value));
      return [];
    }
    return property.value.items.flatMap((item) => {
      const text = textOf(item, direct);
      if (text === undefined) {
        this.#refuse('wrong-type', item, msg('This must be a string.'));
        return [];
      }
      return [{ name: text, place: this.#place(item) }];
    });
  }

  /** @param direct any scalar will do */
  #string(property: Property, direct: boolean): string | undefined {
    const text = property.value && textOf(property.value, direct);
    if (text === undefined) {
      this.#refuse('wrong-type', property.value ?? property.key, msg('"{0}" must be a string.', property.key.value));
    }
    return text;
  }

  #name(
    node: ObjectNode,
    fields: ReadonlyMap<string, Property>,
    direct: boolean,
  ): { text: string; node: ValueNode } | undefined {
    const property = fields.get('name');
    if (property === undefined) {
      this.#refuse('missing-key', node, msg('"{0}" is missing.', 'name'));
      return undefined;
    }
    const text = this.#string(property, direct);
    return text === undefined ? undefined : { text, node: property.value! };
  }

  #closed(node: ObjectNode, known: readonly string[], duplicates: boolean): ReadonlyMap<string, Property> {
    this.#noUnknown(node, known);
    if (duplicates) {
      this.#noDuplicates(node);
    }
    return propertiesOf(node);
  }

  #noUnknown(node: ObjectNode, known: readonly string[]): void {
    for (const { key } of node.properties) {
      if (!known.includes(key.value)) {
        this.#refuse(
          'unknown-key',
          key,
          msg('There is no key "{0}" here. Possible are: {1}', key.value, known.join(', ')),
        );
      }
    }
  }

  /** @param among the keys that must not stand there twice; absent for all */
  #noDuplicates(node: ObjectNode, among?: readonly string[]): void {
    const seen = new Set<string>();
    for (const { key } of node.properties) {
      if (seen.has(key.value) && (among === undefined || among.includes(key.value))) {
        this.#refuse('duplicate-key', key, msg('The key "{0}" is here twice.', key.value));
      }
      seen.add(key.value);
    }
  }

  #place(node: { readonly start: number; readonly end: number }): Place {
    return { file: this.file, range: rangeOf(node) };
  }

  #refuse(code: RefusalCode, node: { readonly start: number; readonly end: number }, message: Message): void {
    const range: TextRange = rangeOf(node);
    this.refusals.push({ code, file: this.file, range, message });
  }
}

function textOf(node: ValueNode, direct: boolean): string | undefined {
  if (node.type === 'string') {
    return node.value;
  }
  return direct && (node.type === 'number' || node.type === 'boolean' || node.type === 'null') ? node.raw : undefined;
}

function isStrings(node: ValueNode | undefined, among?: readonly string[]): boolean {
  return (
    node?.type === 'array' &&
    node.items.every((item) => item.type === 'string' && (among === undefined || among.includes(item.value)))
  );
}

function integerOf(node: ValueNode): bigint | undefined {
  if (node.type !== 'number' || !/^\+?(?:\d+|0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+)$/.test(node.raw)) {
    return undefined;
  }
  return BigInt(node.raw.replace(/^\+/, ''));
}

function isInteger(node: ValueNode | undefined, max: bigint): node is ValueNode {
  const value = node && integerOf(node);
  return value !== undefined && value <= max;
}

/** The first port of this computer that an image's port mapping names. */
function hostPort(node: ValueNode | undefined): number {
  const first = node?.type === 'array' ? node.items[0] : undefined;
  const match = first?.type === 'string' ? /^(?:.*:)?(\d{1,5}):\d+(?:\/\w+)?$/.exec(first.value) : null;
  return match ? Number(match[1]) : DEFAULT_PORT;
}

/** Why icp would not know what recipe is meant. */
function recipeFault(type: string): { readonly code: RefusalCode; readonly message: Message } | undefined {
  if (/^(?:file|https?):\/\//.test(type)) {
    return undefined;
  }
  if (!type.startsWith('@') || !type.includes('/')) {
    return {
      code: 'recipe-type',
      message: msg('A recipe is written as @dfinity/<name>@<version>, or as a URL with http://, https:// or file://.'),
    };
  }
  const at = type.lastIndexOf('@');
  if (at === 0) {
    return {
      code: 'recipe-version',
      message: msg('The version of the recipe is missing: {0}', `${type}@<version>`),
    };
  }
  if (type.slice(1, type.indexOf('/')) !== 'dfinity') {
    return { code: 'recipe-registry', message: msg('icp knows no other registry of recipes than "dfinity".') };
  }
  return undefined;
}
