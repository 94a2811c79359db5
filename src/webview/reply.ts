import { isTuple, type Json, jsonSteps, toJson } from '../core/candid/json';
import { CandidError } from '../core/candid/lexer';
import { type Literal, type LiteralField, literalSteps } from '../core/candid/literals';
import { printText } from '../core/candid/print';
import { cut } from '../core/page/bounds';
import type { CallResult } from '../core/page/model';
import { plainLines, plainText } from '../core/util/foreign';
import { type Message, msg } from '../core/util/message';
import { allAtOnce, inPieces, type Steps } from '../core/util/steps';
import { button, type Child, element } from './dom';
import type { Translator } from './words';

/** Characters that are put into the page between two frames. */
const BLOCK = 16_000;
/** So long, in milliseconds, a reply is read or turned into JSON between two frames. */
const WORK_MS = 8;
/** Parts of a value that are shown, and how many of them are made between two frames. */
const MAX_SHOWN_PARTS = 500;
const PARTS_A_FRAME = 40;
/** Characters of one value that are shown in a tree. */
const MAX_LEAF = 10_000;

const FORMS: readonly (readonly [form: Form, label: Message])[] = [
  ['candid', msg('Candid')],
  ['json', msg('JSON')],
  ['tree', msg('Tree')],
];

type Form = 'candid' | 'json' | 'tree';

let form: Form = 'candid';

/** What came of a call. */
export function drawResult(result: CallResult, words: Translator): HTMLElement {
  switch (result.type) {
    case 'cancelled':
      return element('p', { class: 'quiet' }, words.text(msg('Cancelled')));
    case 'failure':
      return element(
        'div',
        { class: 'problem error', attributes: { role: 'alert' } },
        element('span', {}, ...result.words.map((each) => element('div', {}, words.text(each)))),
      );
    case 'reply':
      return drawReply(result, words);
  }
}

function drawReply(reply: Extract<CallResult, { type: 'reply' }>, words: Translator): HTMLElement {
  const { text, hex, notes, milliseconds } = reply;
  const time = milliseconds < 10 ? Math.round(milliseconds * 10) / 10 : Math.round(milliseconds);
  const head = words.list([msg('Replied in {0} ms', time), ...notes]);
  const content = element('div', { class: 'reply' });
  let shown: Promise<string>;
  const show = () => {
    shown = drawContent(content, text, hex, words);
  };
  const choice = element('select', {
    key: 'reply-form',
    attributes: { 'aria-label': words.text(msg('Show the reply as')) },
  });
  choice.append(...FORMS.map(([value, label]) => element('option', { attributes: { value } }, words.text(label))));
  choice.value = form;
  choice.addEventListener('change', () => {
    form = FORMS.find(([value]) => value === choice.value)?.[0] ?? 'candid';
    show();
  });
  const copy = button(words.text(msg('Copy')), () => void shown.then((said) => navigator.clipboard.writeText(said)), {
    attributes: { 'aria-label': words.text(msg('Copy {0}', words.text(msg('Reply')))) },
  });
  show();
  return element(
    'div',
    {},
    element('p', {}, head),
    element('div', { class: 'buttons' }, text !== undefined && choice, copy),
    content,
  );
}

/** Counts what was begun to be drawn: what is read for long may not be wanted any more. */
let turn = 0;

/** @returns the text that stands for it */
async function drawContent(
  content: HTMLElement,
  text: string | undefined,
  hex: string | undefined,
  words: Translator,
): Promise<string> {
  const own = ++turn;
  const isWanted = () => own === turn;
  const wanted = form;
  if (text === undefined || wanted === 'candid') {
    const shown = text ?? `0x${hex ?? ''}`;
    drawText(content, shown, isWanted);
    return shown;
  }
  const isShort = text.length < BLOCK;
  const work = async <T>(steps: Steps<T>) => (isShort ? allAtOnce(steps) : inPieces(steps, WORK_MS, nextFrame));
  const values = await valuesOf(work(literalSteps(text)));
  if (!values) {
    if (isWanted()) {
      drawText(content, text, isWanted);
    }
    return text;
  }
  const plain: Json[] = [];
  for (const value of values) {
    plain.push(await work(jsonSteps(value)));
  }
  const json = JSON.stringify(plain.length === 1 ? plain[0] : plain, null, 2);
  if (!isShort) {
    await nextFrame();
  }
  if (isWanted() && wanted === 'json') {
    drawText(content, json, isWanted);
  } else if (isWanted()) {
    content.replaceChildren(...values.map((value) => drawNode('', value, words, true)));
  }
  return json;
}

/** Undefined where the text is no Candid. */
async function valuesOf(reading: Promise<readonly Literal[]>): Promise<readonly Literal[] | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof CandidError)) {
      throw error;
    }
    return undefined;
  }
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/** A text of any length, in pieces: a frame in which all of it were laid out would be long. */
function drawText(content: HTMLElement, text: string, isWanted: () => boolean): void {
  content.replaceChildren();
  let at = 0;
  const more = () => {
    if (at > 0 && !(content.isConnected && isWanted())) {
      return;
    }
    const end = blockEnd(text, at);
    content.append(element('div', { class: 'block' }, plainLines(text.slice(at, end))));
    at = end;
    if (at < text.length) {
      requestAnimationFrame(more);
    }
  };
  more();
}

/** Where a block that begins there ends: after a line where one ends soon, and never within a character or a line break. */
function blockEnd(text: string, from: number): number {
  const end = from + BLOCK;
  const lineEnd = text.indexOf('\n', end);
  if (lineEnd >= 0 && lineEnd - end < BLOCK) {
    return lineEnd + 1;
  }
  return end < text.length && /^(?:[\ud800-\udbff][\udc00-\udfff]|\r\n)$/.test(text.slice(end - 1, end + 1))
    ? end + 1
    : end;
}

/** One value; what has parts is unfolded where it is wanted, and made then. */
function drawNode(label: string, literal: Literal, words: Translator, open: boolean): HTMLElement {
  const parts = partsOf(literal);
  const name: Child[] = label === '' ? [] : [element('span', { class: 'type' }, plainText(label, 200)), ' '];
  if (parts === undefined) {
    return element('div', { class: 'leaf' }, ...name, leafText(literal));
  }
  const details = element('details', {}, element('summary', {}, ...name, summaryText(literal, parts.length)));
  const fill = () => {
    if (details.open && details.childElementCount === 1) {
      const rest = parts.length - MAX_SHOWN_PARTS;
      drawParts(details, parts.slice(0, MAX_SHOWN_PARTS), words, () =>
        details.append(...(rest > 0 ? [element('div', { class: 'quiet' }, words.text(msg('{0} more', rest)))] : [])),
      );
    }
  };
  details.addEventListener('toggle', fill);
  if (open) {
    details.open = true;
    fill();
  }
  return details;
}

/** In pieces: a frame in which all of many were laid out would be long. */
function drawParts(into: HTMLElement, parts: readonly Part[], words: Translator, done: () => void, from = 0): void {
  const some = parts.slice(from, from + PARTS_A_FRAME);
  into.append(...some.map(([part, value]) => drawNode(part, value, words, parts.length === 1)));
  const next = from + some.length;
  if (next >= parts.length) {
    done();
  } else {
    requestAnimationFrame(() => into.isConnected && drawParts(into, parts, words, done, next));
  }
}

type Part = readonly [label: string, value: Literal];

function partsOf(literal: Literal): readonly Part[] | undefined {
  switch (literal.kind) {
    case 'opt':
      return partsOf(literal.value);
    case 'vec':
      return literal.items.map((item, index) => [String(index), item]);
    case 'record':
      return literal.fields.map(fieldPart);
    case 'variant':
      return literal.field.value.kind === 'null' ? undefined : [fieldPart(literal.field)];
    default:
      return undefined;
  }
}

function fieldPart({ label, value }: LiteralField): readonly [string, Literal] {
  return [String(label), value];
}

function summaryText(literal: Literal, count: number): string {
  switch (literal.kind) {
    case 'opt':
      return `opt ${summaryText(literal.value, count)}`;
    case 'record':
      return isTuple(literal.fields) ? `record (${count})` : `record {${count}}`;
    case 'vec':
      return `vec [${count}]`;
    default:
      return 'variant';
  }
}

function leafText(literal: Literal): string {
  switch (literal.kind) {
    case 'number':
      return literal.text;
    case 'text':
      return plainText(printText(cut(literal.text, MAX_LEAF)), MAX_LEAF);
    case 'bool':
      return String(literal.value);
    case 'opt':
      return `opt ${leafText(literal.value)}`;
    case 'blob':
      return plainText(`blob 0x${String(toJson(literal)).slice(2)}`, MAX_LEAF);
    case 'principal':
    case 'service':
      return `${literal.kind} ${literal.text}`;
    case 'func':
      return plainText(`func ${literal.principal}.${literal.method}`);
    case 'variant':
      return plainText(String(literal.field.label));
    default:
      return 'null';
  }
}
