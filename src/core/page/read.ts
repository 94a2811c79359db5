/**
 * Readers of messages between a page and its host. Either side may be sent anything: what is not of the right form, or
 * larger than it may be, is no message.
 */

/** Reads a value, or throws {@link Unreadable}. */
export type Reader<T> = (value: unknown) => T;

class Unreadable extends Error {}

const unreadable = (): never => {
  throw new Unreadable();
};

/** The message; undefined where it is none. */
export function readWith<T>(reader: Reader<T>, value: unknown): T | undefined {
  try {
    return reader(value);
  } catch (error) {
    if (error instanceof Unreadable) {
      return undefined;
    }
    throw error;
  }
}

/** @param max UTF-16 units */
export const text =
  (max: number): Reader<string> =>
  (value) =>
    typeof value === 'string' && value.length <= max ? value : unreadable();

export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : unreadable());

export const number: Reader<number> = (value) => (typeof value === 'number' ? value : unreadable());

export const oneOf =
  <const T extends string>(...words: readonly T[]): Reader<T> =>
  (value) =>
    words.find((word) => word === value) ?? unreadable();

export const list =
  <T>(item: Reader<T>, max: number): Reader<readonly T[]> =>
  (value) =>
    Array.isArray(value) && value.length <= max ? value.map((each) => item(each)) : unreadable();

export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (value) =>
    value === undefined ? undefined : reader(value);

/** An object with these fields; others are left out. */
export const fields =
  <T extends object>(readers: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return unreadable();
    }
    const entries = Object.entries(readers).map(([key, reader]) => [
      key,
      (reader as Reader<unknown>)(Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined),
    ]);
    return Object.fromEntries(entries) as T;
  };

/** An object of one of several forms, told apart by its `type`. */
export const tagged =
  <T extends { readonly type: string }>(
    forms: { readonly [K in T['type']]: Reader<Omit<Extract<T, { readonly type: K }>, 'type'>> },
  ): Reader<T> =>
  (value) => {
    const { type } = fields<{ type: string }>({ type: text(40) })(value);
    const form = Object.hasOwn(forms, type) ? (forms as Record<string, Reader<object>>)[type] : undefined;
    return form ? ({ type, ...form(value) } as T) : unreadable();
  };
