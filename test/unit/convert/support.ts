import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Conversion, ReportRow, Verdict } from '../../../src/core/convert/conversion';
import { convertProject } from '../../../src/core/convert/convert';
import type { ConversionSources } from '../../../src/core/convert/project';
import { FileCache, loadProjectFiles } from '../../../src/core/engines/icp/project-files';
import { nodeFileHost } from '../../../src/core/project/file-host';
import { formatMessage } from '../../../src/core/util/message';

/** The files of a project by their paths in it. */
export type Files = Readonly<Record<string, string>>;

/** A folder with these files, below one that a test removes. */
export function project(files: Files, parent = mkdtempSync(path.join(tmpdir(), 'convert-'))): string {
  const root = mkdtempSync(path.join(parent, 'project-'));
  put(root, files);
  return root;
}

export function put(root: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

export function convert(root: string, dfxJson: string, more: Partial<ConversionSources> = {}): Promise<Conversion> {
  return convertProject({
    root,
    dfxJson,
    files: nodeFileHost,
    ids: new Map(),
    sharedNetworks: [],
    extensionTypes: new Map(),
    words: formatMessage,
    ...more,
  });
}

/** Writes what a conversion would write. */
export function write(root: string, { files }: Conversion): void {
  put(root, Object.fromEntries(files.map(({ path: name, text }) => [name, text])));
}

/** What our own analysis says that icp would refuse. */
export async function refusals(root: string): Promise<string[]> {
  const { refusals: found } = await loadProjectFiles(path.join(root, 'icp.yaml'), new FileCache());
  return found.map(({ message }) => formatMessage(message));
}

/** What became of a key; undefined where nobody speaks of it. */
export function rowOf({ rows }: Conversion, key: string): ReportRow | undefined {
  return rows.find((row) => row.path.join('.') === key);
}

export function verdictOf(conversion: Conversion, key: string): Verdict | undefined {
  return rowOf(conversion, key)?.verdict;
}

/** Every key of a JSON value, objects in arrays included, as the steps to it. */
export function keysOf(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => keysOf(item, [...at, index]));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => [[...at, key], ...keysOf(inner, [...at, key])]);
}

/** The keys that a report does not account for: neither they nor what is above speak for them, nor all that is below. */
export function unmentioned({ rows }: Conversion, dfxJson: string): string[] {
  const spoken = new Map(rows.map((row) => [JSON.stringify(row.path), row]));
  return keysOf(JSON.parse(dfxJson))
    .filter((key) => {
      const own = spoken.has(JSON.stringify(key));
      const above = key.some((_, length) => spoken.get(JSON.stringify(key.slice(0, length)))?.whole);
      const below = rows.some(
        ({ path: other }) => other.length > key.length && key.every((step, i) => other[i] === step),
      );
      return !own && !above && !below;
    })
    .map((key) => key.join('.'));
}

/** How much of a project a conversion takes along. */
export type Extent = 'whole' | 'with differences' | 'in part' | 'not at all';

export function extentOf({ canisters, rows, unbuilt }: Conversion): Extent {
  if (unbuilt.length > 0) {
    return unbuilt.length === canisters.length ? 'not at all' : 'in part';
  }
  return rows.every(({ verdict }) => verdict === 'converted') ? 'whole' : 'with differences';
}
