import { CandidError, Lexer } from './lexer';
import { type Span, ValueParser } from './value-parser';

/** What to select of arguments for typing to replace the first value: of a text what stands between its quotes. */
export function firstValue(text: string): Span {
  const inside = { offset: Math.min(1, text.length), length: Math.max(0, text.length - 2) };
  try {
    const parser = new ValueParser(text);
    const [value] = parser.args();
    const place = value && parser.places.get(value);
    if (!value || !place) {
      return inside;
    }
    return value.kind === 'text' && text[place.offset] === '"'
      ? { offset: place.offset + 1, length: place.length - 2 }
      : place;
  } catch (error) {
    if (error instanceof CandidError) {
      return inside;
    }
    throw error;
  }
}

/** What to select of arguments over several lines: the first text or number, of a text what stands between its quotes. */
export function firstLiteral(text: string): Span {
  const nothing = { offset: 0, length: 0 };
  try {
    const lexer = new Lexer(text);
    for (;;) {
      const { kind, offset, length } = lexer.next();
      if (kind === 'end') {
        return nothing;
      }
      const isLabel = lexer.token.kind === 'mark' && lexer.token.text === '=';
      if (kind === 'text' && !isLabel) {
        return { offset: offset + 1, length: length - 2 };
      }
      if (kind === 'number' && !isLabel) {
        return { offset, length };
      }
    }
  } catch (error) {
    if (error instanceof CandidError) {
      return nothing;
    }
    throw error;
  }
}
