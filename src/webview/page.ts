/** The script of a canister's page. It shows what the host tells it, and tells the host what is pressed. */
import { readToPage } from '../core/page/messages';
import type { PageState } from '../core/page/model';
import { msg } from '../core/util/message';
import { CallView } from './call';
import { element, keepFocus, redraw, say } from './dom';
import { keep, keepSubject, kept, send } from './host';
import { LogView } from './logs';
import { OverTimeView } from './over-time';
import { drawFacts, drawHead } from './overview';
import { SettingsView } from './settings';
import { SnapshotsView } from './snapshots';
import { Tabs } from './tabs';
import { Translator } from './words';

const head = element('div');
const facts = element('div');
/** Says changes of the state to a screen reader. */
const spoken = element('div', { class: 'spoken', attributes: { role: 'status', 'aria-live': 'polite' } });

let words = new Translator(new Map());

const calls = new CallView(words);
const log = new LogView(words);
const overTime = new OverTimeView(words);
const settings = new SettingsView(words);
const snapshots = new SnapshotsView(words);
const tabs = new Tabs(
  [
    { name: 'overview', label: msg('Overview'), panel: facts },
    { name: 'call', label: msg('Call'), panel: calls.panel },
    { name: 'settings', label: msg('Settings'), panel: settings.panel },
    { name: 'snapshots', label: msg('Snapshots'), panel: snapshots.panel },
    { name: 'log', label: msg('Log'), panel: log.panel },
    { name: 'over-time', label: msg('Over time'), panel: overTime.panel },
  ],
  kept().tab,
  (tab) => {
    keep({ tab });
    seen();
  },
);

/** Lets the part that is seen ask for what it needs. */
function seen(): void {
  if (tabs.current === 'call') {
    calls.shown();
  }
  settings.setVisible(tabs.current === 'settings');
  snapshots.setVisible(tabs.current === 'snapshots');
  log.setVisible(tabs.current === 'log');
  overTime.setVisible(tabs.current === 'over-time');
}

function show(state: PageState): void {
  document.title = words.text(state.canister);
  document.body.classList.toggle('dimmed', state.dimmed);
  redraw(head, ...drawHead(state, words));
  redraw(facts, ...drawFacts(state, words));
  say(spoken, words.list([state.canister, ...state.headline], ', '));
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readToPage(data);
  switch (message?.type) {
    case 'init':
      words = new Translator(new Map(message.translations));
      calls.setWords(words);
      log.setWords(words);
      overTime.setWords(words);
      settings.setWords(words);
      snapshots.setWords(words);
      keepSubject(message.subject);
      tabs.list.setAttribute('aria-label', words.text(msg('Parts of the page')));
      tabs.draw(words);
      seen();
      break;
    case 'state':
      show(message.state);
      break;
    case 'interface':
      calls.setInterface(message);
      break;
    case 'result':
      calls.setResult(message.turn, message.result);
      break;
    case 'log':
      log.add(message);
      break;
    case 'places':
      log.setPlaces(message.places);
      break;
    case 'settings':
      settings.set(message.settings);
      break;
    case 'snapshots':
      snapshots.set(message.snapshots);
      break;
    case 'samples':
      overTime.set(message);
      break;
    case 'requests':
      calls.setRequests(message.requests);
      break;
    case 'history':
      calls.setHistory(message.calls);
      break;
    case undefined:
      break;
  }
});

document
  .getElementById('page')
  ?.append(
    element('header', {}, head, tabs.list),
    element('main', {}, facts, calls.panel, settings.panel, snapshots.panel, log.panel, overTime.panel),
    spoken,
  );
keepFocus();
send({ type: 'ready' });
