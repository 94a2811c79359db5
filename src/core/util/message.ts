/**
 * A user-facing sentence that core code produces and a skin translates.
 *
 * `text` is the English template with `{0}`-style placeholders, which is also its key in
 * `l10n/bundle.l10n.ja.json`; a skin shows it with `vscode.l10n.t(text, ...args)`.
 */
export interface Message {
  readonly text: string;
  /** A sentence may hold another, as a failure holds its cause. */
  readonly args: readonly (string | number | Message)[];
}

/** Makes a {@link Message}. The first argument must be a string literal, so that `npm run check` finds it. */
export function msg(text: string, ...args: Message['args']): Message {
  return { text, args };
}

/** The English sentence, for logs, tests and error texts. */
export function formatMessage(message: Message): string {
  return message.text.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = message.args[Number(index)];
    if (value === undefined) {
      return whole;
    }
    return typeof value === 'object' ? formatMessage(value) : String(value);
  });
}
