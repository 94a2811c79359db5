import { type ObjectNode, type Property, propertiesOf } from '../../../document/tree';
import { FindingList } from '../../../language/findings';
import type { Json, KeySpec, ObjectSpec } from '../../../language/spec';
import { type Site as AnySite, SpecCheck } from '../../../language/spec-check';
import { type Message, msg } from '../../../util/message';
import { readByteNumber, readBytes, readDuration } from '../amounts';
import { type Canister, type DfxModel, isRemoteSomewhere, readsKey } from './dfx-model';
import { type DfxFindings, FINDING_CODES } from './finding-codes';
import { CANISTER, DFX_JSON, isNeutralKey, NETWORK } from './keys';
import type { KnownKeys } from './known-keys';

export type Site = AnySite<Canister>;

/** What a missing key is filled with. */
const PLACEHOLDERS = new Map<string, Json>([
  ['package', 'package_name'],
  ['candid', 'path/to/canister.did'],
  ['wasm', 'path/to/canister.wasm'],
  ['source', ['dist/']],
  ['main', 'src/main.mo'],
  ['id', 'aaaaa-aa'],
  ['dependencies', []],
  ['init_guide', ''],
  ['wasm_url', 'https://'],
  ['playground_canister', 'aaaaa-aa'],
  ['allowed_viewers', []],
  ['name', 'candid:service'],
]);

/** The keys of a network that is reached by URL. */
const REMOTE_NETWORK_KEYS: ReadonlySet<string> = new Set(['providers', 'type', 'playground']);

/** Whether dfx takes the network for one that is reached by URL. */
function hasProviders(network: ObjectNode): boolean {
  const value = propertiesOf(network).get('providers')?.value;
  return value?.type === 'array' && value.items.every(({ type }) => type === 'string');
}

/** Walks a dfx.json along the table of keys, once. */
export class StructureCheck extends SpecCheck<Canister> {
  declare readonly findings: DfxFindings;

  constructor(
    readonly model: DfxModel,
    readonly known?: KnownKeys,
  ) {
    super(new FindingList(model.document, FINDING_CODES), 'dfx');
    this.walk(DFX_JSON, msg('A dfx.json must be an object.'));
    for (const canister of model.canisters.values()) {
      this.#requiredByType(canister);
    }
  }

  protected owner(name: string): Canister | undefined {
    return this.model.canisters.get(name);
  }

  protected allowsKey(name: string, spec: ObjectSpec, canister: Canister | undefined): boolean {
    // An extension that defines a type reads keys of its own.
    return isNeutralKey(name) || (spec === CANISTER && canister?.kind === 'extension');
  }

  protected placeholder(key: KeySpec, canister: Canister | undefined): Json {
    if (key.value.kind === 'map') {
      return {};
    }
    switch (canister && key.name) {
      case 'candid':
        return `src/${canister!.name}/${canister!.name}.did`;
      case 'main':
        return `src/${canister!.name}/main.mo`;
      case 'package':
        return canister!.name;
      default:
        return PLACEHOLDERS.get(key.name) ?? '';
    }
  }

  protected checkKey(property: Property, key: KeySpec, spec: ObjectSpec, owner: Canister | undefined): boolean {
    if (key.deprecated !== undefined) {
      this.findings.report('deprecated-key', property.key, key.deprecated, {
        tag: 'deprecated',
        fixes: () => [this.findings.remove(property, true)],
      });
      return true;
    }
    const canister = spec === CANISTER ? owner : undefined;
    if (canister !== undefined && !readsKey(canister, key)) {
      this.#unused(property, msg('dfx does not read "{0}" for a canister of type {1}.', key.name, canister.type));
    }
    // dfx takes a network with providers for what it is without a look at the settings of a local one.
    const isLocalSetting = spec === NETWORK && !REMOTE_NETWORK_KEYS.has(key.name) && hasProviders(property.parent);
    if (isLocalSetting) {
      this.#unused(property, msg('dfx does not read "{0}" for a network with providers.', key.name));
    }
    if (this.known?.knows(spec.upstream, key.name, key.since) === false) {
      const { version } = this.known;
      let message = msg('The dfx in use does not know "{0}" and ignores it.', key.name);
      if (version !== undefined) {
        message =
          key.since === undefined
            ? msg('dfx {1} does not know "{0}" and ignores it.', key.name, version)
            : msg('dfx {1} does not know "{0}" and ignores it: it came with dfx {2}.', key.name, version, key.since);
      }
      this.findings.report('key-newer-than-dfx', property.key, message);
    }
    // dfx parses the keys of every type of canister, and drops those of the others only then.
    return !isLocalSetting;
  }

  #unused(property: Property, message: Message): void {
    this.findings.report('unused-key', property.key, message, {
      tag: 'unnecessary',
      fixes: () => [this.findings.remove(property)],
    });
  }

  protected override bytesOfNumber(raw: string): bigint | undefined {
    return readByteNumber(raw);
  }

  protected override bytesOfText(text: string): bigint | undefined {
    return readBytes(text);
  }

  protected override durationOfText(text: string): bigint | undefined {
    return readDuration(text);
  }

  /** The keys that the type of a canister demands. */
  #requiredByType(canister: Canister): void {
    const { kind, object, keys, typeNode } = canister;
    // A type that is no string has been reported: what it was meant to be is not known.
    if (object === undefined || kind === 'extension' || (keys.has('type') && typeNode === undefined)) {
      return;
    }
    const missing = CANISTER.keys.filter(
      ({ required, name, nullable }) =>
        Array.isArray(required) &&
        required.includes(kind) &&
        (!keys.has(name) || (nullable === true && keys.get(name)?.value?.type === 'null')),
    );
    this.missing(
      object,
      missing,
      canister,
      ({ name }) =>
        name === 'main'
          ? isRemoteSomewhere(canister)
            ? msg('Without "main" dfx can build this canister on no network; it can be used where it is remote.')
            : msg('A Motoko canister needs "main": the file with which compilation begins.')
          : msg('A canister of type {1} needs the key "{0}".', name, canister.type),
      ({ name }) => (name === 'main' ? 'missing-main' : 'missing-key'),
      ({ name }) => (name === 'main' && isRemoteSomewhere(canister) ? 'hint' : undefined),
    );
  }
}
