import { partsOf, readTrap } from '../core/page/backtrace';
import { MAX_LINES, MAX_LOG, type ToPage } from '../core/page/messages';
import type { LogLevel, LogLine, SourcePlace } from '../core/page/model';
import { plainLines, plainText } from '../core/util/foreign';
import { type Message, msg } from '../core/util/message';
import { button, type Child, element } from './dom';
import { send } from './host';
import { VirtualList } from './virtual-list';
import type { Translator } from './words';

/** So long, in milliseconds, lines are searched between two frames. */
const SEARCH_MS = 8;
/** Lines after which the time is looked at: one may be long. */
const LINES_A_LOOK = 50;
/** Characters that the time of a line takes, with what is beside it. */
const TIME_COLUMNS = 16;

const SHOWN: readonly (readonly [shown: Shown, label: Message, levels: readonly LogLevel[]])[] = [
  ['all', msg('All lines'), ['trap', 'error', 'warning', 'plain']],
  ['problems', msg('Warnings, errors and traps'), ['trap', 'error', 'warning']],
  ['traps', msg('Traps'), ['trap']],
];

type Shown = 'all' | 'problems' | 'traps';

/** The part of the page that follows the canister's log. */
export class LogView {
  readonly panel = element('div', { class: 'logs' });
  readonly #lines = new VirtualList<LogLine>(
    { class: 'lines', attributes: { role: 'log', tabindex: '0', 'aria-live': 'off' } },
    { draw: (line) => this.#drawLine(line), lines: (line, columns) => linesOf(line, columns) },
  );
  readonly #state = element('p', { class: 'quiet', attributes: { role: 'status' } });
  readonly #filter = element('input', { attributes: { type: 'search' } });
  readonly #shown = element('select');
  readonly #pause = button('', () => this.#togglePause());
  readonly #copy = button('', () => void navigator.clipboard.writeText(this.#text()));
  readonly #save = button('', () => send({ type: 'saveLog', text: endOf(this.#text()) }));
  #words: Translator;
  #all: LogLine[] = [];
  /** Lines of all, from the first, that were searched: those that are wanted are in the list. */
  #searched = 0;
  #wanted: (line: LogLine) => boolean = () => true;
  #searching = false;
  #paused = false;
  #visible = false;
  #problem: Message | string | undefined;
  /** The files of what traps name, by name. */
  readonly #places = new Map<string, string>();

  constructor(words: Translator) {
    this.#words = words;
    this.#filter.addEventListener('input', () => this.#searchAnew());
    this.#shown.addEventListener('change', () => this.#searchAnew());
    this.panel.append(
      element('div', { class: 'buttons' }, this.#filter, this.#shown, this.#pause, this.#copy, this.#save),
      this.#state,
      this.#lines.element,
    );
    this.#lines.element.addEventListener('copy', (event) => {
      if (this.#lines.allSelected) {
        event.preventDefault();
        event.clipboardData?.setData('text/plain', this.#text());
      }
    });
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
    this.#save.textContent = words.text(msg('Save log…'));
    this.#lines.element.setAttribute('aria-label', words.text(msg('Log')));
    this.#lines.redraw();
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
    if (anew) {
      this.#all = [...lines];
      this.#searchAnew();
    } else {
      this.#all.push(...lines);
      this.#dropOldest();
      this.#search();
    }
    this.#tell();
  }

  setPlaces(places: readonly SourcePlace[]): void {
    for (const { name, where } of places) {
      this.#places.set(name, where);
    }
    if (places.length > 0) {
      this.#lines.redraw();
    }
  }

  #dropOldest(): void {
    const dropped = this.#all.splice(0, Math.max(0, this.#all.length - MAX_LINES));
    const shown = this.#lines.items;
    let count = 0;
    for (const line of dropped) {
      if (line === shown[count]) {
        count += 1;
      }
    }
    this.#lines.drop(count);
    this.#searched = Math.max(0, this.#searched - dropped.length);
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

  #searchAnew(): void {
    this.#wanted = wantedBy(this.#filter.value, this.#shown.value);
    this.#searched = 0;
    this.#lines.clear();
    this.#search();
  }

  /** In pieces, and not while lines come in: a frame in which all were taken and searched would be long. */
  #search(): void {
    if (!this.#searching) {
      this.#searching = true;
      requestAnimationFrame(() => this.#searchSome());
    }
  }

  #searchSome(): void {
    const until = performance.now() + SEARCH_MS;
    const found: LogLine[] = [];
    do {
      const some = this.#all.slice(this.#searched, this.#searched + LINES_A_LOOK);
      found.push(...some.filter(this.#wanted));
      this.#searched += some.length;
    } while (this.#searched < this.#all.length && performance.now() < until);
    this.#lines.append(found);
    this.#searching = false;
    if (this.#searched < this.#all.length) {
      this.#search();
    }
  }

  /** Every line that is wanted, those included that are yet to be searched. */
  #text(): string {
    return this.#all.filter(this.#wanted).map(textOf).join('\n');
  }

  #drawLine(line: LogLine): HTMLElement {
    switch (line.type) {
      case 'gap':
        return element(
          'div',
          { class: 'quiet' },
          `— ${this.#words.text(line.count === '1' ? msg('1 record is missing') : msg('{0} records are missing', line.count))} —`,
        );
      case 'restart':
        return element('div', { class: 'quiet' }, `— ${this.#words.text(msg('The log began anew'))} —`);
      case 'record':
        return element(
          'div',
          { class: `line ${line.level}` },
          element('span', { class: 'time', title: new Date(line.at).toISOString() }, timeOf(line.at)),
          line.level === 'trap' ? this.#drawTrap(line.text) : element('span', { class: 'said' }, plainLines(line.text)),
        );
    }
  }

  /** The functions of a backtrace below each other; what the sources have leads there. */
  #drawTrap(text: string): HTMLElement {
    const { message, frames, rest } = readTrap(text);
    const said = partsOf(message).map((part) => (part.isPlace ? this.#drawName(part.text) : plainLines(part.text)));
    const list = element(
      'ol',
      { class: 'frames', attributes: { 'aria-label': this.#words.text(msg('Backtrace')) } },
      ...frames.map((frame) => element('li', {}, this.#drawName(frame))),
    );
    return element('span', { class: 'said' }, ...said, frames.length > 0 && list, rest !== '' && plainLines(rest));
  }

  #drawName(name: string): Child {
    const where = this.#places.get(name);
    const shown = plainText(name);
    return where === undefined
      ? shown
      : button(shown, () => send({ type: 'openPlace', name }), {
          class: 'link',
          title: this.#words.text(msg('Go to {0}', where)),
        });
  }
}

/** Which lines are wanted, by a text in them, in any case, and by their level. */
function wantedBy(filter: string, shown: string): (line: LogLine) => boolean {
  const [, , levels] = SHOWN.find(([value]) => value === shown) ?? SHOWN[0]!;
  const text = filter.toLowerCase();
  if (text === '' && shown === 'all') {
    return () => true;
  }
  return (line) => line.type === 'record' && levels.includes(line.level) && line.text.toLowerCase().includes(text);
}

/** Lines that it takes beside its time, where so many characters fit into the list. */
function linesOf(line: LogLine, columns: number): number {
  if (line.type !== 'record') {
    return 1;
  }
  const { text } = line;
  const fit = Math.max(1, columns - TIME_COLUMNS);
  let count = 0;
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    count += Math.max(1, Math.ceil((to - from) / fit));
    from = to + 1;
  }
  return count;
}

/** The time of day on this computer, to the millisecond. */
function timeOf(at: number): string {
  const date = new Date(at);
  const digits = (value: number, length = 2) => String(value).padStart(length, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part)).join(':');
  return `${time}.${digits(date.getMilliseconds(), 3)}`;
}

/** As much of the end of a log as can be saved, in whole lines. */
function endOf(text: string): string {
  return text.length <= MAX_LOG ? text : text.slice(text.indexOf('\n', text.length - MAX_LOG) + 1);
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
