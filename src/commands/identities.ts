import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  type DfxCommand,
  getPrincipal,
  importIdentity,
  newIdentity,
  removeIdentity,
  renameIdentity,
  type StorageMode,
  useIdentity,
} from '../core/engines/dfx/commands';
import { ANONYMOUS_NAME, IDENTITY_NAME, readIdentity, selectedIdentity } from '../core/engines/dfx/identities';
import type { DfxLocations } from '../core/engines/dfx/locations';
import type { DfxTool } from '../core/engines/dfx/tool';
import { accountIdentifier } from '../core/identity/account';
import type { IdentityOverview } from '../core/monitor/identity-overview';
import type { IdentityService, KnownIdentity } from '../core/monitor/identity-service';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { storageWords } from '../core/rows/identity-rows';
import { cancelled, explain, Failure } from '../core/util/failure';
import { shortId } from '../core/util/format';
import { type Message, msg } from '../core/util/message';
import type { Confirmation, confirmOperation } from '../ui/confirm';
import { translate } from '../ui/words';
import { requireTrust } from './change-canisters';
import { withExplanation } from './explain';
import { projectOf } from './networks';
import type { CommandSink } from './registry';

type Confirm = typeof confirmOperation;

export interface IdentityCommandDeps {
  readonly monitor: WorkspaceMonitor;
  readonly selection: Selection;
  readonly identityService: IdentityService;
  readonly overview: IdentityOverview;
  readonly tool: DfxTool;
  readonly locations: DfxLocations;
  /** dfx has changed its identities. */
  readonly changed: () => void;
}

export function registerIdentityCommands(commands: CommandSink, deps: IdentityCommandDeps): void {
  commands.register('icCanisters.selectIdentity', (node) => selectIdentity(deps, node));
  commands.register('icCanisters.useIdentity', (node) => useHere(deps, node));
  commands.register('icCanisters.followDfxIdentity', (node) => followDfx(deps, node));
  commands.register('icCanisters.useIdentityInDfx', (node) => useInDfx(deps, node));
  commands.register('icCanisters.newIdentity', () => create(deps));
  commands.register('icCanisters.importIdentity', () => importKey(deps));
  commands.register('icCanisters.renameIdentity', (node) => rename(deps, node));
  commands.register('icCanisters.removeIdentity', (node) => remove(deps, node));
  commands.register('icCanisters.copyPrincipal', (node) => copyPrincipal(deps, node, (principal) => principal));
  commands.register('icCanisters.copyAccountId', (node) =>
    copyPrincipal(deps, node, (principal) => accountIdentifier(principal) ?? ''),
  );
  commands.register('icCanisters.unlockIdentity', (node) => unlock(deps, node));
  commands.register('icCanisters.lockIdentity', (node) => lock(deps, node));
  commands.register('icCanisters.lockAllIdentities', () => deps.identityService.lock());
}

interface IdentityItem extends vscode.QuickPickItem {
  /** Undefined follows dfx. */
  readonly identity?: string;
}

/** The status bar's switcher: who signs here. */
async function selectIdentity(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  const { monitor, selection, overview, locations } = deps;
  const projects = await projectsFor(monitor, node);
  const [entries, selected] = await Promise.all([overview.list(), selectedIdentity(locations)]);
  const chosen = new Set(projects.map(({ project }) => selection.identity(project.root)));
  const mark = (name: string | undefined) => (chosen.has(name) ? '$(check) ' : '');
  const items: IdentityItem[] = [
    {
      label: `${mark(undefined)}${vscode.l10n.t('As selected in dfx')}`,
      description: selected.name,
      detail: vscode.l10n.t('Follows dfx when another identity is selected there'),
    },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...entries.map(({ known: { info, principal, unlockedUntil } }) => ({
      label: `${mark(info.name)}${info.name}`,
      iconPath: new vscode.ThemeIcon(info.storage === 'password' && unlockedUntil === undefined ? 'lock' : 'key'),
      description: [translate(storageWords(info.storage, unlockedUntil !== undefined)), principal && shortId(principal)]
        .filter(Boolean)
        .join(' · '),
      identity: info.name,
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Choose the identity'),
    placeHolder: vscode.l10n.t('Used in this workspace only; dfx keeps its own selection'),
    matchOnDescription: true,
  });
  if (!picked) {
    throw cancelled();
  }
  await choose(deps, projects, picked.identity);
}

async function choose(
  deps: IdentityCommandDeps,
  projects: readonly ProjectMonitor[],
  identity: string | undefined,
): Promise<void> {
  for (const { project } of projects) {
    await deps.selection.setIdentity(project.root, identity);
  }
  const known = identity === undefined ? undefined : await deps.identityService.find(identity);
  if (known?.info.storage === 'password' && known.unlockedUntil === undefined && !known.info.problem) {
    await askPassword(deps.identityService, known.info.name);
  }
}

async function useHere(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  const identity = nameIn(node);
  if (identity === undefined) {
    await selectIdentity(deps, node);
    return;
  }
  await choose(deps, await projectsFor(deps.monitor, node), identity);
}

async function followDfx(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  await choose(deps, await projectsFor(deps.monitor, node), undefined);
}

async function useInDfx(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  const { info } = await pick(deps, node, vscode.l10n.t('Select which identity in dfx?'));
  const verb = vscode.l10n.t('Select in dfx');
  await agree(
    vscode.l10n.t('Select {0} in dfx?', info.name),
    vscode.l10n.t('Every terminal and every project on this computer that follows dfx uses it from then on.'),
    verb,
  );
  await runDfx(
    deps,
    vscode.l10n.t('Selecting {0}…', info.name),
    (cwd) => useIdentity(cwd, info.name),
    (cause) => msg('{0} was not selected. {1}', info.name, cause),
  );
}

async function create(deps: IdentityCommandDeps): Promise<void> {
  const name = await askName(deps, vscode.l10n.t('Name of the new identity'));
  const storage = await askStorage();
  await runDfx(
    deps,
    vscode.l10n.t('Making {0}…', name),
    (cwd) => newIdentity(cwd, name, storage),
    (cause) => msg('{0} was not made. {1}', name, cause),
  );
}

async function importKey(deps: IdentityCommandDeps): Promise<void> {
  const pem = {
    label: vscode.l10n.t('A PEM file'),
    description: vscode.l10n.t('as another tool exported it'),
    seed: false,
  };
  const seed = { label: vscode.l10n.t('A file with a seed phrase'), description: '', seed: true };
  const kind = await ask(vscode.window.showQuickPick([pem, seed], { title: vscode.l10n.t('Import an identity from') }));
  const [file] =
    (await vscode.window.showOpenDialog({
      title: kind.label,
      openLabel: vscode.l10n.t('Import'),
      ...(kind.seed ? {} : { filters: { PEM: ['pem'], [vscode.l10n.t('All files')]: ['*'] } }),
    })) ?? [];
  if (!file) {
    throw cancelled();
  }
  const name = await askName(deps, vscode.l10n.t('Name of the imported identity'));
  const storage = await askStorage();
  const source = kind.seed ? { seedFile: file.fsPath } : { pemFile: file.fsPath };
  await runDfx(
    deps,
    vscode.l10n.t('Importing {0}…', name),
    (cwd) => importIdentity(cwd, name, source, storage),
    (cause) => msg('{0} was not imported. {1}', name, cause),
  );
}

async function rename(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  const { info } = await pick(deps, node, vscode.l10n.t('Rename which identity?'), isOwn);
  const name = await askName(deps, vscode.l10n.t('New name of {0}', info.name), info.name);
  await runDfx(
    deps,
    vscode.l10n.t('Renaming {0}…', info.name),
    (cwd) => renameIdentity(cwd, info.name, name),
    (cause) => msg('{0} was not renamed. {1}', info.name, cause),
  );
  await deps.identityService.lock(info.name);
  await deps.selection.renameIdentity(info.name, name);
}

async function remove(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  const { info } = await pick(deps, node, vscode.l10n.t('Remove which identity?'), isOwn);
  const dropWallets = await hasWallets(deps.locations, info.name);
  const lost = [
    vscode.l10n.t('Its key is deleted. What it controls is lost unless you have its seed phrase or another copy.'),
    ...(dropWallets ? [vscode.l10n.t('It has wallets: their cycles cannot be reached without the key.')] : []),
    vscode.l10n.t('Type {0} to confirm.', info.name),
  ];
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Remove the identity {0}?', info.name),
    prompt: lost.join(' '),
    placeHolder: info.name,
    ignoreFocusOut: true,
    validateInput: (value) => (value === info.name ? undefined : vscode.l10n.t('Type {0} to confirm.', info.name)),
  });
  if (typed !== info.name) {
    throw cancelled();
  }
  await runDfx(
    deps,
    vscode.l10n.t('Removing {0}…', info.name),
    (cwd) => removeIdentity(cwd, info.name, { dropWallets }),
    (cause) => msg('{0} was not removed. {1}', info.name, cause),
  );
  await deps.identityService.lock(info.name);
  for (const { project } of deps.monitor.projects) {
    if (deps.selection.identity(project.root) === info.name) {
      await deps.selection.setIdentity(project.root, undefined);
    }
  }
}

/** For a key that only dfx can reach, dfx is asked: it may open the keyring's own dialog, or a terminal for a password. */
async function copyPrincipal(
  deps: IdentityCommandDeps,
  node: unknown,
  transform: (principal: string) => string,
): Promise<void> {
  const known = await pick(deps, node, vscode.l10n.t('Copy from which identity?'));
  let { principal } = known;
  const { name, storage } = known.info;
  if (principal === undefined && storage === 'password') {
    await askPassword(deps.identityService, name);
    principal = (await deps.identityService.find(name))?.principal;
    if (principal === undefined) {
      throw cancelled();
    }
  }
  principal ??= (
    await runDfx(
      deps,
      vscode.l10n.t('Asking dfx for the principal of {0}…', name),
      (cwd) => getPrincipal(cwd, name),
      (cause) => msg('dfx did not say the principal of {0}. {1}', name, cause),
    )
  ).stdout.trim();
  await vscode.env.clipboard.writeText(transform(principal));
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied'), 2_000);
}

async function unlock(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  requireTrust();
  const { info } = await pick(
    deps,
    node,
    vscode.l10n.t('Unlock which identity?'),
    ({ info, unlockedUntil }) => info.storage === 'password' && unlockedUntil === undefined,
  );
  await askPassword(deps.identityService, info.name);
}

async function lock(deps: IdentityCommandDeps, node: unknown): Promise<void> {
  const { info } = await pick(
    deps,
    node,
    vscode.l10n.t('Lock which identity?'),
    ({ unlockedUntil }) => unlockedUntil !== undefined,
  );
  await deps.identityService.lock(info.name);
}

/** The operations that are signed here. For the others dfx asks for the password itself, in a terminal. */
const SIGNED_HERE: ReadonlySet<Confirmation['operation']> = new Set([
  'start',
  'stop',
  'call',
  'logs',
  'settings',
  'snapshots',
  'snapshot-take',
  'snapshot-load',
  'snapshot-delete',
  'top-up',
  'uninstall',
  'delete',
]);

/** Before an operation that a locked key would sign, asks for the password; then for consent. */
export function unlockThenConfirm(
  identityService: IdentityService,
  confirm: Confirm,
  monitor: WorkspaceMonitor,
): Confirm {
  return async (confirmation) => {
    const meant = new Set<unknown>(confirmation.targets.map((target) => target.monitor));
    for (const project of SIGNED_HERE.has(confirmation.operation) ? monitor.projects : []) {
      const { identity } = project.snapshot;
      if (meant.has(project) && identity?.storage === 'password' && identity.ref.kind === 'anonymous') {
        await askPassword(identityService, identity.name);
        await project.load();
        if (project.snapshot.identity?.ref.kind === 'anonymous') {
          return false;
        }
      }
    }
    return await confirm(confirmation);
  };
}

/** Asks until the password is right or the user gives up. It goes to the worker and nowhere else. */
async function askPassword(identityService: IdentityService, name: string): Promise<void> {
  const input = vscode.window.createInputBox();
  input.title = vscode.l10n.t('Unlock {0}', name);
  input.prompt = vscode.l10n.t(
    'Password of the identity {0}. The key stays in memory for {1} minutes.',
    name,
    unlockMinutes(),
  );
  input.password = true;
  input.ignoreFocusOut = true;
  const abort = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
      });
      input.onDidHide(() => {
        abort.abort();
        resolve();
      });
      input.onDidAccept(async () => {
        input.busy = true;
        input.enabled = false;
        input.validationMessage = undefined;
        try {
          await identityService.unlock(name, input.value, unlockMinutes() * 60_000, abort.signal);
          resolve();
        } catch (error) {
          if (error instanceof Failure && error.kind === 'password') {
            input.value = '';
            input.validationMessage = translate(error.data.message);
          } else if (!abort.signal.aborted) {
            reject(explain(error, (cause) => msg('{0} was not unlocked. {1}', name, cause)));
          }
        } finally {
          input.busy = false;
          input.enabled = true;
        }
      });
      input.show();
    });
  } finally {
    input.dispose();
  }
}

function unlockMinutes(): number {
  const value = vscode.workspace.getConfiguration('icCanisters').get<number>('identities.unlockMinutes');
  return typeof value === 'number' && value >= 1 ? Math.min(value, 1440) : 15;
}

/** Runs dfx on its identities. Its first run ever would make a plaintext identity unasked: that is asked before. */
async function runDfx(
  { tool, monitor, locations, changed }: IdentityCommandDeps,
  title: string,
  command: (cwd: string) => DfxCommand,
  failed: (cause: Message) => Message,
) {
  requireTrust();
  const fresh = (await readFile(locations.identityJson, 'utf8').catch(() => undefined)) === undefined;
  if (fresh && (await readIdentity('default', locations)) === undefined) {
    await agree(
      vscode.l10n.t('dfx has not been used on this computer. Go on?'),
      vscode.l10n.t(
        'When it first runs, dfx makes an identity named default with its key in plain text, and shows its seed phrase.',
      ),
      vscode.l10n.t('Go on'),
    );
  }
  const cwd = monitor.projects[0]?.project.root ?? os.homedir();
  try {
    return await withExplanation(title, failed, (signal) => tool.run(command(cwd), { signal }));
  } finally {
    changed();
  }
}

async function hasWallets(locations: DfxLocations, name: string): Promise<boolean> {
  const text = await readFile(path.join(locations.identityDir, name, 'wallets.json'), 'utf8').catch(() => '{}');
  return /"[a-z0-9-]+-[a-z0-9]{3}"/.test(text);
}

async function askName({ locations }: IdentityCommandDeps, title: string, value = ''): Promise<string> {
  return await ask(
    vscode.window.showInputBox({
      title,
      value,
      validateInput: async (text) => {
        if (!IDENTITY_NAME.test(text) || text.startsWith('___')) {
          return vscode.l10n.t('Letters, digits, ".", "-", "_" and "@".');
        }
        return text !== value && (await readIdentity(text, locations)) !== undefined
          ? vscode.l10n.t('There is an identity named {0} already.', text)
          : undefined;
      },
    }),
  );
}

async function askStorage(): Promise<StorageMode> {
  const items: (vscode.QuickPickItem & { storage: StorageMode })[] = [
    {
      storage: 'password-protected',
      label: vscode.l10n.t('Protected by a password'),
      detail: vscode.l10n.t('A file that only the password opens. dfx asks for it in a terminal.'),
    },
    {
      storage: 'keyring',
      label: vscode.l10n.t('In the system keyring'),
      detail: vscode.l10n.t('Used without a password while you are logged in. Operations go through dfx.'),
    },
    {
      storage: 'plaintext',
      label: vscode.l10n.t('In plain text'),
      detail: vscode.l10n.t(
        'For local development only: whoever reads the file has the key. dfx refuses it on mainnet.',
      ),
    },
  ];
  return (await ask(vscode.window.showQuickPick(items, { title: vscode.l10n.t('How shall the key be stored?') })))
    .storage;
}

/** The identity that a row is of, or the one that is picked. */
async function pick(
  { identityService }: IdentityCommandDeps,
  node: unknown,
  title: string,
  accept: (known: KnownIdentity) => boolean = () => true,
): Promise<KnownIdentity> {
  const name = nameIn(node);
  if (name !== undefined) {
    const known = await identityService.find(name);
    if (!known) {
      throw new Failure({ message: msg('The identity {0} does not exist.', name) });
    }
    return known;
  }
  const items = (await identityService.list()).filter(accept).map((known) => ({
    label: known.info.name,
    description: translate(storageWords(known.info.storage, known.unlockedUntil !== undefined)),
    known,
  }));
  if (items.length === 0) {
    throw new Failure({ message: msg('There is no identity that this could be done with.') });
  }
  return (await ask(vscode.window.showQuickPick(items, { title }))).known;
}

function isOwn({ info }: KnownIdentity): boolean {
  return info.name !== ANONYMOUS_NAME;
}

function nameIn(node: unknown): string | undefined {
  const { identity } = (node ?? {}) as { identity?: unknown };
  return typeof identity === 'string' ? identity : undefined;
}

/** The project that a row is of, or all. */
async function projectsFor(monitor: WorkspaceMonitor, node: unknown): Promise<readonly ProjectMonitor[]> {
  await monitor.ready();
  const own = projectOf(monitor, node);
  const projects = own ? [own] : monitor.projects;
  if (projects.length === 0) {
    throw new Failure({ message: msg('There is no dfx.json in this workspace.') });
  }
  return projects;
}

async function agree(question: string, detail: string, verb: string): Promise<void> {
  const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, verb);
  if (choice !== verb) {
    throw cancelled();
  }
}

/** @throws {Failure} where the user closed the question */
async function ask<T>(answer: Thenable<T | undefined>): Promise<T> {
  const value = await answer;
  if (value === undefined) {
    throw cancelled();
  }
  return value;
}
