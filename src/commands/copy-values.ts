import * as vscode from 'vscode';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { copyText } from '../ui/dialogs';
import { findCanister, pickCanister } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';

/** Copies the ids of the canisters, one a line. */
export async function copyCanisterId(context: CommandContext, { canisters }: CommandArgument): Promise<void> {
  const title = vscode.l10n.t('Copy the id of which canister?');
  const targets =
    canisters.length > 0
      ? canisters.map((argument) => findCanister(context.workspace, argument))
      : [
          await pickCanister(
            context,
            undefined,
            title,
            ({ project, canister }) => project.canister(canister)?.id !== undefined,
          ),
        ];
  const ids = targets.flatMap(({ project, canister }) => project.canister(canister)?.id ?? []);
  if (ids.length === 0) {
    throw new Failure({ message: msg('There is no id to copy: the canister is not created on this network.') });
  }
  await copyText(ids.join('\n'));
}

/** Copies what a detail row says, in full. */
export async function copyValue(_context: CommandContext, { copy }: CommandArgument): Promise<void> {
  if (copy !== undefined) {
    await copyText(copy);
  }
}
