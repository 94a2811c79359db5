import type { FileProblem } from '../document/parse-json';
import { msg } from '../util/message';
import { type FileText, readStrictText } from './files';
import type { ProjectProblem } from './model';

/** What a file says. */
export interface Reading<T> {
  /**
   * What it said when it could last be read as a whole. Undefined where it is not there, and where it could never be
   * read: {@link refused} tells which.
   */
  readonly good?: T;
  /** As far as it can be read now, for showing only: in a file that is refused nothing is certain. */
  readonly salvaged?: T;
  /** Why it cannot be read: the first problem. */
  readonly refused?: ProjectProblem;
  /** All of them; the first is {@link refused}. */
  readonly problems: readonly ProjectProblem[];
}

/** Problems of one file that are kept: those after the first few follow from them. */
const MAX_PROBLEMS = 5;

/**
 * Reads files as strictly as the tools that own them: from the bytes, and as a whole or not at all. Remembers what each
 * said when it could last be read.
 */
export class StrictFiles {
  readonly #last = new Map<string, { readonly text?: string; readonly reading: Reading<unknown> }>();

  /**
   * The same object for as long as the file is the same.
   *
   * @param parse goes on behind mistakes, and says which there are
   */
  async read<T>(
    file: string,
    parse: (text: string) => { readonly value: T; readonly problems: readonly FileProblem[] },
  ): Promise<Reading<T>> {
    const content = await readStrictText(file);
    if (content.state === 'missing') {
      this.#last.delete(file);
      return MISSING;
    }
    const text = content.state === 'text' ? content.text : undefined;
    const last = this.#last.get(file) as { text?: string; reading: Reading<T> } | undefined;
    if (last && text !== undefined && last.text === text) {
      return last.reading;
    }
    const reading = content.state === 'text' ? readAs(file, content.text, parse) : unreadable(file, content);
    const kept = reading.refused ? { ...reading, good: last?.reading.good } : reading;
    this.#last.set(file, { text, reading: kept });
    return kept;
  }
}

const MISSING: Reading<never> = { problems: [] };

function unreadable(file: string, { message, range }: Extract<FileText, { readonly state: 'failed' }>): Reading<never> {
  const refused = { file, message, range };
  return { refused, problems: [refused] };
}

function readAs<T>(
  file: string,
  text: string,
  parse: (text: string) => { readonly value: T; readonly problems: readonly FileProblem[] },
): Reading<T> {
  const { value, problems: found } = parse(text);
  const [first, ...others] = found.slice(0, MAX_PROBLEMS).map((problem) => ({ file, ...problem }));
  if (!first) {
    return { good: value, problems: [] };
  }
  const conflict = conflictIn(file, text);
  return conflict
    ? { salvaged: value, refused: conflict, problems: [conflict] }
    : { salvaged: value, refused: first, problems: [first, ...others] };
}

/** A merge that was left half done is the cause of whatever else is wrong. */
export function conflictIn(file: string, text: string): ProjectProblem | undefined {
  const marker = /^(?:<{7}|={7}|>{7})(?: .*)?$/m.exec(text);
  return marker
    ? {
        file,
        message: msg('A merge was not finished: the conflict has to be resolved.'),
        range: { offset: marker.index, length: marker[0].length },
      }
    : undefined;
}
