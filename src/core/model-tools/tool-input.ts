import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';

/** The part of JSON Schema that package.json describes the inputs of tools with. */
export interface InputSchema {
  readonly properties: Readonly<Record<string, InputProperty>>;
  readonly required?: readonly string[];
}

type InputProperty =
  | { readonly type: 'string'; readonly maxLength: number }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number };

/** What a tool was asked for, as far as its schema has it. */
export interface ToolInput {
  /** Name or id. */
  readonly canister?: string;
  readonly project?: string;
  readonly file?: string;
  readonly method?: string;
  /** Candid text. */
  readonly arguments?: string;
  /** How many lines of a log. */
  readonly lines?: number;
}

/**
 * Holds what a language model passes to a tool to the tool's schema. VS Code says that it does, and does not.
 *
 * @throws {Failure} that says which input is wrong, and what it has to be
 */
export function readToolInput({ properties, required = [] }: InputSchema, input: unknown): ToolInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw wrong(msg('The input has to be an object.'));
  }
  const given = new Map(Object.entries(input));
  const known = Object.keys(properties);
  for (const name of given.keys()) {
    if (!known.includes(name)) {
      throw wrong(
        known.length === 0
          ? msg('input.{0}: the tool takes no input.', name)
          : msg('input.{0}: the tool takes no such input, but: {1}', name, known.join(', ')),
      );
    }
  }
  const read: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = given.get(name);
    if (value === undefined) {
      if (required.includes(name)) {
        throw wrong(msg('input.{0} is missing.', name));
      }
    } else if (!fits(value, property)) {
      throw wrong(
        property.type === 'string'
          ? msg('input.{0} has to be a text of 1 to {1} characters.', name, property.maxLength)
          : msg('input.{0} has to be a whole number from {1} to {2}.', name, property.minimum, property.maximum),
      );
    } else {
      read[name] = value;
    }
  }
  return read;
}

function fits(value: unknown, property: InputProperty): boolean {
  return property.type === 'string'
    ? typeof value === 'string' && value.length > 0 && value.length <= property.maxLength
    : Number.isInteger(value) && Number(value) >= property.minimum && Number(value) <= property.maximum;
}

function wrong(message: Message): Failure {
  return new Failure({ message });
}
