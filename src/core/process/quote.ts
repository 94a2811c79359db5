/** Quotes one word for a POSIX shell, or for PowerShell and cmd.exe on Windows. */
function quoteWord(word: string, platform: NodeJS.Platform): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) {
    return word;
  }
  if (platform !== 'win32') {
    return `'${word.replaceAll("'", "'\\''")}'`;
  }
  return /^[A-Za-z0-9_@+=:,.\\/-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}

/** A command line that a person can paste into a shell to do the same again. It is shown, never run. */
export function quoteCommand(executable: string, args: readonly string[], platform: NodeJS.Platform): string {
  return [executable, ...args].map((word) => quoteWord(word, platform)).join(' ');
}
