import { JsonDocument } from '../../../document/json-document';
import { type Property, propertiesOf, type ValueNode } from '../../../document/tree';
import { type Finding, FindingList } from '../../../language/findings';
import { reportPrincipal } from '../../../language/principals';
import type { SymbolSource } from '../../../language/symbols';
import { msg } from '../../../util/message';
import { closest } from '../../../util/suggest';
import { isKnownNetwork, unknownNetwork } from './checks/networks';
import { checkSyntax } from './checks/syntax';
import { type DfxFindings, FINDING_CODES } from './finding-codes';

/** What the dfx.json beside a canister_ids.json defines. */
export interface ProjectNames {
  readonly canisters: ReadonlySet<string>;
  readonly networks: ReadonlyMap<string, unknown>;
  readonly sharedNetworks: ReadonlySet<string>;
}

/** A canister_ids.json: canister to network to id. */
export class CanisterIdsDocument implements SymbolSource {
  readonly source: JsonDocument;
  readonly definitions = [];

  constructor(readonly text: string) {
    this.source = new JsonDocument(text);
  }

  /** The entries by canister name, as written. */
  get canisters(): ReadonlyMap<string, Property> {
    const root = this.source.rootObject;
    return root === undefined ? new Map() : propertiesOf(root);
  }

  get references(): SymbolSource['references'] {
    return [...this.canisters.values()].flatMap(({ key, value }) => [
      { kind: 'canister' as const, node: key },
      ...(value?.type === 'object' ? [...propertiesOf(value).values()] : []).map((entry) => ({
        kind: 'network' as const,
        node: entry.key,
      })),
    ]);
  }

  /**
   * What dfx would pass over: it takes an id that is no principal for absent, and keeps ids of canisters and networks
   * that no longer exist. Without `project` the names are not checked.
   */
  findings(project: ProjectNames | undefined): Finding[] {
    const findings: DfxFindings = new FindingList(this.source, FINDING_CODES);
    checkSyntax(this.source, findings);
    const { root } = this.source;
    if (root !== undefined && root.type !== 'object') {
      findings.report('wrong-type', root, msg('A canister_ids.json must be an object.'));
    }
    for (const [name, property] of this.canisters) {
      // dfx keeps canisters of its own under names such as __Candid_UI.
      if (project !== undefined && !name.startsWith('__') && !project.canisters.has(name)) {
        this.#unknownCanister(findings, property, project.canisters);
      }
      const { value } = property;
      if (value?.type === 'object') {
        for (const [network, entry] of propertiesOf(value)) {
          if (project !== undefined && !isKnownNetwork(network, project.networks, project.sharedNetworks)) {
            this.#unknownNetwork(findings, entry, project);
          }
          this.#id(findings, network, entry.value);
        }
      } else if (value !== undefined) {
        findings.report('wrong-type', value, msg('"{0}" must be an object.', name));
      }
    }
    return findings.sorted();
  }

  #id(findings: DfxFindings, network: string, value: ValueNode | undefined): void {
    if (value?.type === 'string') {
      reportPrincipal(findings, 'ids-invalid-principal', value);
    } else if (value !== undefined) {
      findings.report('wrong-type', value, msg('"{0}" must be a string.', network));
    }
  }

  #unknownCanister(findings: DfxFindings, property: Property, canisters: ReadonlySet<string>): void {
    const { key } = property;
    const guess = closest(
      key.value,
      [...canisters].filter((candidate) => !this.canisters.has(candidate)),
    );
    const message =
      guess === undefined
        ? msg('dfx.json has no canister "{0}".', key.value)
        : msg('dfx.json has no canister "{0}". Did you mean "{1}"?', key.value, guess);
    findings.report('ids-unknown-canister', key, message, {
      tag: 'unnecessary',
      fixes: () => [
        ...findings.changeToAny(key, guess, []),
        { title: msg('Remove the ids of "{0}"', key.value), edits: this.source.removeProperty(property) },
      ],
    });
  }

  #unknownNetwork(findings: DfxFindings, entry: Property, { networks, sharedNetworks }: ProjectNames): void {
    const { key } = entry;
    const guess = closest(key.value, ['ic', 'local', ...networks.keys(), ...sharedNetworks]);
    findings.report('unknown-network', key, unknownNetwork(key.value, guess), {
      fixes: () => [...findings.changeToAny(key, guess, []), findings.remove(entry)],
    });
  }
}
