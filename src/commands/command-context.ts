import type * as vscode from 'vscode';
import type { DfxLocations } from '../core/engines/dfx/locations';
import type { DfxTool } from '../core/engines/dfx/tool';
import { DfxOperations } from '../core/lifecycle/dfx-operations';
import { LifecycleService } from '../core/lifecycle/lifecycle-service';
import { LocalNetwork } from '../core/lifecycle/local-network';
import type { IdentityOverview } from '../core/monitor/identity-overview';
import type { IdentityService } from '../core/monitor/identity-service';
import type { LocalNetworkActivity } from '../core/monitor/local-network-activity';
import type { NetworkOverview } from '../core/monitor/network-overview';
import type { Ownership } from '../core/monitor/ownership';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { NetworkApi } from '../core/network/network-api';
import { CompilerProblems } from '../ui/compiler-problems';
import { createDfxTool } from '../ui/dfx-host';
import { Documents } from '../ui/documents';
import type { Log } from '../ui/surfaces';
import { CallHistory } from './call-history';
import type { CommandArgument } from './read-argument';

/** What the commands work on, of the bundle that activation loads. */
export interface CommandParts {
  readonly extension: vscode.ExtensionContext;
  readonly log: Log;
  readonly client: NetworkApi;
  readonly locations: DfxLocations;
  readonly selection: Selection;
  readonly monitor: WorkspaceMonitor;
  readonly identityService: IdentityService;
  readonly networks: NetworkOverview;
  readonly identities: IdentityOverview;
  readonly ownership: Ownership;
  readonly localActivity: LocalNetworkActivity;
  /** Identities or their files may have changed. */
  readonly identitiesChanged: () => void;
}

/** All that a command may need. */
export interface CommandContext extends CommandParts {
  readonly tool: DfxTool;
  readonly service: LifecycleService;
  readonly localNetwork: LocalNetwork;
  readonly problems: CompilerProblems;
  readonly documents: Documents;
  readonly history: CallHistory;
}

export type CommandHandler = (context: CommandContext, argument: CommandArgument) => unknown;

export function createContext(parts: CommandParts): CommandContext {
  const { extension, log, client, locations, localActivity } = parts;
  const tool = createDfxTool(log, locations);
  const problems = new CompilerProblems();
  const documents = new Documents();
  extension.subscriptions.push(problems, documents);
  return {
    ...parts,
    tool,
    service: new LifecycleService(client, new DfxOperations(tool)),
    localNetwork: new LocalNetwork({ client, locations, tool, work: localActivity }),
    problems,
    documents,
    history: new CallHistory(extension.workspaceState),
  };
}
