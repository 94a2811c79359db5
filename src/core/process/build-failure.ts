/** Why a build failed, whatever made it: compilers, package managers, scripts. */
import type { FailureData } from '../util/failure';
import { type Message, msg } from '../util/message';
import { ESCAPES, parseDiagnostics } from './diagnostics';

/** Of what a build printed, as much as is looked at, in lines from its end. */
const MAX_LINES = 2_000;
const MAX_WORDS = 300;

/** What one line of output says of the cause; the first kind that is found counts. */
const CAUSES: readonly ((line: string, next: string) => Message | undefined)[] = [
  (line) => {
    const target = /the `(wasm32-[\w-]+)` target may not be installed/.exec(line)?.[1];
    return target === undefined
      ? undefined
      : msg('Rust cannot compile for {0} yet. Run "rustup target add {0}" in a terminal.', target);
  },
  (line) =>
    /lock file .{0,500}needs to be updated but --locked was passed|cannot update the lock file/.test(line)
      ? msg('Cargo.lock does not fit Cargo.toml any more. Run "cargo check" once in a terminal.')
      : undefined,
  (line) =>
    /failed to parse lock file/.test(line)
      ? msg('Cargo.lock cannot be read. If a merge was not finished, resolve its conflict.')
      : undefined,
  (line, next) => {
    const program = missingProgram(line, next);
    return program === undefined
      ? undefined
      : msg('{0} was not found. It is not on the PATH that VS Code was started with.', program);
  },
  (line) => {
    const script = /^npm (?:ERR!|error) Missing script: "([^"]*)"/.exec(line)?.[1];
    return script === undefined ? undefined : msg('package.json has no script "{0}".', script);
  },
];

/** The name of a program that could not be started, from how shells, `env`, Node and Rust say so. */
function missingProgram(line: string, next: string): string | undefined {
  if (/No such file or directory \(os error 2\)|program not found/.test(`${line}\n${next}`)) {
    const program = /(?:Failed to run|could not execute process|Failed to execute|command) [`'"]*([\w./+-]+)/i.exec(
      line,
    );
    if (program) {
      return program[1];
    }
  }
  const found =
    /(?:^|[\s:'"‘])([\w.+-]+)['"’]?: (?:command )?not found$/.exec(line) ??
    /env: [‘'"]?([\w.+-]+)[’'"]?: No such file or directory$/.exec(line) ??
    /spawn ([\w.+-]+) ENOENT/.exec(line) ??
    /exec: "?([\w.+-]+)"?: executable file not found/.exec(line);
  return found?.[1];
}

/** Lines that frame what went wrong, and say nothing of it. */
const FRAME =
  /^(?:Error: |Caused by:|To fix: |Stdout:|Stderr:|Executing|Building|Compiling|Finished|Installing|Deploying|WARN|INFO|> |npm (?:ERR!|error) (?:code|path|command|errno|syscall|A complete log|$)|error: could not compile|For more information|[-=|\s]*$)/;

/**
 * Names the innermost cause. Only where a compiler's error has a place, it is listed as a problem.
 *
 * @param output all that the build printed
 * @param cause the tool's own last word
 */
export function buildFailure(output: string, cause: string): Pick<FailureData, 'kind' | 'message' | 'next'> {
  const found = parseDiagnostics(output, '/');
  const errors = found.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    const message =
      errors === 1 ? msg('1 error, listed as a problem.') : msg('{0} errors, listed as problems.', errors);
    return { kind: 'compile', message, next: 'show-problems' };
  }
  const lines = output.replace(ESCAPES, '').split(/\r?\n/).slice(-MAX_LINES);
  for (const causeIn of CAUSES) {
    for (const [index, line] of lines.entries()) {
      const message = causeIn(line.slice(0, 1_000), (lines[index + 1] ?? '').slice(0, 1_000));
      if (message) {
        return { kind: 'compile', message: msg('The build failed. {0}', message) };
      }
    }
  }
  return { kind: 'compile', message: msg('The build failed: {0}', lastWords(lines) ?? cause) };
}

/** What is most likely the reason: the last line that speaks of an error, else the last one. */
function lastWords(lines: readonly string[]): string | undefined {
  const said = lines.map((line) => line.trim().slice(0, MAX_WORDS)).filter((line) => line !== '' && !FRAME.test(line));
  return (
    said.findLast((line) => /\berror\b|fail|not found|cannot|no such|denied|unable|invalid/i.test(line)) ?? said.at(-1)
  );
}
