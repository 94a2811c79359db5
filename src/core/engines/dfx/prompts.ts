import type { Question, QuestionDetector } from '../../process/run';
import { type Message, msg } from '../../util/message';
import type { KnownQuestion } from '../toolchain';

const CONSENT_START = 'WARNING!';
const CONSENT_END = 'Do you want to proceed? yes/No';
const MESSAGE_END = 'Okay? [y/N]';
const MAX_LINES = 200;

/** Recognises dfx's questions in the lines of its standard error. */
export class PromptDetector implements QuestionDetector {
  #consent: string[] | undefined;
  #recent: string[] = [];

  line(text: string): Question | undefined {
    const line = text.trimEnd();
    if (line === CONSENT_START) {
      this.#consent = [];
      return undefined;
    }
    if (line === CONSENT_END && this.#consent !== undefined) {
      const body = this.#consent.join('\n').trim();
      this.#consent = undefined;
      return { kind: 'consent', text: body };
    }
    if (line === MESSAGE_END) {
      const body = this.#recent.join('\n').trim();
      this.#recent = [];
      return { kind: 'message', text: body };
    }
    const lines = this.#consent ?? this.#recent;
    lines.push(line);
    if (lines.length > MAX_LINES) {
      lines.shift();
    }
    return undefined;
  }

  isQuestion(unfinished: string): boolean {
    const text = unfinished.trimEnd();
    return text === CONSENT_END || text === MESSAGE_END;
  }
}

interface Pattern {
  readonly begins: RegExp;
  readonly words: (canister: string) => Message;
  readonly reinstalls?: boolean;
}

/** Questions of dfx 0.2x (`install_canister.rs`, `canister/mod.rs`, `delete.rs`), each with its canister's name. */
const QUESTIONS: readonly Pattern[] = [
  {
    begins:
      /^Candid interface compatibility check failed for canister '([^']+)'\.\n(?:You are making a BREAKING change[^\n]*)?/,
    words: (canister) =>
      msg(
        'The new interface of {0} breaks the deployed one: other canisters and frontends that rely on it may stop working.',
        canister,
      ),
  },
  {
    begins: /^An error occurred during Candid interface compatibility check for canister '([^']+)'\./,
    words: (canister) => msg('Whether the new interface of {0} fits the deployed one could not be checked.', canister),
  },
  {
    begins: /^Stable interface compatibility check issued a WARNING for canister '([^']+)'\./,
    words: (canister) =>
      msg('The stable variables of {0} have changed: an upgrade may lose some of their data.', canister),
  },
  {
    begins: /^You are about to reinstall the (\S+) canister[\s\S]*/,
    words: (canister) => msg('Reinstall {0}? All its data and code are overwritten.', canister),
    reinstalls: true,
  },
  {
    begins: /^Canister (\S+) has not been stopped\. Delete anyway\?/,
    words: (canister) => msg('{0} has not been stopped. Delete it anyway?', canister),
  },
];

/** What a question of dfx's means. */
export function knownQuestion(text: string): KnownQuestion | undefined {
  for (const { begins, words, reinstalls } of QUESTIONS) {
    const match = begins.exec(text);
    if (match) {
      const detail = text.slice(match[0].length).trim();
      return { words: words(match[1] ?? ''), detail: detail === '' ? undefined : detail, reinstalls };
    }
  }
  return undefined;
}
