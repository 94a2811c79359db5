import type * as vscode from 'vscode';
import { schema } from '../core/engines/dfx/commands';
import { Failure, nothingToDo } from '../core/util/failure';
import { msg } from '../core/util/message';
import { callFromPage } from './call-from-page';
import { type CommandParts, createContext, toolchainOf } from './command-context';
import { COMMANDS } from './command-table';
import { copyCall } from './copy-call';
import { sourcePlaces } from './find-source';
import { readArgument } from './read-argument';
import { saveCall, savedRequests } from './saved-requests';

interface Menus {
  readonly menus: Readonly<Record<string, readonly { readonly command?: string }[] | undefined>>;
}

export interface Commands {
  /** @param args what a menu, a lens or another extension passes */
  run(id: string, args: readonly unknown[]): unknown;
  /** The schema of the installed dfx; undefined where there is none. */
  dfxSchema(cwd: string): Promise<string | undefined>;
  /** Fills the panel of a canister's page that was open before the window was loaded. */
  restorePage(panel: vscode.WebviewPanel, state: unknown): void;
}

/** The entry of the commands' bundle. Called once, when the first of them is run. */
export function createCommands(parts: CommandParts): Commands {
  const context = createContext(parts, {
    call: callFromPage,
    copy: copyCall,
    save: saveCall,
    requests: savedRequests,
    places: sourcePlaces,
  });
  const ofRows = rowCommands(parts.extension.extension.packageJSON.contributes);
  return {
    run: (id, args) => {
      const handler = COMMANDS[id];
      if (!handler) {
        throw new Failure({ message: msg('There is no command {0}.', id) });
      }
      if (ofRows.has(id) && lacksRow(args)) {
        throw nothingToDo(msg('The view was refreshed while its menu was open. Open the menu once more.'));
      }
      return handler(context, readArgument(args));
    },
    dfxSchema: (cwd) => toolchainOf(context, 'dfx').tool.read(schema(cwd)),
    restorePage: (panel, state) => context.openPages.restore(panel, state),
  };
}

/** The commands that menus of rows alone have. Those of a view's title get the row that has the focus, or none. */
function rowCommands({ menus }: Menus): ReadonlySet<string> {
  const commands = (menu: string) => (menus[menu] ?? []).flatMap(({ command }) => command ?? []);
  const ofTitles = new Set(commands('view/title'));
  return new Set(commands('view/item/context').filter((command) => !ofTitles.has(command)));
}

/**
 * True where a command was called on a row that is not there any more: VS Code passes nothing in its place while it reads a
 * view anew, or nothing among the rows that are selected. From the palette, no argument is passed at all.
 */
function lacksRow(args: readonly unknown[]): boolean {
  const [row, selected] = args;
  const isLost = (each: unknown) => each === undefined || each === null;
  return args.length > 0 && (isLost(row) || (Array.isArray(selected) && selected.some(isLost)));
}
