import { methodComments } from '../core/candid/comments';
import { exampleArguments } from '../core/candid/defaults';
import { type FormValue, isFilled, printForm, readForm, startValue } from '../core/candid/form';
import { parseInterface } from '../core/candid/interface';
import { printSignature } from '../core/candid/print';
import { checkTypedArguments } from '../core/candid/typed-arguments';
import type { Interface, Mode, Signature } from '../core/candid/types';
import type { CallForm, ToPage } from '../core/page/messages';
import type { CallRecord, CallResult, NamedRequest, PageInterface } from '../core/page/model';
import { plainLines, plainText } from '../core/util/foreign';
import { type Message, msg } from '../core/util/message';
import { shortText } from '../core/util/shorten';
import { button, type Child, element, redraw } from './dom';
import { drawPart } from './form';
import { keep, kept, send } from './host';
import { drawResult } from './reply';
import type { Translator } from './words';

/** Characters of a method's signature that are shown. */
const MAX_SIGNATURE = 1_000;
/** Characters of what the interface says of a method. */
const MAX_COMMENT = 5_000;
/** Calls of a method that are listed. */
const MAX_LISTED = 20;

type Kind = Mode | 'update';

const GROUPS: readonly (readonly [kind: Kind, label: Message])[] = [
  ['query', msg('Queries')],
  ['composite_query', msg('Composite queries')],
  ['update', msg('Updates')],
  ['oneway', msg('One-way')],
];

const PRINCIPALS = 'known-principals';

/** The part of the page in which methods are called. */
export class CallView {
  readonly panel = element('div', { class: 'call' });
  readonly #methods = element('nav');
  readonly #list = element('div');
  readonly #saved = element('div');
  readonly #search = element('input', { attributes: { type: 'search' } });
  readonly #detail = element('section', { class: 'method' });
  readonly #form = element('div', { class: 'form' });
  readonly #text = element('textarea', {
    class: 'candid',
    attributes: { spellcheck: 'false', rows: '3', id: 'candid' },
  });
  readonly #textProblem = element('div', { class: 'complaint', attributes: { id: 'candid-problem' } });
  readonly #result = element('div', { class: 'result', attributes: { 'aria-live': 'polite' } });
  readonly #past = element('section');
  readonly #principals = element('datalist', { attributes: { id: PRINCIPALS } });
  readonly #certified = element('input', { attributes: { type: 'checkbox' } });
  readonly #run = button('', () => this.#call(), { class: 'primary' });
  readonly #cancel = button('', () => send({ type: 'cancel', turn: this.#turn }));
  #words: Translator;
  #interface: Interface | undefined;
  #comments: ReadonlyMap<string, string> = new Map();
  #history: readonly CallRecord[] = [];
  #requests: readonly NamedRequest[] = [];
  /** The arguments that were typed for each method. */
  readonly #drafts = new Map<string, string>();
  #selected: string | undefined;
  /** What the form says; undefined where the text says what no form of it can. */
  #values: FormValue[] | undefined;
  #turn = 0;
  #asked = false;

  constructor(words: Translator) {
    this.#words = words;
    this.#search.addEventListener('input', () => this.#drawMethods());
    this.#text.setAttribute('aria-describedby', this.#textProblem.id);
    this.#text.addEventListener('input', () => this.#textTyped());
    this.#list.addEventListener('keydown', (event) => this.#key(event));
    this.#cancel.hidden = true;
    this.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !this.#run.hasAttribute('disabled')) {
        this.#call();
      }
    });
  }

  setWords(words: Translator): void {
    this.#words = words;
  }

  /** It is seen: what can be called is asked for, once. */
  shown(): void {
    if (!this.#asked) {
      this.#asked = true;
      this.panel.replaceChildren(element('p', { class: 'quiet' }, this.#words.text(msg('Reading the interface…'))));
      send({ type: 'interface' });
    }
  }

  setInterface({ interface: known, problem }: Extract<ToPage, { type: 'interface' }>): void {
    const parsed = known && parseInterface(known.did);
    if (!known || !parsed || 'problem' in parsed) {
      const why = problem ?? (parsed && 'problem' in parsed ? parsed.problem : msg('Unknown'));
      const again = button(this.#words.text(msg('Try again')), () => send({ type: 'interface' }), { key: 'again' });
      redraw(
        this.panel,
        element('div', { class: 'problem warning' }, element('span', {}, this.#words.text(why)), again),
      );
      this.#interface = undefined;
      return;
    }
    this.#interface = parsed;
    this.#comments = methodComments(known.did, parsed);
    this.#draw(known);
  }

  setHistory(calls: readonly CallRecord[]): void {
    this.#history = calls;
    this.#drawPast();
  }

  setRequests(requests: readonly NamedRequest[]): void {
    this.#requests = requests;
    this.#drawSaved();
  }

  setResult(turn: number, result: CallResult): void {
    if (turn === this.#turn) {
      this.#cancel.hidden = true;
      this.#result.replaceChildren(drawResult(result, this.#words));
      this.#result.scrollIntoView({ block: 'nearest' });
      this.#check();
    }
  }

  #draw({ source, principals }: PageInterface): void {
    const words = this.#words;
    this.#search.placeholder = words.text(msg('Search methods'));
    this.#search.setAttribute('aria-label', words.text(msg('Search methods')));
    this.#principals.replaceChildren(
      ...principals.map(({ principal, whose }) =>
        element('option', { attributes: { value: principal } }, words.text(whose)),
      ),
    );
    this.#methods.setAttribute('aria-label', words.text(msg('Methods')));
    const from = element('p', { class: 'quiet' }, words.text(source));
    this.#methods.replaceChildren(this.#search, this.#list, from, this.#saved);
    this.panel.replaceChildren(this.#principals, this.#methods, this.#detail);
    const methods = this.#interface!.methods;
    const wanted = this.#selected ?? kept().method;
    const method = wanted !== undefined && methods.has(wanted) ? wanted : [...methods.keys()][0];
    if (method !== undefined) {
      const typed =
        method === this.#selected ? this.#text.value : method === kept().method ? kept().arguments : undefined;
      this.#select(method, typed);
    }
    this.#drawMethods();
    this.#drawSaved();
  }

  #drawMethods(): void {
    const wanted = this.#search.value.trim().toLowerCase();
    const methods = [...(this.#interface?.methods ?? [])].filter(([name]) => name.toLowerCase().includes(wanted));
    const groups = GROUPS.flatMap(([kind, label]): Child[] => {
      const own = methods.filter(([, { modes }]) => (modes[0] ?? 'update') === kind);
      return own.length === 0
        ? []
        : [
            element('h2', {}, this.#words.text(label)),
            element('ul', { class: 'methods' }, ...own.map(([name]) => element('li', {}, this.#methodButton(name)))),
          ];
    });
    redraw(this.#list, ...(groups.length > 0 ? groups : [element('p', {}, this.#words.text(msg('No method')))]));
  }

  #methodButton(name: string): HTMLElement {
    const choose = () => {
      this.#select(name);
      this.#drawMethods();
    };
    return button(plainText(name, 200), choose, {
      class: 'link',
      key: `method:${name}`,
      attributes: { 'aria-current': name === this.#selected ? 'true' : undefined },
    });
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const buttons = [...this.#list.querySelectorAll<HTMLElement>('button')];
      const at = buttons.indexOf(document.activeElement as HTMLElement);
      buttons[at + step]?.focus();
      event.preventDefault();
    }
  }

  /** The named requests of the project that call this canister. */
  #drawSaved(): void {
    const words = this.#words;
    redraw(
      this.#saved,
      ...(this.#requests.length === 0
        ? []
        : [
            element('h2', {}, words.text(msg('Named requests'))),
            element(
              'ul',
              { class: 'requests' },
              ...this.#requests.map((each, index) => this.#savedRequest(each, index)),
            ),
          ]),
    );
  }

  #savedRequest(request: NamedRequest, index: number): HTMLElement {
    const words = this.#words;
    const { name, method, kind, arguments: text } = request;
    const signature = this.#signature(method);
    const mode = signature?.modes[0] ?? 'update';
    const isKnown = signature && !(kind === 'query' && (mode === 'update' || mode === 'oneway'));
    const shown = plainText(name, 200) || method;
    const use = () => this.#use(method, text, kind);
    const call = () => {
      use();
      if (!this.#run.hasAttribute('disabled')) {
        this.#call();
      }
    };
    const act = (label: Message, does: () => void) =>
      button(words.text(label), does, {
        class: 'small',
        key: `request:${index}:${label.text}`,
        attributes: { 'aria-label': `${words.text(label)}: ${shown}` },
      });
    return element(
      'li',
      {},
      isKnown
        ? button(shown, use, { class: 'link', key: `request:${index}` })
        : element('span', { class: 'quiet' }, shown),
      element(
        'span',
        { class: 'buttons' },
        isKnown && act(msg('Call'), call),
        act(msg('Open'), () => send({ type: 'openRequest', index })),
      ),
    );
  }

  /** Shows a call that was made or kept, to be made again. */
  #use(method: string, text: string, kind: 'query' | 'update' | undefined): void {
    this.#select(method, text);
    this.#drawMethods();
    const [mode] = this.#signature(method)?.modes ?? [];
    this.#certified.checked = kind === 'update' && (mode === 'query' || mode === 'composite_query');
  }

  /** @param typed arguments to start with; those of the last call, or an example, unless given */
  #select(method: string, typed?: string): void {
    const signature = this.#signature(method)!;
    if (method !== this.#selected) {
      this.#result.replaceChildren();
      this.#cancel.hidden = true;
      this.#turn += 1;
    }
    this.#selected = method;
    const { parameters } = signature;
    const { types } = this.#interface!;
    const last =
      typed ?? this.#drafts.get(method) ?? this.#history.find((call) => call.method === method && call.ok)?.arguments;
    const values = last === undefined ? undefined : readForm(last, parameters, types);
    const start = parameters.map(({ type }) => startValue(type, types));
    const started = start.every((value) => value !== undefined) ? start : undefined;
    this.#values = values ?? (last === undefined ? started : undefined);
    this.#text.value =
      last ?? (this.#values ? printForm(this.#values, parameters, types) : exampleArguments(parameters, types));
    this.#drawMethod(method, signature);
    this.#check();
  }

  #drawMethod(method: string, signature: Signature): void {
    const words = this.#words;
    const query = signature.modes[0] === 'query' || signature.modes[0] === 'composite_query';
    this.#certified.checked = false;
    this.#run.textContent = words.text(msg('Call'));
    this.#cancel.textContent = words.text(msg('Cancel'));
    const certified = element(
      'label',
      {},
      this.#certified,
      ` ${words.text(msg('Call as an update, for a certified reply'))}`,
    );
    const comment = this.#comments.get(method);
    this.#detail.replaceChildren(
      element('h2', {}, plainText(method, 200)),
      ...(comment === undefined
        ? []
        : [element('p', { class: 'comment' }, plainLines(shortText(comment, MAX_COMMENT)))]),
      element('p', { class: 'type' }, plainText(printSignature(signature), MAX_SIGNATURE)),
      this.#form,
      element('label', { class: 'over', attributes: { for: 'candid' } }, words.text(msg('Arguments as Candid text'))),
      this.#text,
      this.#textProblem,
      element('div', { class: 'buttons' }, this.#run, this.#cancel, ...this.#copies(), query && certified),
      this.#result,
      this.#past,
    );
    this.#drawForm();
    this.#drawPast();
  }

  /** What can be done with the call as it stands in the form, beside making it. */
  #copies(): HTMLElement[] {
    return this.#uses(() => ({ method: this.#selected!, kind: this.#kind(), arguments: this.#text.value }));
  }

  /** @param about tells apart for a screen reader what else looks the same */
  #uses(call: () => Pick<CallRecord, 'method' | 'kind' | 'arguments'>, about?: string): HTMLElement[] {
    const copy = (form: CallForm) => () => send({ type: 'copyCall', form, ...call() });
    const use = (label: Message, does: () => void) => {
      const shown = this.#words.text(label);
      const attributes = about === undefined ? {} : { 'aria-label': `${shown}: ${about}` };
      return button(shown, does, { class: 'small', attributes });
    };
    return [
      use(msg('Copy as a command line'), copy('command')),
      use(msg('Copy as TypeScript'), copy('typescript')),
      use(msg('Save as request…'), () => send({ type: 'saveCall', ...call() })),
    ];
  }

  /** How the selected method is called, as the page stands. */
  #kind(): 'query' | 'update' {
    const [mode] = this.#signature(this.#selected)?.modes ?? [];
    return (mode === 'query' || mode === 'composite_query') && !this.#certified.checked ? 'query' : 'update';
  }

  #drawForm(): void {
    const words = this.#words;
    const { parameters } = this.#signature(this.#selected)!;
    const { types } = this.#interface!;
    if (!this.#values) {
      this.#form.replaceChildren(
        element('p', { class: 'quiet' }, words.text(msg('The form cannot show what the text says.'))),
      );
      return;
    }
    const context = { types, words, principals: PRINCIPALS };
    this.#form.replaceChildren(
      ...this.#values.map((value, index) => {
        const { name, type } = parameters[index]!;
        const label = name ?? words.text(msg('Argument {0}', index + 1));
        return drawPart(label, type, value, context, (next) => {
          this.#values![index] = next;
          this.#text.value = printForm(this.#values!, parameters, types);
          this.#check();
        });
      }),
    );
  }

  /** The form follows what is typed as text. */
  #textTyped(): void {
    const { parameters } = this.#signature(this.#selected)!;
    const before = this.#values;
    this.#values = readForm(this.#text.value, parameters, this.#interface!.types);
    if (this.#values || before) {
      this.#drawForm();
    }
    this.#check();
  }

  /** Says what is wrong with the text, and whether it can be sent. */
  #check(): void {
    const { parameters } = this.#signature(this.#selected)!;
    const problem = this.#problem();
    this.#textProblem.textContent = problem ? this.#words.text(problem) : '';
    this.#text.setAttribute('aria-invalid', String(problem !== undefined));
    const filled = !this.#values || isFilled(this.#values, parameters, this.#interface!.types);
    this.#run.toggleAttribute('disabled', problem !== undefined || !filled || !this.#cancel.hidden);
    this.#drafts.set(this.#selected!, this.#text.value);
    keep({ method: this.#selected, arguments: this.#text.value });
  }

  #problem(): Message | undefined {
    const { parameters } = this.#signature(this.#selected)!;
    const [first] = checkTypedArguments(this.#text.value, { parameters, types: this.#interface!.types });
    return first?.message;
  }

  #call(): void {
    const method = this.#selected;
    const signature = this.#signature(method);
    if (method === undefined || !signature) {
      return;
    }
    this.#turn += 1;
    this.#cancel.hidden = false;
    this.#result.replaceChildren(element('p', { class: 'quiet' }, this.#words.text(msg('Calling {0}…', method))));
    send({
      type: 'call',
      turn: this.#turn,
      method,
      kind: this.#kind(),
      arguments: this.#text.value,
    });
    this.#check();
  }

  #drawPast(): void {
    const words = this.#words;
    const calls = this.#history.filter(({ method }) => method === this.#selected).slice(0, MAX_LISTED);
    redraw(
      this.#past,
      ...(calls.length === 0
        ? []
        : [
            element('h2', {}, words.text(msg('Calls of this method'))),
            element('ul', { class: 'past' }, ...calls.map((call, index) => this.#pastCall(call, index))),
          ]),
    );
  }

  #pastCall({ at, identity, arguments: text, ok, outcome, method, kind }: CallRecord, index: number): HTMLElement {
    const words = this.#words;
    const when = new Date(at).toLocaleString(document.documentElement.lang);
    const again = button(words.text(msg('Use again')), () => this.#use(method, text, kind), {
      class: 'small',
      key: `past:${index}`,
    });
    return element(
      'li',
      {},
      element('span', { class: 'quiet' }, identity === '' ? when : words.list([when, msg('as {0}', identity)])),
      element('code', {}, plainText(text, 300)),
      element(
        'code',
        { class: ok ? '' : 'failed' },
        typeof outcome === 'string' ? plainText(outcome, 300) : words.text(outcome),
      ),
      element('span', { class: 'buttons' }, again, ...this.#uses(() => ({ method, kind, arguments: text }), when)),
    );
  }

  #signature(method: string | undefined): Signature | undefined {
    return method === undefined ? undefined : this.#interface?.methods.get(method);
  }
}
