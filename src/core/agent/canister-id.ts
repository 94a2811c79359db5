import { Principal } from '@dfinity/principal';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { parsePrincipal } from '../util/principal';

/** A principal that need not be put into words again, which takes a checksum and base 32. */
class ParsedPrincipal extends Principal {
  readonly #text: string;

  constructor(bytes: Uint8Array, text: string) {
    super(bytes);
    this.#text = text;
  }

  override toText(): string {
    return this.#text;
  }
}

/** @throws {Failure} where the text is no principal. */
export function parseCanisterId(text: string): Principal {
  const parsed = parsePrincipal(text);
  if (!parsed.ok) {
    throw new Failure({ kind: 'internal', message: msg('{0} is not a canister id.', text) });
  }
  return new ParsedPrincipal(parsed.bytes, parsed.canonical);
}
