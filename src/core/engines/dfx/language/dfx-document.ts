import { JsonDocument } from '../../../document/json';
import type { Finding } from '../../../language/findings';
import type { CheckContext, KnownKeys } from './check-context';
import { checkDependencies } from './checks/dependencies';
import { checkNames } from './checks/names';
import { checkNetworks } from './checks/networks';
import { checkPaths } from './checks/paths';
import { checkSyntax } from './checks/syntax';
import { checkTypes } from './checks/types';
import { checkBuild, checkCreation, checkInitArgs, checkMetadata, checkPrincipals } from './checks/values';
import { DfxModel, textAt } from './dfx-model';
import type { FileFacts } from './facts';
import { knownByVersion } from './known-keys';
import { type Site, StructureCheck } from './structure';

/** One version of a dfx.json, read once; every feature works on it. */
export class DfxDocument {
  readonly json: JsonDocument;
  readonly model: DfxModel;
  #structure: StructureCheck | undefined;
  #known: KnownKeys | undefined;

  constructor(readonly text: string) {
    this.json = new JsonDocument(text);
    this.model = new DfxModel(this.json);
  }

  /** What the dfx that the project pins knows. */
  get #pinned(): KnownKeys | undefined {
    const pin = textAt(this.model.root, 'dfx');
    return pin === undefined ? undefined : knownByVersion(pin.value);
  }

  #walk(known: KnownKeys | undefined): StructureCheck {
    if (this.#structure === undefined || this.#known !== known) {
      this.#structure = new StructureCheck(this.model, known ?? this.#pinned);
      this.#known = known;
    }
    return this.#structure;
  }

  /** The texts that stand for canisters, networks, files and so on. */
  get sites(): readonly Site[] {
    return this.#walk(this.#known).sites;
  }

  /**
   * All findings, in the order of the text. Facts that are not known yet leave their findings out. `known` tells which
   * keys the dfx in use knows; without it, the version that the file pins does.
   */
  findings(facts: FileFacts, known?: KnownKeys): Finding[] {
    const structure = this.#walk(known);
    const context: CheckContext = { model: this.model, sites: structure.sites, facts };
    const findings = [...checkSyntax(this.json), ...structure.findings];
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
      findings.push(...check(context));
    }
    return findings.sort((a, b) => a.range.offset - b.range.offset || a.range.length - b.range.length);
  }
}
