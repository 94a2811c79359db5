import { labelId } from './grammar';
import { isTuple } from './json';
import { type Literal, type LiteralField, readLiterals } from './literals';
import { escapeSequence } from './print';
import { type CandidField, type CandidType, type Parameter, type Primitive, resolve, type Signature } from './types';

/** Characters of a line that may hold a whole value; longer ones are broken. */
const WIDTH = 100;
const STEP = '  ';
/** Types that a method may name, directly or through others. */
const MAX_NAMES = 500;

/** A call that is to be made by a program of its own. */
export interface TypeScriptCall {
  readonly method: string;
  readonly signature: Signature;
  readonly types: ReadonlyMap<string, CandidType>;
  /** A method that is a query may be called as an update. */
  readonly kind: 'query' | 'update';
  /** Candid text that fits the method. */
  readonly arguments: string;
  readonly canisterId: string;
  /** Base URL of the network. */
  readonly host: string;
  /** The key that its answers are held against: mainnet's, which the agent has, the network's own, or DER in hex. */
  readonly rootKey: 'mainnet' | 'fetch' | { readonly der: string };
  /** What is said above the agent, a line each. */
  readonly remarks: readonly string[];
}

/**
 * A module that makes a call with `@dfinity/agent`: with the types of the method and all that they name, and with the
 * arguments as typed values. Names of types that TypeScript or the module needs get a `_` at their end.
 *
 * @returns undefined where the method names more types than anybody would read
 * @throws {CandidError} where the arguments are no Candid
 */
export function typeScriptCall(call: TypeScriptCall): string | undefined {
  const { method, signature, types, host, canisterId, remarks } = call;
  const { parameters, results } = signature;
  const order = definitionOrder([...parameters, ...results], types);
  if (!order) {
    return undefined;
  }
  const printer = new Printer(types, order.names);
  const literals = readLiterals(call.arguments);
  const values = parameters.map(({ type }, index) => printer.value(literals[index], type));
  const modes = call.kind === 'query' || signature.modes[0] === 'oneway' ? signature.modes : [];
  const service = braces('IDL.Service({', [printer.func(signature, modes, `${keyText(method)}: `)], '})');
  const parts = list(
    '[',
    parameters.map(({ type }) => printer.type(type)),
    ']',
  );
  const result = results.length === 1 ? printer.type(results[0]!.type) : printer.results(results);
  const shape = braces('Actor.createActor<{', [list(`${keyText(method)}: ActorMethod<`, [parts, result], '>')], '}>');
  const options = [`host: ${quoted(host)}`, ...keyOptions(call.rootKey)];
  const access = IDENTIFIER.test(method) ? `.${method}` : `[${quoted(method)}]`;
  const body = [
    ...order.recursive.map((name) => `const ${printer.name(name)} = IDL.Rec();`),
    ...order.names.flatMap((name) => {
      const own = types.get(name)!;
      const shown = printer.name(name);
      return [
        '',
        lay(prefixed(`type ${shown} = `, printer.type(own), ';')),
        order.recursive.includes(name)
          ? lay(list(`${shown}.fill(`, [printer.idl(own)], ');'))
          : lay(prefixed(`const ${shown} = `, printer.idl(own), ';')),
      ];
    }),
    '',
    lay(prefixed('const idlFactory: IDL.InterfaceFactory = () => ', service, ';')),
    '',
    ...remarks.map((remark) => `// ${remark}`),
    lay(braces('const agent = await HttpAgent.create({', options, '});')),
    lay(prefixed('const actor = ', shape, `(idlFactory, { agent, canisterId: ${quoted(canisterId)} });`)),
    '',
    lay(list(`const reply = await actor${access}(`, values, ');')),
    'console.log(reply);',
    '',
  ].join('\n');
  const needs = /\bPrincipal\.fromText\(/.test(body) ? '' : 'type ';
  return [
    "import { Actor, type ActorMethod, HttpAgent } from '@dfinity/agent';",
    "import { IDL } from '@dfinity/candid';",
    ...(/\bPrincipal\b/.test(body.replaceAll('IDL.Principal', ''))
      ? [`import { ${needs}Principal } from '@dfinity/principal';`]
      : []),
    order.recursive.length > 0 ? `\n${body}` : body,
  ].join('\n');
}

function keyOptions(rootKey: TypeScriptCall['rootKey']): string[] {
  if (rootKey === 'mainnet') {
    return [];
  }
  return rootKey === 'fetch'
    ? ['shouldFetchRootKey: true']
    : [`rootKey: Uint8Array.from(${quoted(rootKey.der)}.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))`];
}

/**
 * The names that some types reach, each after those that it needs. Of those that reach themselves, the ones are
 * `recursive` that have to be there before they are defined. Undefined where there are too many.
 */
function definitionOrder(
  from: readonly Parameter[],
  types: ReadonlyMap<string, CandidType>,
): { readonly names: readonly string[]; readonly recursive: readonly string[] } | undefined {
  const names: string[] = [];
  const recursive = new Set<string>();
  const state = new Map<string, 'open' | 'done'>();
  const visitName = (name: string) => {
    const type = types.get(name);
    if (type === undefined || state.get(name) === 'done' || state.size > MAX_NAMES) {
      return;
    }
    if (state.get(name) === 'open') {
      recursive.add(name);
      return;
    }
    state.set(name, 'open');
    visit(type);
    state.set(name, 'done');
    names.push(name);
  };
  const visitAll = (parts: readonly { readonly type: CandidType }[]) => {
    for (const { type } of parts) {
      visit(type);
    }
  };
  const visit = (type: CandidType): void => {
    switch (type.kind) {
      case 'primitive':
        return;
      case 'name':
        visitName(type.name);
        return;
      case 'opt':
      case 'vec':
        visit(type.inner);
        return;
      case 'record':
      case 'variant':
        visitAll(type.fields);
        return;
      case 'func':
        visitAll([...type.signature.parameters, ...type.signature.results]);
        return;
      case 'service':
        visitAll([...type.methods.values()].map((method) => ({ type: method })));
    }
  };
  visitAll(from);
  return state.size > MAX_NAMES ? undefined : { names, recursive: names.filter((name) => recursive.has(name)) };
}

/** What TypeScript reserves, or the module and its types use themselves. */
const TAKEN: ReadonlySet<string> = new Set(
  [
    'any arguments as async await bigint boolean break case catch class const continue debugger default delete do else',
    'enum eval export extends false finally for from function get if implements import in instanceof interface let',
    'never new null number object of package private protected public return set static string super switch symbol',
    'this throw true try type typeof undefined unknown var void while with yield',
    'Actor ActorMethod Array HttpAgent IDL Infinity Number Principal Uint8Array Uint16Array Uint32Array',
    'BigUint64Array Int8Array Int16Array Int32Array BigInt64Array actor agent console globalThis idlFactory reply',
  ]
    .join(' ')
    .split(' '),
);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Types as TypeScript and as `@dfinity/candid` have them, and values of them. */
class Printer {
  readonly #types: ReadonlyMap<string, CandidType>;
  readonly #names = new Map<string, string>();

  constructor(types: ReadonlyMap<string, CandidType>, names: readonly string[]) {
    this.#types = types;
    const used = new Set([...TAKEN, ...names.filter((name) => !TAKEN.has(name))]);
    for (const name of names) {
      let shown = name;
      while (shown !== name ? used.has(shown) : TAKEN.has(shown)) {
        shown += '_';
      }
      used.add(shown);
      this.#names.set(name, shown);
    }
  }

  name(name: string): string {
    return this.#names.get(name) ?? 'IDL.Empty';
  }

  idl(type: CandidType): Doc {
    switch (type.kind) {
      case 'primitive':
        return type.name === 'blob' ? 'IDL.Vec(IDL.Nat8)' : `IDL.${type.name[0]!.toUpperCase()}${type.name.slice(1)}`;
      case 'name':
        return this.name(type.name);
      case 'opt':
        return list('IDL.Opt(', [this.idl(type.inner)], ')');
      case 'vec':
        return list('IDL.Vec(', [this.idl(type.inner)], ')');
      case 'record':
        return isTuple(type.fields)
          ? list(
              'IDL.Tuple(',
              type.fields.map((field) => this.idl(field.type)),
              ')',
            )
          : braces('IDL.Record({', this.#idlFields(type.fields), '})');
      case 'variant':
        return braces('IDL.Variant({', this.#idlFields(type.fields), '})');
      case 'func':
        return this.func(type.signature, type.signature.modes, '');
      case 'service': {
        const methods = [...type.methods].map(([name, method]) =>
          method.kind === 'func'
            ? this.func(method.signature, method.signature.modes, `${keyText(name)}: `)
            : prefixed(`${keyText(name)}: `, this.idl(method), ''),
        );
        return braces('IDL.Service({', methods, '})');
      }
    }
  }

  func({ parameters, results }: Signature, modes: readonly string[], prefix: string): Doc {
    const idl = (all: readonly Parameter[]) =>
      list(
        '[',
        all.map(({ type }) => this.idl(type)),
        ']',
      );
    return list(`${prefix}IDL.Func(`, [idl(parameters), idl(results), `[${modes.map(quoted).join(', ')}]`], ')');
  }

  #idlFields(fields: readonly CandidField[]): Doc[] {
    return fields.map(({ label, type }) => prefixed(`${keyText(label)}: `, this.idl(type), ''));
  }

  type(type: CandidType): Doc {
    switch (type.kind) {
      case 'primitive':
        return PRIMITIVE_TYPES[type.name];
      case 'name':
        return this.#names.get(type.name) ?? 'never';
      case 'opt':
        return union(['[]', list('[', [this.type(type.inner)], ']')]);
      case 'vec': {
        const inner = resolve(type.inner, this.#types);
        const typed = inner?.kind === 'primitive' ? TYPED_ARRAYS.get(inner.name) : undefined;
        return typed ?? list('Array<', [this.type(type.inner)], '>');
      }
      case 'record':
        return isTuple(type.fields)
          ? list(
              '[',
              type.fields.map((field) => this.type(field.type)),
              ']',
            )
          : this.#typeFields(type.fields);
      case 'variant':
        return type.fields.length === 0 ? 'never' : union(type.fields.map((field) => this.#typeFields([field])));
      case 'func':
        return '[Principal, string]';
      case 'service':
        return 'Principal';
    }
  }

  results(results: readonly Parameter[]): Doc {
    return results.length === 0
      ? 'undefined'
      : list(
          '[',
          results.map(({ type }) => this.type(type)),
          ']',
        );
  }

  #typeFields(fields: readonly CandidField[]): Doc {
    const items = fields.map(({ label, type }) => prefixed(`${keyText(label)}: `, this.type(type), ''));
    return { open: '{', items, close: '}', pad: true, separator: ';' };
  }

  /** @param literal undefined where it may be left out */
  value(literal: Literal | undefined, type: CandidType): Doc {
    const wanted = resolve(type, this.#types);
    switch (wanted?.kind) {
      case 'primitive':
        return primitiveValue(literal, wanted.name);
      case 'opt':
        return literal?.kind === 'opt' ? list('[', [this.value(literal.value, wanted.inner)], ']') : '[]';
      case 'vec': {
        const inner = resolve(wanted.inner, this.#types);
        if (literal?.kind === 'blob' || (inner?.kind === 'primitive' && inner.name === 'nat8')) {
          return bytesValue(literal);
        }
        const items = literal?.kind === 'vec' ? literal.items : [];
        return list(
          '[',
          items.map((item) => this.value(item, wanted.inner)),
          ']',
        );
      }
      case 'record': {
        const given = new Map(literal?.kind === 'record' ? literal.fields.map(({ id, value }) => [id, value]) : []);
        const of = (field: CandidField) => this.value(given.get(labelId(field.label)), field.type);
        return isTuple(wanted.fields)
          ? list('[', wanted.fields.map(of), ']')
          : braces(
              '{',
              wanted.fields.map((field) => prefixed(`${keyText(field.label)}: `, of(field), '')),
              '}',
            );
      }
      case 'variant': {
        const chosen: LiteralField | undefined = literal?.kind === 'variant' ? literal.field : undefined;
        const field = wanted.fields.find(({ label }) => labelId(label) === chosen?.id);
        return field && chosen
          ? braces('{', [prefixed(`${keyText(field.label)}: `, this.value(chosen.value, field.type), '')], '}')
          : 'null';
      }
      case 'func':
        return literal?.kind === 'func'
          ? list('[', [`Principal.fromText(${quoted(literal.principal)})`, quoted(literal.method)], ']')
          : 'null';
      case 'service':
        return literal?.kind === 'service' ? `Principal.fromText(${quoted(literal.text)})` : 'null';
      default:
        return 'null';
    }
  }
}

const PRIMITIVE_TYPES: Readonly<Record<Primitive, string>> = {
  nat: 'bigint',
  nat8: 'number',
  nat16: 'number',
  nat32: 'number',
  nat64: 'bigint',
  int: 'bigint',
  int8: 'number',
  int16: 'number',
  int32: 'number',
  int64: 'bigint',
  float32: 'number',
  float64: 'number',
  bool: 'boolean',
  text: 'string',
  null: 'null',
  reserved: 'unknown',
  empty: 'never',
  principal: 'Principal',
  blob: 'Uint8Array | number[]',
};

/** What `@dfinity/candid` makes of vectors of numbers of a fixed size, and takes for them. */
const TYPED_ARRAYS: ReadonlyMap<Primitive, string> = new Map([
  ['nat8', 'Uint8Array | number[]'],
  ['nat16', 'Uint16Array | number[]'],
  ['nat32', 'Uint32Array | number[]'],
  ['nat64', 'BigUint64Array | bigint[]'],
  ['int8', 'Int8Array | number[]'],
  ['int16', 'Int16Array | number[]'],
  ['int32', 'Int32Array | number[]'],
  ['int64', 'BigInt64Array | bigint[]'],
]);

function primitiveValue(literal: Literal | undefined, name: Primitive): Doc {
  if (name === 'blob') {
    return bytesValue(literal);
  }
  switch (literal?.kind) {
    case 'number':
      return PRIMITIVE_TYPES[name] === 'bigint' ? `${wholeNumber(literal.text)}n` : numberValue(literal.text);
    case 'text':
      return quoted(literal.text);
    case 'bool':
      return String(literal.value);
    case 'principal':
      return `Principal.fromText(${quoted(literal.text)})`;
    default:
      // Of `null`, and of `reserved`, which takes anything.
      return 'null';
  }
}

/** Without zeros in front, which JavaScript does not take. */
function wholeNumber(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

function numberValue(text: string): string {
  const value = Number(text.startsWith('-') ? text.slice(1) : text);
  return text.startsWith('-') ? `-${value}` : String(value);
}

function bytesValue(literal: Literal | undefined): Doc {
  const bytes =
    literal?.kind === 'blob'
      ? [...literal.bytes].map(String)
      : literal?.kind === 'vec'
        ? literal.items.map((item) => (item.kind === 'number' ? numberValue(item.text) : '0'))
        : [];
  return bytes.length === 0 ? 'new Uint8Array()' : `new Uint8Array([${bytes.join(', ')}])`;
}

/** A label as the key of an object, in the way that `@dfinity/candid` names it. */
function keyText(label: string | number): string {
  // What looks like a number's name would be taken for the number.
  if (typeof label === 'number' || /^_\d+_$/.test(label)) {
    return `_${labelId(label)}_`;
  }
  // As a plain key it would set what the object inherits from.
  if (label === '__proto__') {
    return "['__proto__']";
  }
  return IDENTIFIER.test(label) ? label : quoted(label);
}

/** A string literal in which everything can be seen. */
function quoted(text: string): string {
  return `'${text.replace(/[\\'\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escapeSequence)}'`;
}

/** Code that goes on one line where it fits, else on several. */
type Doc =
  | string
  | {
      readonly open: string;
      readonly items: readonly Doc[];
      readonly close: string;
      /** Blanks inside the brackets, where they are on one line. */
      readonly pad: boolean;
      readonly separator: ',' | ';';
    }
  | { readonly cases: readonly Doc[] }
  | { readonly before: string; readonly doc: Doc; readonly after: string };

function list(open: string, items: readonly Doc[], close: string): Doc {
  return { open, items, close, pad: false, separator: ',' };
}

function braces(open: string, items: readonly Doc[], close: string): Doc {
  return { open, items, close, pad: items.length > 0, separator: ',' };
}

function union(cases: readonly Doc[]): Doc {
  return { cases };
}

function prefixed(before: string, doc: Doc, after: string): Doc {
  return { before, doc, after };
}

function lay(doc: Doc, indent = '', room = WIDTH): string {
  const flat = flatUpTo(doc, room - indent.length);
  if (flat !== undefined || typeof doc === 'string') {
    return flat ?? (doc as string);
  }
  if ('before' in doc) {
    return `${doc.before}${lay(doc.doc, indent, room - doc.before.length - doc.after.length)}${doc.after}`;
  }
  const inner = indent + STEP;
  if ('cases' in doc) {
    return doc.cases.map((each) => `\n${inner}| ${lay(each, inner, WIDTH - 2)}`).join('');
  }
  // Behind the last type of a list TypeScript takes no comma.
  const last = doc.close.startsWith('>') ? doc.items.length - 1 : Number.NaN;
  const lines = doc.items.map(
    (item, index) => `${inner}${lay(item, inner, WIDTH - 1)}${index === last ? '' : doc.separator}\n`,
  );
  return lines.length === 0 ? `${doc.open}${doc.close}` : `${doc.open}\n${lines.join('')}${indent}${doc.close}`;
}

/** On one line; undefined where that would be longer. */
function flatUpTo(doc: Doc, length: number): string | undefined {
  if (typeof doc === 'string') {
    return doc.length <= length ? doc : undefined;
  }
  if ('before' in doc) {
    const rest = flatUpTo(doc.doc, length - doc.before.length - doc.after.length);
    return rest === undefined ? undefined : `${doc.before}${rest}${doc.after}`;
  }
  const [open, close, separator, items] =
    'cases' in doc
      ? ['', '', ' | ', doc.cases]
      : [doc.pad ? `${doc.open} ` : doc.open, doc.pad ? ` ${doc.close}` : doc.close, `${doc.separator} `, doc.items];
  let text = open;
  for (const [index, item] of items.entries()) {
    const before = index === 0 ? '' : separator;
    const flat = flatUpTo(item, length - text.length - before.length - close.length);
    if (flat === undefined) {
      return undefined;
    }
    text += before + flat;
  }
  return text.length + close.length <= length ? text + close : undefined;
}
