/** Makes elements. Texts become text nodes, so that nothing in them is markup. */

export type Child = Node | string | undefined | false;

interface Properties {
  readonly class?: string;
  readonly title?: string;
  /** Finds it again when its part of the page is drawn anew, to give it the focus back. */
  readonly key?: string;
  readonly onclick?: () => void;
  /** ARIA and other attributes; what is undefined is left out. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { class: className, title, key, onclick, attributes = {} }: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== undefined) {
    made.className = className;
  }
  if (title !== undefined) {
    made.title = title;
  }
  if (key !== undefined) {
    made.dataset['key'] = key;
  }
  if (onclick) {
    made.addEventListener('click', onclick);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** @param onclick absent where it does nothing at present: it keeps the focus then, which `disabled` would take from it */
export function button(
  label: string,
  onclick: (() => void) | undefined,
  { attributes, ...properties }: Omit<Properties, 'onclick'> = {},
): HTMLElement {
  const state = { type: 'button', 'aria-disabled': onclick ? undefined : 'true' };
  return element('button', { ...properties, onclick, attributes: { ...state, ...attributes } }, label);
}

/** The head and the body of a table. */
export function tableParts(heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement[] {
  const cells = heads.map((head) => element('th', { attributes: { scope: 'col' } }, head));
  return [element('thead', {}, element('tr', {}, ...cells)), element('tbody', {}, ...rows)];
}

/** What had the focus when the whole page lost it: to a question of VS Code, which gives it back with nothing in focus. */
let left: Element | undefined;

/** Lets the focus come back to where it was on the page. To be called once. */
export function keepFocus(): void {
  let last: Element | undefined;
  document.addEventListener('focusout', ({ target }) => {
    last = target instanceof Element ? target : undefined;
  });
  document.addEventListener('focusin', () => {
    left = undefined;
  });
  window.addEventListener('blur', () => {
    left = document.activeElement === document.body ? last : (document.activeElement ?? undefined);
  });
  window.addEventListener('focus', () => {
    if (document.activeElement === document.body && left instanceof HTMLElement) {
      left.focus({ preventScroll: true });
    }
  });
}

/**
 * Draws a part of the page anew. What has the focus keeps it. Where that is gone, the focus goes to what came after it in
 * the part, else to what came before, else to the beginning of the tab: who works by keyboard stays where they were.
 */
export function redraw(part: HTMLElement, ...children: readonly Child[]): void {
  const inFocus = document.activeElement === document.body ? undefined : document.activeElement;
  const active = document.hasFocus() ? (inFocus ?? left) : left;
  const key = active instanceof HTMLElement && part.contains(active) ? active.dataset['key'] : undefined;
  const before = key === undefined ? [] : [...keyed(part).keys()];
  part.replaceChildren(...children.filter((child) => child !== undefined && child !== false));
  if (key === undefined) {
    return;
  }
  const at = before.indexOf(key);
  const now = keyed(part);
  const next = [...before.slice(at), ...before.slice(0, at).reverse()].find((each) => now.has(each)) ?? '';
  const inTab = part.closest('[role="tabpanel"]')?.querySelector<HTMLElement>('[data-key]');
  const tab = document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]');
  const focused = now.get(next) ?? inTab ?? tab;
  if (document.hasFocus()) {
    focused?.focus();
  } else {
    // A question of VS Code would be closed if it were taken the focus.
    left = focused ?? undefined;
  }
}

/** Says something to screen readers, once: `status` is an element with that role, which stays where it is. */
export function say(status: HTMLElement, text: string): void {
  if (status.textContent !== text) {
    status.textContent = text;
  }
}

/** What can have the focus in a part, by its key, in the order of the page. */
function keyed(part: HTMLElement): Map<string, HTMLElement> {
  const found = part.querySelectorAll<HTMLElement>('[data-key]');
  return new Map([...found].map((each) => [each.dataset['key'] ?? '', each]));
}
