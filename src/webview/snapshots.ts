import type { PageSnapshot, PageSnapshots } from '../core/page/model';
import { msg } from '../core/util/message';
import { button, element, redraw, say, tableParts } from './dom';
import { follower, send } from './host';
import { drawProblem } from './overview';
import type { Translator } from './words';

/** The part of the page that lists snapshots, takes, restores and deletes them. */
export class SnapshotsView {
  readonly #buttons = element('div', { class: 'buttons' });
  readonly #status = element('p', { attributes: { role: 'status' } });
  readonly #body = element('div');
  readonly setVisible = follower('snapshots');
  readonly panel = element('div', { class: 'snapshots' }, this.#buttons, this.#status, this.#body);
  #words: Translator;
  #snapshots: PageSnapshots | undefined;

  constructor(words: Translator) {
    this.#words = words;
  }

  setWords(words: Translator): void {
    this.#words = words;
    this.#draw();
  }

  set(snapshots: PageSnapshots): void {
    this.#snapshots = snapshots;
    this.#draw();
  }

  #draw(): void {
    const words = this.#words;
    const { list, reading, notes, doubt, busy, takes, changes, problem } = this.#snapshots ?? {
      reading: true,
      notes: [],
      takes: false,
      changes: false,
    };
    const said = busy ?? doubt ?? (reading ? msg('Reading…') : undefined);
    say(this.#status, said === undefined ? '' : words.text(said));
    redraw(
      this.#buttons,
      button(words.text(msg('Take a snapshot')), takes ? () => send({ type: 'snapshot', action: 'take' }) : undefined, {
        key: 'take',
        class: 'primary',
      }),
      button(words.text(msg('Refresh')), () => send({ type: 'snapshots', follow: true }), { key: 'again' }),
    );
    redraw(
      this.#body,
      problem && element('ul', { class: 'problems', attributes: { role: 'list' } }, drawProblem(problem, words)),
      ...notes.map((note) => element('p', { class: 'quiet' }, words.text(note))),
      list && (list.length === 0 ? element('p', {}, words.text(msg('There is none yet'))) : this.#table(list, changes)),
    );
  }

  #table(list: readonly PageSnapshot[], changes: boolean): HTMLElement {
    const words = this.#words;
    const heads = [msg('Time'), msg('Size'), msg('Snapshot ID'), msg('Actions')];
    return element(
      'table',
      { class: 'compared', attributes: { 'aria-label': words.text(msg('Snapshots')) } },
      ...tableParts(
        heads.map((head) => words.text(head)),
        list.map((snapshot) => this.#row(snapshot, changes)),
      ),
    );
  }

  #row({ id, at, size }: PageSnapshot, changes: boolean): HTMLElement {
    const words = this.#words;
    const when = new Date(at).toLocaleString(document.documentElement.lang);
    const act = (action: 'restore' | 'delete', label: string, named: string) =>
      button(label, changes ? () => send({ type: 'snapshot', action, id }) : undefined, {
        key: `${action}:${id}`,
        attributes: { 'aria-label': named },
      });
    return element(
      'tr',
      {},
      element('th', { class: 'whole', attributes: { scope: 'row' } }, when),
      element('td', { class: 'whole' }, words.text(size)),
      element('td', {}, element('code', {}, words.text(id))),
      element(
        'td',
        {},
        act('restore', words.text(msg('Restore')), words.text(msg('Restore the snapshot of {0}', when))),
        act('delete', words.text(msg('Delete')), words.text(msg('Delete the snapshot of {0}', when))),
      ),
    );
  }
}
