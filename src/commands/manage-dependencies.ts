import * as vscode from 'vscode';
import type { PulledCommands, ToolContext } from '../core/engines/toolchain';
import { requireReadable } from '../core/lifecycle/canister-ref';
import { countsAsMainnet } from '../core/lifecycle/place';
import { projectContext } from '../core/lifecycle/tool-operations';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { ToolCommand } from '../core/process/tool';
import { cancelled, Failure } from '../core/util/failure';
import { type Message, msg } from '../core/util/message';
import { withProgress } from '../ui/progress';
import { showInputBox, showInStatusBar } from '../ui/surfaces';
import { chooseProjects } from './choose-canisters';
import { type CommandContext, toolchainOf } from './command-context';
import type { CommandArgument } from './read-argument';
import { confirm } from './run-operation';

export async function pullDependencies(context: CommandContext, argument: CommandArgument): Promise<void> {
  for (const project of await projectsWithDependencies(context, argument)) {
    await run(
      context,
      project,
      vscode.l10n.t('Pulling dependencies…'),
      (commands, at) => commands.depsPull(at),
      (cause) => msg('The dependencies were not pulled. {0}', cause),
      vscode.l10n.t('Pulled the dependencies of {0}.', project.name),
    );
  }
}

export async function initDependencies(context: CommandContext, argument: CommandArgument): Promise<void> {
  const canister = argument.canister?.canister;
  for (const project of await projectsWithDependencies(context, argument)) {
    await requireStep(context, project, 'init');
  }
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
    await run(
      context,
      project,
      vscode.l10n.t('Setting init arguments…'),
      (commands, at) => commands.depsInit(at, canister, initArgument === '' ? undefined : initArgument),
      (cause) => msg('The init arguments were not set. {0}', cause),
      vscode.l10n.t('Set the init arguments of the dependencies of {0}.', project.name),
    );
  }
}

export async function deployDependencies(context: CommandContext, argument: CommandArgument): Promise<void> {
  const canister = argument.canister?.canister;
  for (const project of await projectsWithDependencies(context, argument)) {
    const { target } = project.snapshot;
    if (countsAsMainnet(target.network)) {
      throw new Failure({
        message: msg(
          'Dependencies are deployed to local networks, for development. {0} is mainnet, where they are already.',
          target.name,
        ),
      });
    }
    await requireStep(context, project, 'deploy');
    const names = canister === undefined ? pulled(project) : [canister];
    const targets = names.map((name) => ({ project, canister: name }));
    await confirm(context, 'deps-deploy', targets);
    await run(
      context,
      project,
      vscode.l10n.t('Deploying dependencies…'),
      (commands, at) => commands.depsDeploy(at, canister),
      (cause) => msg('The dependencies were not deployed. {0}', cause),
      vscode.l10n.t('Deployed the dependencies of {0}.', project.name),
    );
  }
}

async function run(
  context: CommandContext,
  project: ProjectMonitor,
  title: string,
  command: (commands: PulledCommands, at: ToolContext) => ToolCommand,
  failed: (cause: Message) => Message,
  done: string,
): Promise<void> {
  const { tool, pulled: commands } = toolchainOf(context, project.engine.name);
  if (commands) {
    const at = projectContext(project);
    const about = { network: at.target, identity: at.identity };
    await withProgress({ title, failed }, async (signal) => {
      await requireReadable(project);
      await tool.run(command(commands, at), { signal, context: about });
    });
    await project.refresh();
    showInStatusBar('check', done);
  }
}

/** Leads to what has to come first. @throws {Failure} */
async function requireStep(context: CommandContext, project: ProjectMonitor, step: 'init' | 'deploy'): Promise<void> {
  const missing = await toolchainOf(context, project.engine.name).pulledStep?.(project.files);
  const args = [{ manifest: project.manifest }];
  if (missing === 'pull') {
    throw new Failure({
      message: msg('The dependencies of {0} have not been pulled yet.', project.name),
      actions: [{ title: msg('Pull dependencies'), command: 'icCanisters.depsPull', args, removesCause: true }],
    });
  }
  if (missing === 'init' && step === 'deploy') {
    throw new Failure({
      message: msg('The init arguments of the dependencies of {0} have not been set yet.', project.name),
      actions: [{ title: msg('Set init arguments'), command: 'icCanisters.depsInit', args, removesCause: true }],
    });
  }
}

/** The project of the row, or all; only those that have dependencies to pull. */
async function projectsWithDependencies(context: CommandContext, argument: CommandArgument): Promise<ProjectMonitor[]> {
  const projects = (await chooseProjects(context, argument)).filter((project) => pulled(project).length > 0);
  if (projects.length === 0) {
    throw new Failure({ message: msg('There is no canister of type pull in dfx.json.') });
  }
  return projects;
}

function pulled({ files }: ProjectMonitor): string[] {
  return files.canisters.filter((canister) => canister.pulled).map(({ name }) => name);
}
