/**
 * What VS Code may be given of a text that we did not write: a name from a workspace file, a canister's reply, trap or
 * log, a network's answer, a tool's output.
 *
 * VS Code reads more into its texts than it says: `[text](command:…)` in a message or a prompt is a link that runs a
 * command, `$(name)` in a label is an icon, and a hover is Markdown. None of them can be told to take a text as it is.
 * So nothing is told apart by where it came from, which one forgotten place would undo: every surface takes a whole text
 * as foreign, and what is ours beside words (an icon, a list, emphasis) is passed as a value of its own, or written with
 * {@link md}, which takes no string for Markdown. `src/ui/surfaces.ts` alone hands texts to VS Code; a test compares every use
 * of VS Code's API with that (test/unit/ui/surfaces.test.ts).
 */

/** Longer texts, in UTF-16 units, are cut in the middle: what we say after a name stays in sight. */
export const MAX_SHOWN = 1_000;

/** Control and format characters: they break lines, hide, or reorder what stands beside them. Lone surrogates, too. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const LINE_BREAK = /\r\n|[\n\v\f\r\x85\u2028\u2029]/g;
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** A text for where VS Code shows nothing but text: one line, everything in it visible. */
export function plainText(text: string, length = MAX_SHOWN): string {
  return visible(cut(text, length).replace(LINE_BREAK, ' ').replaceAll('\t', ' '));
}

/** The same for several lines: a document, a detail of a dialog. Tabs stay. */
export function plainLines(text: string): string {
  return text.split(LINE_BREAK).map(visible).join('\n');
}

/**
 * A text for where VS Code looks for links or icons: notifications, progress, prompts, lists, status bar, lenses. There is no way
 * to escape either, so a space parts the characters that begin them.
 */
export function labelText(text: string, length = MAX_SHOWN): string {
  return plainText(text, length).replaceAll('](', '] (').replaceAll('$(', '$ (');
}

/**
 * A text for the log. Only the first line stands at the margin: what follows cannot be taken for an entry of ours. What
 * would steer a terminal that the log is printed to is made visible.
 */
export function logText(text: string): string {
  return plainLines(text).replaceAll('\n', '\n  ');
}

/** Markdown that we wrote, with foreign texts in it as text. Its constructor is closed: there is no way from a string to it that does not escape. */
export class Markdown {
  private constructor(readonly source: string) {}

  /** The parts of a template: every second one, which is ours, as it is; the others escaped unless they are Markdown. */
  static join(ours: readonly string[], theirs: readonly (string | number | Markdown)[]): Markdown {
    const escaped = theirs.map((each) => (each instanceof Markdown ? each.source : escapeMarkdown(String(each))));
    return new Markdown(ours.flatMap((text, index) => [text, escaped[index] ?? '']).join(''));
  }

  /** A list, an entry a line. */
  static list(entries: readonly Markdown[]): Markdown {
    return new Markdown(entries.map(({ source }) => `- ${source}`).join('\n'));
  }

  /** A foreign text between backticks, of which it is given more than it has. */
  static code(text: string): Markdown {
    const shown = labelText(text);
    const ticks = backticksAround(shown);
    return new Markdown(ticks.length === 1 ? `${ticks}${shown}${ticks}` : `${ticks} ${shown} ${ticks}`);
  }

  /** One of VS Code's icons. */
  static icon(codicon: string): Markdown {
    return new Markdown(`$(${codicon.replace(/[^a-z0-9~-]/g, '')})`);
  }
}

/** The backticks that Markdown takes around a text: one more than it has in a row, and at least so many. */
export function backticksAround(text: string, least = 1): string {
  const longest = Math.max(least - 1, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  return '`'.repeat(longest + 1);
}

/** Markdown as a template: ``md`**${name}** is stopped` ``. */
export function md(ours: TemplateStringsArray, ...theirs: readonly (string | number | Markdown)[]): Markdown {
  return Markdown.join(ours, theirs);
}

/**
 * Every ASCII punctuation mark escaped, which CommonMark allows for all of them: no link (nor one without brackets, for
 * which `://`, `www.` and `@` are enough to GitHub's dialect), no list, heading, quote, table, code, entity, HTML.
 * VS Code puts icons into the text after it has been parsed, so that `$(` is parted as in labels; `](` need not be.
 */
function escapeMarkdown(text: string): string {
  return plainText(text).replaceAll('$(', '$ (').replace(/ {2,}/g, ' ').replace(ASCII_PUNCTUATION, '\\$&');
}

function visible(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\t' ? character : `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

function cut(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  const start = Math.ceil(((length - 1) * 2) / 3);
  const end = text.length - (length - 1 - start);
  return `${text.slice(0, isLow(text, start) ? start - 1 : start)}…${text.slice(isLow(text, end) ? end + 1 : end)}`;
}

/** True in the middle of a character. */
function isLow(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
