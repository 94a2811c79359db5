import { element } from './dom';

/** Rows above and below what is in sight, so that scrolling meets rows that are there. */
const AHEAD = 15;
/** So near to the end, in pixels, it is followed. */
const NEAR_END = 40;
/** Heights are guessed until a row was seen: how often what is in sight is worked out with what was measured since. */
const MAX_PASSES = 4;

interface Rows<T> {
  readonly draw: (item: T) => HTMLElement;
  /** Lines that an item will take where so many characters fit into one, for its height before it was ever seen. */
  readonly lines: (item: T, columns: number) => number;
}

/**
 * A list that scrolls and has only the rows that are in sight in the document, at whatever heights they have. Where its
 * end was in sight, that stays in sight as it grows.
 */
export class VirtualList<T> {
  readonly element: HTMLElement;
  /** They take the place of what is out of sight. Not a padding: the browser keeps what is in sight where only other elements change. */
  readonly #above = element('div');
  readonly #rows = element('div');
  readonly #below = element('div');
  readonly #how: Rows<T>;
  #items: T[] = [];
  /** In pixels, measured or guessed. */
  #heights: number[] = [];
  /** Where each begins, and at last the end; right up to {@link #right}. */
  #offsets: number[] = [0];
  #right = 0;
  /** Items that were dropped from the beginning: an item's number is its index and these. */
  #dropped = 0;
  /** Rows in the document, by number. */
  readonly #shown = new Map<number, HTMLElement>();
  #width = 0;
  #lineHeight = 18;
  #columns = 80;
  #atEnd = true;
  #scheduled = false;

  /** @param properties of the element that scrolls */
  constructor(properties: Parameters<typeof element>[1], how: Rows<T>) {
    this.#how = how;
    this.element = element('div', properties, this.#above, this.#rows, this.#below);
    this.element.addEventListener('scroll', () => this.#scrolled());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#resized()).observe(this.element);
  }

  get items(): readonly T[] {
    return this.#items;
  }

  /** Every row is selected, and with them those that are out of sight. */
  get allSelected(): boolean {
    const selection = document.getSelection();
    const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined;
    // Not the selection's own `containsNode`: in Chrome it takes the selection to begin with the first character.
    return (
      range !== undefined &&
      this.element.contains(range.commonAncestorContainer) &&
      range.comparePoint(this.#rows, 0) === 0 &&
      range.comparePoint(this.#rows, this.#rows.childNodes.length) === 0
    );
  }

  /** Begins anew, with the end in sight. */
  clear(): void {
    this.#atEnd = true;
    this.#items = [];
    this.#heights = [];
    this.#offsets = [0];
    this.#right = 0;
    this.#dropped = 0;
    this.#rows.replaceChildren();
    this.#shown.clear();
    // What comes anew is followed.
    this.#atEnd = true;
    this.#schedule();
  }

  append(items: readonly T[]): void {
    for (const item of items) {
      this.#items.push(item);
      this.#heights.push(this.#guess(item));
    }
    this.#schedule();
  }

  /** Drops so many of the first items. */
  drop(count: number): void {
    if (count > 0) {
      this.#items.splice(0, count);
      this.#heights.splice(0, count);
      this.#right = 0;
      this.#dropped += count;
      this.#schedule();
    }
  }

  /** Draws every row that is in sight anew. */
  redraw(): void {
    this.#rows.replaceChildren();
    this.#shown.clear();
    this.#schedule();
  }

  /** Where an item begins, in pixels; of the number of items, where the list ends. */
  #offset(index: number): number {
    for (; this.#right < index; this.#right++) {
      this.#offsets[this.#right + 1] = this.#offsets[this.#right]! + this.#heights[this.#right]!;
    }
    return this.#offsets[index]!;
  }

  /** The item at so many pixels. */
  #indexAt(top: number): number {
    let low = 0;
    let high = this.#items.length;
    this.#offset(high);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle + 1]! <= top) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  #schedule(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        this.#draw();
      });
    }
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    // Hidden, it has no height and no place.
    if (clientHeight > 0) {
      this.#atEnd = scrollTop + clientHeight >= scrollHeight - NEAR_END;
      this.#draw();
    }
  }

  /** Lines break elsewhere: nothing that was measured holds. */
  #resized(): void {
    const { clientWidth } = this.element;
    if (clientWidth > 0 && clientWidth !== this.#width) {
      this.#width = clientWidth;
      const { font, lineHeight } = getComputedStyle(this.element);
      this.#lineHeight = Number.parseFloat(lineHeight) || this.#lineHeight;
      const context = document.createElement('canvas').getContext('2d');
      if (context) {
        context.font = font;
        this.#columns = Math.max(1, Math.floor(clientWidth / (context.measureText('0').width || 8)));
      }
      this.#heights = this.#items.map((item) => this.#guess(item));
      this.#right = 0;
    }
    this.#schedule();
  }

  #guess(item: T): number {
    return this.#how.lines(item, this.#columns) * this.#lineHeight;
  }

  #draw(): void {
    const view = this.element;
    const { clientHeight } = view;
    if (clientHeight === 0) {
      return;
    }
    const place = view.scrollTop;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const end = this.#offset(this.#items.length);
      const top = this.#atEnd ? Math.max(0, end - clientHeight) : place;
      const from = Math.max(0, this.#indexAt(top) - AHEAD);
      const to = Math.min(this.#items.length, this.#indexAt(top + clientHeight) + 1 + AHEAD);
      this.#place(from, to);
      if (!this.#measure(from, to)) {
        break;
      }
      this.#space(from, to);
      if (!this.#atEnd) {
        // Where rows above are of another height, the browser moves the place along, and says so.
        break;
      }
    }
    if (this.#atEnd) {
      view.scrollTop = view.scrollHeight;
    }
  }

  /** Puts these rows, and no others, into the document. */
  #place(from: number, to: number): void {
    const [first, last] = [from + this.#dropped, to + this.#dropped];
    for (const [number, row] of this.#shown) {
      if (number < first || number >= last) {
        if (row.contains(document.activeElement)) {
          this.element.focus({ preventScroll: true });
        }
        row.remove();
        this.#shown.delete(number);
      }
    }
    let next: Element | null = this.#rows.firstElementChild;
    const size = String(this.#items.length);
    for (let index = from; index < to; index++) {
      let row = this.#shown.get(index + this.#dropped);
      if (row) {
        next = row.nextElementSibling;
      } else {
        row = this.#how.draw(this.#items[index]!);
        row.setAttribute('role', 'listitem');
        this.#shown.set(index + this.#dropped, row);
        this.#rows.insertBefore(row, next);
      }
      row.setAttribute('aria-posinset', String(index + 1));
      row.setAttribute('aria-setsize', size);
    }
    // A list without items is none.
    this.#rows.setAttribute('role', from < to ? 'list' : 'presentation');
    this.#space(from, to);
  }

  /** Takes the place of all but these. */
  #space(from: number, to: number): void {
    setHeight(this.#above, this.#offset(from));
    setHeight(this.#below, this.#offset(this.#items.length) - this.#offset(to));
  }

  /** Takes the heights of these rows; true where one is not what was thought. */
  #measure(from: number, to: number): boolean {
    let changed = false;
    for (let index = from; index < to; index++) {
      const height = this.#shown.get(index + this.#dropped)!.getBoundingClientRect().height;
      if (Math.abs(height - this.#heights[index]!) > 0.01) {
        this.#heights[index] = height;
        this.#right = Math.min(this.#right, index);
        changed = true;
      }
    }
    return changed;
  }

  #key(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (event.target !== this.element || altKey || shiftKey) {
      return;
    }
    if (key.toLowerCase() === 'a' && (ctrlKey || metaKey)) {
      // The rows alone. VS Code would select all of the page.
      document.getSelection()?.selectAllChildren(this.element);
    } else if (key === 'Home' || key === 'End') {
      // At once: on the way, the place that the browser makes for moves.
      this.#atEnd = key === 'End';
      this.element.scrollTop = 0;
      this.#draw();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function setHeight({ style }: HTMLElement, pixels: number): void {
  style.height = pixels > 0 ? `${pixels}px` : '';
}
