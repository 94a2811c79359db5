import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { appendedRequest, freeName, type NewRequest, readRequests, replacedCall } from '../core/candid/request-file';
import type { Span } from '../core/candid/value-parser';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { readProjectText } from '../core/project/files';
import { liesInside } from '../core/util/confined-file';
import { innermostMessage } from '../core/util/errors';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { fileNameOf } from '../core/util/paths';
import { requireTrust } from '../core/util/trust';
import { type FoundRequest, type PageCall, REQUEST_EXTENSION, REQUEST_FOLDER } from '../page/page-calls';
import { agreeTo, answered } from '../ui/dialogs';
import { openDocument } from '../ui/open-document';
import { showInputBox, showInStatusBar } from '../ui/surfaces';
import { toRange } from '../ui/to-range';

/** Files that are read, and requests that are listed, of one canister. */
const MAX_FILES = 50;
const MAX_LISTED = 200;

/** The requests of the project's files that call a canister, those of its own file first. */
export async function savedRequests({ project, canister }: CanisterRef): Promise<readonly FoundRequest[]> {
  if (!vscode.workspace.isTrusted) {
    return [];
  }
  const folder = path.join(project.root, REQUEST_FOLDER);
  const own = path.basename(fileOf({ project, canister }));
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => name.endsWith(REQUEST_EXTENSION))
    .sort((a, b) => Number(b === own) - Number(a === own) || (a < b ? -1 : 1));
  const found: FoundRequest[] = [];
  for (const name of names.slice(0, MAX_FILES)) {
    const file = path.join(folder, name);
    const text = await textOf(file, project.root);
    for (const request of text === undefined ? [] : readRequests(text).requests) {
      const { kind, method, arguments: given, whole } = request;
      const headLength = request.name.offset + request.name.length - whole.offset;
      if (request.canister?.text === canister && method && given && found.length < MAX_LISTED) {
        found.push({
          name: request.name.text,
          method: method.text,
          kind: kind?.text,
          arguments: given.text,
          place: { do: 'open', file, range: { offset: whole.offset, length: headLength } },
        });
      }
    }
  }
  return found;
}

/** Asks for a name, and writes a call as a named request into the canister's file of them. @throws {Failure} */
export async function saveCall(target: CanisterRef, call: PageCall): Promise<void> {
  requireTrust(vscode.workspace);
  const { root } = target.project;
  const file = fileOf(target);
  const shown = path.join(REQUEST_FOLDER, path.basename(file));
  const content = await readProjectText(file, root);
  if (content.state === 'failed') {
    throw new Failure({ message: content.message });
  }
  if (!(await liesInside(root, file))) {
    throw new Failure({ message: msg('{0} would lie outside of the project: nothing was written.', file) });
  }
  const document = content.state === 'text' ? await vscode.workspace.openTextDocument(file) : undefined;
  const { method, kind, arguments: text } = call;
  let wanted = method;
  for (;;) {
    const before = document?.getText() ?? '';
    const known = readRequests(before);
    const named = (name: string) => known.requests.find((request) => request.name.text === name);
    wanted = await askName(freeName(known, wanted), (name) => named(name) !== undefined);
    const request: NewRequest = { name: wanted, kind, canister: target.canister, method, arguments: text };
    const taken = named(wanted);
    const replaced = taken && replacedCall(before, taken, request);
    if (!taken || (await mayReplace(wanted, shown, replaced !== undefined))) {
      const { insert } = appendedRequest(before, request);
      await (document
        ? change(document, before, replaced ?? { offset: before.length, length: 0, insert })
        : create(file, insert));
      showInStatusBar('check', vscode.l10n.t('Saved in {0}', shown));
      return;
    }
  }
}

function fileOf({ project, canister }: CanisterRef): string {
  // Any name can be a canister's in a manifest.
  return path.join(project.root, REQUEST_FOLDER, `${fileNameOf(canister)}${REQUEST_EXTENSION}`);
}

/** As an editor has it, else as it is on disk. */
async function textOf(file: string, root: string): Promise<string | undefined> {
  const open = openDocument(file);
  if (open) {
    return open.getText();
  }
  const content = await readProjectText(file, root);
  return content.state === 'text' ? content.text : undefined;
}

async function askName(wanted: string, isTaken: (name: string) => boolean): Promise<string> {
  const name = await answered(
    showInputBox({
      title: vscode.l10n.t('Save as a named request'),
      prompt: vscode.l10n.t('What is the request called?'),
      value: wanted,
      ignoreFocusOut: true,
      validateInput: (value) => {
        if (value.trim() === '') {
          return vscode.l10n.t('Enter a name.');
        }
        return isTaken(value.trim())
          ? {
              message: vscode.l10n.t('There is a request named {0} already.', value.trim()),
              severity: vscode.InputBoxValidationSeverity.Warning,
            }
          : undefined;
      },
    }),
  );
  return name.trim();
}

/** False where another name is wanted. @throws {Failure} of kind `cancelled` */
async function mayReplace(name: string, file: string, canBe: boolean): Promise<boolean> {
  const replace = vscode.l10n.t('Replace');
  const other = vscode.l10n.t('Another name');
  const question = vscode.l10n.t('There is a request named {0} already.', name);
  return (await agreeTo([question], [file], canBe ? [other, replace] : [other], false)) === replace;
}

async function create(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  try {
    // Nothing that has come there meanwhile is written over, and no link is followed.
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    throw new Failure({ message: msg('{0} cannot be written.', file), detail: innermostMessage(error) });
  }
}

/** @param before what the document said when the change was made up */
async function change(
  document: vscode.TextDocument,
  before: string,
  { offset, length, insert }: Span & { readonly insert: string },
): Promise<void> {
  const file = document.uri.fsPath;
  if (document.getText() !== before) {
    throw new Failure({ message: msg('{0} has changed meanwhile. Nothing was written.', file) });
  }
  const wasDirty = document.isDirty;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, toRange(document, { offset, length }), insert);
  // What else was being typed there is saved by whoever types it.
  if (!(await vscode.workspace.applyEdit(edit)) || (!wasDirty && !(await document.save()))) {
    throw new Failure({ message: msg('{0} cannot be written.', file) });
  }
}
