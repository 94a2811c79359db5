import type { JsonDocument } from '../../../../document/json-document';
import { syntaxMessage } from '../../../../document/parse-json';
import type { SourceDocument } from '../../../../document/source-document';
import type { SyntaxFault, TextEdit, TextRange } from '../../../../document/tree';
import type { Fix } from '../../../../language/findings';
import { type Message, msg } from '../../../../util/message';
import type { DfxFindings, FindingCode } from '../finding-codes';

const OWN_CODES: Partial<Record<SyntaxFault, FindingCode>> = {
  comment: 'comment',
  'trailing-comma': 'trailing-comma',
  'byte-order-mark': 'byte-order-mark',
  'too-deep': 'json-limits',
  'number-too-large': 'json-limits',
  'lone-surrogate': 'json-limits',
};

/** What is JSON by its grammar and so no fault to other readers, but no value that dfx can hold. */
function messageOf(fault: SyntaxFault): Message {
  switch (fault) {
    case 'too-deep':
      return msg('dfx cannot read this file: it is nested more than 127 levels deep.');
    case 'number-too-large':
      return msg('dfx cannot read this file: the number is too large.');
    case 'lone-surrogate':
      return msg('dfx cannot read this file: this is half of a character, and the other half is missing.');
    default:
      return syntaxMessage(fault);
  }
}

/** Removes a comment, with its line where it has one of its own. */
function removeComment(document: SourceDocument, { offset, length }: TextRange): TextEdit {
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
export function checkSyntax(document: JsonDocument, findings: DfxFindings): void {
  for (const { fault, offset, length } of document.problems) {
    const range = { offset, length };
    findings.report(OWN_CODES[fault] ?? 'syntax-error', range, messageOf(fault), {
      fixes: () => syntaxFixes(document, fault, range),
    });
  }
}

function syntaxFixes(document: SourceDocument, fault: SyntaxFault, range: TextRange): Fix[] {
  const removal = [{ range, newText: '' }];
  switch (fault) {
    case 'comment': {
      const one: Fix = { title: msg('Remove the comment'), edits: [removeComment(document, range)], preferred: true };
      const all = document.comments.map((comment) => removeComment(document, comment));
      return all.length > 1 ? [one, { title: msg('Remove all comments'), edits: all }] : [one];
    }
    case 'trailing-comma':
      return [{ title: msg('Remove the comma'), edits: removal, preferred: true }];
    case 'byte-order-mark':
      return [{ title: msg('Remove the byte order mark'), edits: removal, preferred: true }];
    case 'comma-expected': {
      const place = { offset: range.offset + range.length, length: 0 };
      return [{ title: msg('Insert the comma'), edits: [{ range: place, newText: ',' }], preferred: true }];
    }
    default:
      return [];
  }
}
