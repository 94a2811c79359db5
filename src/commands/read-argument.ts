import type { TextRange } from '../core/document/tree';

/** A canister as menus and lenses name it. */
export interface CanisterArgument {
  readonly manifest: string;
  readonly canister: string;
}

/** What a menu, a row, a lens, a keybinding or another extension passes to a command. */
export interface CommandArgument {
  /** The canister that the command was called on, whatever else is selected. */
  readonly canister?: CanisterArgument;
  /** The selected canisters, or the one that it was called on; empty from the palette. */
  readonly canisters: readonly CanisterArgument[];
  /** The manifest of the project that the row belongs to. */
  readonly manifest?: string;
  readonly network?: string;
  readonly identity?: string;
  /** The tool that the identity belongs to. */
  readonly engine?: string;
  /** What "Copy" copies. */
  readonly copy?: string;
  /** A file to open or its URI, and where. */
  readonly file?: string;
  readonly range?: TextRange;
}

/**
 * Reads what is passed to a command: first the row it is called on, then all selected rows. Anybody may pass anything:
 * what is not of the right form counts as not passed.
 */
export function readArgument([first, second]: readonly unknown[]): CommandArgument {
  const row = fieldsOf(first);
  const canister = canisterOf(first);
  const selected = list(second).flatMap((node) => canisterOf(node) ?? []);
  return {
    canister,
    canisters: selected.length > 0 || !canister ? selected : [canister],
    manifest: text(row['manifest']),
    network: text(row['network']),
    identity: text(row['identity']),
    engine: text(row['engine']),
    copy: text(fieldsOf(row['row'])['copy']),
    file: text(first) ?? text(row['file']),
    range: rangeOf(second),
  };
}

const NO_FIELDS: Readonly<Record<string, unknown>> = {};

/** The named fields of an object. An accessor that throws leaves the object without any. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) {
    return NO_FIELDS;
  }
  try {
    const { manifest, canister, network, identity, engine, row, copy, file, offset, length } = value as Record<
      string,
      unknown
    >;
    return { manifest, canister, network, identity, engine, row, copy, file, offset, length };
  } catch {
    return NO_FIELDS;
  }
}

function canisterOf(value: unknown): CanisterArgument | undefined {
  const fields = fieldsOf(value);
  const manifest = text(fields['manifest']);
  const canister = text(fields['canister']);
  return manifest === undefined || canister === undefined ? undefined : { manifest, canister };
}

function rangeOf(value: unknown): TextRange | undefined {
  const { offset, length } = fieldsOf(value);
  return isPlace(offset) && isPlace(length) ? { offset, length } : undefined;
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function list(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? [...value] : [];
  } catch {
    return [];
  }
}
