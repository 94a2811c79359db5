import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { cleanStart } from '../core/process/clean-start';
import type { ToolCommand } from '../core/process/tool';
import { labelText, plainText } from '../core/util/foreign';
import { requireTrust } from '../core/util/trust';

/**
 * Runs a program in a terminal, where the user can answer what it asks. The program is the terminal's process: there is
 * no shell that could read the arguments in its own way. As a task its terminal stays open when the program has ended,
 * so that what it said, perhaps a seed phrase, can be read.
 *
 * @param env the environment; of VS Code's own, what is not in it and would mislead the tool is taken away
 * @returns the exit code; undefined where the user closed the terminal
 */
export async function runInTerminal(
  executable: string,
  command: ToolCommand,
  env: Record<string, string>,
): Promise<number | undefined> {
  const { platform, env: inherited } = process;
  const start = cleanStart(executable, command.args, env, { platform, inherited });
  const execution = new vscode.ProcessExecution(start.program, [...start.args], { cwd: command.cwd, env: start.env });
  const name = labelText([path.parse(executable).name, ...command.args.slice(0, 2)].join(' '), 100);
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

/**
 * Puts a command line of our own where the user can read it, and start it or not. Not in the workspace, whose files could say
 * where things are installed from.
 */
export function typeInTerminal(name: string, line: string): void {
  requireTrust(vscode.workspace);
  const terminal = vscode.window.createTerminal({ name: plainText(name), cwd: os.homedir() });
  terminal.show();
  terminal.sendText(plainText(line), false);
}
