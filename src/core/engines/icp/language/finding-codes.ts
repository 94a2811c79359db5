import type { FindingList, Severity } from '../../../language/findings';

/**
 * Every kind of finding with its severity. The order is that of `docs/icp-yaml-checks.md`. What is an error keeps icp
 * from loading the project, and nothing else is one.
 */
export const FINDING_CODES = {
  // The text itself
  'syntax-error': 'error',
  'tab-indentation': 'error',
  'unquoted-text': 'error',
  'several-documents': 'error',
  'unreadable-file': 'error',
  'merge-conflict': 'error',
  'not-utf8': 'error',
  'refused-file': 'error',
  'duplicate-key': 'error',
  'merge-key': 'error',
  // Keys and values
  'unknown-key': 'warning',
  'key-style': 'warning',
  'dfx-key': 'warning',
  'unused-key': 'warning',
  'wrong-type': 'error',
  'not-a-list': 'error',
  'missing-key': 'error',
  'unknown-value': 'error',
  'out-of-range': 'warning',
  // Canisters
  'invalid-name': 'error',
  'duplicate-name': 'error',
  'colliding-name': 'hint',
  'missing-canister': 'error',
  'invalid-pattern': 'error',
  'pattern-without-match': 'warning',
  'build-or-recipe': 'error',
  // Steps
  'empty-steps': 'error',
  'retired-step': 'error',
  'step-source': 'error',
  'two-sources': 'warning',
  'plugin-checksum': 'error',
  'url-without-checksum': 'hint',
  'invalid-checksum': 'warning',
  'no-module-written': 'hint',
  // Recipes
  'recipe-type': 'error',
  'recipe-version': 'error',
  'recipe-registry': 'error',
  'unknown-recipe': 'warning',
  'broken-recipe': 'warning',
  'newer-recipe': 'hint',
  'recipe-configuration': 'warning',
  'mops-canister': 'warning',
  // Files
  'missing-file': 'error',
  // Settings
  'invalid-amount': 'error',
  'variable-value': 'error',
  'reserved-variable': 'warning',
  'invalid-principal': 'error',
  'unknown-controller': 'error',
  // Arguments
  'binary-inline': 'error',
  'argument-conflict': 'warning',
  'argument-syntax': 'warning',
  'argument-type': 'warning',
  'missing-argument': 'hint',
  'argument-use': 'hint',
  // Environments
  'unknown-network': 'error',
  'unknown-canister': 'error',
  'unused-override': 'warning',
  'replaced-settings': 'info',
  'local-environment': 'info',
  'environment-path': 'hint',
  // Networks
  'reserved-network': 'error',
  'network-url': 'error',
  'url-scheme': 'warning',
  'root-key': 'error',
  'fetched-root-key': 'warning',
  'image-without-ports': 'warning',
  'shared-port': 'hint',
  // Dependencies
  'missing-dependency': 'error',
  'circular-dependency': 'error',
  'environment-in-dependency': 'warning',
  // Id files
  'ids-syntax': 'error',
  'ids-invalid-principal': 'error',
  'ids-unknown-canister': 'hint',
  'ids-shared': 'warning',
  'ids-ignored': 'warning',
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof FINDING_CODES;

const DOCUMENTATION = 'https://github.com/ic-canisters/ic-canisters/blob/main/docs/icp-yaml-checks.md';

/** The paragraph that explains a kind of finding. */
export function documentationUrl(code: string): string {
  return `${DOCUMENTATION}#${code}`;
}

export type IcpFindings = FindingList<FindingCode>;
