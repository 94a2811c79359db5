import { type Message, msg } from '../util/message';
import { Grammar } from './grammar';
import { CandidError } from './lexer';
import { type CandidType, type Interface, type Parameter, resolve, type Signature } from './types';

/** An interface larger than this, in characters, is not read. */
const MAX_LENGTH = 4_000_000;

class ImportError extends Error {}

class InterfaceParser extends Grammar {
  protected readonly allowsNames = true;

  interface(): Interface {
    const types = new Map<string, CandidType>();
    for (;;) {
      if (this.takeWord('import')) {
        throw new ImportError();
      }
      if (!this.takeWord('type')) {
        break;
      }
      const name = this.identifier();
      this.expect('=');
      types.set(name, this.type());
      if (!this.take(';')) {
        break;
      }
    }
    if (this.token.kind === 'end') {
      return { types, methods: new Map() };
    }
    if (!this.takeWord('service')) {
      this.fail('unexpected');
    }
    if (this.token.kind === 'word') {
      this.identifier();
    }
    this.expect(':');
    let init: Parameter[] | undefined;
    if (this.is('(')) {
      init = this.parameters();
      this.expect('->');
    }
    const body: CandidType = this.is('{') ? this.service() : { kind: 'name', name: this.identifier() };
    this.take(';');
    this.expectEnd();
    return { types, methods: signatures(body, types), init };
  }
}

/** The methods of a service, with the names of function types looked up. */
function signatures(service: CandidType, types: ReadonlyMap<string, CandidType>): Map<string, Signature> {
  const found = resolve(service, types);
  const methods = new Map<string, Signature>();
  if (found?.kind === 'service') {
    for (const [name, type] of found.methods) {
      const method = resolve(type, types);
      if (method?.kind === 'func') {
        methods.set(name, method.signature);
      }
    }
  }
  return methods;
}

/**
 * Reads a .did file: enough to list methods and to know their types. Files that import others are refused, since what
 * they say is not all there.
 */
export function parseInterface(text: string): Interface | { readonly problem: Message } {
  if (text.length > MAX_LENGTH) {
    return { problem: msg('The interface is too large.') };
  }
  try {
    return new InterfaceParser(text).interface();
  } catch (error) {
    if (error instanceof ImportError) {
      return { problem: msg('The interface imports other files, which are not read.') };
    }
    if (!(error instanceof CandidError)) {
      throw error;
    }
    const { fault, offset } = error.problem;
    return {
      problem:
        fault === 'too-deep'
          ? msg('The interface is nested too deeply.')
          : msg('The interface cannot be read at line {0}.', text.slice(0, offset).split('\n').length),
    };
  }
}
