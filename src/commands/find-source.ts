import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { findInSources } from '../core/project/source-places';
import type { OpenPlace } from '../page/page-calls';

/** Where the sources that a canister is built from have what its traps name. */
export async function sourcePlaces(
  { project, canister }: CanisterRef,
  names: readonly string[],
): Promise<ReadonlyMap<string, OpenPlace>> {
  // Without trust no file that the project names is read.
  const inputs = vscode.workspace.isTrusted
    ? await project.files.buildInputs(canister, project.snapshot.target)
    : undefined;
  const found = inputs ? await findInSources(names, inputs, project.root) : [];
  return new Map([...found].map(([name, { file, range }]) => [name, { do: 'open', file, range }]));
}
