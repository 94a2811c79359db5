import type { Words } from '../core/rows/row';
import { plainText } from '../core/util/foreign';
import type { Message } from '../core/util/message';

/** The page's sentences in the display language. What stands in one is foreign, and all of it is made visible. */
export class Translator {
  readonly #translations: ReadonlyMap<string, string>;

  constructor(translations: ReadonlyMap<string, string>) {
    this.#translations = translations;
  }

  text(words: Words): string {
    return typeof words === 'string' ? plainText(words) : this.#sentence(words);
  }

  list(words: readonly Words[], separator = ' · '): string {
    return words.map((each) => this.text(each)).join(separator);
  }

  #sentence({ text, args }: Message): string {
    return (this.#translations.get(text) ?? text).replace(/\{(\d+)\}/g, (whole, index: string) => {
      const arg = args[Number(index)];
      if (arg === undefined) {
        return whole;
      }
      return typeof arg === 'number' ? String(arg) : this.text(arg);
    });
  }
}
