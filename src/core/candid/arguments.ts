import { type Message, msg } from '../util/message';
import { CandidError, type CandidProblem } from './lexer';
import { type CandidType, type Parameter, resolve } from './types';
import { ValueParser } from './value-parser';
import { Annotator, type Value } from './values';

/** `certain` is false where dfx may still take the text. */
export type ArgumentsProblem = CandidProblem & { readonly certain: boolean };

/** How only Candid begins: other text may be meant as a plain text argument. */
const LOOKS_LIKE_CANDID = /^\s*(?:["({+\d-]|(?:record|variant|vec|opt|principal|blob|service|func|true|false|null)\b)/;

function attempt(text: string, read: (parser: ValueParser) => void): CandidProblem | undefined {
  try {
    read(new ValueParser(text));
    return undefined;
  } catch (error) {
    if (error instanceof CandidError) {
      return error.problem;
    }
    throw error;
  }
}

/**
 * The first fault of `text` as arguments, `("a", 1)`. Without parentheses a single value passes too, since dfx takes
 * it for a canister with one argument.
 *
 * `certain` is false where dfx may still take the text: for a canister whose one argument is a text, dfx passes on
 * anything that is no Candid as that text.
 */
export function checkArguments(text: string): ArgumentsProblem | undefined {
  const problem = attempt(text, (parser) => parser.args());
  if (problem === undefined) {
    return undefined;
  }
  if (text.startsWith('(')) {
    return { ...problem, certain: true };
  }
  const single = attempt(text, (parser) => parser.singleValue());
  if (single === undefined) {
    return undefined;
  }
  const certain = text.trim() === '' || LOOKS_LIKE_CANDID.test(text);
  return { ...(text.trimStart().startsWith('(') ? problem : single), certain };
}

/**
 * Why arguments do not fit what a canister wants: too few, or the index of the first that has another type. Undefined
 * where they fit, and where the text is no Candid. More arguments than are wanted do no harm, nor do missing ones that
 * may be `null`.
 */
export function argumentMismatch(
  text: string,
  parameters: readonly Parameter[],
  types: ReadonlyMap<string, CandidType>,
):
  | { readonly fault: 'too-few'; readonly count: number }
  | { readonly fault: 'type'; readonly index: number }
  | undefined {
  let values: Value[] = [];
  const problem = attempt(text, (parser) => {
    values = parser.args();
  });
  if (problem !== undefined) {
    return undefined;
  }
  const annotator = new Annotator(types);
  for (const [index, { type }] of parameters.entries()) {
    const value = values[index];
    if (value === undefined) {
      const may = resolve(type, types);
      const isOptional =
        may === undefined ||
        may.kind === 'opt' ||
        (may.kind === 'primitive' && ['null', 'reserved'].includes(may.name));
      if (!isOptional) {
        return { fault: 'too-few', count: values.length };
      }
    } else if (annotator.annotate(value, type) === undefined) {
      return { fault: 'type', index };
    }
  }
  return undefined;
}

/** @param found what stands there, shortened for people */
export function candidMessage({ fault, wanted }: CandidProblem, found: string): Message {
  switch (fault) {
    case 'unexpected':
      return msg('This is not Candid text: "{0}" is not expected here.', found);
    case 'unexpected-end':
      return msg('This is not Candid text: it ends too early.');
    case 'unclosed-text':
      return msg('This is not Candid text: a text is not closed by a double quote.');
    case 'escape':
      return msg('This is not Candid text: "{0}" is not a valid escape sequence.', found);
    case 'principal':
      return msg('This is not Candid text: "{0}" is not a principal.', found);
    case 'number':
      return msg('This is not Candid text: "{0}" is followed by something that belongs to no number.', found);
    case 'keyword':
      return msg('This is not Candid text: "{0}" is a word of Candid and needs quotes to be a name.', found);
    case 'space':
      return msg(
        'This is not Candid text: dfx does not know this kind of white space, only spaces, tabs and line ends.',
      );
    case 'field-number':
      return msg('This is not Candid text: the number {0} of a field is above 4294967295.', found);
    case 'repeated':
      return msg('This is not Candid text: "{0}" has the name or number of another field.', found);
    case 'utf8':
      return msg('This is not Candid text: the bytes of "{0}" are no UTF-8.', found);
    case 'wrong-type':
      return msg('{0} is not of the type {1} that stands beside it.', found, wanted ?? '');
    case 'type-name':
      return msg('This is not Candid text: "{0}" is not a type.', found);
    case 'after-end':
      return msg('This is not Candid text: nothing may follow its end, but "{0}" does.', found);
    case 'too-deep':
      return msg('This Candid text is nested too deeply.');
  }
}
