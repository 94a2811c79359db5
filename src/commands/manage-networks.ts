import * as vscode from 'vscode';
import type { EngineProject, ManagedNetwork } from '../core/engines/engine';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Network } from '../core/project/model';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { shortText } from '../core/util/shorten';
import { agreeToLoss, answered, copyText } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { projectLabel } from '../ui/project-label';
import { showInStatusBar, showQuickPick } from '../ui/surfaces';
import { joinSentences } from '../ui/translate';
import { noProject, oneProject, projectOf } from './choose-canisters';
import { type CommandContext, toolchainOf } from './command-context';
import type { CommandArgument } from './read-argument';
import { selectNetwork } from './select-network';

export async function useNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const project = projectOf(context.workspace, argument);
  if (project && argument.network !== undefined) {
    await context.selection.setTarget(project.manifest, argument.network);
  } else {
    await selectNetwork(context, argument);
  }
}

export async function startNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { files, target, network } = await chooseNetwork(context, argument);
  if (network.volatile && network.stopped) {
    await agreeToEmpty(
      files,
      network,
      vscode.l10n.t('Start the network {0} with an empty state?', network.name),
      vscode.l10n.t('Start network'),
    );
  }
  const started = await withProgress(
    {
      title: vscode.l10n.t('Starting the network {0}…', network.name),
      failed: (cause) => msg('The network {0} was not started. {1}', network.name, cause),
    },
    (signal, report) =>
      context.localNetwork.start(files, { target, signal, onLine: (line) => report(shortText(line, 100)) }),
  );
  await refreshAll(context);
  showInStatusBar(
    'check',
    started
      ? vscode.l10n.t('Network {0} is running.', network.name)
      : vscode.l10n.t('Network {0} was running already.', network.name),
  );
}

export async function stopNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { files, target, network } = await chooseNetwork(context, argument);
  if (network.volatile && !network.stopped) {
    await agreeToEmpty(
      files,
      network,
      vscode.l10n.t('Stop the network {0}?', network.name),
      vscode.l10n.t('Stop network'),
    );
  }
  await withProgress(
    {
      title: vscode.l10n.t('Stopping the network {0}…', network.name),
      failed: (cause) => msg('The network {0} was not stopped. {1}', network.name, cause),
    },
    (signal) => context.localNetwork.stop(files, { target, signal }),
  );
  await refreshAll(context);
  showInStatusBar('check', vscode.l10n.t('Network {0} was stopped.', network.name));
}

export async function eraseAndStartNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { files, target, network } = await chooseNetwork(context, argument);
  const start = vscode.l10n.t('Erase and start');
  const lost =
    network.scope !== 'shared'
      ? vscode.l10n.t('All canisters of this project on it, with their data, cycles and ids, are erased.')
      : vscode.l10n.t(
          'The local network is shared: the canisters of every project on this computer, with their data, cycles and ids, are erased.',
        );
  await agreeToLoss(
    [vscode.l10n.t('Start the network {0} with an empty state?', network.name)],
    [joinSentences([lost, vscode.l10n.t('This cannot be undone.')]), '', network.dataDir],
    start,
  );
  await withProgress(
    {
      title: vscode.l10n.t('Starting the network {0} with an empty state…', network.name),
      failed: (cause) => msg('The network {0} was not started. {1}', network.name, cause),
    },
    (signal) => context.localNetwork.start(files, { target, clean: true, signal }),
  );
  await refreshAll(context);
  showInStatusBar('check', vscode.l10n.t('Network {0} is running.', network.name));
}

/** Deletes the wallets of a local network, too: their ids stay in files when the state is erased, and dfx then fails. */
export async function resetNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { files, target, network } = await chooseNetwork(context, argument);
  const shared = network.scope === 'shared';
  const steps = [
    vscode.l10n.t('1. Stop the network {0}.', network.name),
    vscode.l10n.t(
      '2. Delete the folder {0}: local ids, wallets, builds and pulled dependencies of this project.',
      toolchainOf(context, files.engine.name).stateFolder(files),
    ),
    shared
      ? vscode.l10n.t('3. Start it with an empty state: the canisters of every project on this computer are erased.')
      : vscode.l10n.t('3. Start it with an empty state: all canisters of this project on it are erased.'),
  ];
  await agreeToLoss(
    [vscode.l10n.t('Reset the wallets and the state of the network {0}?', network.name)],
    [...steps, '', vscode.l10n.t('This cannot be undone.')],
    vscode.l10n.t('Delete and start'),
  );
  await withProgress(
    {
      title: vscode.l10n.t('Resetting the network {0}…', network.name),
      failed: (cause) => msg('The network {0} was not reset. {1}', network.name, cause),
    },
    (signal) => context.localNetwork.reset(files, { target, signal }),
  );
  await refreshAll(context);
}

export async function copyNetworkUrl(context: CommandContext, argument: CommandArgument): Promise<void> {
  await copyText((await chosenNetwork(context, argument)).network.url);
}

/** The network of a row, or the project's. @throws {Failure} where it has no address */
export async function chosenNetwork(
  context: CommandContext,
  argument: CommandArgument,
): Promise<{ project: ProjectMonitor; network: Network }> {
  const project = await oneProject(context, argument, vscode.l10n.t('The network of which project?'));
  await project.load();
  const chosen = argument.network ?? project.snapshot.target.name;
  const { network, problem } = await project.files.target(chosen);
  if (!network || network.url === '') {
    throw new Failure({ message: problem ?? msg('There is no network named "{0}".', chosen) });
  }
  return { project, network };
}

/** Files have changed, and the network's state: what is shown follows at once. */
async function refreshAll({ workspace, networks }: CommandContext): Promise<void> {
  await Promise.all([workspace.refresh(), networks.refresh()]);
}

interface ChosenNetwork {
  readonly files: EngineProject;
  /** The target whose network it is. */
  readonly target: string;
  readonly network: ManagedNetwork;
}

/** The network of the row, or the one that the project works on. */
async function chooseNetwork(context: CommandContext, argument: CommandArgument): Promise<ChosenNetwork> {
  const { files, snapshot } = await chooseProject(context, argument);
  const target = argument.network ?? snapshot.target.name;
  return { files, target, network: await files.managedNetwork(target) };
}

/** Asks before a network loses what it holds, if it holds anything of the project: the tool would not. */
async function agreeToEmpty(
  files: EngineProject,
  { name }: ManagedNetwork,
  question: string,
  verb: string,
): Promise<void> {
  const targets = (await files.targets()).filter(({ network }) => network?.name === name);
  const ids = await Promise.all(targets.map((target) => files.ids(target, Date.now())));
  const canisters = ids.reduce((count, { byName }) => count + byName.size, 0);
  if (canisters > 0) {
    await agreeToLoss(
      [question],
      [
        canisters === 1
          ? vscode.l10n.t(
              '{0} keeps no state of it: 1 canister of this project, with its data, cycles and id, is lost.',
              files.engine.name,
            )
          : vscode.l10n.t(
              '{0} keeps no state of it: {1} canisters of this project, with their data, cycles and ids, are lost.',
              files.engine.name,
              String(canisters),
            ),
        vscode.l10n.t('This cannot be undone.'),
      ],
      verb,
    );
  }
}

/** The project whose local network is meant; asked for only where projects have different ones. */
async function chooseProject({ workspace }: CommandContext, argument: CommandArgument): Promise<ProjectMonitor> {
  await workspace.ready();
  const given = projectOf(workspace, argument);
  const [only] = workspace.projects;
  if (!only) {
    throw noProject();
  }
  if (given || workspace.projects.length === 1) {
    return given ?? only;
  }
  const byFolder = new Map<string, ProjectMonitor>();
  for (const project of workspace.projects) {
    // A project that has no such network is not offered.
    const { files, snapshot } = project;
    const network = await files.managedNetwork(snapshot.target.name).catch(() => undefined);
    if (network && !byFolder.has(network.dataDir)) {
      byFolder.set(network.dataDir, project);
    }
  }
  if (byFolder.size <= 1) {
    return [...byFolder.values()][0] ?? only;
  }
  const items = [...byFolder].map(([description, project]) => ({ label: projectLabel(project), description, project }));
  const title = vscode.l10n.t('The local network of which project?');
  return (await answered(showQuickPick(items, { title }))).project;
}
