/** What icp's output says, line by line. */

/** Under each line of a failed step stands the canister's name: `ERR [backend] > src/main.mo:3.5: …`. */
const STEP_OUTPUT = /^ERR \[([A-Za-z0-9_:./-]+)\] > (.*)$/;
const HEADING = /^ERR ----- Failed to (.+?) (?:for )?canister '([^']+)'(?:: \S+)? -----$/;
const REASON = /^ERR '(.*)'$/;
const URL_LINE = /^ {2}\S+: (https?:\/\/\S+)$/;

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

/** The address that a deployment prints for a canister. */
export function printedUrl(line: string): string | undefined {
  return URL_LINE.exec(line)?.[1];
}
