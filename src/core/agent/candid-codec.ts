import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { ArgumentPlace, CallArgument } from '../network/network-api';
import { innermostMessage } from '../util/errors';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import { shortText } from '../util/shorten';
import { exceedsValues } from './candid-limit';

type Didc = typeof import('@dfinity/didc/dist/web/didc_bg.js');

/** The part of `WebAssembly` that is used: TypeScript declares it in the `dom` library only. */
interface WasmInstance {
  readonly exports: { readonly memory: { grow(pages: number): number }; __wbindgen_start(): void };
}
const wasm = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object, imports: Record<string, object>) => WasmInstance;
      readonly RuntimeError: new () => Error;
    };
  }
).WebAssembly;

/** didc's JavaScript half is one for all, and so is the instance that it works with. */
const loaded: { didc?: Didc; module?: object; instance?: WasmInstance | undefined } = {};

/** An interface that says nothing: didc wants one even where types are to be inferred. */
const NO_INTERFACE = 'service : {}';
/** `()`: no types, no values. */
const NO_ARGUMENTS = new Uint8Array([...Buffer.from('DIDL'), 0, 0]);
/** Values beyond which a reply is not made into text: more than a person reads, and seconds of computing. */
const MAX_VALUES = 500_000;

/**
 * Candid text to bytes and back, by `@dfinity/didc`: the reference implementation in WebAssembly, loaded on first use.
 *
 * The package asks npm's users to use pnpm, so that `npm install` prints a warning. It is worth that: `@dfinity/candid`
 * has no parser of Candid text, and a parser of our own could encode a call's arguments differently from dfx.
 */
export class CandidCodec {
  readonly #wasmFile: string;

  /** @param wasmFile didc_bg.wasm, perhaps compressed by brotli; beside this bundle unless given */
  constructor(wasmFile = path.join(__dirname, 'didc_bg.wasm.br')) {
    this.#wasmFile = wasmFile;
  }

  /** @throws {Failure} of kind `candid` */
  async argument(argument: CallArgument | undefined, place: ArgumentPlace): Promise<Uint8Array> {
    switch (argument?.kind) {
      case undefined:
        return NO_ARGUMENTS;
      case 'raw':
        return argument.bytes;
      case 'candid':
        return await this.encode(argument.text, place, argument.interface);
    }
  }

  /**
   * Encodes `(…)`, with the types of a method's or the constructor's parameters where there is an interface.
   *
   * @throws {Failure} of kind `candid`
   */
  async encode(text: string, place: ArgumentPlace | undefined, did: string | undefined): Promise<Uint8Array> {
    const hex = await this.#run(
      (didc) =>
        didc.encode({
          idl: did ?? NO_INTERFACE,
          input: text,
          withType: did === undefined ? undefined : typesOf(place),
        }),
      text,
    );
    return new Uint8Array(Buffer.from(hex, 'hex'));
  }

  /**
   * Candid text of a method's reply, by the interface if it is of its types.
   *
   * @returns no text where the bytes are no Candid, or more than can be shown
   */
  async decodeReply(
    bytes: Uint8Array,
    method: string,
    did: string | undefined,
  ): Promise<{ readonly text?: string; readonly untyped: boolean }> {
    // The decoder would make a hundred million values of nine bytes, and not come back.
    if (exceedsValues(bytes, MAX_VALUES)) {
      return { untyped: true };
    }
    const input = Buffer.from(bytes).toString('hex');
    const typed = did === undefined ? undefined : await this.#decode({ idl: did, serviceMethod: method, input });
    if (typed !== undefined) {
      return { text: typed, untyped: false };
    }
    const text = await this.#decode({ idl: NO_INTERFACE, input });
    return text === undefined ? { untyped: true } : { text, untyped: true };
  }

  async #decode(args: { idl: string; input: string; serviceMethod?: string }): Promise<string | undefined> {
    try {
      return readable(await this.#run((didc) => didc.decode({ ...args, inputFormat: 'hex' }), ''));
    } catch (error) {
      if (error instanceof Failure && error.kind === 'candid') {
        return undefined;
      }
      throw error;
    }
  }

  /** @param input the text that an offset in a complaint is about */
  async #run(work: (didc: Didc) => string, input: string): Promise<string> {
    const didc = await this.#load();
    try {
      return work(didc);
    } catch (error) {
      if (error instanceof wasm.RuntimeError || error instanceof RangeError) {
        // It stopped in the middle of something: its stack and memory are in no state to go on with. Growing the
        // memory, even by nothing, detaches the views of it that the JavaScript half keeps.
        loaded.instance?.exports.memory.grow(0);
        loaded.instance = undefined;
        throw new Failure({ kind: 'candid', message: msg('The value is too large or too deeply nested.') });
      }
      const detail = innermostMessage(error);
      throw new Failure({ kind: 'candid', message: candidProblem(detail, input), detail });
    }
  }

  async #load(): Promise<Didc> {
    loaded.didc ??= await import('@dfinity/didc/dist/web/didc_bg.js');
    const { didc } = loaded;
    if (!loaded.instance) {
      loaded.module ??= new wasm.Module(readWasm(this.#wasmFile));
      loaded.instance = new wasm.Instance(loaded.module, { './didc_bg.js': didc });
      didc.__wbg_set_wasm(loaded.instance.exports);
      loaded.instance.exports.__wbindgen_start();
    }
    return didc;
  }
}

/** Which of the interface's types the arguments have to have, as didc puts it. */
function typesOf(place: ArgumentPlace | undefined) {
  switch (place?.kind) {
    case undefined:
      return undefined;
    case 'init':
      return { kind: 'serviceParams' } as const;
    case 'method':
      return { kind: 'methodParams', name: place.name } as const;
  }
}

/**
 * didc writes the character NUL in a text as Rust does, `\0`, which Candid does not know, or takes for another byte
 * where a digit follows. In blobs it writes two digits, as it should.
 */
function readable(text: string): string {
  return text.replace(/(blob )?"(?:[^"\\]|\\.?)*(?:"|$)/gs, (literal, blob?: string) =>
    blob === undefined ? literal.replace(/\\./gs, (escaped) => (escaped === '\\0' ? '\\u{0}' : escaped)) : literal,
  );
}

const MISMATCH = 'type mismatch: ';
/** Of numbers without a type beside them, and of all other values. */
const NOT_OF_TYPE = [' can not be of type ', ' cannot be of type '] as const;

const INTERFACE_PROBLEM = 'provided candid idl `';

/** Says in a sentence what didc has against a text. Its own words name its internals. */
function candidProblem(detail: string, input: string): Message {
  const [, interfaceProblem] = detail.split(INTERFACE_PROBLEM, 2);
  if (interfaceProblem?.endsWith('`.')) {
    return msg(
      'The interface cannot be read: {0}',
      shorten(interfaceProblem.slice(0, -2).replace(/^Candid parser error: /, '')),
    );
  }
  const place = /Unrecognized token|Extra token/.test(detail) ? detail.lastIndexOf('found at ') : -1;
  const token = place < 0 ? null : /^found at (\d+):(\d+)/.exec(detail.slice(place));
  if (token) {
    // Places are counted in bytes.
    const found = Buffer.from(input).subarray(Number(token[1]), Number(token[2])).toString();
    return msg('“{0}” is not expected there.', shorten(found));
  }
  if (/Unrecognized EOF|input is required/.test(detail)) {
    return msg('The text ends too early.');
  }
  if (/wrong number of argument values/.test(detail)) {
    return msg('The number of arguments is wrong.');
  }
  const method = /Service method not found `(.*)`/s.exec(detail);
  if (method) {
    return msg('The interface has no method {0}.', shorten(method[1] ?? ''));
  }
  const mismatch = detail.indexOf(MISMATCH);
  const words = NOT_OF_TYPE.find((each) => detail.includes(each)) ?? NOT_OF_TYPE[0];
  const between = detail.lastIndexOf(words);
  if (mismatch >= 0 && between >= mismatch) {
    const value = detail.slice(mismatch + MISMATCH.length, between);
    const type = detail.slice(between + words.length).replace(/`?\.?$/, '');
    return msg('{0} is not of the type {1}.', shorten(value), shorten(type));
  }
  const inner = /(?:Candid parser error: |args to bytes )(.*?)`?\.?$/s.exec(detail);
  return msg('This is not valid Candid: {0}', shorten(inner?.[1] ?? detail));
}

function shorten(text: string): string {
  return shortText(text.replace(/\s+/g, ' ').trim(), 120);
}

/** A third smaller by brotli than in the extension's zip file. */
function readWasm(file: string): Uint8Array {
  const bytes = readFileSync(file);
  return file.endsWith('.br') ? brotliDecompressSync(bytes) : bytes;
}
