/** More of one trap is not looked for. */
const MAX_FRAMES = 200;
const HEAD = 'Canister Backtrace:';
/** Where compilers have put the place of a panic or an assertion into its message, as `src/lib.rs:10:5` and `main.mo:4.5-4.19`. */
const LINE = /\.(?:rs|mo):\d{1,7}[:.]\d{1,7}/g;
const PATH = /[\p{L}\p{N}_@./\\-]/u;
/** Characters of the path before it. */
const MAX_PATH = 300;

/** What a trap left in a log. */
export interface Trap {
  readonly message: string;
  /** The functions that were under way, the innermost first. */
  readonly frames: readonly string[];
  /** What follows the functions; mostly nothing. */
  readonly rest: string;
}

/**
 * Takes a trap apart. Its backtrace is a line "Canister Backtrace:" and a line for each function, with its name where
 * the module has a section of names, as the Internet Computer prints it (`CanisterBacktrace` in dfinity/ic).
 */
export function readTrap(text: string): Trap {
  const lines = text.split('\n');
  const head = lines.indexOf(HEAD);
  if (head < 0) {
    return { message: text, frames: [], rest: '' };
  }
  let end = head + 1;
  while (end < lines.length && end - head <= MAX_FRAMES && !/^\.?$/.test(lines[end]!.trim())) {
    end++;
  }
  return {
    message: lines.slice(0, head).join('\n'),
    frames: lines.slice(head + 1, end),
    rest: lines
      .slice(end)
      .join('\n')
      .replace(/^\.?\s*$/, ''),
  };
}

/** A part of a text that names a place, or the text before, between and after them. */
export interface TextPart {
  readonly text: string;
  readonly isPlace: boolean;
}

/** The places that a message names, with what stands around them. */
export function partsOf(message: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const { 0: line, index } of message.matchAll(LINE)) {
    let start = index;
    while (start > from && index - start < MAX_PATH && PATH.test(message[start - 1]!)) {
      start--;
    }
    if (start < index) {
      const end = index + line.length;
      parts.push(
        { text: message.slice(from, start), isPlace: false },
        { text: message.slice(start, end), isPlace: true },
      );
      from = end;
    }
  }
  parts.push({ text: message.slice(from), isPlace: false });
  return parts.filter(({ text }) => text !== '');
}

/** All of a trap that could be found in sources: functions, and places. */
export function namesOf(text: string): readonly string[] {
  const { message, frames } = readTrap(text);
  const places = partsOf(message).flatMap((part) => (part.isPlace ? part.text : []));
  return [...new Set([...frames, ...places])];
}
