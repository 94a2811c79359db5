import type { JsonDocument, SyntaxFault } from '../../../../document/json';
import { type Finding, type FindingCode, type Fix, finding, type TextEdit } from '../../../../language/findings';
import { type Message, msg } from '../../../../util/message';

function describe(fault: SyntaxFault): Message {
  switch (fault) {
    case 'comment':
      return msg('Comments are not allowed: dfx reads strict JSON.');
    case 'trailing-comma':
      return msg('No comma may stand behind the last entry: dfx reads strict JSON.');
    case 'empty':
      return msg('The file is empty.');
    case 'property-expected':
      return msg('A property name in double quotes is expected here.');
    case 'colon-expected':
      return msg('A colon and a value are expected behind this name.');
    case 'value-expected':
      return msg('A value is expected here.');
    case 'comma-expected':
      return msg('A comma is expected here.');
    case 'brace-expected':
      return msg('A closing brace is missing.');
    case 'bracket-expected':
      return msg('A closing bracket is missing.');
    case 'unclosed-string':
      return msg('This text is not closed by a double quote.');
    case 'escape':
      return msg('This is not a valid escape sequence.');
    case 'control-character':
      return msg('A control character must be written as an escape sequence.');
    case 'number':
      return msg('This is not a valid JSON number.');
    case 'after-end':
      return msg('Nothing may follow the end of the JSON value.');
    case 'too-deep':
      return msg('The JSON is nested too deeply.');
    case 'byte-order-mark':
      return msg('The file begins with a byte order mark, which dfx refuses. Save it as UTF-8 without one.');
    default:
      return msg('This is not valid JSON.');
  }
}

const OWN_CODES: Partial<Record<SyntaxFault, FindingCode>> = {
  comment: 'comment',
  'trailing-comma': 'trailing-comma',
  'byte-order-mark': 'byte-order-mark',
};

/** Removes a comment, with its line where it has one of its own. */
function removeComment(document: JsonDocument, offset: number, length: number): TextEdit {
  const { text } = document;
  let start = offset;
  let end = offset + length;
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) {
    start--;
  }
  const ownLine = start === 0 || text[start - 1] === '\n';
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 1000));
  if (ownLine && rest !== null) {
    end += rest[0].length;
  } else if (rest === null) {
    start = offset;
  }
  return { range: { offset: start, length: end - start }, newText: '' };
}

/** What a strict JSON parser, and so dfx, refuses. */
export function checkSyntax(document: JsonDocument): Finding[] {
  return document.problems.map(({ fault, offset, length }) => {
    const code = OWN_CODES[fault] ?? 'syntax-error';
    const range = { offset, length };
    let fixes: (() => Fix[]) | undefined;
    if (fault === 'comment') {
      fixes = () => {
        const all: Fix[] = [
          { title: msg('Remove the comment'), edits: [removeComment(document, offset, length)], preferred: true },
        ];
        if (document.comments.length > 1) {
          const edits = document.comments.map((comment) => removeComment(document, comment.offset, comment.length));
          all.push({ title: msg('Remove all comments'), edits });
        }
        return all;
      };
    } else if (fault === 'trailing-comma') {
      fixes = () => [{ title: msg('Remove the comma'), edits: [{ range, newText: '' }], preferred: true }];
    } else if (fault === 'byte-order-mark') {
      fixes = () => [{ title: msg('Remove the byte order mark'), edits: [{ range, newText: '' }], preferred: true }];
    } else if (fault === 'comma-expected') {
      const edits = [{ range: { offset: offset + length, length: 0 }, newText: ',' }];
      fixes = () => [{ title: msg('Insert the comma'), edits, preferred: true }];
    }
    return finding(code, range, describe(fault), { fixes });
  });
}
