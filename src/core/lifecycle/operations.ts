import type { ProjectMonitor } from '../monitor/project-monitor';
import { type CanisterPhase, type CanisterState, phaseOf } from '../monitor/state';
import type { SettingsChange } from '../network/canister-facts';
import type { InstallMode } from '../network/network-api';
import { type Message, msg } from '../util/message';
import { type CanisterRef, isLocal } from './canister-ref';
import type { NativeDeployment } from './native-deployment';
import type { NativeOperations } from './native-operations';
import type { OperationOptions, ToolOperations } from './tool-operations';

/** What an operation can do to a canister. */
export type Severity =
  /** Changes nothing on a network. */
  | 'harmless'
  /** Changes something that can be changed back, or costs cycles. */
  | 'change'
  /** Loses something that cannot be brought back. */
  | 'loss'
  /** Loses the canister's data, its code or itself. */
  | 'destruction';

/** All that decides whether an operation makes sense. */
interface Situation {
  readonly phase: CanisterPhase;
  /** Remote and pulled canisters are somebody else's: they are neither built nor installed here. */
  readonly foreign: boolean;
  /** The network says that no code is installed, whether the canister runs or not. */
  readonly noCode: boolean;
  /** Only the engine's tool could change it. */
  readonly throughTool: boolean;
  /** Nobody controls it, so that nobody can change it any more. */
  readonly uncontrolled: boolean;
  /** The project's files cannot be read as the tool reads them: what they name may not be what is meant. */
  readonly refused: boolean;
  /** The tool makes bindings for it. */
  readonly bindings: boolean;
  /** It has something to do after an installation. */
  readonly syncs: boolean;
}

/** An operation on canisters. Menus, palette, lenses, rows and questions are made from this. */
export interface OperationEntry {
  /** Over the list of canisters, where its command is called without one. Absent for a step of another operation. */
  readonly question?: Message;
  readonly applies: (situation: Situation) => boolean;
  readonly severity: Severity;
  /** The extension signs it itself, and asks for the password of a locked key before. The others go to the tool. */
  readonly signedHere: boolean;
  /** Not only a controller may do it. */
  readonly byAnyone?: boolean;
  /** The question before. Absent where none is asked: it changes nothing. */
  readonly asks?: (names: string, place: string, identity: string) => Message;
  /** On the button that starts it, there and in the question. */
  readonly verb: Message;
  /** What is lost or what it costs, for the question before. */
  readonly loss?: Message;
  readonly lossOnMainnet?: Message;
  /** The row's state meanwhile. */
  readonly busy?: Message;
  /** Usually done at once: for one canister, the status bar shows it rather than a notification. */
  readonly quick?: boolean;
  /** The notification meanwhile. */
  readonly running?: (names: string | Message) => Message;
  /** @param place where, by {@link where} */
  readonly done?: (names: string | Message, place: string) => Message;
  /** Where what was made is to be found; unless given, on the target that is selected. */
  readonly where?: (target: CanisterRef) => string;
  /** What came of it is told in a notification, with what it printed for a person to open; else in the status bar. */
  readonly announced?: boolean;
  readonly failed?: (names: string | Message, causes: string) => Message;
  /** Several are done in this order, one after the other; unless given, side by side. */
  readonly order?: 'dependencies-first' | 'dependants-first' | 'as-given';
  /** These are done side by side nonetheless, before the others. */
  readonly sideBySide?: (target: CanisterRef) => boolean;
  /** Carries it out on one canister. */
  readonly run?: (by: Carriers, target: CanisterRef, options: OperationOptions, input: never) => Promise<void>;
  /** Carries it out on several of one project at once, where the project's tool takes several. */
  readonly together?: (
    by: Carriers,
    project: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
  ) => Promise<void>;
  /** The tool compiles sources for it. */
  readonly compiles?: boolean;
  /** Installs what was built last, whatever has changed since: asks where its source is newer. */
  readonly ifStale?: { readonly build: Message; readonly anyway: Message };
  /** Of several at once, those that are not named as failed are done. */
  readonly independent?: boolean;
}

/** What carries operations out. */
export interface Carriers {
  readonly native: NativeOperations;
  readonly tool: ToolOperations;
  readonly deployment: NativeDeployment;
}

/** The canister has a module, as far as is known. */
const WITH_CODE: readonly CanisterPhase[] = ['running', 'stopping', 'stopped', 'hidden'];
const EXISTING: readonly CanisterPhase[] = [...WITH_CODE, 'empty'];
/** The state is not known for certain: the operation is offered, and may be refused by the network or the tool. */
const UNSURE: readonly CanisterPhase[] = ['unknown', 'loading', 'insecure'];

const never = () => false;
const own = ({ foreign }: Situation) => !foreign;
const ownWithCode = ({ phase, foreign, noCode }: Situation) => WITH_CODE.includes(phase) && !noCode && !foreign;
const ownExisting = ({ phase, foreign }: Situation) => EXISTING.includes(phase) && !foreign;
/** Settings and snapshots cannot be read, and so not shown, where only the tool could change them. */
const readable = (situation: Situation) => ownExisting(situation) && !situation.throughTool;
/** Whether it runs cannot be seen from here, but the tool can start and stop it. */
const hiddenThroughTool = ({ phase, foreign, throughTool }: Situation) => phase === 'hidden' && throughTool && !foreign;

/** The controller, or the controller's key, is out of reach here. */
function throughTool({ project, canister }: CanisterRef): boolean {
  return project.canister(canister)?.through !== undefined;
}

function deletedHere(target: CanisterRef): boolean {
  return isLocal(target) && !throughTool(target);
}

function stop(by: Carriers, target: CanisterRef, options: OperationOptions): Promise<void> {
  return throughTool(target) ? by.tool.stop(target, options) : by.native.stop(target, options.signal);
}

function installWith(mode: InstallMode) {
  return async (by: Carriers, target: CanisterRef, options: OperationOptions): Promise<void> => {
    const { project, canister } = target;
    if (options.buildFirst?.some((each) => each.project === project && each.canister === canister)) {
      project.setBusy(canister, OPERATIONS.build.busy);
      await by.tool.build(target, options);
      await project.load();
    }
    if (await by.tool.preferred('install', target)) {
      await by.tool.install(target, mode, options);
    } else {
      await by.deployment.install(target, mode, options.signal);
    }
  };
}

const COSTS = msg('This costs cycles.');

export const OPERATIONS = {
  start: {
    question: msg('Start which canisters?'),
    applies: (situation) => ['stopped', 'stopping'].includes(situation.phase) || hiddenThroughTool(situation),
    severity: 'change',
    signedHere: true,
    asks: (names, place, identity) => msg('Start {0} on {1} as {2}?', names, place, identity),
    verb: msg('Start'),
    quick: true,
    busy: msg('Starting…'),
    running: (names) => msg('Starting {0}…', names),
    done: (names, place) => msg('Started {0} on {1}.', names, place),
    failed: (names, causes) => msg('Starting {0} failed: {1}', names, causes),
    run: (by, target, options) =>
      throughTool(target) ? by.tool.start(target, options) : by.native.start(target, options.signal),
  },
  stop: {
    question: msg('Stop which canisters?'),
    // One without code does nothing that could be stopped.
    applies: (situation) => situation.phase === 'running' || hiddenThroughTool(situation),
    severity: 'change',
    signedHere: true,
    asks: (names, place, identity) => msg('Stop {0} on {1} as {2}?', names, place, identity),
    verb: msg('Stop'),
    lossOnMainnet: msg('It answers no calls until it is started again.'),
    quick: true,
    busy: msg('Stopping…'),
    running: (names) => msg('Stopping {0}…', names),
    done: (names, place) => msg('Stopped {0} on {1}.', names, place),
    failed: (names, causes) => msg('Stopping {0} failed: {1}', names, causes),
    run: stop,
  },
  create: {
    question: msg('Create which canisters?'),
    applies: ({ phase, foreign }) => phase === 'not-created' && !foreign,
    severity: 'change',
    signedHere: false,
    asks: (names, place, identity) => msg('Create {0} on {1} as {2}?', names, place, identity),
    verb: msg('Create'),
    lossOnMainnet: COSTS,
    busy: msg('Creating…'),
    running: (names) => msg('Creating {0}…', names),
    done: (names, place) => msg('Created {0} on {1}.', names, place),
    failed: (names, causes) => msg('Creating {0} failed: {1}', names, causes),
    order: 'as-given',
    run: async (by, target, options) =>
      (await by.tool.preferred('create', target))
        ? await by.tool.create(target, options)
        : await by.deployment.create(target, options.signal),
  },
  build: {
    question: msg('Build which canisters?'),
    applies: own,
    severity: 'harmless',
    signedHere: false,
    verb: msg('Build'),
    compiles: true,
    busy: msg('Building…'),
    running: (names) => msg('Building {0}…', names),
    done: (names) => msg('Built {0}.', names),
    failed: (names, causes) => msg('Building {0} failed: {1}', names, causes),
    order: 'dependencies-first',
    run: ({ tool }, target, options) => tool.build(target, options),
    together: ({ tool }, project, canisters, options) => tool.together('build', project, canisters, options),
    independent: true,
  },
  deploy: {
    question: msg('Deploy which canisters?'),
    applies: own,
    severity: 'change',
    signedHere: false,
    asks: (names, place, identity) => msg('Deploy {0} on {1} as {2}?', names, place, identity),
    verb: msg('Deploy'),
    compiles: true,
    lossOnMainnet: COSTS,
    busy: msg('Deploying…'),
    running: (names) => msg('Deploying {0}…', names),
    done: (names, place) => msg('Deployed {0} on {1}.', names, place),
    announced: true,
    failed: (names, causes) => msg('Deploying {0} failed: {1}', names, causes),
    order: 'dependencies-first',
    run: ({ tool }, target, options) => tool.deploy(target, options),
    together: ({ tool }, project, canisters, options) => tool.together('deploy', project, canisters, options),
  },
  /** Where the tool refuses an interface that does not fit the installed one, once the user has agreed to that. */
  'deploy-anyway': {
    applies: ownWithCode,
    severity: 'loss',
    signedHere: false,
    asks: (names, place, identity) => msg('Deploy {0} on {1} as {2} anyway?', names, place, identity),
    verb: msg('Deploy anyway'),
    compiles: true,
    loss: msg('Its new interface does not fit the installed one: callers of it may fail.'),
    busy: msg('Deploying…'),
    running: (names) => msg('Deploying {0}…', names),
    done: (names, place) => msg('Deployed {0} on {1}.', names, place),
    announced: true,
    failed: (names, causes) => msg('Deploying {0} failed: {1}', names, causes),
    order: 'dependencies-first',
    run: ({ tool }, target, options) => tool.deploy(target, options, { force: true }),
    together: ({ tool }, project, canisters, options) =>
      tool.together('deploy', project, canisters, options, { force: true }),
  },
  install: {
    question: msg('Install which canisters?'),
    applies: (situation) => situation.noCode && ownExisting(situation),
    severity: 'change',
    signedHere: false,
    asks: (names, place, identity) => msg('Install {0} on {1} as {2}?', names, place, identity),
    verb: msg('Install'),
    lossOnMainnet: COSTS,
    busy: msg('Installing…'),
    running: (names) => msg('Installing {0}…', names),
    done: (names, place) => msg('Installed {0} on {1}.', names, place),
    failed: (names, causes) => msg('Installing {0} failed: {1}', names, causes),
    order: 'dependencies-first',
    run: installWith('install'),
    ifStale: { build: msg('Build and install'), anyway: msg('Install anyway') },
  },
  upgrade: {
    question: msg('Upgrade which canisters?'),
    applies: ownWithCode,
    severity: 'change',
    signedHere: false,
    asks: (names, place, identity) => msg('Upgrade {0} on {1} as {2}?', names, place, identity),
    verb: msg('Upgrade'),
    lossOnMainnet: COSTS,
    busy: msg('Upgrading…'),
    running: (names) => msg('Upgrading {0}…', names),
    done: (names, place) => msg('Upgraded {0} on {1}.', names, place),
    failed: (names, causes) => msg('Upgrading {0} failed: {1}', names, causes),
    order: 'dependencies-first',
    run: installWith('upgrade'),
    ifStale: { build: msg('Build and upgrade'), anyway: msg('Upgrade anyway') },
  },
  reinstall: {
    question: msg('Reinstall which canisters?'),
    applies: ownWithCode,
    severity: 'destruction',
    signedHere: false,
    asks: (names, place, identity) => msg('Reinstall {0} on {1} as {2}?', names, place, identity),
    verb: msg('Reinstall'),
    loss: msg('All its data is erased. This cannot be undone.'),
    busy: msg('Reinstalling…'),
    running: (names) => msg('Reinstalling {0}…', names),
    done: (names, place) => msg('Reinstalled {0} on {1}.', names, place),
    failed: (names, causes) => msg('Reinstalling {0} failed: {1}', names, causes),
    order: 'dependencies-first',
    run: installWith('reinstall'),
    ifStale: { build: msg('Build and reinstall'), anyway: msg('Reinstall anyway') },
  },
  call: {
    question: msg('Call a method of which canister?'),
    applies: ({ phase }) => ['running', 'hidden', 'remote', ...UNSURE].includes(phase),
    severity: 'change',
    signedHere: true,
    byAnyone: true,
    asks: (names, place, identity) => msg('Call {0} on {1} as {2}?', names, place, identity),
    verb: msg('Call'),
  },
  logs: {
    question: msg('Show the log of which canister?'),
    applies: ({ phase }) => [...EXISTING, 'remote', ...UNSURE].includes(phase),
    severity: 'harmless',
    signedHere: true,
    verb: msg('Show canister logs'),
  },
  settings: {
    question: msg('Change the settings of which canister?'),
    applies: readable,
    severity: 'change',
    signedHere: true,
    asks: (names, place, identity) => msg('Change the settings of {0} on {1} as {2}?', names, place, identity),
    verb: msg('Change settings'),
    busy: msg('Changing settings…'),
    running: (names) => msg('Changing the settings of {0}…', names),
    done: (names, place) => msg('Changed the settings of {0} on {1}.', names, place),
    failed: (names, causes) => msg('Changing the settings of {0} failed: {1}', names, causes),
    run: ({ native }, target, { signal }, change: SettingsChange) => native.changeSettings(target, change, signal),
  },
  snapshots: {
    question: msg('Snapshots of which canister?'),
    applies: readable,
    severity: 'change',
    signedHere: true,
    asks: (names, place, identity) => msg('Change the snapshots of {0} on {1} as {2}?', names, place, identity),
    verb: msg('Change snapshots'),
  },
  'snapshot-take': {
    applies: (situation) => readable(situation) && !situation.noCode,
    severity: 'change',
    signedHere: true,
    asks: (names, place, identity) => msg('Take a snapshot of {0} on {1} as {2}?', names, place, identity),
    verb: msg('Take snapshot'),
    lossOnMainnet: COSTS,
    busy: msg('Taking a snapshot…'),
    running: (names) => msg('Taking a snapshot of {0}…', names),
    done: (names, place) => msg('Took a snapshot of {0} on {1}.', names, place),
    failed: (names, causes) => msg('Taking a snapshot of {0} failed: {1}', names, causes),
    run: ({ native }, target, { signal }, replace: string | undefined) => native.takeSnapshot(target, replace, signal),
  },
  'snapshot-load': {
    applies: readable,
    severity: 'loss',
    signedHere: true,
    asks: (names, place, identity) => msg('Restore a snapshot of {0} on {1} as {2}?', names, place, identity),
    verb: msg('Restore snapshot'),
    loss: msg("The canister's present code and data are replaced by those of the snapshot."),
    busy: msg('Restoring a snapshot…'),
    running: (names) => msg('Restoring a snapshot of {0}…', names),
    done: (names, place) => msg('Restored a snapshot of {0} on {1}.', names, place),
    failed: (names, causes) => msg('Restoring a snapshot of {0} failed: {1}', names, causes),
    run: ({ native }, target, { signal }, snapshotId: string) => native.loadSnapshot(target, snapshotId, signal),
  },
  'snapshot-delete': {
    applies: readable,
    severity: 'loss',
    signedHere: true,
    asks: (names, place, identity) => msg('Delete a snapshot of {0} on {1} as {2}?', names, place, identity),
    verb: msg('Delete snapshot'),
    loss: msg('The snapshot is lost for good.'),
    busy: msg('Deleting a snapshot…'),
    running: (names) => msg('Deleting a snapshot of {0}…', names),
    done: (names, place) => msg('Deleted a snapshot of {0} on {1}.', names, place),
    failed: (names, causes) => msg('Deleting a snapshot of {0} failed: {1}', names, causes),
    run: ({ native }, target, { signal }, snapshotId: string) => native.deleteSnapshot(target, snapshotId, signal),
  },
  'top-up': {
    question: msg('Top up which canisters?'),
    applies: ownExisting,
    severity: 'change',
    signedHere: true,
    byAnyone: true,
    asks: (names, place, identity) => msg('Top up {0} on {1} as {2}?', names, place, identity),
    verb: msg('Top up'),
    lossOnMainnet: COSTS,
    busy: msg('Topping up…'),
    running: (names) => msg('Topping up {0}…', names),
    done: (names, place) => msg('Topped up {0} on {1}.', names, place),
    failed: (names, causes) => msg('Topping up {0} failed: {1}', names, causes),
    run: ({ native }, target, { signal }, amount: bigint) => native.topUp(target, amount, signal),
  },
  uninstall: {
    question: msg('Uninstall the code of which canisters?'),
    applies: ownWithCode,
    severity: 'destruction',
    signedHere: true,
    asks: (names, place, identity) => msg('Uninstall {0} on {1} as {2}?', names, place, identity),
    verb: msg('Uninstall'),
    loss: msg('Its code and all its data are erased. This cannot be undone.'),
    busy: msg('Uninstalling…'),
    running: (names) => msg('Uninstalling {0}…', names),
    done: (names, place) => msg('Uninstalled {0} on {1}.', names, place),
    failed: (names, causes) => msg('Uninstalling {0} failed: {1}', names, causes),
    run: (by, target, options) =>
      throughTool(target) ? by.tool.uninstall(target, options) : by.native.uninstall(target, options.signal),
  },
  delete: {
    question: msg('Delete which canisters?'),
    applies: ({ phase, foreign }) => [...EXISTING, 'missing'].includes(phase) && !foreign,
    severity: 'destruction',
    signedHere: true,
    asks: (names, place, identity) => msg('Delete {0} on {1} as {2}?', names, place, identity),
    verb: msg('Delete'),
    loss: msg('The canister, its id, its data and cycles that are not withdrawn are lost for good.'),
    busy: msg('Deleting…'),
    running: (names) => msg('Deleting {0}…', names),
    done: (names, place) => msg('Deleted {0} on {1}.', names, place),
    failed: (names, causes) => msg('Deleting {0} failed: {1}', names, causes),
    order: 'dependants-first',
    sideBySide: deletedHere,
    // On local networks, where cycles cost nothing, without the tool; elsewhere it first withdraws the cycles.
    run: async (by, target, options) => {
      if (deletedHere(target) || by.tool.leavesIds(target)) {
        await by.deployment.delete(target, options.signal);
        return;
      }
      const state = target.project.canister(target.canister);
      // The network deletes what is stopped only, whether it has code or not.
      if (state && (phaseOf(state) === 'empty' || applies('stop', state))) {
        await stop(by, target, options);
      }
      await by.tool.delete(target, options);
    },
  },
  /** What is left of a canister that is gone: without it, another can be created in its place. */
  forget: {
    question: msg('Forget the IDs of which canisters?'),
    applies: ({ phase, foreign }) => phase === 'missing' && !foreign,
    severity: 'loss',
    signedHere: false,
    // No identity has a part in it.
    asks: (names, place) => msg('Forget the ID of {0} on {1}?', names, place),
    verb: msg('Forget ID'),
    loss: msg("Its ID is taken out of the project's files. Nothing changes on the network."),
    quick: true,
    busy: msg('Forgetting the ID…'),
    running: (names) => msg('Forgetting the ID of {0}…', names),
    done: (names) => msg('Forgot the ID of {0}.', names),
    failed: (names, causes) => msg('Forgetting the ID of {0} failed: {1}', names, causes),
    order: 'as-given',
    run: ({ deployment }, target) => deployment.forget(target),
  },
  sync: {
    question: msg('Synchronize which canisters?'),
    applies: (situation) => situation.syncs && ownWithCode(situation),
    severity: 'change',
    signedHere: false,
    asks: (names, place, identity) => msg('Synchronize {0} on {1} as {2}?', names, place, identity),
    verb: msg('Synchronize'),
    lossOnMainnet: COSTS,
    busy: msg('Synchronizing…'),
    running: (names) => msg('Synchronizing {0}…', names),
    done: (names, place) => msg('Synchronized {0} on {1}.', names, place),
    failed: (names, causes) => msg('Synchronizing {0} failed: {1}', names, causes),
    run: ({ tool }, target, options) => tool.sync(target, options),
    together: ({ tool }, project, canisters, options) => tool.together('sync', project, canisters, options),
  },
  generate: {
    question: msg('Generate bindings for which canisters?'),
    applies: ({ foreign, bindings }) => bindings && !foreign,
    severity: 'harmless',
    signedHere: false,
    verb: msg('Generate bindings'),
    compiles: true,
    busy: msg('Generating bindings…'),
    running: (names) => msg('Generating bindings for {0}…', names),
    done: (names, place) => msg('Generated bindings for {0} in {1}.', names, place),
    where: ({ project, canister }) => project.canister(canister)?.definition.bindings ?? '',
    failed: (names, causes) => msg('Generating bindings for {0} failed: {1}', names, causes),
    run: ({ tool }, target, options) => tool.generate(target, options),
  },
  /** Of canisters of type pull, which no other operation is for. */
  'deps-deploy': {
    applies: never,
    severity: 'change',
    signedHere: false,
    asks: (names, place, identity) => msg('Deploy the dependencies {0} on {1} as {2}?', names, place, identity),
    verb: msg('Deploy dependencies'),
  },
} as const satisfies Record<string, OperationEntry>;

export type Operation = keyof typeof OPERATIONS;

/** The operations that are carried out on canisters, one after the other or side by side. */
export type RunnableOperation = {
  [K in Operation]: (typeof OPERATIONS)[K] extends { readonly run: unknown } ? K : never;
}[Operation];

type RunnableEntry = OperationEntry & Required<Pick<OperationEntry, 'busy' | 'running' | 'failed' | 'run'>>;

/** What the operation needs to know beside its canisters. */
export type InputOf<K extends RunnableOperation> =
  Parameters<(typeof OPERATIONS)[K]['run']> extends [unknown, unknown, unknown, infer I] ? [I] : [];

export function runnableEntry(operation: RunnableOperation): RunnableEntry {
  return OPERATIONS[operation];
}

/** All that the table says of an operation. */
export function operationEntry(operation: Operation): OperationEntry {
  return OPERATIONS[operation];
}

/** The operations that rows and palette offer. */
export const OFFERED = (Object.keys(OPERATIONS) as Operation[]).filter((name) => operationEntry(name).question);

function situationOf(state: CanisterState): Situation {
  return {
    phase: phaseOf(state),
    foreign: state.owner !== 'project' || state.excluded === true,
    noCode: state.facts?.exists === true && state.facts.moduleHash === undefined,
    throughTool: state.through !== undefined,
    uncontrolled: state.facts?.exists === true && state.facts.controllers.length === 0,
    refused: state.refusal !== undefined,
    bindings: state.definition.bindings !== undefined,
    syncs: state.definition.syncs,
  };
}

/** On a doubt, nothing is changed and no tool is started: what is left only reads. */
function fits({ applies, severity, signedHere, byAnyone }: OperationEntry, situation: Situation): boolean {
  const { refused, uncontrolled } = situation;
  const onlyReads = severity === 'harmless' && signedHere;
  if ((refused && !onlyReads) || (uncontrolled && severity !== 'harmless' && !byAnyone)) {
    return false;
  }
  return applies(situation);
}

/** True where an operation makes sense for a canister as it is now. Menus, palette and service all ask here. */
export function applies(operation: Operation, state: CanisterState): boolean {
  return fits(operationEntry(operation), situationOf(state));
}

/** True where the operation would do something for this canister as it is now. */
export function appliesTo(operation: Operation, { project, canister }: CanisterRef): boolean {
  const state = project.canister(canister);
  return state !== undefined && state.busy === undefined && applies(operation, state);
}

/** By situation: every row of a large project asks, and there are few situations. */
const applicable = new Map<string, readonly Operation[]>();

/** All operations that are offered for a canister as it is now. */
export function applicableOperations(state: CanisterState): readonly Operation[] {
  const situation = situationOf(state);
  const key = JSON.stringify(situation);
  let operations = applicable.get(key);
  if (operations === undefined) {
    operations = OFFERED.filter((operation) => fits(operationEntry(operation), situation));
    applicable.set(key, operations);
  }
  return operations;
}
