import { type ArgumentsProblem, candidMessage, checkArguments } from '../../../../candid/arguments';
import {
  isSet,
  objectAt,
  type Property,
  propertiesOf,
  rangeOf,
  type StringNode,
  stringAt,
  type TextRange,
} from '../../../../document/tree';
import { reportPrincipal } from '../../../../language/principals';
import { closest } from '../../../../language/suggest';
import { type Message, msg } from '../../../../util/message';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import type { CheckContext } from '../check-context';
import { type Canister, isUrl } from '../dfx-model';
import type { DfxFindings, FindingCode } from '../finding-codes';
import type { Site } from '../structure';
import { createFix } from './create';

export function checkPrincipals({ sites, findings }: CheckContext): void {
  for (const { role, node } of sites) {
    if (role === 'principal') {
      reportPrincipal(findings, 'invalid-principal', node);
    }
  }
}

export function checkInitArgs({ model, sites, facts, findings }: CheckContext): void {
  const { document } = model;
  for (const site of sites) {
    const { role, node, key } = site;
    if (role === 'candid') {
      const problem = checkArguments(node.value);
      if (problem === undefined) {
        continue;
      }
      const from = document.offsetInString(node, problem.offset);
      const to = document.offsetInString(node, problem.offset + problem.length);
      // A fault at the end has no letter of its own: the closing quote stands for it.
      const range =
        to > from ? { offset: from, length: to - from } : { offset: Math.min(from, node.end - 1), length: 1 };
      reportCandid(problem, range);
    } else if (key.name === 'init_arg_file' && role === 'file') {
      checkInitArgFile(site);
    }
  }
  for (const canister of model.canisters.values()) {
    const { keys } = canister;
    if (!isSet(keys, 'init_arg') || !isSet(keys, 'init_arg_file')) {
      continue;
    }
    const message = msg('Only one of "init_arg" and "init_arg_file" may be given.');
    reportConflict(findings, 'init-arg-conflict', keys.get('init_arg')!, keys.get('init_arg_file')!, message);
  }

  function reportCandid(problem: ArgumentsProblem, place: TextRange | StringNode): void {
    findings.report('init-arg-syntax', place, candidMessage(problem, shortText(problem.found, MAX_QUOTED)), {
      severity: problem.certain ? 'error' : 'warning',
    });
  }

  function checkInitArgFile(site: Site): void {
    const { node } = site;
    const kind = facts.kind(node.value);
    if (kind === 'missing' || kind === 'directory') {
      findings.report(
        'init-arg-file-missing',
        node,
        msg('There is no file "{0}".', shortText(node.value, MAX_QUOTED)),
        {
          fixes: () => (kind === 'missing' ? createFix(facts, site) : []),
        },
      );
      return;
    }
    const text = kind === 'file' ? facts.text(node.value) : undefined;
    const problem = text === undefined || text === null ? undefined : checkArguments(text);
    if (problem !== undefined) {
      reportCandid(problem, node);
    }
  }
}

/** Of two keys only one may be there: reported at both. */
function reportConflict(findings: DfxFindings, code: FindingCode, a: Property, b: Property, message: Message): void {
  for (const [property, other] of [
    [a, b],
    [b, a],
  ] as const) {
    findings.report(code, property.key, message, {
      related: [{ message: msg('The other one'), range: rangeOf(other.key) }],
      fixes: () => [findings.remove(property), findings.remove(other)],
    });
  }
}

const CANDID_SECTIONS: ReadonlySet<string> = new Set(['candid:service', 'candid:args']);

export function checkMetadata({ model, findings }: CheckContext): void {
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
      const name = stringAt(keys, 'name');
      const path = isSet(keys, 'path') ? keys.get('path') : undefined;
      const content = isSet(keys, 'content') ? keys.get('content') : undefined;
      if (path !== undefined && content !== undefined) {
        const message = msg('A metadata section may have only one of "path" and "content".');
        reportConflict(findings, 'metadata-conflict', path, content, message);
      } else if (
        path === undefined &&
        content === undefined &&
        name !== undefined &&
        !CANDID_SECTIONS.has(name.value)
      ) {
        findings.report(
          'metadata-empty',
          name,
          msg('The metadata section "{0}" needs "path" or "content".', shortText(name.value, MAX_QUOTED)),
          {
            fixes: () =>
              (['path', 'content'] as const).map((key) => ({
                title: msg('Add "{0}"', key),
                edits: model.document.addProperties(item, [[key, '']]),
              })),
          },
        );
      }
    }
  }
}

function hasCommands(property: Property | undefined): boolean {
  const value = property?.value;
  return value?.type === 'string' || (value?.type === 'array' && value.items.length > 0);
}

export function hasBuild(canister: Canister): boolean {
  return hasCommands(canister.keys.get('build'));
}

export function checkBuild({ model, facts, findings }: CheckContext): void {
  for (const canister of model.canisters.values()) {
    const { keys, kind } = canister;
    const wasm = stringAt(keys, 'wasm');
    const build = keys.get('build');
    if (kind === 'custom' && wasm !== undefined && isUrl(wasm.value) && build !== undefined && hasCommands(build)) {
      findings.report(
        'url-wasm-build',
        build.key,
        msg('A canister whose "wasm" is a URL cannot have build commands.'),
        {
          related: [{ message: msg('The URL'), range: rangeOf(wasm) }],
          fixes: () => [findings.remove(build)],
        },
      );
    }
    const shrink = keys.get('shrink');
    if (shrink !== undefined && isSet(keys, 'shrink') && isSet(keys, 'optimize')) {
      findings.report('shrink-ignored', shrink.key, msg('dfx ignores "shrink" where "optimize" is set.'), {
        tag: 'unnecessary',
        related: [{ message: msg('The setting that counts'), range: rangeOf(keys.get('optimize')!.key) }],
        fixes: () => [findings.remove(shrink, true)],
      });
    }
    const name = kind === 'rust' ? stringAt(keys, 'package') : undefined;
    const packages = name === undefined ? undefined : facts.cargoPackages();
    if (name !== undefined && packages && packages.size > 0 && !packages.has(name.value)) {
      const guess = closest(name.value, packages);
      const message =
        guess === undefined
          ? msg('The cargo workspace has no package "{0}".', shortText(name.value, MAX_QUOTED))
          : msg(
              'The cargo workspace has no package "{0}". Did you mean "{1}"?',
              shortText(name.value, MAX_QUOTED),
              guess,
            );
      findings.report('unknown-package', name, message, {
        fixes: () => findings.changeToAny(name, guess, [...packages].slice(0, 10), true),
      });
    }
  }
}

/** Settings that `dfx deploy` drops, or fails over, when it creates a canister. */
export function checkCreation({ model, findings }: CheckContext): void {
  for (const { keys } of model.canisters.values()) {
    const object = objectAt(keys, 'initialization_values');
    if (object === undefined) {
      continue;
    }
    const values = propertiesOf(object);
    if (isSet(values, 'wasm_memory_threshold')) {
      findings.report(
        'threshold-ignored',
        values.get('wasm_memory_threshold')!.key,
        msg(
          'dfx deploy does not set "wasm_memory_threshold" when it creates the canister. Afterwards run `dfx canister update-settings`.',
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
      findings.report(
        'wallet-setting',
        values.get(name)!.key,
        msg(
          'dfx cannot create a canister with "{0}" through a wallet, which it uses on a local network. Create it with `--no-wallet`.',
          name,
        ),
      );
    }
  }
}
