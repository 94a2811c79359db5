import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { unagreedHost } from '../core/lifecycle/questions';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { hostOf, networkClass } from '../core/network/network-class';
import type { Network } from '../core/project/model';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { agree } from '../ui/dialogs';
import type { CommandContext } from './command-context';
import { chosenNetwork } from './manage-networks';
import type { CommandArgument } from './read-argument';

/**
 * Before a request that has to be signed, asks for the agreement that its network still lacks, once for a URL.
 *
 * @param why who or what wants it, where that is no click
 * @throws {Failure} of kind `cancelled`
 */
export async function agreeToSign(
  context: Pick<CommandContext, 'consent'>,
  targets: readonly CanisterRef[],
  why = '',
): Promise<void> {
  for (const project of new Set(targets.map(({ project }) => project))) {
    const { target } = project.snapshot;
    if (unagreedHost(project.snapshot) !== undefined && target.network) {
      // Another project may be on the same network.
      if (!context.consent.agreed(target.network.url)) {
        await ask(context, project, target.network, why);
      }
      // What was read anonymously is read anew: the identity may see, and be allowed, more.
      await project.refresh();
      if (project.snapshot.identity?.withheld) {
        throw cancelled();
      }
    }
  }
}

/** Agrees to signed requests to the network of a row, or to the project's. */
export async function allowSigning(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { project, network } = await chosenNetwork(context, argument);
  if (networkClass(network.url) !== 'other') {
    throw new Failure({ message: msg('Requests to {0} are signed anyway.', hostOf(network.url)) });
  }
  await ask(context, project, network);
}

/** Takes the agreement back. */
export async function revokeSigning(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { network } = await chosenNetwork(context, argument);
  await context.consent.revoke(network.url);
}

async function ask(
  { consent }: Pick<CommandContext, 'consent'>,
  { snapshot }: ProjectMonitor,
  { name, url }: Network,
  why = '',
): Promise<void> {
  const host = hostOf(url);
  const detail = [
    vscode.l10n.t('The network {0} is at {1}, neither on this computer nor mainnet.', name, url),
    vscode.l10n.t('A request does not say which network it is for: whoever gets it can send it to mainnet as well.'),
    vscode.l10n.t('You are asked once. You can take it back in the Networks view.'),
    why,
  ].filter(Boolean);
  const question = vscode.l10n.t('Sign requests to {0} with the identity {1}?', host, snapshot.identity?.name ?? '');
  await agree([question], detail, vscode.l10n.t('Sign requests'));
  await consent.agree(url);
}
