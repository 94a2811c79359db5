import type { Question, QuestionDetector } from '../../process/run';

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
