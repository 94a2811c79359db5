import * as vscode from 'vscode';
import { pickCanister } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';

/** Opens the page of a canister on the network that its project works on. */
export async function openCanisterPage(context: CommandContext, { canister: named }: CommandArgument): Promise<void> {
  const title = vscode.l10n.t('Open the page of which canister?');
  const { project, canister } = await pickCanister(context, named, title);
  context.openPages.show({ manifest: project.manifest, canister, target: project.snapshot.target.name });
}
