/** What icp's output says, line by line. */
import { parseJson } from '../../document/parse-json';
import { propertiesOf, stringAt } from '../../document/tree';
import { type Message, msg } from '../../util/message';

/** Under each line of a failed step stands the canister's name: `ERR [backend] > src/main.mo:3.5: …`. */
const STEP_OUTPUT = /^ERR \[([A-Za-z0-9_:./-]+)\] > (.*)$/;
const HEADING = /^ERR ----- Failed to (.+?) (?:for )?canister '([^']+)'(?:: \S+)? -----$/;
const REASON = /^ERR '(.*)'$/;
const INCOMPATIBLE = /^ERR +----- Candid interface compatibility check failed: '([^']+)' \(\S+\) -----$/;
/** What icp says, without a terminal, before it does something to all canisters of a command. */
const PHASES: ReadonlyMap<string, Message> = new Map([
  ['Building canisters:', msg('Building…')],
  ['Creating canisters:', msg('Creating…')],
  ['Setting environment variables:', msg('Changing settings…')],
  ['Installing canisters:', msg('Installing…')],
  ['Syncing canisters:', msg('Synchronizing…')],
]);

/** What the scripts of one canister have printed, as they did. */
export interface ScriptOutput {
  readonly canister: string;
  readonly text: string;
}

/** The output of a build taken apart by the canisters whose scripts wrote it, without icp's own lines. */
export function scriptOutputs(output: string): ScriptOutput[] {
  const lines = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const [, canister, text = ''] = STEP_OUTPUT.exec(line) ?? [];
    if (canister === undefined) {
      continue;
    }
    const known = lines.get(canister);
    if (known) {
      known.push(text);
    } else {
      lines.set(canister, [text]);
    }
  }
  return [...lines].map(([canister, texts]) => ({ canister, text: texts.join('\n') }));
}

/** Why a step failed for one canister. */
export interface CanisterError {
  readonly canister: string;
  /** icp's own words for what it was about to do, as `build`. */
  readonly step: string;
  readonly reason: string;
}

/** What failed, by canister, in the order of the output. */
export function canisterErrors(stderr: string): CanisterError[] {
  const errors: CanisterError[] = [];
  const lines = stderr.split('\n');
  for (const [index, line] of lines.entries()) {
    const heading = HEADING.exec(line);
    if (heading) {
      const reason = REASON.exec(lines[index + 1] ?? '')?.[1] ?? '';
      errors.push({ canister: heading[2]!, step: heading[1]!, reason });
    }
  }
  return errors;
}

/** Why icp does not put a new interface in place of the installed one, by canister. */
export function brokenInterfaces(stderr: string): CanisterError[] {
  const lines = stderr.split('\n');
  return lines.flatMap((line, index) => {
    const canister = INCOMPATIBLE.exec(line)?.[1];
    // A general warning, what does not fit, and how to do it nonetheless.
    const words = lines.slice(index + 2);
    const end = words.findIndex((each) => /^(?:ERR|Error:) /.test(each));
    const reason = words.slice(0, Math.max(end, 0)).join(' ').trim();
    return canister === undefined ? [] : [{ canister, step: 'check', reason }];
  });
}

/** What a line says that is done now to all canisters of the command. */
export function phaseOf(line: string): Message | undefined {
  return PHASES.get(line.trim());
}

/** The addresses in the result of `icp deploy --json`. */
export function deployedUrls(output: string): string[] {
  const start = output.lastIndexOf('{"canisters":[');
  if (start < 0) {
    return [];
  }
  const { root } = parseJson(output.slice(start).split('\n', 1)[0]!);
  const list = root?.type === 'object' ? propertiesOf(root).get('canisters')?.value : undefined;
  return list?.type === 'array'
    ? list.items.flatMap((item) => (item?.type === 'object' ? (stringAt(propertiesOf(item), 'url')?.value ?? []) : []))
    : [];
}
