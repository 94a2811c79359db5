/** What stands in a log for a secret. */
export const REDACTED = '••••••••';

/** As many words as the shortest seed phrase has (BIP-39). */
export const PHRASE_WORDS = 12;

/** Is given each seed phrase of a new key once, to be shown and never kept, with the identity that it is said to be of. */
export type OnSecret = (seedPhrase: string, identity?: string) => void;

/** Finds what dfx prints but no log may hold: seed phrases of new keys, and private keys. Takes one line after the other. */
export class Redactor {
  #insideKey = false;
  readonly #onSecret: OnSecret | undefined;

  constructor(onSecret?: OnSecret) {
    this.#onSecret = onSecret;
  }

  /** The line as it may be shown and kept. */
  line(text: string): string {
    if (this.#insideKey) {
      if (/-----END [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) {
        this.#insideKey = false;
      }
      return REDACTED;
    }
    if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) {
      this.#insideKey = !/-----END [A-Z0-9 ]*PRIVATE KEY-----/.test(text);
      return REDACTED;
    }
    const labelled = /^(.*\bseed phrase\b[^:]*:\s*)(\S.*)$/i.exec(text);
    if (labelled?.[1] !== undefined && labelled[2] !== undefined) {
      this.#onSecret?.(labelled[2].trim(), /\bidentity '([^']+)'/.exec(labelled[1])?.[1]);
      return labelled[1] + REDACTED;
    }
    // A phrase without its label: only lower-case words of BIP-39's lengths, and at least as many as the shortest has.
    const words = text.trim().split(/\s+/);
    if (words.length >= PHRASE_WORDS && words.length % 3 === 0 && words.every((word) => /^[a-z]{3,8}$/.test(word))) {
      this.#onSecret?.(text.trim());
      return REDACTED;
    }
    return text;
  }
}
