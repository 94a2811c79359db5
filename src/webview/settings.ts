import type { PageSettings, SettingRow, SettingValue } from '../core/page/model';
import { type Message, msg } from '../core/util/message';
import { button, element, redraw } from './dom';
import { keep, kept, send } from './host';
import { drawProblem } from './overview';
import type { Translator } from './words';

const SHOWN: readonly (readonly [shown: string, label: Message, wanted: (row: SettingRow) => boolean])[] = [
  ['all', msg('All settings'), () => true],
  ['differs', msg('Differences'), ({ verdict }) => verdict === 'differs' || verdict === 'unclear'],
  ['written', msg('In the file'), ({ written }) => written.length > 0],
];

const VERDICTS: Record<SettingRow['verdict'], Message | undefined> = {
  same: msg('✓ as in the file'),
  differs: msg('≠ differs'),
  unwritten: undefined,
  unclear: msg('? not known'),
};

/** The part of the page that compares settings of the file with those on the network. */
export class SettingsView {
  readonly panel = element('div', { class: 'settings' });
  readonly #shown = element('select');
  readonly #buttons = element('div');
  readonly #body = element('div');
  #words: Translator;
  #settings: PageSettings | undefined;
  #visible = false;

  constructor(words: Translator) {
    this.#words = words;
    this.#shown.addEventListener('change', () => {
      keep({ settings: this.#shown.value });
      this.#draw();
    });
    this.panel.append(element('div', { class: 'buttons' }, this.#shown, this.#buttons), this.#body);
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

  setVisible(visible: boolean): void {
    if (visible !== this.#visible) {
      this.#visible = visible;
      send({ type: 'settings', follow: visible });
    }
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
    const all = button(
      words.text(msg('Apply all: {0}', applicable.length)),
      () => send({ type: 'apply', settings: applicable }),
      { key: 'apply-all', class: 'primary', attributes: { disabled: applicable.length === 0 ? '' : undefined } },
    );
    redraw(this.#buttons, all);
    const said = busy ?? doubt;
    redraw(
      this.#body,
      element('p', { class: 'quiet' }, words.text(applied)),
      element('p', { attributes: { role: 'status' } }, said === undefined ? '' : words.text(said)),
      problem && element('ul', { class: 'problems', attributes: { role: 'list' } }, drawProblem(problem, words)),
      rows.length === 0 ? element('p', { class: 'quiet' }, words.text(msg('None.'))) : this.#table(settings, rows),
    );
  }

  #table({ file }: PageSettings, rows: readonly SettingRow[]): HTMLElement {
    const words = this.#words;
    const heads = [msg('Setting'), msg('In {0}', file), msg('On the network'), msg('Actions')];
    return element(
      'table',
      { class: 'compared', attributes: { 'aria-label': words.text(msg('Settings')) } },
      element(
        'thead',
        {},
        element('tr', {}, ...heads.map((head) => element('th', { attributes: { scope: 'col' } }, words.text(head)))),
      ),
      element('tbody', {}, ...rows.map((row) => this.#row(row))),
    );
  }

  #row({ setting, label, meaning, written, network, verdict, note, applies, changes }: SettingRow): HTMLElement {
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
          button(words.text(msg('Apply')), () => send({ type: 'apply', settings: [setting] }), {
            key: `apply:${setting}`,
            attributes: { 'aria-label': words.text(msg('Apply {0}', name)) },
          }),
        changes &&
          button(words.text(msg('Change…')), () => send({ type: 'change', setting }), {
            key: `change:${setting}`,
            attributes: { 'aria-label': words.text(msg('Change {0}', name)) },
          }),
      ),
    );
  }

  #values(values: readonly SettingValue[], none: string): HTMLElement[] {
    return values.length === 0
      ? [element('div', { class: 'quiet' }, none)]
      : values.map(({ text, full }) =>
          element('div', { title: full === undefined ? undefined : this.#words.text(full) }, this.#words.text(text)),
        );
  }
}
