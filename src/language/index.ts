import os from 'node:os';
import * as vscode from 'vscode';
import { dfxLocations } from '../core/engines/dfx/locations';
import type { CanisterLiveSource } from '../core/monitor/source';
import { CodeActions, FIX_ALL } from './code-actions';
import { Completions } from './completion-provider';
import { Diagnostics } from './diagnostics';
import { Hovers } from './hover-provider';
import { Lenses } from './lens-provider';
import { Navigation } from './navigation-provider';
import { type DfxSchemaReader, LanguageProjects } from './projects';

export interface LanguageOptions {
  /** Runs `dfx schema` in a folder; asked in trusted workspaces only. Undefined where there is no dfx. */
  readonly dfxSchema?: DfxSchemaReader;
  /** The name of dfx's identity with this principal, where that is known without asking. */
  readonly identityOf?: (principal: string) => string | undefined;
}

const DFX_JSON: vscode.DocumentSelector = { scheme: 'file', pattern: '**/dfx.json' };
const BOTH: vscode.DocumentSelector = { scheme: 'file', pattern: '**/{dfx,canister_ids}.json' };

/** Makes dfx.json and canister_ids.json known to the editor. Registering costs nothing: files are read when opened. */
export function registerLanguage(
  context: vscode.ExtensionContext,
  live: CanisterLiveSource,
  options: LanguageOptions = {},
): void {
  const locations = dfxLocations(process.env, process.platform, os.homedir());
  const projects = new LanguageProjects(locations, options.dfxSchema);
  const navigation = new Navigation(projects);
  const lenses = new Lenses(projects, live);
  const { languages } = vscode;
  context.subscriptions.push(
    projects,
    new Diagnostics(projects),
    lenses,
    languages.registerCodeActionsProvider(BOTH, new CodeActions(projects), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL],
    }),
    languages.registerCompletionItemProvider(DFX_JSON, new Completions(projects), '"', '/', ':'),
    languages.registerHoverProvider(DFX_JSON, new Hovers(projects, live, options.identityOf)),
    languages.registerDefinitionProvider(BOTH, navigation),
    languages.registerReferenceProvider(DFX_JSON, navigation),
    languages.registerRenameProvider(DFX_JSON, navigation),
    languages.registerDocumentLinkProvider(DFX_JSON, navigation),
    languages.registerDocumentSymbolProvider(DFX_JSON, navigation, { label: 'Internet Computer' }),
    languages.registerCodeLensProvider(DFX_JSON, lenses),
  );
}
