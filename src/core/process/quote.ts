/** Quotes one word for a POSIX shell, or for PowerShell and cmd.exe on Windows. */
function quoteWord(word: string, platform: NodeJS.Platform): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) {
    return word;
  }
  if (platform !== 'win32') {
    return `'${word.replaceAll("'", "'\\''")}'`;
  }
  if (/^[A-Za-z0-9_@+=:,.\\/-]+$/.test(word)) {
    return word;
  }
  // Programs of Windows take backslashes for themselves, unless a double quote comes after them.
  const doubled = word.replace(/\\+/g, (run, at: number) =>
    /^"?$/.test(word.charAt(at + run.length)) ? run + run : run,
  );
  return `"${doubled.replaceAll('"', '\\"')}"`;
}

/** A command line that a person can paste into a shell to do the same again. It is shown, never run. */
export function quoteCommand(executable: string, args: readonly string[], platform: NodeJS.Platform): string {
  return [executable, ...args].map((word) => quoteWord(word, platform)).join(' ');
}

/**
 * A command line for a person to paste, whatever stands in its words: nothing in them is expanded. With what the command
 * reads from its standard input.
 *
 * @returns for PowerShell 7.3 and newer on Windows, which passes double quotes on; undefined there where there is input
 */
export function pasteableCommand(
  executable: string,
  args: readonly string[],
  input: string | undefined,
  platform: NodeJS.Platform,
): string | undefined {
  const words = [executable, ...args];
  if (platform === 'win32') {
    return input === undefined ? words.map(powerShellWord).join(' ') : undefined;
  }
  const line = words.map((word) => quoteWord(word, platform)).join(' ');
  if (input === undefined) {
    return line;
  }
  const lines = new Set(input.split('\n'));
  let end = 'CANDID';
  while (lines.has(end)) {
    end += '_';
  }
  return `${line} <<'${end}'\n${input}\n${end}`;
}

/** PowerShell takes each of these for a single quote, and two of them for one inside. */
const SINGLE_QUOTES = /['\u2018\u2019\u201a\u201b]/g;

function powerShellWord(word: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_./:-]*$|^--[a-z-]+$/.test(word) ? word : `'${word.replace(SINGLE_QUOTES, '$&$&')}'`;
}
