/** Which key signs requests. Names a place, never holds a secret. */
export type IdentityRef =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'pem'; readonly name: string; readonly file: string }
  /** A key that a password was given for, by the handle of the request that did. */
  | { readonly kind: 'unlocked'; readonly name: string; readonly handle: string };

export const ANONYMOUS: IdentityRef = { kind: 'anonymous' };
