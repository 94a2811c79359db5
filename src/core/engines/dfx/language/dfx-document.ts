import { JsonDocument } from '../../../document/json-document';
import { stringAt } from '../../../document/tree';
import { type Finding, FindingList } from '../../../language/findings';
import type { CheckContext } from './check-context';
import { checkDependencies } from './checks/dependencies';
import { checkNames } from './checks/names';
import { checkNetworks } from './checks/networks';
import { checkPaths } from './checks/paths';
import { checkSyntax } from './checks/syntax';
import { checkTypes } from './checks/types';
import { checkBuild, checkCreation, checkInitArgs, checkMetadata, checkPrincipals } from './checks/values';
import { DfxModel } from './dfx-model';
import type { FileFacts } from './facts';
import { type DfxFindings, FINDING_CODES } from './finding-codes';
import { type KnownKeys, knownByVersion } from './known-keys';
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
    const findings: DfxFindings = new FindingList(this.json, FINDING_CODES);
    findings.include(structure.findings);
    checkSyntax(findings);
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
