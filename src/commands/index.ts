import * as vscode from 'vscode';
import type { IcCanistersApi } from '../../types/ic-canisters';
import { ExtensionApi } from '../api/extension-api';
import { schema } from '../core/engines/dfx/commands';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { once } from '../core/util/once';
import { type CommandParts, createContext, toolchainOf } from './command-context';
import { COMMANDS } from './command-table';
import { type ModelTool, modelTool } from './model-tools';
import { pageActions } from './page-actions';
import { readArgument } from './read-argument';
import { runForOthers } from './run-operation';

export interface Commands {
  /** @param args what a menu, a lens or another extension passes */
  run(id: string, args: readonly unknown[]): unknown;
  /** The schema of the installed dfx; undefined where there is none. */
  dfxSchema(cwd: string): Promise<string | undefined>;
  /** What a tool of package.json does for language models. */
  tool(name: string): ModelTool;
  /** Fills the panel of a canister's page that was open before the window was loaded. */
  restorePage(panel: vscode.WebviewPanel, state: unknown): void;
  /** Keeps what a network has answered of a project's canisters, for the pages that show it over time. */
  measure(project: ProjectMonitor): void;
  /** What other extensions get. @throws where there is no such version */
  api(version: unknown): IcCanistersApi;
}

/** The entry of the commands' bundle. Called once, when the first of them is run. */
export function createCommands(parts: CommandParts): Commands {
  const context = createContext(parts, pageActions);
  const forOthers = once(() => {
    const { service, workspace } = context;
    const made = new ExtensionApi({
      ...{ service, workspace, trust: vscode.workspace, onDidTrust: vscode.workspace.onDidGrantWorkspaceTrust },
      run: (operation, targets, manner) => runForOthers(context, operation, targets, manner),
    });
    parts.extension.subscriptions.push(made);
    return made;
  });
  return {
    run: (id, args) => {
      const handler = COMMANDS[id];
      if (!handler) {
        throw new Failure({ message: msg('There is no command {0}.', id) });
      }
      return handler(context, readArgument(args));
    },
    dfxSchema: (cwd) => toolchainOf(context, 'dfx').tool.read(schema(cwd)),
    tool: (name) => modelTool(context, name),
    restorePage: (panel, state) => context.openPages.restore(panel, state),
    measure: (project) => context.openPages.measure(project),
    api: (version) => forOthers().version(version),
  };
}
