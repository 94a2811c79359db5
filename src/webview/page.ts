/** The script of a canister's page. It shows what the host tells it, and tells the host what is pressed. */
import { readToPage } from '../core/page/messages';
import type { PageState } from '../core/page/model';
import { element, redraw } from './dom';
import { keepSubject, send } from './host';
import { drawFacts, drawHead } from './overview';
import { Translator } from './words';

const head = element('header');
const facts = element('main');
/** Says changes of the state to a screen reader. */
const spoken = element('div', { class: 'spoken', attributes: { role: 'status', 'aria-live': 'polite' } });

let words = new Translator(new Map());

function show(state: PageState): void {
  document.title = words.text(state.canister);
  document.body.classList.toggle('dimmed', state.dimmed);
  redraw(head, ...drawHead(state, words));
  redraw(facts, ...drawFacts(state, words));
  const said = words.list([state.canister, ...state.headline], ', ');
  if (spoken.textContent !== said) {
    spoken.textContent = said;
  }
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readToPage(data);
  switch (message?.type) {
    case 'init':
      words = new Translator(new Map(message.translations));
      keepSubject(message.subject);
      break;
    case 'state':
      show(message.state);
      break;
    case undefined:
      break;
  }
});

document.getElementById('page')?.append(head, facts, spoken);
send({ type: 'ready' });
