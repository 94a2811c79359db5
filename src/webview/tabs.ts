import type { Words } from '../core/rows/row';
import { element, redraw } from './dom';
import type { Translator } from './words';

export interface Tab {
  readonly name: string;
  readonly label: Words;
  readonly panel: HTMLElement;
}

/** Parts of the page of which one is shown, chosen with the mouse or the arrow keys. */
export class Tabs {
  readonly list = element('div', { class: 'tabs', attributes: { role: 'tablist' } });
  readonly #tabs: readonly Tab[];
  readonly #chosen: (name: string) => void;
  #current: string;

  /** @param chosen is told which is shown from now on */
  constructor(tabs: readonly Tab[], current: string | undefined, chosen: (name: string) => void) {
    this.#tabs = tabs;
    this.#chosen = chosen;
    this.#current = tabs.find(({ name }) => name === current)?.name ?? tabs[0]!.name;
    for (const { name, panel } of tabs) {
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-labelledby', `tab-${name}`);
      panel.id = `panel-${name}`;
    }
    this.list.addEventListener('keydown', (event) => this.#key(event));
  }

  get current(): string {
    return this.#current;
  }

  draw(words: Translator): void {
    redraw(
      this.list,
      ...this.#tabs.map(({ name, label }) => {
        const selected = name === this.#current;
        return element(
          'button',
          {
            class: 'tab',
            key: `tab:${name}`,
            onclick: () => this.#choose(name, words),
            attributes: {
              type: 'button',
              role: 'tab',
              id: `tab-${name}`,
              'aria-selected': String(selected),
              'aria-controls': `panel-${name}`,
              tabindex: selected ? '0' : '-1',
            },
          },
          words.text(label),
        );
      }),
    );
    for (const { name, panel } of this.#tabs) {
      panel.hidden = name !== this.#current;
    }
  }

  #choose(name: string, words: Translator): void {
    this.#current = name;
    this.draw(words);
    this.list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    this.#chosen(name);
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      const buttons = [...this.list.querySelectorAll<HTMLElement>('[role="tab"]')];
      const at = this.#tabs.findIndex(({ name }) => name === this.#current);
      buttons[(at + step + buttons.length) % buttons.length]?.click();
      event.preventDefault();
    }
  }
}
