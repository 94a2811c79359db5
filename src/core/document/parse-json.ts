import { type Message, msg } from '../util/message';
import { JsonDocument } from './json-document';
import type { SyntaxFault, TextRange, ValueNode } from './tree';

/** Syntax problems after this many are left out: they follow from the first ones. */
const MAX_PROBLEMS = 20;

/** Something in a file that cannot be read as the engine would read it. */
export interface FileProblem {
  readonly message: Message;
  readonly range: TextRange;
}

/** What is wrong with a text that is no JSON. */
export function syntaxMessage(fault: SyntaxFault): Message {
  switch (fault) {
    case 'comment':
      return msg('Comments are not allowed in JSON.');
    case 'trailing-comma':
      return msg('A trailing comma is not allowed in JSON.');
    case 'empty':
      return msg('The file is empty.');
    case 'property-expected':
      return msg('A property name in double quotes is expected here.');
    case 'colon-expected':
      return msg('A colon and a value are expected after this name.');
    case 'value-expected':
      return msg('A value is expected here.');
    case 'comma-expected':
      return msg('A comma is expected here.');
    case 'brace-expected':
      return msg('A closing brace is missing.');
    case 'bracket-expected':
      return msg('A closing bracket is missing.');
    case 'unclosed-string':
      return msg('This string is not closed by a double quote.');
    case 'escape':
      return msg('This is not a valid escape sequence.');
    case 'control-character':
      return msg('A control character must be written as an escape sequence.');
    case 'number':
      return msg('This is not a valid JSON number.');
    case 'number-too-large':
      return msg('This number is too large to be read.');
    case 'lone-surrogate':
      return msg('This is half of a character, and the other half is missing.');
    case 'after-end':
      return msg('Nothing may follow the end of the JSON value.');
    case 'too-deep':
      return msg('The JSON is nested too deeply.');
    case 'byte-order-mark':
      return msg('The file begins with a byte order mark, which is not allowed. Save it as UTF-8 without one.');
    case 'invalid':
      return msg('This is not valid JSON.');
  }
}

/**
 * The tree of a JSON file as far as it goes, and what a strict parser refuses. A byte order mark is reported but counts
 * as no part of the text, as in an editor.
 */
export function parseJson(text: string): { readonly root: ValueNode | undefined; readonly problems: FileProblem[] } {
  const hasMark = text.charCodeAt(0) === 0xfeff;
  const { root, problems } = new JsonDocument(hasMark ? text.slice(1) : text);
  const mark = hasMark ? [{ fault: 'byte-order-mark' as const, offset: 0, length: 0 }] : [];
  return {
    root,
    problems: [...mark, ...problems.slice(0, MAX_PROBLEMS)].map(({ fault, offset, length }) => ({
      message: syntaxMessage(fault),
      range: { offset, length },
    })),
  };
}
