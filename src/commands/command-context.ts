import os from 'node:os';
import * as vscode from 'vscode';
import type { Engine } from '../core/engines/engine';
import { ToolVersions } from '../core/engines/tool-note';
import type { Toolchain } from '../core/engines/toolchain';
import type { Finding } from '../core/language/findings';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { LifecycleService } from '../core/lifecycle/lifecycle-service';
import { LocalNetwork } from '../core/lifecycle/local-network';
import type { IdentityOverview } from '../core/monitor/identity-overview';
import type { IdentityService } from '../core/monitor/identity-service';
import type { LocalNetworkActivity } from '../core/monitor/local-network-activity';
import type { NetworkOverview } from '../core/monitor/network-overview';
import type { Ownership } from '../core/monitor/ownership';
import type { Selection } from '../core/monitor/selection';
import type { SigningConsent } from '../core/monitor/signing-consent';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { NetworkApi } from '../core/network/network-api';
import { asker } from '../core/process/ask';
import { portOwner } from '../core/process/port-owner';
import type { PastFailure } from '../core/report/issue-report';
import type { Failure } from '../core/util/failure';
import type { PageActions } from '../page/canister-page';
import { OpenCanisterPages } from '../page/open-canister-pages';
import { CanisterPages } from '../ui/canister-pages';
import { CompilerProblems } from '../ui/compiler-problems';
import { setContext } from '../ui/context-keys';
import { Documents } from '../ui/documents';
import type { Log } from '../ui/surfaces';
import { ArgumentDocuments } from './argument-documents';
import { CallHistory } from './call-history';
import { KnownInterfaces } from './known-interfaces';
import { namedPrincipals } from './principal-names';
import type { CommandArgument } from './read-argument';
import { RequestDocuments } from './request-documents';
import { createToolchains } from './toolchains';

/** What the commands work on, of the bundle that activation loads. */
export interface CommandParts {
  readonly extension: vscode.ExtensionContext;
  readonly log: Log;
  readonly client: NetworkApi;
  readonly engines: readonly Engine[];
  readonly selection: Selection;
  readonly consent: SigningConsent;
  readonly workspace: WorkspaceMonitor;
  readonly identityService: IdentityService;
  readonly networks: NetworkOverview;
  readonly identities: IdentityOverview;
  readonly ownership: Ownership;
  readonly localActivity: LocalNetworkActivity;
  /** What the editor would find in a text if it were the content of a file; undefined where the file is none of an engine's. */
  readonly findingsOf: (file: string, text: string) => Promise<readonly Finding[] | undefined>;
  /** The last failures of commands and of tools for language models. */
  readonly failures: readonly PastFailure[];
  /** Adds to them, as {@link CommandRegistry.remember} does. */
  readonly remember: (id: string, title: string, error: unknown) => Failure;
  /** Identities or their files may have changed. */
  readonly identitiesChanged: () => void;
}

/** All that a command may need. */
export interface CommandContext extends CommandParts {
  readonly versions: ToolVersions;
  readonly toolchains: readonly [Toolchain, ...Toolchain[]];
  readonly service: LifecycleService;
  readonly localNetwork: LocalNetwork;
  readonly problems: CompilerProblems;
  readonly documents: Documents;
  readonly argumentDocuments: ArgumentDocuments;
  readonly requestDocuments: RequestDocuments;
  readonly history: CallHistory;
  readonly pages: CanisterPages;
  readonly openPages: OpenCanisterPages;
}

export type CommandHandler = (context: CommandContext, argument: CommandArgument) => unknown;

/** @param pageActions makes what pages have done for them */
export function createContext(
  parts: CommandParts,
  pageActions: (context: CommandContext) => PageActions,
): CommandContext {
  const { extension, log, client, engines, localActivity, ownership, workspace } = parts;
  const versions = new ToolVersions(extension.globalState, () =>
    workspace.projects.forEach(({ manifest }) => void workspace.filesChanged(manifest)),
  );
  const toolchains = createToolchains(log, versions);
  const problems = new CompilerProblems();
  const documents = new Documents();
  const pages = new CanisterPages();
  const service = new LifecycleService(client, toolchains);
  // Asked for once a page is opened, and the context is there.
  const openPages = new OpenCanisterPages(parts, () => pageActions(context));
  const owners = ({ project }: CanisterRef) => namedPrincipals(ownership, project);
  const interfaces = new KnownInterfaces(service.native);
  const requestDocuments = new RequestDocuments({ workspace, interfaces, owners });
  const argumentDocuments = new ArgumentDocuments({
    store: extension.workspaceState,
    find: (manifest, canister) => {
      const project = workspace.project(manifest);
      return project?.canister(canister) && { project, canister };
    },
    expected: async (target, method) => {
      const parsed = (await interfaces.read(target))?.parsed;
      const parameters = parsed?.methods.get(method)?.parameters;
      return parsed && parameters && { parameters, types: parsed.types };
    },
    owners,
    watchTargets: (changed) => workspace.onDidChangeProject(changed),
  });
  extension.subscriptions.push(problems, documents, pages, openPages, argumentDocuments, interfaces, requestDocuments);
  const { env, platform } = process;
  const ask = asker({ trust: vscode.workspace, env, cwd: os.homedir(), timeoutMs: 3_000 });
  const context: CommandContext = {
    ...parts,
    versions,
    toolchains,
    service,
    localNetwork: new LocalNetwork({
      client,
      engines,
      toolchains,
      work: localActivity,
      trust: vscode.workspace,
      portOwner: (port) => portOwner(port, { platform, env, ask }),
    }),
    problems,
    documents,
    argumentDocuments,
    requestDocuments,
    history: new CallHistory(extension.workspaceState, () => setContext('called', true)),
    pages,
    openPages,
  };
  return context;
}

/** The toolchain of an engine; without a name, the one that new things are made with. */
export function toolchainOf({ toolchains }: CommandContext, engine?: string): Toolchain {
  return toolchains.find((toolchain) => toolchain.engine === engine) ?? toolchains[0];
}
