import path from 'node:path';
import * as vscode from 'vscode';
import type { CanisterLiveSource } from '../core/monitor/source';
import type * as Language from './index';
import type { LanguageOptions } from './index';

/** The files that the language features are for, by their names. */
const NAMES = /^(?:dfx\.json|canister_ids\.json|icp\.yaml|canister\.yaml|.*\.ids\.json)$/;

/** The bundle of all that reads files as an editor does. */
export function languageBundle({ extensionPath }: Pick<vscode.ExtensionContext, 'extensionPath'>): typeof Language {
  // The path is put together here so that the bundler leaves it alone.
  return require(path.join(extensionPath, 'dist', 'language.js')) as typeof Language;
}

/**
 * Registers the language features once the first of their files is open. They are a bundle of their own, which is
 * larger than all that activation needs.
 */
export function loadLanguageWhenNeeded(
  context: vscode.ExtensionContext,
  live: CanisterLiveSource,
  options: LanguageOptions,
): void {
  let loaded = false;
  const consider = ({ uri }: vscode.TextDocument) => {
    if (!loaded && uri.scheme === 'file' && NAMES.test(path.basename(uri.fsPath))) {
      loaded = true;
      subscription.dispose();
      languageBundle(context).registerLanguage(context, live, options);
    }
  };
  const subscription = vscode.workspace.onDidOpenTextDocument(consider);
  context.subscriptions.push(subscription);
  vscode.workspace.textDocuments.forEach(consider);
}
