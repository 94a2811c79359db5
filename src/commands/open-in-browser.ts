import * as vscode from 'vscode';
import { type CanisterRef, projectNetwork } from '../core/lifecycle/canister-ref';
import { candidUiUrl, dashboardUrl, frontendUrl } from '../core/project/urls';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { openPage } from '../ui/dialogs';
import { pickCanister, toArgument } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';

/** Opens the page with which the canister's methods can be called. */
export async function openCandidUi(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { target, network, id } = await existing(
    context,
    argument,
    vscode.l10n.t('Open Candid UI for which canister?'),
  );
  const candidUi = await target.project.files.candidUi(target.project.snapshot.target);
  const url = candidUiUrl(network, id, candidUi);
  if (url === undefined) {
    throw new Failure({
      message: msg(
        '{0} has no Candid UI. {1} installs it there.',
        target.project.snapshot.target.name,
        target.project.engine.name,
      ),
      actions: [{ title: msg('Call method…'), command: 'icCanisters.call', args: [toArgument(target)] }],
    });
  }
  await context.pages.open(url);
}

/** Opens the canister's web page. */
export async function openFrontend(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { network, id } = await existing(context, argument, vscode.l10n.t('Open the frontend of which canister?'));
  // From another machine a browser reaches the network's port alone.
  await context.pages.open(frontendUrl(network, id, vscode.env.remoteName === undefined));
}

/** Opens what the public dashboard says of the canister. */
export async function openDashboard(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { target, network, id } = await existing(
    context,
    argument,
    vscode.l10n.t('Show which canister in the dashboard?'),
  );
  const url = dashboardUrl(network, id);
  if (url === undefined) {
    throw new Failure({
      message: msg(
        'The dashboard shows canisters of mainnet only; {0} is another network.',
        target.project.snapshot.target.name,
      ),
    });
  }
  await openPage(url);
}

async function existing(context: CommandContext, { canister }: CommandArgument, title: string) {
  const target = await pickCanister(context, canister, title, (candidate) => idOf(candidate) !== undefined);
  const id = idOf(target);
  if (id === undefined) {
    const { name } = target.project.snapshot.target;
    throw new Failure({ message: msg('{0} has no id on the network {1}.', target.canister, name) });
  }
  const { network } = projectNetwork(target.project);
  return { target, network, id };
}

function idOf({ project, canister }: CanisterRef): string | undefined {
  return project.canister(canister)?.id;
}
