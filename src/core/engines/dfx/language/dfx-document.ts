import path from 'node:path';
import { JsonDocument } from '../../../document/json-document';
import { type Properties, propertiesOf, stringAt } from '../../../document/tree';
import { type Finding, FindingList } from '../../../language/findings';
import type { Link } from '../../../language/language';
import { type Definition, definition, type NamedThing, type SymbolSource } from '../../../language/symbols';
import { type Message, msg } from '../../../util/message';
import { leavesFolder } from '../../../util/paths';
import type { CheckContext } from './check-context';
import { checkBuild } from './checks/build';
import { checkCreation } from './checks/creation';
import { checkDependencies } from './checks/dependencies';
import { checkInitArgs } from './checks/init-args';
import { checkMetadata } from './checks/metadata';
import { checkNames } from './checks/names';
import { checkNetworks } from './checks/networks';
import { checkPaths } from './checks/paths';
import { checkPrincipals } from './checks/principals';
import { checkSyntax } from './checks/syntax';
import { checkTypes } from './checks/types';
import type { DfxFacts } from './dfx-facts';
import { DfxModel, isUrl, looksLikeUrl } from './dfx-model';
import { type DfxFindings, FINDING_CODES } from './finding-codes';
import { type KnownKeys, knownByVersion } from './known-keys';
import { type Site, StructureCheck } from './structure';

/** One version of a dfx.json, read once; every feature works on it. */
export class DfxDocument implements SymbolSource {
  readonly source: JsonDocument;
  readonly model: DfxModel;
  #structure: StructureCheck | undefined;
  #known: KnownKeys | undefined;

  constructor(readonly text: string) {
    this.source = new JsonDocument(text);
    this.model = new DfxModel(this.source);
  }

  /** What the dfx that the project pins knows. */
  get #pinned(): KnownKeys | undefined {
    const pin = stringAt(this.model.root, 'dfx');
    return pin === undefined ? undefined : knownByVersion(pin.value);
  }

  #walk(known: KnownKeys | undefined): StructureCheck {
    if (this.#structure === undefined || this.#known !== known) {
      this.#structure = new StructureCheck(this.model, known ?? this.#pinned);
      this.#known = known;
    }
    return this.#structure;
  }

  /** The strings that stand for canisters, networks, files and so on. */
  get sites(): readonly Site[] {
    return this.#walk(this.#known).sites;
  }

  get definitions(): readonly Definition[] {
    const { canisters, networks } = this.model;
    return [
      ...[...canisters.values()].map(({ property, object, type }) => ({
        ...definition('canister', property.key, property, object !== undefined, type),
        runs: object && runs(propertiesOf(object)),
      })),
      ...[...networks.values()].map(({ property, object }) =>
        definition('network', property.key, property, object !== undefined),
      ),
    ];
  }

  get references(): SymbolSource['references'] {
    return this.sites.flatMap(({ role, node }) =>
      role === 'canister' || role === 'network' ? [{ kind: role, node }] : [],
    );
  }

  /** Why a symbol cannot get this name; undefined where it can. */
  renameObstacle(symbol: NamedThing, name: string): Message | undefined {
    if (name === '') {
      return msg('A name cannot be empty.');
    }
    if (name.startsWith('__')) {
      return msg('Names that begin with "__" belong to dfx.');
    }
    if (name === symbol.name) {
      return undefined;
    }
    if (symbol.kind === 'canister') {
      return this.model.canisters.has(name) ? msg('There is a canister "{0}" already.', name) : undefined;
    }
    if (name === 'ic') {
      return msg('The network "ic" cannot be redefined.');
    }
    return this.model.networks.has(name) ? msg('There is a network "{0}" already.', name) : undefined;
  }

  /** The places that name a file of the project or an address on the web. */
  links(root: string): Link[] {
    const found: Link[] = [];
    for (const { role, node } of this.sites) {
      const { value } = node;
      const range = this.source.contentRange(node);
      const isPath = role === 'file-or-url' ? !isUrl(value) : role === 'file' && !looksLikeUrl(value);
      if ((role === 'url' || role === 'file-or-url') && /^https?:\/\//i.test(value)) {
        found.push({ range, target: { url: value } });
      } else if (isPath && value !== '' && !value.includes('\0') && !leavesFolder(root, value)) {
        found.push({ range, target: { file: path.resolve(root, value), relative: value } });
      }
    }
    return found;
  }

  /**
   * All findings, in the order of the text. Facts that are not known yet leave their findings out. `known` tells which
   * keys the dfx in use knows; without it, the version that the file pins does.
   */
  findings(facts: DfxFacts, known?: KnownKeys): Finding[] {
    const structure = this.#walk(known);
    const findings: DfxFindings = new FindingList(this.source, FINDING_CODES);
    findings.include(structure.findings);
    checkSyntax(this.source, findings);
    const context: CheckContext = { model: this.model, sites: structure.sites, facts, findings };
    for (const check of [
      checkTypes,
      checkDependencies,
      checkPrincipals,
      checkInitArgs,
      checkMetadata,
      checkBuild,
      checkCreation,
      checkNetworks,
      checkPaths,
      checkNames,
    ]) {
      check(context);
    }
    return findings.sorted();
  }
}

/** Keys of a canister that hold command lines. */
const COMMANDS = ['build', 'pre_install', 'post_install'];

function runs(keys: Properties): Message | undefined {
  const holds = COMMANDS.some((key) => {
    const value = keys.get(key)?.value;
    return value?.type === 'array' ? value.items.length > 0 : value?.type === 'string' && value.value !== '';
  });
  return holds ? msg('Building or deploying it runs commands of this file on this computer.') : undefined;
}
