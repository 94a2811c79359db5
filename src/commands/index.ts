import type * as vscode from 'vscode';
import { schema } from '../core/engines/dfx/commands';
import type { DfxLocations } from '../core/engines/dfx/locations';
import { LocalNetwork } from '../core/lifecycle/local-network';
import { LifecycleService } from '../core/lifecycle/service';
import type { IdentityOverview } from '../core/monitor/identity-overview';
import type { IdentityService } from '../core/monitor/identity-service';
import type { LocalNetworkActivity } from '../core/monitor/local-network-activity';
import type { NetworkOverview } from '../core/monitor/network-overview';
import type { Ownership } from '../core/monitor/ownership';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { NetworkApi } from '../core/network/network-api';
import { CompilerProblems } from '../ui/compiler-problems';
import { confirmOperation } from '../ui/confirm';
import { createDfxTool } from '../ui/dfx-host';
import { copyCanisterId, copyValue } from './copy';
import { registerDependencyCommands } from './dependencies';
import { registerIdentityCommands, unlockThenConfirm } from './identities';
import { registerNetworkCommands } from './networks';
import { openFile, openInDfxJson } from './open-file';
import { registerNativeCommands } from './register-native';
import { registerOperations } from './register-operations';
import type { CommandHandler, CommandSink } from './registry';
import { selectNetwork } from './select-network';

/** What the commands work on: all of it lives in the bundle that activation loads. */
export interface CommandParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly client: NetworkApi;
  readonly locations: DfxLocations;
  readonly selection: Selection;
  readonly monitor: WorkspaceMonitor;
  readonly identityService: IdentityService;
  readonly overview: NetworkOverview;
  readonly identities: IdentityOverview;
  readonly ownership: Ownership;
  readonly localActivity: LocalNetworkActivity;
  /** Identities or their files may have changed. */
  readonly identitiesChanged: () => void;
}

export interface Commands {
  /** By command id. */
  readonly handlers: ReadonlyMap<string, CommandHandler>;
  /** The schema of the installed dfx; undefined where there is none. */
  readonly dfxSchema: (cwd: string) => Promise<string | undefined>;
}

/** Makes all the commands but those that only move within the views. Called once, when the first of them is run. */
export function createCommands(parts: CommandParts): Commands {
  const { context, log, client, locations, selection, monitor, identityService, overview, identities, ownership } =
    parts;
  const handlers = new Map<string, CommandHandler>();
  const commands: CommandSink = { register: (id, handler) => void handlers.set(id, handler) };
  const tool = createDfxTool(log, locations);
  const service = new LifecycleService(client, tool);
  const local = new LocalNetwork({ client, locations, tool, work: parts.localActivity });
  const problems = new CompilerProblems();
  context.subscriptions.push(problems);

  const confirm = unlockThenConfirm(identityService, confirmOperation, monitor);
  const deps = { monitor, service, log, problems, ownership, confirm };
  registerNativeCommands(commands, context, deps);
  registerOperations(commands, deps);
  registerNetworkCommands(commands, { monitor, selection, overview, local, locations });
  registerIdentityCommands(commands, {
    monitor,
    selection,
    identityService,
    overview: identities,
    tool,
    locations,
    changed: parts.identitiesChanged,
  });
  registerDependencyCommands(commands, { monitor, tool, confirm });
  commands.register('icCanisters.refresh', () => monitor.refresh());
  commands.register('icCanisters.copyId', (node, nodes) => copyCanisterId(monitor, node, nodes));
  commands.register('icCanisters.copyValue', (node) => copyValue(node));
  commands.register('icCanisters.openInDfxJson', (node, nodes) => openInDfxJson(monitor, node, nodes));
  commands.register('icCanisters.openFile', openFile as CommandHandler);
  commands.register('icCanisters.selectNetwork', (node) => selectNetwork({ monitor, selection, locations }, node));
  commands.register('icCanisters.showLog', () => log.show());
  return { handlers, dfxSchema: (cwd) => tool.read(schema(cwd)) };
}
