import { MAX_LINES, type ToPage } from '../core/page/messages';
import type { LogLevel, LogLine } from '../core/page/model';
import { plainLines } from '../core/util/foreign';
import { type Message, msg } from '../core/util/message';
import { button, element } from './dom';
import { send } from './host';
import type { Translator } from './words';

/** Lines that are put into the page between two frames. */
const LINES_A_FRAME = 100;
/** So near to the end, in pixels, it is followed. */
const NEAR_END = 40;

const SHOWN: readonly (readonly [shown: Shown, label: Message, levels: readonly LogLevel[]])[] = [
  ['all', msg('All lines'), ['trap', 'error', 'warning', 'plain']],
  ['problems', msg('Warnings, errors and traps'), ['trap', 'error', 'warning']],
  ['traps', msg('Traps'), ['trap']],
];

type Shown = 'all' | 'problems' | 'traps';

/** The part of the page that follows the canister's log. */
export class LogView {
  readonly panel = element('div', { class: 'logs' });
  readonly #lines = element('div', {
    class: 'lines',
    attributes: { role: 'log', tabindex: '0', 'aria-live': 'off' },
  });
  readonly #state = element('p', { class: 'quiet', attributes: { role: 'status' } });
  readonly #filter = element('input', { attributes: { type: 'search' } });
  readonly #shown = element('select');
  readonly #pause = button('', () => this.#togglePause());
  readonly #copy = button('', () => void navigator.clipboard.writeText(this.#wanted().map(textOf).join('\n')));
  #words: Translator;
  #all: LogLine[] = [];
  /** Lines that are shown, or will be with the next frames. */
  #waiting: LogLine[] = [];
  #drawing = false;
  /** Lines that are in the page. */
  #drawn = 0;
  /** The end was in sight before the lines that are being drawn: it stays there. */
  #atEnd = true;
  #paused = false;
  #visible = false;
  #problem: Message | string | undefined;

  constructor(words: Translator) {
    this.#words = words;
    this.#filter.addEventListener('input', () => this.#redraw());
    this.#shown.addEventListener('change', () => this.#redraw());
    this.panel.append(
      element('div', { class: 'buttons' }, this.#filter, this.#shown, this.#pause, this.#copy),
      this.#state,
      this.#lines,
    );
  }

  setWords(words: Translator): void {
    this.#words = words;
    this.#filter.placeholder = words.text(msg('Search the log'));
    this.#filter.setAttribute('aria-label', words.text(msg('Search the log')));
    this.#shown.setAttribute('aria-label', words.text(msg('Which lines are shown')));
    this.#shown.replaceChildren(
      ...SHOWN.map(([value, label]) => element('option', { attributes: { value } }, words.text(label))),
    );
    this.#copy.textContent = words.text(msg('Copy'));
    this.#copy.setAttribute('aria-label', words.text(msg('Copy {0}', words.text(msg('Log')))));
    this.#lines.setAttribute('aria-label', words.text(msg('Log')));
    this.#tell();
  }

  setVisible(visible: boolean): void {
    if (visible !== this.#visible) {
      this.#visible = visible;
      this.#follow();
    }
  }

  add({ anew, lines, problem }: Extract<ToPage, { type: 'log' }>): void {
    this.#problem = problem;
    this.#all = [...(anew ? [] : this.#all), ...lines].slice(-MAX_LINES);
    if (anew) {
      this.#redraw();
    } else {
      this.#draw(lines.filter((line) => this.#isWanted(line)));
    }
    this.#tell();
  }

  #togglePause(): void {
    this.#paused = !this.#paused;
    this.#follow();
    this.#tell();
  }

  #follow(): void {
    send({ type: 'log', follow: this.#visible && !this.#paused });
  }

  #tell(): void {
    const words = this.#words;
    this.#pause.textContent = words.text(this.#paused ? msg('Go on') : msg('Pause'));
    const state = this.#paused ? msg('Paused') : (this.#problem ?? msg('Following'));
    const said = words.list(this.#all.length === 0 ? [state, msg('The log is empty.')] : [state]);
    if (this.#state.textContent !== said) {
      this.#state.textContent = said;
    }
  }

  #redraw(): void {
    this.#waiting = [];
    this.#drawn = 0;
    this.#lines.replaceChildren();
    this.#draw(this.#wanted());
  }

  #wanted(): LogLine[] {
    return this.#all.filter((line) => this.#isWanted(line));
  }

  #isWanted(line: LogLine): boolean {
    if (line.type !== 'record') {
      return this.#filter.value === '' && this.#shown.value === 'all';
    }
    const [, , levels] = SHOWN.find(([value]) => value === this.#shown.value) ?? SHOWN[0]!;
    return levels.includes(line.level) && line.text.toLowerCase().includes(this.#filter.value.toLowerCase());
  }

  /** In pieces: a frame in which all lines were laid out would be long. */
  #draw(lines: readonly LogLine[]): void {
    this.#waiting.push(...lines);
    if (!this.#drawing && this.#waiting.length > 0) {
      const { scrollTop, scrollHeight, clientHeight } = this.#lines;
      this.#atEnd = scrollTop + clientHeight >= scrollHeight - NEAR_END;
      this.#drawing = true;
      this.#drawSome();
    }
  }

  #drawSome(): void {
    const some = this.#waiting.splice(0, LINES_A_FRAME);
    this.#lines.append(element('div', { class: 'block' }, ...some.map((line) => this.#drawLine(line))));
    this.#drawn += some.length;
    // What is followed for hours grows in blocks; the oldest go.
    for (let first = this.#lines.firstElementChild; first && this.#drawn > MAX_LINES; ) {
      this.#drawn -= first.childElementCount;
      first.remove();
      first = this.#lines.firstElementChild;
    }
    this.#drawing = this.#waiting.length > 0;
    if (this.#drawing) {
      requestAnimationFrame(() => this.#drawSome());
    } else if (this.#atEnd) {
      this.#lines.scrollTop = this.#lines.scrollHeight;
    }
  }

  #drawLine(line: LogLine): HTMLElement {
    switch (line.type) {
      case 'gap':
        return element(
          'div',
          { class: 'quiet' },
          `— ${this.#words.text(msg('{0} records are missing', line.count))} —`,
        );
      case 'restart':
        return element('div', { class: 'quiet' }, `— ${this.#words.text(msg('The log began anew'))} —`);
      case 'record':
        return element(
          'div',
          { class: `line ${line.level}` },
          element('span', { class: 'time', title: new Date(line.at).toISOString() }, timeOf(line.at)),
          element('span', { class: 'said' }, plainLines(line.text)),
        );
    }
  }
}

/** The time of day on this computer, to the millisecond. */
function timeOf(at: number): string {
  const date = new Date(at);
  const digits = (value: number, length = 2) => String(value).padStart(length, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part)).join(':');
  return `${time}.${digits(date.getMilliseconds(), 3)}`;
}

function textOf(line: LogLine): string {
  switch (line.type) {
    case 'record':
      return `[${line.index}. ${new Date(line.at).toISOString()}]: ${line.text}`;
    case 'gap':
      return `… ${line.count}`;
    case 'restart':
      return '…';
  }
}
