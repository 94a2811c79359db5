import * as vscode from 'vscode';
import { type CanisterRef, projectNetwork } from '../core/lifecycle/canister-ref';
import { appliesTo } from '../core/lifecycle/operations';
import { reachesMainnet } from '../core/network/network-class';
import { candidUiUrl, dashboardUrl, frontendUrl } from '../core/project/urls';
import { answersBrowsers } from '../core/rows/canister-row';
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
    (candidate) => appliesTo('call', candidate),
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
  const title = vscode.l10n.t('Open the frontend of which canister?');
  const { network, id } = await existing(context, argument, title, (candidate) => {
    const state = candidate.project.canister(candidate.canister);
    return state !== undefined && answersBrowsers(state) && appliesTo('call', candidate);
  });
  // From another machine a browser reaches the network's port alone.
  await context.pages.open(frontendUrl(network, id, vscode.env.remoteName === undefined));
}

/** Opens what the public dashboard says of the canister. */
export async function openDashboard(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { target, network, id } = await existing(
    context,
    argument,
    vscode.l10n.t('Show which canister in the dashboard?'),
    ({ project }) => reachesMainnet(project.snapshot.target.network?.url ?? ''),
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

/** @param fits the canisters that are offered where none is named */
async function existing(
  context: CommandContext,
  { canister }: CommandArgument,
  title: string,
  fits: (candidate: CanisterRef) => boolean,
) {
  const accept = (candidate: CanisterRef) => idOf(candidate) !== undefined && fits(candidate);
  const target = await pickCanister(context, canister, title, accept);
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
