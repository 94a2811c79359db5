import { type FormValue, partProblem, startValue, type Types } from '../core/candid/form';
import { printType } from '../core/candid/print';
import { type CandidField, type CandidType, resolve } from '../core/candid/types';
import { plainText } from '../core/util/foreign';
import { type Message, msg } from '../core/util/message';
import { button, element } from './dom';
import type { Translator } from './words';

/** Characters of a type that are shown beside a field. */
const MAX_TYPE = 60;
/** Bytes of a file that can be put into a form. */
const MAX_FILE = 200_000;

/** What all parts of one form share. */
export interface FormContext {
  readonly types: Types;
  readonly words: Translator;
  /** Id of the list of principals that are known. */
  readonly principals: string;
}

let lastId = 0;

function newId(): string {
  return `part-${++lastId}`;
}

/**
 * A part of a form, with its label.
 *
 * @param changed is told what the part says from now on
 */
export function drawPart(
  label: string,
  type: CandidType,
  value: FormValue,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const shownLabel = plainText(label, 200);
  switch (value.kind) {
    case 'typed':
      return typedPart(shownLabel, type, value, context, changed);
    case 'text':
      return textPart(shownLabel, type, value, context, changed);
    case 'bool':
      return boolPart(shownLabel, value, changed);
    case 'nothing':
      return element('div', { class: 'part' }, element('span', {}, shownLabel), typeText(type));
    case 'blob':
      return blobPart(shownLabel, type, value, context, changed);
    case 'func':
      return funcPart(shownLabel, type, value, context, changed);
    case 'opt':
      return optPart(shownLabel, type, value, context, changed);
    case 'vec':
      return vecPart(shownLabel, type, value, context, changed);
    case 'record':
      return recordPart(shownLabel, type, value, context, changed);
    case 'variant':
      return variantPart(shownLabel, type, value, context, changed);
  }
}

/** How a field is called; the fields of a tuple are counted. */
function fieldName({ label }: CandidField): string {
  return String(label);
}

function typeText(type: CandidType): HTMLElement {
  return element('span', { class: 'type' }, plainText(printType(type), MAX_TYPE));
}

interface Line {
  readonly part: HTMLElement;
  /** Shows what is wrong with what is typed, or that nothing is. */
  readonly complain: (problem: Message | undefined) => void;
}

/** A label, what is typed into, and below it what is wrong. */
function line(
  label: string,
  type: CandidType,
  input: HTMLInputElement | HTMLTextAreaElement,
  { words }: FormContext,
  ...more: readonly HTMLElement[]
): Line {
  const id = newId();
  input.id = id;
  const problem = element('div', { class: 'complaint', attributes: { id: `${id}-problem` } });
  input.setAttribute('aria-describedby', problem.id);
  const part = element(
    'div',
    { class: 'part' },
    element('label', { attributes: { for: id } }, label),
    typeText(type),
    element('div', { class: 'inputs' }, input, ...more),
    problem,
  );
  const complain = (found: Message | undefined) => {
    problem.textContent = found ? words.text(found) : '';
    input.setAttribute('aria-invalid', String(found !== undefined));
  };
  return { part, complain };
}

function typedPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'typed' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const wanted = resolve(type, context.types);
  const isPrincipal = wanted?.kind === 'service' || (wanted?.kind === 'primitive' && wanted.name === 'principal');
  const input = element('input', {
    attributes: { type: 'text', spellcheck: 'false', list: isPrincipal ? context.principals : undefined },
  });
  input.value = value.text;
  const { part, complain } = line(label, type, input, context);
  complain(partProblem(value, type, context.types));
  input.addEventListener('input', () => {
    const typed: FormValue = { kind: 'typed', text: input.value };
    complain(partProblem(typed, type, context.types));
    changed(typed);
  });
  return part;
}

function textPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'text' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const input = element('textarea', { attributes: { rows: '1', spellcheck: 'false' } });
  input.value = value.text;
  input.addEventListener('input', () => changed({ kind: 'text', text: input.value }));
  return line(label, type, input, context).part;
}

function boolPart(
  label: string,
  value: Extract<FormValue, { kind: 'bool' }>,
  changed: (value: FormValue) => void,
): HTMLElement {
  const input = element('input', { attributes: { type: 'checkbox' } });
  input.checked = value.value;
  input.addEventListener('change', () => changed({ kind: 'bool', value: input.checked }));
  return element(
    'div',
    { class: 'part' },
    element('label', {}, input, ` ${label}`),
    typeText({ kind: 'primitive', name: 'bool' }),
  );
}

function blobPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'blob' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const { words } = context;
  let current = value;
  const input = element('textarea', { attributes: { rows: '1', spellcheck: 'false' } });
  const as = element('select', { attributes: { 'aria-label': words.text(msg('How {0} is written', label)) } });
  as.append(
    element('option', { attributes: { value: 'hex' } }, words.text(msg('hex digits'))),
    element('option', { attributes: { value: 'text' } }, words.text(msg('text'))),
  );
  const file = element('input', {
    attributes: { type: 'file', 'aria-label': words.text(msg('Take {0} from a file', label)) },
  });
  const { part, complain } = line(label, type, input, context, as, file);
  const set = (next: Extract<FormValue, { kind: 'blob' }>) => {
    current = next;
    complain(partProblem(next, type, context.types));
    changed(next);
  };
  const show = () => {
    input.value = current.text;
    as.value = current.as;
    complain(partProblem(current, type, context.types));
  };
  show();
  input.addEventListener('input', () => set({ ...current, text: input.value }));
  as.addEventListener('change', () => set({ ...current, as: as.value === 'text' ? 'text' : 'hex' }));
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? [];
    if (chosen && chosen.size > MAX_FILE) {
      complain(msg('The file is larger than {0} bytes.', MAX_FILE));
    } else if (chosen) {
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      set({ kind: 'blob', as: 'hex', text });
      show();
    }
  });
  return part;
}

function funcPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'func' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  let current = value;
  const { words } = context;
  const principal = element('input', { attributes: { type: 'text', spellcheck: 'false', list: context.principals } });
  const method = element('input', {
    attributes: { type: 'text', spellcheck: 'false', 'aria-label': words.text(msg('Method of {0}', label)) },
  });
  principal.value = value.principal;
  method.value = value.method;
  const { part, complain } = line(label, type, principal, context, method);
  complain(partProblem(value, type, context.types));
  const set = () => {
    current = { kind: 'func', principal: principal.value, method: method.value };
    complain(partProblem(current, type, context.types));
    changed(current);
  };
  principal.addEventListener('input', set);
  method.addEventListener('input', set);
  return part;
}

function optPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'opt' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const wanted = resolve(type, context.types);
  const inner: CandidType = wanted?.kind === 'opt' ? wanted.inner : { kind: 'primitive', name: 'null' };
  const given = element('input', { attributes: { type: 'checkbox' } });
  const content = element('div', { class: 'inner' });
  const show = (current: FormValue | undefined) => {
    given.checked = current !== undefined;
    content.replaceChildren(
      ...(current === undefined
        ? []
        : [drawPart(label, inner, current, context, (next) => changed({ kind: 'opt', value: next }))]),
    );
  };
  show(value.value);
  given.addEventListener('change', () => {
    const next = given.checked ? startValue(inner, context.types) : undefined;
    show(next);
    changed({ kind: 'opt', value: next });
  });
  const text = context.words.text(msg('Give {0}', label));
  return element('div', { class: 'part' }, element('label', {}, given, ` ${text}`), typeText(type), content);
}

function vecPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'vec' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const { words, types } = context;
  const wanted = resolve(type, types);
  const inner: CandidType = wanted?.kind === 'vec' ? wanted.inner : { kind: 'primitive', name: 'null' };
  let items = [...value.items];
  const list = element('div', { class: 'inner' });
  const tell = () => changed({ kind: 'vec', items: [...items] });
  const show = () => {
    list.replaceChildren(
      ...items.map((item, index) => {
        const name = `${label} ${index + 1}`;
        const part = drawPart(name, inner, item, context, (next) => {
          items[index] = next;
          tell();
        });
        const remove = button(
          words.text(msg('Remove')),
          () => {
            items = items.filter((_, other) => other !== index);
            show();
            tell();
            add.focus();
          },
          { class: 'small', attributes: { 'aria-label': words.text(msg('Remove {0}', name)) } },
        );
        return element('div', { class: 'item' }, part, remove);
      }),
    );
  };
  const add = button(
    words.text(msg('Add')),
    () => {
      const next = startValue(inner, types);
      if (next) {
        items.push(next);
        show();
        tell();
        list.lastElementChild?.querySelector<HTMLElement>('input, textarea, select')?.focus();
      }
    },
    { class: 'small', attributes: { 'aria-label': words.text(msg('Add to {0}', label)) } },
  );
  show();
  return group(label, type, list, add);
}

function recordPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'record' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const wanted = resolve(type, context.types);
  const fields = wanted?.kind === 'record' ? wanted.fields : [];
  const values = [...value.fields];
  const parts = fields.map((field, index) =>
    drawPart(fieldName(field), field.type, values[index]!, context, (next) => {
      values[index] = next;
      changed({ kind: 'record', fields: [...values] });
    }),
  );
  return group(label, type, element('div', { class: 'inner' }, ...parts));
}

function variantPart(
  label: string,
  type: CandidType,
  value: Extract<FormValue, { kind: 'variant' }>,
  context: FormContext,
  changed: (value: FormValue) => void,
): HTMLElement {
  const { types } = context;
  const wanted = resolve(type, types);
  const fields = wanted?.kind === 'variant' ? wanted.fields : [];
  const id = newId();
  const select = element('select', { attributes: { id } });
  select.append(
    ...fields.map((field, index) =>
      element('option', { attributes: { value: String(index) } }, plainText(fieldName(field), 200)),
    ),
  );
  const content = element('div', { class: 'inner' });
  const show = (selected: number, current: FormValue) => {
    select.value = String(selected);
    const field = fields[selected];
    content.replaceChildren(
      ...(field === undefined || current.kind === 'nothing'
        ? []
        : [
            drawPart(fieldName(field), field.type, current, context, (next) =>
              changed({ kind: 'variant', selected, value: next }),
            ),
          ]),
    );
  };
  show(value.selected, value.value);
  let last = value.selected;
  select.addEventListener('change', () => {
    const selected = Number(select.value);
    const next = startValue(fields[selected]!.type, types);
    if (!next) {
      // A case that has no finite value.
      select.value = String(last);
      return;
    }
    last = selected;
    show(selected, next);
    changed({ kind: 'variant', selected, value: next });
  });
  return element(
    'div',
    { class: 'part' },
    element('label', { attributes: { for: id } }, label),
    typeText(type),
    element('div', { class: 'inputs' }, select),
    content,
  );
}

function group(label: string, type: CandidType, ...children: readonly HTMLElement[]): HTMLElement {
  return element('fieldset', {}, element('legend', {}, `${label} `, typeText(type)), ...children);
}
