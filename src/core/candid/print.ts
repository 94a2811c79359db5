import { type CandidField, type CandidType, type Parameter, PRIMITIVES, type Signature } from './types';

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Words that a label or method name has to be quoted for. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...PRIMITIVES,
  ...'opt vec record variant func service type import query composite_query oneway true false'.split(' '),
]);

/** A label or method name, in quotes where it has to be. */
export function printName(name: string): string {
  return PLAIN_NAME.test(name) && !KEYWORDS.has(name) ? name : printText(name);
}

/** A text literal. What would hide or reorder what stands beside it is written as an escape sequence. */
export function printText(text: string): string {
  return `"${text.replace(/[\\"\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeSequence)}"`;
}

/** A character of a text literal as an escape sequence, of Candid and of JavaScript alike. */
export function escapeSequence(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    case '"':
    case "'":
    case '\\':
      return `\\${character}`;
    default:
      return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  }
}

/** A type on one line, as Candid writes it. */
export function printType(type: CandidType): string {
  switch (type.kind) {
    case 'primitive':
    case 'name':
      return type.name;
    case 'opt':
    case 'vec':
      return `${type.kind} ${printType(type.inner)}`;
    case 'record':
    case 'variant':
      return printFields(type.kind, type.fields);
    case 'func':
      return `func ${printSignature(type.signature)}`;
    case 'service': {
      const methods = [...type.methods].map(([name, method]) => {
        const text = method.kind === 'func' ? printSignature(method.signature) : printType(method);
        return `${printName(name)} : ${text}`;
      });
      return methods.length === 0 ? 'service {}' : `service { ${methods.join('; ')} }`;
    }
  }
}

/** The name or number of a field or case. */
export function printLabel(label: string | number): string {
  return typeof label === 'number' ? String(label) : printName(label);
}

function printFields(kind: 'record' | 'variant', fields: readonly CandidField[]): string {
  if (fields.length === 0) {
    return `${kind} {}`;
  }
  const tuple = kind === 'record' && fields.every(({ label }, index) => label === index);
  const parts = fields.map(({ label, type }) => {
    if (tuple) {
      return printType(type);
    }
    const name = printLabel(label);
    return kind === 'variant' && type.kind === 'primitive' && type.name === 'null'
      ? name
      : `${name} : ${printType(type)}`;
  });
  return `${kind} { ${parts.join('; ')} }`;
}

/** `(text, opt nat) -> (text) query` */
export function printSignature({ parameters, results, modes }: Signature): string {
  return [printParameters(parameters), '->', printParameters(results), ...modes].join(' ');
}

function printParameters(parameters: readonly Parameter[]): string {
  const parts = parameters.map(({ name, type }) =>
    name === undefined ? printType(type) : `${printName(name)} : ${printType(type)}`,
  );
  return `(${parts.join(', ')})`;
}
