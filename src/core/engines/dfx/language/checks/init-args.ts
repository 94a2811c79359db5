import { type ArgumentsProblem, candidMessage, checkArguments } from '../../../../candid/arguments';
import { isSet, type StringNode, type TextRange } from '../../../../document/tree';
import type { Fix } from '../../../../language/findings';
import { msg } from '../../../../util/message';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import type { CheckContext } from '../check-context';
import type { Site } from '../structure';

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
      reportCandid(problem, range, () => repair(problem, range));
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
    findings.reportConflict('init-arg-conflict', keys.get('init_arg')!, keys.get('init_arg_file')!, message);
  }

  function repair({ fault, found }: ArgumentsProblem, range: TextRange): Fix[] {
    if (fault === 'keyword') {
      const quoted = `"${found}"`;
      // Inside of the string of the document, its quotes are escaped.
      const newText = document.write(quoted).slice(1, -1);
      return [{ title: msg('Change to {0}', quoted), edits: [{ range, newText }], preferred: true }];
    }
    if (fault === 'space') {
      return [{ title: msg('Change to a plain space'), edits: [{ range, newText: ' ' }], preferred: true }];
    }
    return [];
  }

  function reportCandid(problem: ArgumentsProblem, place: TextRange | StringNode, fixes?: () => Fix[]): void {
    findings.report('init-arg-syntax', place, candidMessage(problem, shortText(problem.found, MAX_QUOTED)), {
      severity: problem.certain ? 'error' : 'warning',
      fixes,
    });
  }

  function checkInitArgFile({ node }: Site): void {
    // That it is there is the affair of paths.
    const text = facts.kind(node.value) === 'file' ? facts.text(node.value) : undefined;
    const problem = text === undefined || text === null ? undefined : checkArguments(text);
    if (problem !== undefined) {
      reportCandid(problem, node);
    }
  }
}
