/** Candid types and services, as a .did file writes them. */

export const PRIMITIVES = [
  ...(['nat', 'nat8', 'nat16', 'nat32', 'nat64', 'int', 'int8', 'int16', 'int32', 'int64'] as const),
  ...(['float32', 'float64', 'bool', 'text', 'null', 'reserved', 'empty', 'principal', 'blob'] as const),
] as const;

export type Primitive = (typeof PRIMITIVES)[number];

export type CandidType =
  | { readonly kind: 'primitive'; readonly name: Primitive }
  /** A name that the file defines, or does not. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'opt' | 'vec'; readonly inner: CandidType }
  | { readonly kind: 'record' | 'variant'; readonly fields: readonly CandidField[] }
  | { readonly kind: 'func'; readonly signature: Signature }
  | { readonly kind: 'service'; readonly methods: ReadonlyMap<string, CandidType> };

export interface CandidField {
  /** The name; a number where there is none, as in tuples. */
  readonly label: string | number;
  readonly type: CandidType;
}

export interface Parameter {
  readonly name?: string;
  readonly type: CandidType;
}

export type Mode = 'query' | 'composite_query' | 'oneway';

export interface Signature {
  readonly parameters: readonly Parameter[];
  readonly results: readonly Parameter[];
  readonly modes: readonly Mode[];
}

/** What a .did file says. */
export interface Interface {
  readonly types: ReadonlyMap<string, CandidType>;
  readonly methods: ReadonlyMap<string, Signature>;
  /** Undefined where the service is no class. */
  readonly init?: readonly Parameter[];
}

/** What a type is, where it is a name or a name of a name; undefined where nothing defines it. */
export function resolve(type: CandidType, types: ReadonlyMap<string, CandidType>): CandidType | undefined {
  let current: CandidType | undefined = type;
  const seen = new Set<string>();
  while (current?.kind === 'name') {
    if (seen.has(current.name)) {
      return undefined;
    }
    seen.add(current.name);
    current = types.get(current.name);
  }
  return current;
}
