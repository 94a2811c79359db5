import type { PageSettings, SettingRow, SettingValue } from '../core/page/model';
import { type Message, msg } from '../core/util/message';
import { button, element, redraw, say, tableParts } from './dom';
import { follower, keep, kept, send } from './host';
import { drawProblem } from './overview';
import type { Translator } from './words';

const SHOWN: readonly (readonly [shown: string, label: Message, wanted: (row: SettingRow) => boolean])[] = [
  ['all', msg('All settings'), () => true],
  ['differs', msg('Differences'), ({ verdict }) => verdict === 'differs' || verdict === 'unclear'],
  ['written', msg('In the file'), ({ written }) => written.length > 0],
];

/** Values up to this length, in UTF-16 units, stay on a line. */
const SHORT = 20;

const VERDICTS: Record<SettingRow['verdict'], Message | undefined> = {
  same: msg('✓ as in the file'),
  differs: msg('≠ differs'),
  unwritten: undefined,
  unclear: msg('? not known'),
};

/** The part of the page that compares settings of the file with those on the network. */
export class SettingsView {
  readonly setVisible = follower('settings');
  readonly panel = element('div', { class: 'settings' });
  readonly #shown = element('select', { key: 'shown' });
  readonly #buttons = element('div');
  readonly #status = element('p', { attributes: { role: 'status' } });
  readonly #body = element('div');
  #words: Translator;
  #settings: PageSettings | undefined;

  constructor(words: Translator) {
    this.#words = words;
    this.#shown.addEventListener('change', () => {
      keep({ settings: this.#shown.value });
      this.#draw();
    });
    this.panel.append(element('div', { class: 'buttons' }, this.#shown, this.#buttons), this.#status, this.#body);
  }

  setWords(words: Translator): void {
    this.#words = words;
    this.#shown.setAttribute('aria-label', words.text(msg('Which settings are shown')));
    this.#shown.replaceChildren(
      ...SHOWN.map(([value, label]) => element('option', { attributes: { value } }, words.text(label))),
    );
    this.#shown.value = SHOWN.find(([value]) => value === kept().settings)?.[0] ?? 'all';
    this.#draw();
  }

  set(settings: PageSettings): void {
    this.#settings = settings;
    this.#draw();
  }

  #draw(): void {
    const words = this.#words;
    const settings = this.#settings;
    if (!settings) {
      redraw(this.#body, element('p', { class: 'quiet' }, words.text(msg('Reading…'))));
      return;
    }
    const { applied, busy, doubt, problem } = settings;
    const wanted = SHOWN.find(([value]) => value === this.#shown.value)?.[2] ?? (() => true);
    const rows = settings.rows.filter(wanted);
    const applicable = settings.rows.filter(({ applies }) => applies).map(({ setting }) => setting);
    const said = busy ?? doubt;
    say(this.#status, said === undefined ? '' : words.text(said));
    redraw(
      this.#buttons,
      button(
        words.text(msg('Apply all: {0}', applicable.length)),
        said === undefined && applicable.length > 0 ? () => send({ type: 'apply', settings: applicable }) : undefined,
        { key: 'apply-all', class: 'primary' },
      ),
    );
    redraw(
      this.#body,
      element('p', { class: 'quiet' }, words.text(applied)),
      problem && element('ul', { class: 'problems', attributes: { role: 'list' } }, drawProblem(problem, words)),
      rows.length === 0 ? element('p', { class: 'quiet' }, words.text(msg('None.'))) : this.#table(settings, rows),
    );
  }

  #table({ file, busy, doubt }: PageSettings, rows: readonly SettingRow[]): HTMLElement {
    const words = this.#words;
    const may = busy === undefined && doubt === undefined;
    const heads = [msg('Setting'), msg('In {0}', file), msg('On the network'), msg('Actions')];
    return element(
      'table',
      { class: 'compared', attributes: { 'aria-label': words.text(msg('Settings')) } },
      ...tableParts(
        heads.map((head) => words.text(head)),
        rows.map((row) => this.#row(row, may)),
      ),
    );
  }

  /** @param may something can be changed at present */
  #row(row: SettingRow, may: boolean): HTMLElement {
    const { setting, label, meaning, written, network, verdict, note, applies, changes } = row;
    const words = this.#words;
    const name = words.text(label);
    const mark = VERDICTS[verdict];
    return element(
      'tr',
      { class: verdict },
      element(
        'th',
        { attributes: { scope: 'row' } },
        element('div', {}, name),
        element('div', { class: 'quiet' }, words.text(meaning)),
        mark && element('div', { class: 'mark' }, words.text(mark)),
        note !== undefined && element('div', { class: 'quiet' }, words.text(note)),
      ),
      element('td', {}, ...this.#values(written, '—')),
      element('td', {}, ...this.#values(network, words.text(msg('not known')))),
      element(
        'td',
        {},
        applies &&
          button(words.text(msg('Apply')), may ? () => send({ type: 'apply', settings: [setting] }) : undefined, {
            key: `apply:${setting}`,
            attributes: { 'aria-label': words.text(msg('Apply {0}', name)) },
          }),
        changes &&
          button(words.text(msg('Change…')), may ? () => send({ type: 'change', setting }) : undefined, {
            key: `change:${setting}`,
            attributes: { 'aria-label': words.text(msg('Change {0}', name)) },
          }),
      ),
    );
  }

  #values(values: readonly SettingValue[], none: string): HTMLElement[] {
    if (values.length === 0) {
      return [element('div', { class: 'quiet' }, none)];
    }
    return values.map(({ text, full }) => {
      const shown = this.#words.text(text);
      const title = full === undefined ? undefined : this.#words.text(full);
      return element('div', { class: shown.length <= SHORT ? 'whole' : undefined, title }, shown);
    });
  }
}
