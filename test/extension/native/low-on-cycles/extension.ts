import * as vscode from 'vscode';
import type { CanisterState, IcCanistersApi, IcCanistersExports } from '../../../../types/ic-canisters';

const TRILLION = 1_000_000_000_000n;

/** While it is shown, the status bar counts the canisters that have less than a trillion cycles. */
export async function activate(context: vscode.ExtensionContext): Promise<IcCanistersApi> {
  const id = 'ic-canisters.ic-canisters';
  const extension = vscode.extensions.getExtension<IcCanistersExports>(id)!;
  const api = await (await extension.activate()).getApi(1);
  const item = vscode.window.createStatusBarItem('lowOnCycles');
  let shown: vscode.Disposable | undefined;

  const update = async () => {
    try {
      const low = (await selectedStates(api)).filter(({ cycles }) => cycles !== undefined && cycles < TRILLION);
      item.text = `$(warning) ${low.length}`;
      item.tooltip = low.map(({ canister, label }) => `${canister}: ${label}`).join('\n');
    } catch (error) {
      // Its message is for the user; its code, as `untrusted`, for the program.
      item.tooltip = (error as Error).message;
    }
  };

  context.subscriptions.push(
    item,
    api.onDidChangeProjects(update),
    api.onDidChangeStates(update),
    vscode.commands.registerCommand('lowOnCycles.show', async () => {
      // Networks are asked while this is held, and not longer.
      shown ??= api.watch();
      item.show();
      await update();
      return item.text;
    }),
    vscode.commands.registerCommand('lowOnCycles.hide', () => {
      shown?.dispose();
      shown = undefined;
      item.hide();
    }),
  );
  return api;
}

/** The state of every canister on the target that is selected for its project. */
async function selectedStates(api: IcCanistersApi): Promise<CanisterState[]> {
  const projects = await api.projects();
  const canisters = await Promise.all(projects.map(({ manifest }) => api.canisters(manifest)));
  return await Promise.all(canisters.flat().map(({ project, name }) => api.state({ project, canister: name })));
}
