/** As much of Candid's text form as the covered calls need: tuples of texts, numbers, booleans, principals, null and opt. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { fail } from './failure';
import { grouped } from './text';

/** The type of a Candid name. */
export function typeOf(text: string): IDL.Type {
  const name = text.trim().replace(/^\w+\s*:\s*/, '');
  const inner = /^(opt|vec)\s+(.+)$/.exec(name);
  if (inner?.[1] === 'opt') {
    return IDL.Opt(typeOf(inner[2]!));
  }
  if (inner?.[1] === 'vec') {
    return IDL.Vec(typeOf(inner[2]!));
  }
  const types: Readonly<Record<string, IDL.Type>> = {
    text: IDL.Text,
    nat: IDL.Nat,
    int: IDL.Int,
    bool: IDL.Bool,
    null: IDL.Null,
    principal: IDL.Principal,
    nat8: IDL.Nat8,
    nat16: IDL.Nat16,
    nat32: IDL.Nat32,
    nat64: IDL.Nat64,
    int64: IDL.Int64,
    float64: IDL.Float64,
  };
  return types[name] ?? IDL.Reserved;
}

/** The function type of a signature such as `(text) -> (nat) query`. */
export function funcOf(signature: string): IDL.FuncClass {
  const match =
    /^\(([^)]*)\)\s*->\s*\(([^)]*)\)\s*(\w*)/.exec(signature) ?? fail(`cannot read the signature ${signature}`);
  const list = (text = ''): IDL.Type[] =>
    text
      .split(',')
      .filter((one) => one.trim() !== '')
      .map(typeOf);
  type Types = Parameters<typeof IDL.Func>[0];
  return IDL.Func(list(match[1]) as Types, list(match[2]) as Types, match[3] ? [match[3]] : []);
}

/** Reads the arguments of a call. */
export function parseTuple(text: string): unknown[] {
  const values: unknown[] = [];
  let rest = text.trim();
  if (!rest.startsWith('(') || !rest.endsWith(')')) {
    fail(`Invalid Candid values: Candid parser error: ${text}`);
  }
  rest = rest.slice(1, -1).trim();
  while (rest !== '') {
    const token =
      /^"((?:[^"\\]|\\.)*)"/.exec(rest) ??
      /^(opt\s+)?(principal\s+)?"((?:[^"\\]|\\.)*)"/.exec(rest) ??
      /^(?:opt\s+)?(?:-?\d[\d_]*(?:\.\d+)?|true|false|null)/.exec(rest) ??
      fail(`Invalid Candid values: Candid parser error: Unrecognized token found at ${rest.slice(0, 20)}`);
    values.push(readValue(token[0]));
    rest = rest
      .slice(token[0].length)
      .trim()
      .replace(/^:\s*\w+\s*/, '');
    if (rest !== '' && !rest.startsWith(',')) {
      fail(`Invalid Candid values: Candid parser error: Unrecognized token found at ${rest.slice(0, 20)}`);
    }
    rest = rest.slice(1).trim();
  }
  return values;
}

function readValue(text: string): unknown {
  if (text.startsWith('opt')) {
    return [readValue(text.slice(3).trim())];
  }
  if (text.startsWith('principal')) {
    return Principal.fromText(JSON.parse(text.slice(9).trim()) as string);
  }
  if (text.startsWith('"')) {
    return JSON.parse(text);
  }
  if (text === 'true' || text === 'false') {
    return text === 'true';
  }
  if (text === 'null') {
    return null;
  }
  return text.includes('.') ? Number(text) : BigInt(text.replaceAll('_', ''));
}

/** Shows a reply as `--output pp` does. */
export function showTuple(types: readonly IDL.Type[], values: readonly unknown[]): string {
  const shown = types.map((type, i) => showValue(type, values[i]));
  return `(${shown.join(', ')})`;
}

function showValue(type: IDL.Type, value: unknown): string {
  if (typeof value === 'bigint') {
    return `${grouped(value)} : ${type.name}`;
  }
  if (typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (value instanceof Principal) {
    return `principal "${value.toText()}"`;
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? 'null' : `opt ${showValue(type, value[0])}`;
  }
  return String(value);
}
