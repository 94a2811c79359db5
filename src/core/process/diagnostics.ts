/** Compiler errors in the output of a build, with their places. */
import path from 'node:path';

export interface CompilerDiagnostic {
  /** Absolute path. */
  readonly file: string;
  /** All positions are zero-based; the end is exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: 'error' | 'warning' | 'info';
  readonly code?: string;
  readonly message: string;
  /** Further lines: what is marked, notes, help. */
  readonly details?: string;
  readonly source: 'moc' | 'cargo' | 'candid' | 'tsc';
}

const MAX_DIAGNOSTICS = 500;
/** `file:line.column-line.column: type error [M0057], message`; the second position is left out where it is the same. */
const MOC =
  /^(.+?):(\d+)\.(\d+)(?:-(\d+)\.(\d+))?: (?:(warning|info)|([a-z]+(?: [a-z]+)* error))(?: \[([A-Z]\d+)\])?, (.*)$/;
const CARGO_HEAD = /^(error|warning)(?:\[([A-Za-z]+\d*)\])?: (.+)$/;
const CARGO_PLACE = /^\s*--> (.+):(\d+):(\d+)$/;
/** The place as parsers of Candid draw it. */
const CANDID_PLACE = /^\s*┌─ (.+):(\d+):(\d+)$/;
/** Lines of one message, at most. */
const MAX_LINES = 60;
/** `file(line,column): error TS2322: message`, or, to a terminal, `file:line:column - error TS2322: message`. */
const TSC = /^([^\s(:][^(:]*)(?:\((\d+),(\d+)\):|:(\d+):(\d+) -) (error|warning) (TS\d+): (.*)$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the escape sequences of a terminal.
export const ESCAPES = /\u001b\[[0-9;]*[A-Za-z]/g;

/**
 * Reads the errors and warnings of `moc`, `cargo`, parsers of Candid and `tsc` in their form for people.
 * @param cwd the project's root, in which they are run
 */
export function parseDiagnostics(output: string, cwd: string): CompilerDiagnostic[] {
  const lines = output.replace(ESCAPES, '').split(/\r?\n/);
  const found = new Map<string, CompilerDiagnostic>();
  for (let i = 0; i < lines.length && found.size < MAX_DIAGNOSTICS; i++) {
    const diagnostic = readMoc(lines, i, cwd) ?? readMarked(lines, i, cwd) ?? readTsc(lines[i] ?? '', cwd);
    // A canister that is built twice says the same twice.
    if (diagnostic !== undefined) {
      found.set(JSON.stringify(diagnostic), diagnostic);
    }
  }
  return [...found.values()];
}

function readMoc(lines: readonly string[], at: number, cwd: string): CompilerDiagnostic | undefined {
  const match = MOC.exec(lines[at] ?? '');
  if (match === null) {
    return undefined;
  }
  const [, file = '', line, column, endLine, endColumn, mild, , code, first = ''] = match;
  const message = [first];
  for (let next = at + 1; next <= at + MAX_LINES && goesOn(lines[next] ?? ''); next++) {
    message.push(lines[next]!.trimEnd());
  }
  const start = { line: Number(line) - 1, column: Number(column) - 1 };
  const end = endLine === undefined ? undefined : { line: Number(endLine) - 1, column: Number(endColumn) - 1 };
  const sameSpot = end === undefined || (end.line === start.line && end.column <= start.column);
  return {
    file: path.resolve(cwd, file),
    line: Math.max(0, start.line),
    column: Math.max(0, start.column),
    endLine: Math.max(0, sameSpot ? start.line : end.line),
    endColumn: Math.max(0, sameSpot ? start.column + 1 : end.column),
    severity: mild === 'warning' || mild === 'info' ? mild : 'error',
    code,
    message: message.join('\n'),
    source: 'moc',
  };
}

/** A message goes on in indented lines, and in the words between them, as "because no instantiation of T makes". */
function goesOn(line: string): boolean {
  return /^ {2,}\S/.test(line) || /^(?!npm |mops |make\b)[a-z][^:]*$/.test(line);
}

function readTsc(line: string, cwd: string): CompilerDiagnostic | undefined {
  const match = TSC.exec(line);
  if (match === null) {
    return undefined;
  }
  const [, file = '', row = match[4], column = match[5], , , severity, code, message = ''] = match;
  const start = { line: Math.max(0, Number(row) - 1), column: Math.max(0, Number(column) - 1) };
  return {
    file: path.resolve(cwd, file),
    ...start,
    endLine: start.line,
    endColumn: start.column + 1,
    severity: severity === 'warning' ? 'warning' : 'error',
    code,
    message,
    source: 'tsc',
  };
}

/** Of rustc, whose places are marked with `-->`, and of the parsers of Candid, which draw `┌─`. */
function readMarked(lines: readonly string[], at: number, cwd: string): CompilerDiagnostic | undefined {
  const head = CARGO_HEAD.exec(lines[at] ?? '');
  const candid = CANDID_PLACE.exec(lines[at + 1] ?? '');
  const place = candid ?? CARGO_PLACE.exec(lines[at + 1] ?? '');
  if (head === null || place === null) {
    return undefined;
  }
  const [, severity, code, message = ''] = head;
  const [, file = '', line, column] = place;
  const start = { line: Number(line) - 1, column: Number(column) - 1 };
  const { length, details } = readMarks(lines, at + 2, start.column);
  return {
    file: path.resolve(cwd, file),
    line: Math.max(0, start.line),
    column: Math.max(0, start.column),
    endLine: Math.max(0, start.line),
    endColumn: Math.max(0, start.column) + length,
    severity: severity === 'warning' ? 'warning' : 'error',
    code,
    message,
    details: details.length > 0 ? details.join('\n') : undefined,
    source: candid === null ? 'cargo' : 'candid',
  };
}

/** What stands below a place: the marked text with its label, notes, help; a blank line ends it. */
function readMarks(lines: readonly string[], from: number, column: number): { length: number; details: string[] } {
  const details: string[] = [];
  let length: number | undefined;
  let inNote = false;
  for (let next = from; next < from + MAX_LINES && (lines[next] ?? '').trim() !== ''; next++) {
    const line = lines[next]!;
    const gutter = /^\s*(\d+ )?[|│]/.exec(line);
    const note = /^(?:\s*= )?((?:note|help): .+)$/.exec(line);
    if (note) {
      details.push(note[1]!);
    } else if (inNote && /^ {4,}\S/.test(line) && !gutter) {
      details.push(`  ${line.trim()}`);
      continue;
    } else if (gutter && gutter[1] === undefined) {
      // One space stands between the bar of the gutter and what underlines the text above.
      const text = line.slice(gutter[0].length + 1);
      const marks = /^[\s|^_\-+~]*/.exec(text)![0].length;
      const carets = marks > column ? /^\^+/.exec(text.slice(column)) : null;
      length ??= carets?.[0].length;
      if (marks < text.trimEnd().length) {
        details.push(text.slice(marks).trim());
      }
    }
    inNote = note !== null && line.trimStart().startsWith('=');
  }
  return { length: length ?? 1, details };
}
