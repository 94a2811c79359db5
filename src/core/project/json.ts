import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type Message, msg } from '../util/message';
import type { FileProblem, TextRange } from './model';

/** A tolerant reading of strict JSON: the tree as far as it goes, and what serde_json, and so dfx, would refuse. */
export interface JsonText {
  readonly root?: Node;
  readonly problems: FileProblem[];
}

/** Syntax problems after this many are left out: they follow from the first ones. */
const MAX_SYNTAX_PROBLEMS = 20;

/** @param error a parse error's name; the numbers are a `const enum`, which an isolated module cannot use */
function syntaxMessage(error: string): Message {
  switch (error) {
    case 'InvalidCommentToken':
    case 'UnexpectedEndOfComment':
      return msg('Comments are not allowed: dfx reads strict JSON.');
    case 'PropertyNameExpected':
      return msg('A property name in double quotes is expected here; dfx allows no trailing comma.');
    case 'ValueExpected':
      return msg('A value is expected here; dfx allows no trailing comma.');
    case 'ColonExpected':
      return msg('A colon is expected here.');
    case 'CommaExpected':
      return msg('A comma is expected here.');
    case 'CloseBraceExpected':
      return msg('A closing brace is missing.');
    case 'CloseBracketExpected':
      return msg('A closing bracket is missing.');
    case 'EndOfFileExpected':
      return msg('Nothing may follow the end of the JSON value.');
    case 'UnexpectedEndOfString':
      return msg('This text is not closed by a double quote.');
    case 'InvalidNumberFormat':
    case 'UnexpectedEndOfNumber':
      return msg('This is not a valid JSON number.');
    case 'InvalidUnicode':
    case 'InvalidEscapeCharacter':
      return msg('This is not a valid escape sequence.');
    case 'InvalidCharacter':
      return msg('A control character must be written as an escape sequence.');
    default:
      return msg('This is not valid JSON.');
  }
}

/**
 * Parses JSON text and goes on behind mistakes. A byte order mark counts as no part of the text, as in an editor;
 * it is reported, since serde_json refuses it.
 */
export function parseJsonText(text: string): JsonText {
  const problems: FileProblem[] = [];
  let body = text;
  if (body.charCodeAt(0) === 0xfeff) {
    body = body.slice(1);
    problems.push({
      message: msg('The file begins with a byte order mark, which dfx refuses. Save it as UTF-8 without one.'),
      range: { offset: 0, length: 0 },
    });
  }
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch (error) {
    // The parser recurses; only nesting far beyond what serde_json takes (128 levels) gets here.
    if (!(error instanceof RangeError)) {
      throw error;
    }
    problems.push({ message: msg('The JSON is nested too deeply.'), range: { offset: 0, length: 0 } });
    return { problems };
  }
  for (const error of errors.slice(0, MAX_SYNTAX_PROBLEMS)) {
    problems.push({
      message: body.trim() === '' ? msg('The file is empty.') : syntaxMessage(printParseErrorCode(error.error)),
      range: { offset: error.offset, length: error.length },
    });
  }
  return { root, problems };
}

export function rangeOf(node: Node): TextRange {
  return { offset: node.offset, length: node.length };
}

/** One property of an object. */
export interface Property {
  readonly name: string;
  readonly key: Node;
  readonly property: Node;
  /** Missing where the text ends, or goes wrong, before the value. */
  readonly value?: Node;
}

/** The properties of an object by name. Of equal names the last counts, as for serde. */
export function propertiesOf(node: Node): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || typeof key.value !== 'string') {
      continue;
    }
    properties.set(key.value, { name: key.value, key, property, value });
  }
  return properties;
}
