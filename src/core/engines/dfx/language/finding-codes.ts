import type { FindingList, Severity } from '../../../language/findings';

/** Every kind of finding with its severity. The order is that of `docs/dfx-json-checks.md`. */
export const FINDING_CODES = {
  // The text itself
  'syntax-error': 'error',
  comment: 'error',
  'trailing-comma': 'error',
  'byte-order-mark': 'error',
  'not-utf8': 'error',
  'json-limits': 'error',
  'duplicate-key': 'warning',
  // Keys and values
  'wrong-type': 'error',
  'unknown-value': 'error',
  'invalid-address': 'error',
  'out-of-range': 'error',
  'unknown-key': 'hint',
  'unused-key': 'hint',
  'array-for-object': 'hint',
  'deprecated-key': 'hint',
  'key-newer-than-dfx': 'hint',
  // Types and what they need
  'unknown-type': 'error',
  'missing-type': 'hint',
  'missing-key': 'error',
  'missing-main': 'error',
  // Dependencies
  'unknown-dependency': 'error',
  'self-dependency': 'error',
  'circular-dependency': 'error',
  'duplicate-pull-id': 'error',
  'undeclared-import': 'hint',
  'unused-dependency': 'hint',
  // Principals
  'invalid-principal': 'error',
  // Installation arguments
  'init-arg-conflict': 'error',
  'init-arg-syntax': 'error',
  'init-arg-file-missing': 'error',
  // Metadata
  'metadata-conflict': 'error',
  'metadata-empty': 'error',
  // Building
  'url-wasm-build': 'error',
  'shrink-ignored': 'hint',
  'unknown-binding': 'warning',
  'unknown-package': 'warning',
  'unknown-crate': 'warning',
  // Settings at creation
  'invalid-size': 'error',
  'invalid-duration': 'error',
  'numeric-duration': 'error',
  'threshold-ignored': 'hint',
  'wallet-setting': 'hint',
  // Networks
  'no-providers': 'error',
  'invalid-provider-url': 'error',
  'invalid-bind': 'error',
  'ic-network': 'hint',
  'defaults-ignored': 'hint',
  'unknown-network': 'hint',
  // Paths
  'missing-file': 'warning',
  'unread-url': 'warning',
  'outside-project': 'error',
  'absolute-env-file': 'error',
  // Names
  'unusable-name': 'error',
  'dotted-name': 'hint',
  'colliding-name': 'hint',
  'principal-name': 'hint',
  // canister_ids.json
  'ids-unknown-canister': 'hint',
  'ids-invalid-principal': 'warning',
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof FINDING_CODES;

const DOCUMENTATION = 'https://github.com/ic-canisters/ic-canisters/blob/main/docs/dfx-json-checks.md';

/** The paragraph that explains a kind of finding. */
export function documentationUrl(code: string): string {
  return `${DOCUMENTATION}#${code}`;
}

export type DfxFindings = FindingList<FindingCode>;
