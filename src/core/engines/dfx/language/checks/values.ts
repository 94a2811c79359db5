import { type CandidFault, type CandidProblem, checkCandidArgs } from '../../../../candid/arguments';
import { removeProperty } from '../../../../document/edits';
import { type Property, propertiesOf, rangeOf } from '../../../../document/json';
import { type Finding, finding } from '../../../../language/findings';
import { closest } from '../../../../language/suggest';
import { type Message, msg } from '../../../../util/message';
import { type PrincipalFault, parsePrincipal } from '../../../../util/principal';
import type { CheckContext } from '../check-context';
import { type Canister, isSet, isUrl, objectAt, textAt } from '../dfx-model';
import { replaceFix, type Site } from '../structure';
import { createFix } from './create';

export function describePrincipalFault(text: string, fault: PrincipalFault): Message {
  switch (fault) {
    case 'empty':
      return msg('A principal is expected here.');
    case 'character':
      return msg('"{0}" is not a principal: it may contain only letters, the digits 2 to 7 and dashes.', text);
    case 'too-short':
      return msg('"{0}" is not a principal: it is too short.', text);
    case 'too-long':
      return msg('This is not a principal: it is longer than 29 bytes.');
    case 'checksum':
      return msg('"{0}" is not a principal: its checksum is wrong, so something in it is mistyped.', text);
    case 'grouping':
      return msg('"{0}" is not a principal: a dash must stand behind every fifth letter.', text);
  }
}

function describeCandidFault(fault: CandidFault, found: string): Message {
  switch (fault) {
    case 'unexpected':
      return msg('This is not Candid text: "{0}" is not expected here.', found);
    case 'unexpected-end':
      return msg('This is not Candid text: it ends too early.');
    case 'unclosed-text':
      return msg('This is not Candid text: a text is not closed by a double quote.');
    case 'escape':
      return msg('This is not Candid text: "{0}" is not a valid escape sequence.', found);
    case 'principal':
      return msg('This is not Candid text: "{0}" is not a principal.', found);
    case 'number':
      return msg('This is not Candid text: "{0}" is followed by something that belongs to no number.', found);
    case 'type-name':
      return msg('This is not Candid text: "{0}" is not a type.', found);
    case 'after-end':
      return msg('This is not Candid text: nothing may follow its end, but "{0}" does.', found);
    case 'too-deep':
      return msg('This Candid text is nested too deeply.');
  }
}

/** Longer pieces of the file are not repeated in a message. */
function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function checkPrincipals({ sites }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  for (const { role, node } of sites) {
    if (role !== 'principal') {
      continue;
    }
    const parsed = parsePrincipal(node.value);
    if (parsed.ok) {
      continue;
    }
    const { canonical } = parsed;
    findings.push(
      finding('invalid-principal', rangeOf(node), describePrincipalFault(shorten(node.value), parsed.fault), {
        fixes: () => (canonical === undefined ? [] : [replaceFix(node, canonical, false, true)]),
      }),
    );
  }
  return findings;
}

export function checkInitArgs({ model, sites, facts }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  const { document } = model;
  for (const site of sites) {
    const { role, node, key } = site;
    if (role === 'candid') {
      const problem = checkCandidArgs(node.value);
      if (problem === undefined) {
        continue;
      }
      const from = document.offsetInString(node, problem.offset);
      const to = document.offsetInString(node, problem.offset + problem.length);
      // A fault at the end has no letter of its own: the closing quote stands for it.
      const range =
        to > from ? { offset: from, length: to - from } : { offset: Math.min(from, node.end - 1), length: 1 };
      findings.push(candidFinding(problem, range));
    } else if (key.name === 'init_arg_file' && role === 'file') {
      checkInitArgFile(site);
    }
  }
  for (const canister of model.canisters.values()) {
    const { keys } = canister;
    if (!isSet(keys, 'init_arg') || !isSet(keys, 'init_arg_file')) {
      continue;
    }
    const pair = [keys.get('init_arg')!, keys.get('init_arg_file')!];
    for (const [property, other] of [pair, [...pair].reverse()] as [Property, Property][]) {
      findings.push(
        finding(
          'init-arg-conflict',
          rangeOf(property.key),
          msg('Only one of "init_arg" and "init_arg_file" may be given.'),
          {
            related: [{ message: msg('The other one'), range: rangeOf(other.key) }],
            fixes: () => [
              { title: msg('Remove "{0}"', property.key.value), edits: removeProperty(document, property) },
              { title: msg('Remove "{0}"', other.key.value), edits: removeProperty(document, other) },
            ],
          },
        ),
      );
    }
  }
  return findings;

  function checkInitArgFile(site: Site): void {
    const { node } = site;
    const kind = facts.kind(node.value);
    if (kind === 'missing' || kind === 'directory') {
      findings.push(
        finding('init-arg-file-missing', rangeOf(node), msg('There is no file "{0}".', shorten(node.value)), {
          fixes: () => (kind === 'missing' ? createFix(facts, site) : []),
        }),
      );
      return;
    }
    const text = kind === 'file' ? facts.text(node.value) : undefined;
    const problem = text === undefined || text === null ? undefined : checkCandidArgs(text);
    if (problem !== undefined) {
      findings.push(candidFinding(problem, rangeOf(node)));
    }
  }
}

function candidFinding(problem: CandidProblem & { certain: boolean }, range: Finding['range']): Finding {
  const made = finding('init-arg-syntax', range, describeCandidFault(problem.fault, shorten(problem.found)));
  return problem.certain ? made : { ...made, severity: 'warning' };
}

const CANDID_SECTIONS: ReadonlySet<string> = new Set(['candid:service', 'candid:args']);

export function checkMetadata({ model }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  for (const canister of model.canisters.values()) {
    const value = canister.keys.get('metadata')?.value;
    if (value?.type !== 'array') {
      continue;
    }
    for (const item of value.items) {
      if (item.type !== 'object') {
        continue;
      }
      const keys = propertiesOf(item);
      const name = textAt(keys, 'name');
      const path = isSet(keys, 'path') ? keys.get('path') : undefined;
      const content = isSet(keys, 'content') ? keys.get('content') : undefined;
      if (path !== undefined && content !== undefined) {
        for (const [property, other] of [
          [path, content],
          [content, path],
        ] as const) {
          findings.push(
            finding(
              'metadata-conflict',
              rangeOf(property.key),
              msg('A metadata section may have only one of "path" and "content".'),
              {
                related: [{ message: msg('The other one'), range: rangeOf(other.key) }],
                fixes: () =>
                  [property, other].map((each) => ({
                    title: msg('Remove "{0}"', each.key.value),
                    edits: removeProperty(model.document, each),
                  })),
              },
            ),
          );
        }
      } else if (
        path === undefined &&
        content === undefined &&
        name !== undefined &&
        !CANDID_SECTIONS.has(name.value)
      ) {
        findings.push(
          finding(
            'metadata-empty',
            rangeOf(name),
            msg('The metadata section "{0}" needs "path" or "content".', shorten(name.value)),
            {
              fixes: () =>
                (['path', 'content'] as const).map((key) => ({
                  title: msg('Add "{0}"', key),
                  edits: [
                    {
                      range: { offset: name.end, length: 0 },
                      newText: `, ${JSON.stringify(key)}: ""`,
                    },
                  ],
                })),
            },
          ),
        );
      }
    }
  }
  return findings;
}

function hasCommands(property: Property | undefined): boolean {
  const value = property?.value;
  return value?.type === 'string' || (value?.type === 'array' && value.items.length > 0);
}

export function hasBuild(canister: Canister): boolean {
  return hasCommands(canister.keys.get('build'));
}

export function checkBuild({ model, facts }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  for (const canister of model.canisters.values()) {
    const { keys, kind } = canister;
    const wasm = textAt(keys, 'wasm');
    const build = keys.get('build');
    if (kind === 'custom' && wasm !== undefined && isUrl(wasm.value) && build !== undefined && hasCommands(build)) {
      findings.push(
        finding(
          'url-wasm-build',
          rangeOf(build.key),
          msg('A canister whose "wasm" is a URL cannot have build commands.'),
          {
            related: [{ message: msg('The URL'), range: rangeOf(wasm) }],
            fixes: () => [{ title: msg('Remove "{0}"', 'build'), edits: removeProperty(model.document, build) }],
          },
        ),
      );
    }
    const shrink = keys.get('shrink');
    if (shrink !== undefined && isSet(keys, 'shrink') && isSet(keys, 'optimize')) {
      findings.push(
        finding('shrink-ignored', rangeOf(shrink.key), msg('dfx ignores "shrink" where "optimize" is set.'), {
          tag: 'unnecessary',
          related: [{ message: msg('The setting that counts'), range: rangeOf(keys.get('optimize')!.key) }],
          fixes: () => [
            {
              title: msg('Remove "{0}"', 'shrink'),
              edits: removeProperty(model.document, shrink),
              preferred: true,
            },
          ],
        }),
      );
    }
    const name = kind === 'rust' ? textAt(keys, 'package') : undefined;
    const packages = name === undefined ? undefined : facts.cargoPackages();
    if (name !== undefined && packages && packages.size > 0 && !packages.has(name.value)) {
      const guess = closest(name.value, packages);
      const message =
        guess === undefined
          ? msg('The cargo workspace has no package "{0}".', shorten(name.value))
          : msg('The cargo workspace has no package "{0}". Did you mean "{1}"?', shorten(name.value), guess);
      findings.push(
        finding('unknown-package', rangeOf(name), message, {
          fixes: () =>
            (guess === undefined ? [...packages].slice(0, 10) : [guess]).map((value) =>
              replaceFix(name, value, false, guess !== undefined),
            ),
        }),
      );
    }
  }
  return findings;
}

/** Settings that `dfx deploy` drops, or fails over, when it creates a canister. */
export function checkCreation({ model }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  for (const { keys } of model.canisters.values()) {
    const object = objectAt(keys, 'initialization_values');
    if (object === undefined) {
      continue;
    }
    const values = propertiesOf(object);
    if (isSet(values, 'wasm_memory_threshold')) {
      findings.push(
        finding(
          'threshold-ignored',
          rangeOf(values.get('wasm_memory_threshold')!.key),
          msg(
            'dfx deploy does not set "wasm_memory_threshold" when it creates the canister. Afterwards run `dfx canister update-settings`.',
          ),
        ),
      );
    }
    // With an id of its own a canister is not created through a wallet.
    if (isSet(keys, 'specified_id')) {
      continue;
    }
    for (const name of ['wasm_memory_limit', 'log_visibility', 'reserved_cycles_limit']) {
      if (!isSet(values, name)) {
        continue;
      }
      findings.push(
        finding(
          'wallet-setting',
          rangeOf(values.get(name)!.key),
          msg(
            'dfx cannot create a canister with "{0}" through a wallet, which it uses on a local network. Create it with `--no-wallet`.',
            name,
          ),
        ),
      );
    }
  }
  return findings;
}
