import * as vscode from 'vscode';
import { type DfxCommand, type DfxContext, depsDeploy, depsInit, depsPull } from '../core/engines/dfx/commands';
import { isMainnet } from '../core/lifecycle/guard';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { cancelled, Failure } from '../core/util/failure';
import { type Message, msg } from '../core/util/message';
import { withProgress } from '../ui/progress';
import { showInputBox } from '../ui/surfaces';
import { chooseProjects } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';
import { confirm } from './run-operation';

export async function pullDependencies(context: CommandContext, argument: CommandArgument): Promise<void> {
  for (const project of await projectsWithDependencies(context, argument)) {
    // Pulled from mainnet, where they run, whatever network is selected.
    const command = depsPull({ ...contextOf(project), network: 'ic' });
    await run(context, project, vscode.l10n.t('Pulling dependencies…'), command, (cause) =>
      msg('The dependencies were not pulled. {0}', cause),
    );
  }
}

export async function initDependencies(context: CommandContext, argument: CommandArgument): Promise<void> {
  const canister = argument.canister?.canister;
  let initArgument: string | undefined;
  if (canister !== undefined) {
    initArgument = await showInputBox({
      title: vscode.l10n.t('Init argument of {0}', canister),
      prompt: vscode.l10n.t('Candid text, such as (opt "text", 5). Leave it empty if the canister takes none.'),
    });
    if (initArgument === undefined) {
      throw cancelled();
    }
  }
  for (const project of await projectsWithDependencies(context, argument)) {
    const command = depsInit(contextOf(project), canister, initArgument === '' ? undefined : initArgument);
    await run(context, project, vscode.l10n.t('Setting init arguments…'), command, (cause) =>
      msg('The init arguments were not set. {0}', cause),
    );
  }
}

export async function deployDependencies(context: CommandContext, argument: CommandArgument): Promise<void> {
  const canister = argument.canister?.canister;
  for (const project of await projectsWithDependencies(context, argument)) {
    const { network, networkName } = project.snapshot;
    if (isMainnet(network)) {
      throw new Failure({
        message: msg(
          'Dependencies are deployed to local networks, for development. {0} is mainnet, where they are already.',
          networkName,
        ),
      });
    }
    const names = canister === undefined ? pulled(project) : [canister];
    const targets = names.map((name) => ({ monitor: project, canister: name }));
    await confirm(context, 'deps-deploy', targets);
    await run(
      context,
      project,
      vscode.l10n.t('Deploying dependencies…'),
      depsDeploy(contextOf(project), canister),
      (cause) => msg('The dependencies were not deployed. {0}', cause),
    );
  }
}

async function run(
  { tool }: CommandContext,
  project: ProjectMonitor,
  title: string,
  command: DfxCommand,
  failed: (cause: Message) => Message,
): Promise<void> {
  const { networkName, identity } = project.snapshot;
  const context = { network: networkName, identity: identity?.name ?? '' };
  await withProgress({ title, failed }, (signal) => tool.run(command, { signal, context }));
  await project.refresh();
}

/** The project of the row, or all; only those that have dependencies to pull. */
async function projectsWithDependencies(context: CommandContext, argument: CommandArgument): Promise<ProjectMonitor[]> {
  const projects = (await chooseProjects(context, argument)).filter((project) => pulled(project).length > 0);
  if (projects.length === 0) {
    throw new Failure({ message: msg('There is no canister of type pull in dfx.json.') });
  }
  return projects;
}

function pulled({ project }: ProjectMonitor): string[] {
  return project.config.canisters.filter(({ kind }) => kind === 'pull').map(({ name }) => name);
}

function contextOf({ project, snapshot }: ProjectMonitor): DfxContext {
  return { cwd: project.root, network: snapshot.networkName, identity: snapshot.identity?.name ?? 'anonymous' };
}
