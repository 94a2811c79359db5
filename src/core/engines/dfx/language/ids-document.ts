import { removeProperty } from '../../../document/edits';
import { JsonDocument, type Property, propertiesOf, rangeOf } from '../../../document/json';
import { type Finding, finding } from '../../../language/findings';
import { closest } from '../../../language/suggest';
import { type Message, msg } from '../../../util/message';
import { parsePrincipal } from '../../../util/principal';
import { isKnownNetwork } from './checks/networks';
import { checkSyntax } from './checks/syntax';
import { describePrincipalFault } from './checks/values';
import { replaceFix } from './structure';

/** What the dfx.json beside a canister_ids.json defines. */
export interface ProjectNames {
  readonly canisters: ReadonlySet<string>;
  readonly networks: ReadonlyMap<string, unknown>;
  readonly sharedNetworks: ReadonlySet<string>;
}

/** A canister_ids.json: canister to network to id. */
export class CanisterIdsDocument {
  readonly json: JsonDocument;

  constructor(readonly text: string) {
    this.json = new JsonDocument(text);
  }

  /** The entries by canister name, as written. */
  get canisters(): ReadonlyMap<string, Property> {
    const root = this.json.rootObject;
    return root === undefined ? new Map() : propertiesOf(root);
  }

  /**
   * What dfx would pass over: it takes an id that is no principal for absent, and keeps ids of canisters and networks
   * that no longer exist. Without `project` the names are not checked.
   */
  findings(project: ProjectNames | undefined): Finding[] {
    const findings = checkSyntax(this.json);
    const { root } = this.json;
    const wrong = (range: Finding['range'], message: Message) => findings.push(finding('wrong-type', range, message));
    if (root !== undefined && root.type !== 'object') {
      wrong(rangeOf(root), msg('A canister_ids.json must be an object.'));
    }
    for (const [name, property] of this.canisters) {
      // dfx keeps canisters of its own under names such as __Candid_UI.
      const known = project === undefined || name.startsWith('__') || project.canisters.has(name);
      if (!known) {
        findings.push(this.#unknownCanister(name, property, project.canisters));
      }
      if (property.value === undefined) {
        continue;
      }
      if (property.value.type !== 'object') {
        wrong(rangeOf(property.value), msg('"{0}" must be an object.', name));
        continue;
      }
      for (const [network, entry] of propertiesOf(property.value)) {
        if (project !== undefined && !isKnownNetwork(network, project.networks, project.sharedNetworks)) {
          findings.push(this.#unknownNetwork(network, entry, project));
        }
        const { value } = entry;
        if (value === undefined) {
          continue;
        }
        if (value.type !== 'string') {
          wrong(rangeOf(value), msg('"{0}" must be a text.', network));
          continue;
        }
        const parsed = parsePrincipal(value.value);
        if (parsed.ok) {
          continue;
        }
        const { canonical } = parsed;
        findings.push(
          finding(
            'ids-invalid-principal',
            rangeOf(value),
            describePrincipalFault(value.value.slice(0, 60), parsed.fault),
            {
              fixes: () => (canonical === undefined ? [] : [replaceFix(value, canonical, false, true)]),
            },
          ),
        );
      }
    }
    return findings.sort((a, b) => a.range.offset - b.range.offset);
  }

  #unknownCanister(name: string, property: Property, canisters: ReadonlySet<string>): Finding {
    const guess = closest(
      name,
      [...canisters].filter((candidate) => !this.canisters.has(candidate)),
    );
    const message =
      guess === undefined
        ? msg('dfx.json has no canister "{0}".', name)
        : msg('dfx.json has no canister "{0}". Did you mean "{1}"?', name, guess);
    return finding('ids-unknown-canister', rangeOf(property.key), message, {
      tag: 'unnecessary',
      fixes: () => [
        ...(guess === undefined ? [] : [replaceFix(property.key, guess, false)]),
        { title: msg('Remove the ids of "{0}"', name), edits: removeProperty(this.json, property) },
      ],
    });
  }

  #unknownNetwork(network: string, entry: Property, project: ProjectNames): Finding {
    const guess = closest(network, ['ic', 'local', ...project.networks.keys(), ...project.sharedNetworks]);
    const message =
      guess === undefined
        ? msg('There is no network "{0}".', network)
        : msg('There is no network "{0}". Did you mean "{1}"?', network, guess);
    return finding('unknown-network', rangeOf(entry.key), message, {
      fixes: () => [
        ...(guess === undefined ? [] : [replaceFix(entry.key, guess, false)]),
        { title: msg('Remove "{0}"', network), edits: removeProperty(this.json, entry) },
      ],
    });
  }
}
