import * as vscode from 'vscode';
import { type DfxCommand, type DfxContext, depsDeploy, depsInit, depsPull } from '../core/engines/dfx/commands';
import type { DfxTool } from '../core/engines/dfx/tool';
import { isMainnet } from '../core/lifecycle/guard';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { cancelled, Failure } from '../core/util/failure';
import { type Message, msg } from '../core/util/message';
import type { confirmOperation } from '../ui/confirm';
import { requireTrust } from './change-canisters';
import { withExplanation } from './explain';
import { projectOf } from './networks';
import type { CommandSink } from './registry';
import { isCanisterArgument } from './targets';

export interface DependencyDeps {
  readonly monitor: WorkspaceMonitor;
  readonly tool: DfxTool;
  readonly confirm: typeof confirmOperation;
}

/** `dfx deps`: what can be done with canisters of type pull, which are somebody else's. */
export function registerDependencyCommands(commands: CommandSink, deps: DependencyDeps): void {
  commands.register('icCanisters.depsPull', (node) => pull(deps, node));
  commands.register('icCanisters.depsInit', (node) => init(deps, node));
  commands.register('icCanisters.depsDeploy', (node) => deploy(deps, node));
}

async function pull(deps: DependencyDeps, node: unknown): Promise<void> {
  for (const project of await projectsWithDependencies(deps, node)) {
    // They are described where they really are, whatever network is chosen here.
    const command = depsPull({ ...contextOf(project), network: 'ic' });
    await run(deps, project, vscode.l10n.t('Pulling dependencies…'), command, (cause) =>
      msg('The dependencies were not pulled. {0}', cause),
    );
  }
}

async function init(deps: DependencyDeps, node: unknown): Promise<void> {
  const canister = isCanisterArgument(node) ? node.canister : undefined;
  let argument: string | undefined;
  if (canister !== undefined) {
    argument = await vscode.window.showInputBox({
      title: vscode.l10n.t('Init argument of {0}', canister),
      prompt: vscode.l10n.t('Candid text, such as (opt "text", 5). Leave it empty if the canister takes none.'),
    });
    if (argument === undefined) {
      throw cancelled();
    }
  }
  for (const project of await projectsWithDependencies(deps, node)) {
    const command = depsInit(contextOf(project), canister, argument === '' ? undefined : argument);
    await run(deps, project, vscode.l10n.t('Setting init arguments…'), command, (cause) =>
      msg('The init arguments were not set. {0}', cause),
    );
  }
}

async function deploy(deps: DependencyDeps, node: unknown): Promise<void> {
  const canister = isCanisterArgument(node) ? node.canister : undefined;
  for (const project of await projectsWithDependencies(deps, node)) {
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
    if (!(await deps.confirm({ operation: 'deps-deploy', targets }))) {
      throw cancelled();
    }
    await run(
      deps,
      project,
      vscode.l10n.t('Deploying dependencies…'),
      depsDeploy(contextOf(project), canister),
      (cause) => msg('The dependencies were not deployed. {0}', cause),
    );
  }
}

async function run(
  { tool }: DependencyDeps,
  project: ProjectMonitor,
  title: string,
  command: DfxCommand,
  failed: (cause: Message) => Message,
): Promise<void> {
  const { networkName, identity } = project.snapshot;
  const context = { network: networkName, identity: identity?.name ?? '' };
  await withExplanation(title, failed, (signal) => tool.run(command, { signal, context }));
  await project.refresh();
}

/** The project of the row, or all; only those that have dependencies to pull. */
async function projectsWithDependencies({ monitor }: DependencyDeps, node: unknown): Promise<ProjectMonitor[]> {
  requireTrust();
  await monitor.ready();
  const own = projectOf(monitor, node);
  const projects = (own ? [own] : monitor.projects).filter((project) => pulled(project).length > 0);
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
