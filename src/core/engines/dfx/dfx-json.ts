/**
 * Reads dfx.json and networks.json as dfx's loader does, but goes on behind mistakes and says where they are.
 * Unknown keys are no problem: the loader ignores them.
 */
import { type FileProblem, parseJson } from '../../document/parse-json';
import {
  type ObjectNode,
  type Properties,
  type Property,
  propertiesOf,
  rangeOf,
  type ValueNode,
} from '../../document/tree';
import { type Message, msg } from '../../util/message';
import type { BuiltinCanisterType, CanisterConfig, DfxConfig, Located, NetworkConfig } from './dfx-config';

/** dfx's time-out for a canister borrowed from a playground, in seconds. */
export const DEFAULT_PLAYGROUND_TIMEOUT_SECONDS = 1200;

const BUILTIN_TYPES: ReadonlySet<string> = new Set<BuiltinCanisterType>(['motoko', 'rust', 'assets', 'custom', 'pull']);

function isBuiltin(type: string): type is BuiltinCanisterType {
  return BUILTIN_TYPES.has(type);
}

/** Reads the fields of one object and collects what has the wrong type. */
class ObjectReader {
  readonly #properties: Properties;
  readonly #problems: FileProblem[];

  constructor(node: ObjectNode, problems: FileProblem[]) {
    this.#properties = propertiesOf(node);
    this.#problems = problems;
  }

  property(name: string): Property | undefined {
    return this.#properties.get(name);
  }

  /** The value, where there is one. `null` counts as absent where dfx's field is an option. */
  value(name: string, nullable: boolean): ValueNode | undefined {
    const value = this.#properties.get(name)?.value;
    return value === undefined || (nullable && value.type === 'null') ? undefined : value;
  }

  report(node: ValueNode, message: Message): void {
    this.#problems.push({ message, range: rangeOf(node) });
  }

  string(name: string, nullable: boolean): Located<string> | undefined {
    const value = this.value(name, nullable);
    if (value === undefined) {
      return undefined;
    }
    if (value.type === 'string') {
      return { value: value.value, range: rangeOf(value) };
    }
    this.report(value, msg('"{0}" must be a string.', name));
    return undefined;
  }

  /** Undefined where the field is absent or no array; items that are no strings are left out. */
  strings(name: string): Located<string>[] | undefined {
    const value = this.value(name, false);
    if (value === undefined) {
      return undefined;
    }
    if (value.type !== 'array') {
      this.report(value, msg('"{0}" must be an array of strings.', name));
      return undefined;
    }
    const strings: Located<string>[] = [];
    for (const child of value.items) {
      if (child.type === 'string') {
        strings.push({ value: child.value, range: rangeOf(child) });
      } else {
        this.report(child, msg('Every item of "{0}" must be a string.', name));
      }
    }
    return strings;
  }

  object(name: string, nullable: boolean): ObjectNode | undefined {
    const value = this.value(name, nullable);
    if (value === undefined || value.type === 'object') {
      return value;
    }
    this.report(value, msg('"{0}" must be an object.', name));
    return undefined;
  }
}

function readCanister(property: Property, problems: FileProblem[]): CanisterConfig {
  const { key, value } = property;
  const name = key.value;
  if (value?.type !== 'object') {
    problems.push({ message: msg('Canister "{0}" must be an object.', name), range: rangeOf(value ?? key) });
    return {
      name,
      nameRange: rangeOf(key),
      range: rangeOf(property),
      type: 'motoko',
      kind: 'motoko',
      dependencies: [],
      sources: [],
      remoteIds: new Map(),
      hasFrontend: false,
    };
  }
  const reader = new ObjectReader(value, problems);
  const type = reader.string('type', false);
  const typeName = type?.value ?? 'motoko';

  const remoteIds = new Map<string, Located<string>>();
  let remoteCandid: Located<string> | undefined;
  const remote = reader.object('remote', true);
  if (remote !== undefined) {
    const remoteReader = new ObjectReader(remote, problems);
    remoteCandid = remoteReader.string('candid', true);
    const ids = remoteReader.object('id', false);
    if (ids !== undefined) {
      const idReader = new ObjectReader(ids, problems);
      for (const network of propertiesOf(ids).keys()) {
        const id = idReader.string(network, false);
        if (id !== undefined) {
          remoteIds.set(network, id);
        }
      }
    } else if (remoteReader.property('id') === undefined) {
      reader.report(remote, msg('"remote" must have the key "id".'));
    }
  }

  // Spelled out: spreading an object into one of so many fields is ten times slower.
  return {
    name,
    nameRange: rangeOf(key),
    range: rangeOf(property),
    type: typeName,
    typeRange: type?.range,
    kind: isBuiltin(typeName) ? typeName : 'extension',
    dependencies: reader.strings('dependencies') ?? [],
    main: reader.string('main', true),
    candid: reader.string('candid', false),
    wasm: reader.string('wasm', false),
    package: reader.string('package', false),
    sources: reader.strings('source') ?? [],
    declarations: declarationsOf(value),
    remoteIds,
    remoteCandid,
    pullId: reader.string('id', false),
    specifiedId: reader.string('specified_id', true),
    initArg: reader.string('init_arg', true),
    initArgFile: reader.string('init_arg_file', true),
    hasFrontend: reader.object('frontend', true) !== undefined,
    initializationValues: reader.object('initialization_values', true),
  };
}

function declarationsOf(canister: ObjectNode): string | undefined {
  const declarations = propertiesOf(canister).get('declarations')?.value;
  const output = declarations?.type === 'object' ? propertiesOf(declarations).get('output')?.value : undefined;
  return output?.type === 'string' ? output.value : undefined;
}

function readNetworkType(reader: ObjectReader): NetworkConfig['type'] {
  const type = reader.string('type', false);
  if (type === undefined) {
    return undefined;
  }
  if (type.value === 'persistent' || type.value === 'ephemeral') {
    return type.value;
  }
  const node = reader.value('type', false);
  if (node !== undefined) {
    reader.report(node, msg('The type of a network must be "persistent" or "ephemeral".'));
  }
  return undefined;
}

function readPlayground(reader: ObjectReader, problems: FileProblem[]): NetworkConfig['playground'] {
  const node = reader.object('playground', true);
  if (node === undefined) {
    return undefined;
  }
  const playground = new ObjectReader(node, problems);
  const canister = playground.string('playground_canister', false);
  if (canister === undefined) {
    if (playground.property('playground_canister') === undefined) {
      playground.report(node, msg('"playground" must have the key "playground_canister".'));
    }
    return undefined;
  }
  const timeout = playground.value('timeout_seconds', false);
  if (timeout === undefined) {
    return { canister: canister.value, timeoutSeconds: DEFAULT_PLAYGROUND_TIMEOUT_SECONDS };
  }
  const seconds = timeout.type === 'number' ? Number(timeout.raw) : undefined;
  if (seconds !== undefined && Number.isInteger(seconds) && seconds >= 0) {
    return { canister: canister.value, timeoutSeconds: seconds };
  }
  playground.report(timeout, msg('"{0}" must be a whole number of seconds.', 'timeout_seconds'));
  return { canister: canister.value, timeoutSeconds: DEFAULT_PLAYGROUND_TIMEOUT_SECONDS };
}

function readNetworks(node: ObjectNode, problems: FileProblem[]): NetworkConfig[] {
  const networks: NetworkConfig[] = [];
  for (const [name, property] of propertiesOf(node)) {
    const { key, value } = property;
    if (value?.type !== 'object') {
      problems.push({ message: msg('Network "{0}" must be an object.', name), range: rangeOf(value ?? key) });
      continue;
    }
    const reader = new ObjectReader(value, problems);
    const providers = reader.strings('providers');
    networks.push({
      name,
      range: rangeOf(property),
      nameRange: rangeOf(key),
      providers,
      // dfx does not look at it where there are providers.
      bind: providers === undefined ? reader.string('bind', true) : undefined,
      type: readNetworkType(reader),
      playground: readPlayground(reader, problems),
    });
  }
  return networks;
}

/** Reads the text of a dfx.json. Never fails; see {@link DfxConfig.problems}. */
export function parseDfxConfig(text: string): DfxConfig {
  const { root, problems } = parseJson(text);
  if (root?.type !== 'object') {
    if (root !== undefined) {
      problems.push({ message: msg('dfx.json must be a JSON object.'), range: rangeOf(root) });
    }
    return { canisters: [], networks: [], problems };
  }
  const reader = new ObjectReader(root, problems);
  const canisters = reader.object('canisters', true);
  const networks = reader.object('networks', true);
  // Of these, only that dfx refuses other types is of interest.
  reader.string('dfx', true);
  reader.string('output_env_file', true);
  return {
    canisters:
      canisters === undefined
        ? []
        : [...propertiesOf(canisters).values()].map((property) => readCanister(property, problems)),
    networks: networks === undefined ? [] : readNetworks(networks, problems),
    problems,
  };
}

/** Reads the text of a networks.json: networks by name, without a wrapper. Never fails. */
export function parseNetworksJson(text: string): { networks: NetworkConfig[]; problems: FileProblem[] } {
  const { root, problems } = parseJson(text);
  if (root?.type !== 'object') {
    if (root !== undefined) {
      problems.push({ message: msg('networks.json must be a JSON object.'), range: rangeOf(root) });
    }
    return { networks: [], problems };
  }
  return { networks: readNetworks(root, problems), problems };
}
