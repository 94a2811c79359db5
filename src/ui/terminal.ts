import * as vscode from 'vscode';
import type { DfxCommand } from '../core/dfx/commands';

/**
 * Runs a program in a terminal, where the user can answer what it asks. The program is the terminal's process: there is
 * no shell that could read the arguments in its own way. As a task its terminal stays open when the program has ended,
 * so that what it said, perhaps a seed phrase, can be read.
 *
 * @param env the whole environment; variables of VS Code's own process that are not in it are taken away
 * @returns the exit code; undefined where the user closed the terminal
 */
export async function runInTerminal(
  executable: string,
  command: DfxCommand,
  env: Record<string, string>,
): Promise<number | undefined> {
  // VS Code adds these to its own environment, in which null takes a variable away; its types do not say so.
  const removed = Object.keys(process.env).filter((name) => !(name in env));
  const changes = { ...Object.fromEntries(removed.map((name) => [name, null])), ...env } as Record<string, string>;
  const execution = new vscode.ProcessExecution(executable, [...command.args], { cwd: command.cwd, env: changes });
  const name = ['dfx', ...command.args.slice(0, 2)].join(' ');
  const task = new vscode.Task({ type: 'process' }, vscode.TaskScope.Workspace, name, 'IC Canisters', execution, []);
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    focus: true,
    clear: true,
    showReuseMessage: false,
  };
  const running = await vscode.tasks.executeTask(task);
  return await new Promise((resolve) => {
    const subscriptions = [
      vscode.tasks.onDidEndTaskProcess(({ execution: ended, exitCode }) => {
        if (ended === running) {
          finish(exitCode);
        }
      }),
      // A task whose process never started, or whose terminal was closed, ends without an end of its process.
      vscode.tasks.onDidEndTask(({ execution: ended }) => {
        if (ended === running) {
          setTimeout(() => finish(undefined), 100);
        }
      }),
    ];
    const finish = (exitCode: number | undefined) => {
      for (const subscription of subscriptions) {
        subscription.dispose();
      }
      resolve(exitCode);
    };
  });
}
