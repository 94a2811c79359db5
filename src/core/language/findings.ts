import type { TextRange } from '../project/model';
import type { Message } from '../util/message';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Every kind of finding with its severity. The order is that of `docs/dfx-json-checks.md`. */
export const FINDING_CODES = {
  // The text itself
  'syntax-error': 'error',
  comment: 'error',
  'trailing-comma': 'error',
  'byte-order-mark': 'error',
  'duplicate-key': 'warning',
  // Keys and values
  'wrong-type': 'error',
  'unknown-value': 'error',
  'out-of-range': 'error',
  'unknown-key': 'hint',
  'unused-key': 'hint',
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
  'outside-project': 'error',
  'absolute-env-file': 'error',
  // Names
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
export function documentationUrl(code: FindingCode): string {
  return `${DOCUMENTATION}#${code}`;
}

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

export interface Fix {
  readonly title: Message;
  readonly edits: readonly TextEdit[];
  /** Absolute path of a file to be made, with its first content. */
  readonly createFile?: { readonly path: string; readonly content: string };
  /** The one that "fix all" takes. A fix that guesses, or throws something away, is not preferred. */
  readonly preferred?: true;
}

export interface RelatedPlace {
  readonly message: Message;
  readonly range: TextRange;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: Message;
  readonly range: TextRange;
  readonly related?: readonly RelatedPlace[];
  readonly tag?: 'unnecessary' | 'deprecated';
  /** Made only when asked for. */
  readonly fixes?: () => readonly Fix[];
}

type Extra = Partial<Pick<Finding, 'related' | 'tag' | 'fixes'>>;

export function finding(code: FindingCode, range: TextRange, message: Message, extra?: Extra): Finding {
  return { code, severity: FINDING_CODES[code], message, range, ...extra };
}

/** The text after non-overlapping edits. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.range.offset - b.range.offset || a.range.length - b.range.length);
  let result = '';
  let at = 0;
  for (const { range, newText } of sorted) {
    result += text.slice(at, range.offset) + newText;
    at = range.offset + range.length;
  }
  return result + text.slice(at);
}

/** The edits of every preferred fix, leaving out those that would touch the same place as one before. */
export function fixAllEdits(findings: readonly Finding[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { fixes } of findings) {
    const fix = fixes?.().find((candidate) => candidate.preferred && candidate.createFile === undefined);
    if (fix === undefined) {
      continue;
    }
    const overlaps = fix.edits.some((edit) => edits.some((other) => touch(edit.range, other.range)));
    if (!overlaps) {
      edits.push(...fix.edits);
    }
  }
  return edits;
}

function touch(a: TextRange, b: TextRange): boolean {
  return a.offset <= b.offset + b.length && b.offset <= a.offset + a.length;
}
