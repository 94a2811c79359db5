import { JsonDocument } from '../../../document/json-document';
import { syntaxMessage } from '../../../document/parse-json';
import { type Property, propertiesOf, rangeOf, type StringNode } from '../../../document/tree';
import { type Finding, FindingList } from '../../../language/findings';
import { reportPrincipal } from '../../../language/principals';
import type { SymbolSource } from '../../../language/symbols';
import { msg } from '../../../util/message';
import { closest } from '../../../util/suggest';
import { FINDING_CODES, type IcpFindings } from './finding-codes';

/** What is known of the project that an id file belongs to. */
export interface IdFileProject {
  /** What ids are kept by: names of canisters, with the folder of a dependency before them. */
  readonly canisters: ReadonlySet<string>;
  /** Whether git leaves the file out. Undefined where that is not known, and for files that belong into no repository. */
  readonly ignored?: boolean;
}

/** An id file of icp: canister to id, for one environment. */
export class IdsDocument implements SymbolSource {
  readonly source: JsonDocument;
  readonly definitions = [];

  constructor(text: string) {
    this.source = new JsonDocument(text);
  }

  get #entries(): ReadonlyMap<string, Property> {
    const root = this.source.rootObject;
    return root === undefined ? new Map() : propertiesOf(root);
  }

  get references(): SymbolSource['references'] {
    return [...this.#entries.values()].map(({ key }) => ({ kind: 'canister', node: key }));
  }

  /** icp reads the file as a whole or not at all. Without `project` the names are not checked. */
  findings(project: IdFileProject | undefined): Finding[] {
    const findings: IcpFindings = new FindingList(this.source, FINDING_CODES);
    for (const { fault, offset, length } of this.source.problems) {
      findings.report('ids-syntax', { offset, length }, syntaxMessage(fault));
    }
    const { root } = this.source;
    if (root !== undefined && root.type !== 'object') {
      findings.report('ids-syntax', root, msg('The file does not hold canister ids.'));
    }
    const users = new Map<string, StringNode[]>();
    for (const [name, property] of this.#entries) {
      const { value } = property;
      if (value?.type === 'string') {
        reportPrincipal(findings, 'ids-invalid-principal', value);
        users.set(value.value, [...(users.get(value.value) ?? []), value]);
      } else if (value !== undefined) {
        findings.report('ids-invalid-principal', value, msg('"{0}" must be a string.', name));
      }
      if (project !== undefined && !project.canisters.has(name)) {
        this.#unknown(findings, property, project.canisters);
      }
    }
    for (const sharing of users.values()) {
      for (const node of sharing.length > 1 ? sharing : []) {
        findings.report('ids-shared', node, msg('Another canister has this id too: icp takes both for one.'), {
          related: sharing
            .filter((other) => other !== node)
            .map((other) => ({ message: msg('The other canister'), range: rangeOf(other) })),
        });
      }
    }
    if (project?.ignored === true && this.#entries.size > 0) {
      findings.report(
        'ids-ignored',
        { offset: root?.start ?? 0, length: 1 },
        msg('git ignores this file. With it go the ids of canisters that live on: only .icp/cache is to be ignored.'),
      );
    }
    return findings.sorted();
  }

  #unknown(findings: IcpFindings, property: Property, canisters: ReadonlySet<string>): void {
    const { key } = property;
    const guess = closest(
      key.value,
      [...canisters].filter((candidate) => !this.#entries.has(candidate)),
    );
    const message =
      guess === undefined
        ? msg('icp.yaml has no canister "{0}". icp keeps the id and never uses it.', key.value)
        : msg(
            'icp.yaml has no canister "{0}". icp keeps the id and never uses it. Did you mean "{1}"?',
            key.value,
            guess,
          );
    findings.report('ids-unknown-canister', key, message, {
      tag: 'unnecessary',
      fixes: () => [
        ...findings.changeToAny(key, guess, []),
        { title: msg('Remove the id of "{0}"', key.value), edits: this.source.removeProperty(property) },
      ],
    });
  }
}
