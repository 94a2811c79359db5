import type { PageButton, PageFact, PageProblem, PageState } from '../core/page/model';
import { msg } from '../core/util/message';
import { button, type Child, element } from './dom';
import { send } from './host';
import type { Translator } from './words';

/** How long a button says that it has copied, in milliseconds. */
const COPIED_MS = 1_500;

/** The head of the page: what it is of, how that is, and what is wrong. */
export function drawHead(state: PageState, words: Translator): Child[] {
  return [
    element('h1', {}, words.text(state.canister)),
    state.headline.length > 0 &&
      element(
        'p',
        { class: 'headline' },
        element('span', { class: `look ${state.look}`, attributes: { 'aria-hidden': 'true' } }),
        words.list(state.headline),
      ),
    element('p', { class: 'quiet' }, words.list(state.place)),
    state.problems.length > 0 &&
      element(
        'ul',
        { class: 'problems', attributes: { 'aria-label': words.text(msg('Problems')) } },
        ...state.problems.map((problem) => drawProblem(problem, words)),
      ),
    state.operations.length > 0 &&
      element(
        'div',
        { class: 'buttons', attributes: { role: 'group', 'aria-label': words.text(msg('Operations')) } },
        ...state.operations.map((operation) => pressButton(operation, words)),
      ),
  ];
}

export function drawProblem({ severity, words: sentences, buttons }: PageProblem, words: Translator): HTMLElement {
  return element(
    'li',
    { class: `problem ${severity}` },
    element('span', {}, words.list(sentences)),
    ...buttons.map((each) => pressButton(each, words)),
  );
}

function pressButton({ id, label }: PageButton, words: Translator): HTMLElement {
  return button(words.text(label), () => send({ type: 'press', id }), { key: id });
}

/** What is known of the canister; what has parts is a section of its own. */
export function drawFacts({ facts }: PageState, words: Translator): Child[] {
  const simple = facts.filter(({ children }) => children.length === 0);
  const sections = facts.filter(({ children }) => children.length > 0);
  return [
    simple.length > 0 && factList(simple, words),
    ...sections.map(({ label, meaning, children }) =>
      element(
        'section',
        {},
        element('h2', {}, words.text(label)),
        meaning !== undefined && element('p', { class: 'quiet' }, words.text(meaning)),
        factList(children, words),
      ),
    ),
  ];
}

function factList(facts: readonly PageFact[], words: Translator): HTMLElement {
  return element('dl', {}, ...facts.map((fact) => drawFact(fact, words)));
}

function drawFact({ id, label, values, meaning, copyable, opens }: PageFact, words: Translator): HTMLElement {
  const name = words.text(label);
  // What has no value, as a canister that is depended on, is itself what can be opened.
  const value = words.list(values);
  const shown = value === '' ? name : value;
  return element(
    'div',
    { class: 'fact' },
    element('dt', {}, name),
    element(
      'dd',
      {},
      element(
        'span',
        { class: 'value' },
        opens
          ? button(value === '' ? words.text(msg('Open')) : value, () => send({ type: 'press', id }), {
              class: 'link',
              key: `open:${id}`,
              attributes: { 'aria-label': words.text(msg('Open {0}', shown)) },
            })
          : value,
      ),
      copyable && copyButton(id, name, words),
      meaning !== undefined && element('div', { class: 'quiet' }, words.text(meaning)),
    ),
  );
}

function copyButton(id: string, name: string, words: Translator): HTMLElement {
  const label = words.text(msg('Copy'));
  const made = button(
    label,
    () => {
      send({ type: 'copy', id });
      made.textContent = words.text(msg('Copied'));
      setTimeout(() => {
        made.textContent = label;
      }, COPIED_MS);
    },
    { class: 'small', key: `copy:${id}`, attributes: { 'aria-label': words.text(msg('Copy {0}', name)) } },
  );
  return made;
}
