import { isPhrase, REDACTED, withoutPhrases } from './phrases';

/** Is given each seed phrase of a new key once, to be shown and never kept, with the identity that it is said to be of. */
export type OnSecret = (seedPhrase: string, identity?: string) => void;

/** Finds what tools print but no log may hold: seed phrases of new keys, and private keys. Takes one line after the other. */
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
    const labelled = text.search(/\bseed phrase\b/i);
    const label = labelled < 0 ? '' : text.slice(0, text.indexOf(':', labelled) + 1);
    const said = text.slice(label.length);
    const identity = /\bidentity '([^']+)'/.exec(label)?.[1];
    // With its label, a phrase of another language is one, too.
    if (label !== '' && isPhrase(said)) {
      this.#onSecret?.(said.trim(), identity);
      return `${label} ${REDACTED}`;
    }
    return label + withoutPhrases(said, (phrase) => this.#onSecret?.(phrase, identity));
  }
}
