import os from 'node:os';
import * as vscode from 'vscode';
import { DfxLanguage, type DfxSchemaReader } from '../core/engines/dfx/language/dfx-language';
import { dfxLocations } from '../core/engines/dfx/locations';
import { IcpLanguage } from '../core/engines/icp/language/icp-language';
import type { Finding } from '../core/language/findings';
import type { EngineLanguage } from '../core/language/language';
import { settledFindings } from '../core/language/settle';
import type { CanisterLiveSource } from '../core/monitor/source';
import { CodeActions, FIX_ALL, REWRITE } from './code-actions';
import { Completions } from './completion-provider';
import { Diagnostics } from './diagnostics';
import { Hovers, type PrincipalOwners } from './hover-provider';
import { Lenses } from './lens-provider';
import { Navigation } from './navigation-provider';
import { LanguageProjects } from './projects';

export interface LanguageOptions {
  /** Runs `dfx schema` in a folder; asked in trusted workspaces only. Undefined where there is no dfx. */
  readonly dfxSchema?: DfxSchemaReader;
  readonly owners?: PrincipalOwners;
}

function createLanguages(dfxSchema?: DfxSchemaReader): readonly EngineLanguage[] {
  const locations = dfxLocations(process.env, process.platform, os.homedir());
  return [new DfxLanguage(locations, dfxSchema), new IcpLanguage()];
}

/** What would be found in a text if it were the content of a file; undefined where the file is none of an engine's. */
export function findingsOf(file: string, text: string): Promise<readonly Finding[] | undefined> {
  return settledFindings(createLanguages(), file, text);
}

/** Makes the files of the engines known to the editor. Registering costs nothing: files are read when opened. */
export function registerLanguage(
  context: vscode.ExtensionContext,
  live: CanisterLiveSource,
  options: LanguageOptions = {},
): void {
  const engines = createLanguages(options.dfxSchema);
  const selector = ({ patterns }: EngineLanguage) => patterns.map((pattern) => ({ scheme: 'file', pattern }));
  const files = engines.flatMap(selector);
  const projects = new LanguageProjects(engines);
  const navigation = new Navigation(projects);
  const lenses = new Lenses(projects, live);
  const completions = new Completions(projects);
  const { languages } = vscode;
  context.subscriptions.push(
    projects,
    new Diagnostics(projects),
    lenses,
    languages.registerCodeActionsProvider(files, new CodeActions(projects), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL, REWRITE],
    }),
    ...engines.map((engine) =>
      languages.registerCompletionItemProvider(selector(engine), completions, ...engine.completionTriggers),
    ),
    languages.registerHoverProvider(files, new Hovers(projects, live, options.owners)),
    languages.registerDefinitionProvider(files, navigation),
    languages.registerReferenceProvider(files, navigation),
    languages.registerRenameProvider(files, navigation),
    languages.registerDocumentLinkProvider(files, navigation),
    languages.registerDocumentSymbolProvider(files, navigation, { label: 'Internet Computer' }),
    languages.registerCodeLensProvider(files, lenses),
  );
}
