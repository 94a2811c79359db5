/** Texts for `sh`, which icp runs commands with, in Git's on Windows too. */

/** The module that a build has made, or is to make. */
export const MODULE = '"$ICP_WASM_OUTPUT_PATH"';

/** A word as it is, whatever it holds. */
export function sh(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The words of a text that dfx splits at white space and hands over without a shell. */
export function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** A text with `$(command)` for some of its parts, which the shell is to put in. */
export function shWithCommands(template: string, commands: ReadonlyMap<string, string>): string {
  let quoted = sh(template);
  for (const [mark, command] of commands) {
    quoted = quoted.replaceAll(mark, () => `'"${command}"'`);
  }
  return quoted;
}

/** The name that dfx gives a canister in environment variables; undefined where a shell could not have such a one. */
export function variableOf(canister: string): string | undefined {
  const name = canister.toUpperCase().replaceAll('-', '_');
  return /^[A-Z0-9_]+$/.test(name) ? name : undefined;
}
