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

export function button(label: string, onclick: () => void, properties: Omit<Properties, 'onclick'> = {}): HTMLElement {
  return element('button', { ...properties, onclick, attributes: { type: 'button', ...properties.attributes } }, label);
}

/** Draws a part of the page anew. What has the focus keeps it, where it is still there. */
export function redraw(part: HTMLElement, ...children: readonly Child[]): void {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && part.contains(active) ? active.dataset['key'] : undefined;
  part.replaceChildren(...children.filter((child) => child !== undefined && child !== false));
  if (key !== undefined) {
    const again = [...part.querySelectorAll<HTMLElement>('[data-key]')].find(({ dataset }) => dataset['key'] === key);
    again?.focus();
  }
}
