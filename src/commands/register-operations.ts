import { changeAllCanisters, changeCanisters, deployProjects, type OperationDeps } from './change-canisters';
import { chooseDfx, openInstallGuide } from './dfx-setup';
import { newProject } from './new-project';
import { OPERATION_COMMANDS } from './operations';
import type { CommandSink } from './registry';

/** The operations of the lifecycle, each for some canisters, the usual ones for all. */
export function registerOperations(commands: CommandSink, deps: OperationDeps): void {
  for (const [id, command] of Object.entries(OPERATION_COMMANDS)) {
    commands.register(`icCanisters.${id}`, (node, nodes) => changeCanisters(deps, command, node, nodes));
  }
  const { start, stop, create, build, delete: remove, deploy } = OPERATION_COMMANDS;
  for (const [id, command] of Object.entries({ start, stop, create, build, delete: remove })) {
    commands.register(`icCanisters.${id}All`, (node) => changeAllCanisters(deps, command, node));
  }
  commands.register('icCanisters.deployAll', (node) => deployProjects(deps, deploy, node));
  commands.register('icCanisters.newProject', () => newProject(deps.service));
  commands.register('icCanisters.installDfx', openInstallGuide);
  commands.register('icCanisters.chooseDfx', chooseDfx);
}
