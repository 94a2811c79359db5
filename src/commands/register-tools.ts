import * as vscode from 'vscode';
import type { Commands } from './index';

/** Registers the tools of package.json for language models. What they do is in the commands' bundle, loaded with the first use. */
export function registerTools({ extension, subscriptions }: vscode.ExtensionContext, commands: () => Commands): void {
  // Editors that are made from VS Code may have no language models.
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  for (const { name } of extension.packageJSON.contributes.languageModelTools as readonly { name: string }[]) {
    const tool = () => commands().tool(name);
    const registered = lm?.registerTool?.<unknown>(name, {
      prepareInvocation: ({ input }, token) => tool().prepare(input, token),
      invoke: ({ input }, token) => tool().invoke(input, token),
    });
    if (registered) {
      subscriptions.push(registered);
    }
  }
}
