import os from 'node:os';
import * as vscode from 'vscode';
import type { IdentityStore } from '../core/engines/engine';
import type { StorageMode, ToolCommands } from '../core/engines/toolchain';
import { accountIdentifier } from '../core/identity/account';
import { ANONYMOUS_NAME } from '../core/identity/identity-info';
import type { KnownIdentity } from '../core/monitor/identity-service';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { ToolCommand } from '../core/process/tool';
import { storageWords } from '../core/rows/identity-rows';
import { cancelled, Failure } from '../core/util/failure';
import { type Message, msg } from '../core/util/message';
import { shortId } from '../core/util/shorten';
import { agree, agreeByTyping, answered, copyText, pickFile } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { projectLabel } from '../ui/project-label';
import { showInputBox, showInStatusBar, showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { chooseProjects, oneProject } from './choose-canisters';
import { type CommandContext, toolchainOf } from './command-context';
import type { CommandArgument } from './read-argument';
import { askPassword } from './unlock-identity';

interface IdentityItem extends vscode.QuickPickItem {
  /** Undefined follows the tool. */
  readonly identity?: string;
}

/** The status bar's switcher: who signs here. */
export async function selectIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { selection, identities, workspace } = context;
  const project = await oneProject(context, argument, vscode.l10n.t('Choose the identity of which project?'));
  const tool = project.engine.name;
  const [all, selected] = await Promise.all([identities.list(), identitiesOf(context, tool).selected()]);
  const entries = all.filter(({ known }) => known.engine === tool);
  const chosen = selection.identity(project.manifest);
  const mark = (name: string | undefined) => (chosen === name ? '✓' : '');
  const items: IdentityItem[] = [
    {
      label: vscode.l10n.t('As selected in {0}', tool),
      iconPath: new vscode.ThemeIcon('sync'),
      description: [selected.name, mark(undefined)].filter(Boolean).join(' '),
      detail: vscode.l10n.t('Follows {0} when another identity is selected there', tool),
    },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...entries.map(({ known: { info, principal, unlockedUntil } }) => ({
      label: info.name,
      iconPath: new vscode.ThemeIcon(info.storage === 'password' && unlockedUntil === undefined ? 'lock' : 'key'),
      description: [
        translate(storageWords(info.storage, unlockedUntil !== undefined)),
        principal && shortId(principal),
        mark(info.name),
      ]
        .filter(Boolean)
        .join(' · '),
      identity: info.name,
    })),
  ];
  const picked = await answered(
    showQuickPick(items, {
      title:
        workspace.projects.length > 1
          ? vscode.l10n.t('Choose the identity of {0}', projectLabel(project))
          : vscode.l10n.t('Choose the identity'),
      placeHolder: vscode.l10n.t('Used in this workspace only; {0} keeps its own selection', tool),
    }),
  );
  await choose(context, [project], picked.identity);
}

async function choose(
  context: CommandContext,
  projects: readonly ProjectMonitor[],
  identity: string | undefined,
): Promise<void> {
  for (const { manifest } of projects) {
    await context.selection.setIdentity(manifest, identity);
  }
  const tool = projects[0]?.engine.name;
  const known = identity === undefined ? undefined : await context.identityService.find(identity, tool);
  if (known?.info.storage === 'password' && known.unlockedUntil === undefined && !known.info.problem) {
    await askPassword(context.identityService, known.info.name, known.engine);
  }
  // What follows works with the identity that the projects know.
  await Promise.all(projects.map((project) => project.load()));
}

export async function useIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { identity } = argument;
  if (identity === undefined) {
    await selectIdentity(context, argument);
    return;
  }
  await choose(context, await projectsOfTool(context, argument), identity);
}

export async function followTool(context: CommandContext, argument: CommandArgument): Promise<void> {
  await choose(context, await projectsOfTool(context, argument), undefined);
}

/** An identity is of use to the projects of its own tool only. */
async function projectsOfTool(context: CommandContext, argument: CommandArgument): Promise<ProjectMonitor[]> {
  const projects = await chooseProjects(context, argument);
  const { engine } = argument;
  const fitting = projects.filter((project) => engine === undefined || project.engine.name === engine);
  if (fitting.length === 0) {
    throw new Failure({ message: msg('This workspace has no project of {0}.', engine ?? '') });
  }
  return fitting;
}

export async function selectIdentityInTool(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { info, engine } = await pick(context, argument, vscode.l10n.t('Select which identity?'));
  const verb = vscode.l10n.t('Select in {0}', engine);
  await agree(
    [vscode.l10n.t('Select {0} in {1}?', info.name, engine)],
    [vscode.l10n.t('Every terminal and every project on this computer that follows {0} uses it from then on.', engine)],
    verb,
  );
  await runTool(
    context,
    vscode.l10n.t('Selecting {0}…', info.name),
    engine,
    (commands, cwd) => commands.useIdentity(cwd, info.name),
    (cause) => msg('{0} was not selected. {1}', info.name, cause),
  );
}

export async function createIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const engine = await askTool(context, argument);
  const name = await askName(context, vscode.l10n.t('Name of the new identity'), { engine });
  const { linkIdentity } = toolchainOf(context, engine).commands;
  const choice = await askStorage(engine, linkIdentity !== undefined);
  const web = choice === 'web';
  const storage = web
    ? await askStorage(engine, false, vscode.l10n.t("How shall the session's key be stored?"))
    : choice;
  await runTool(
    context,
    vscode.l10n.t('Making {0}…', name),
    engine,
    (commands, cwd) => (web ? linkIdentity!(cwd, name, storage) : commands.newIdentity(cwd, name, storage)),
    (cause) => msg('{0} was not made. {1}', name, cause),
    name,
  );
}

export async function importIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const engine = await askTool(context, argument);
  const pem = {
    label: vscode.l10n.t('A PEM file'),
    description: vscode.l10n.t('as another tool exported it'),
    seed: false,
  };
  const seed = { label: vscode.l10n.t('A file with a seed phrase'), description: '', seed: true };
  const others = (await context.identityService.list()).filter((known) => known.engine !== engine && isOwn(known));
  const tools = [...new Set(others.map((known) => known.engine))].map((tool) => ({
    label: vscode.l10n.t('An identity of {0}', tool),
    description: vscode.l10n.t('it stays there, too'),
    seed: false,
    tool,
  }));
  const items: (vscode.QuickPickItem & { seed: boolean; tool?: string })[] = [...tools, pem, seed];
  const kind = await answered(showQuickPick(items, { title: vscode.l10n.t('Import an identity from') }));
  const source =
    kind.tool === undefined
      ? await chooseKeyFile(kind)
      : await chooseForeignKey(others.filter((known) => known.engine === kind.tool));
  const name = await askName(context, vscode.l10n.t('Name of the imported identity'), {
    engine,
    value: source.name,
    isNew: true,
  });
  const storage = await askStorage(engine);
  await runTool(
    context,
    vscode.l10n.t('Importing {0}…', name),
    engine,
    (commands, cwd) => commands.importIdentity(cwd, name, source, storage),
    (cause) => msg('{0} was not imported. {1}', name, cause),
  );
}

type KeySource = ({ readonly pemFile: string } | { readonly seedFile: string }) & { readonly name?: string };

async function chooseKeyFile({ label, seed }: { readonly label: string; readonly seed: boolean }): Promise<KeySource> {
  const file = await pickFile({
    title: label,
    openLabel: vscode.l10n.t('Import'),
    filters: seed ? undefined : { PEM: ['pem'], [vscode.l10n.t('All files')]: ['*'] },
  });
  return seed ? { seedFile: file.fsPath } : { pemFile: file.fsPath };
}

/** The key file of another tool's identity, which the tool that imports it reads itself. */
async function chooseForeignKey(identities: readonly KnownIdentity[]): Promise<KeySource> {
  const items = identities.map((known) => ({
    label: known.info.name,
    description: translate(storageWords(known.info.storage, known.unlockedUntil !== undefined)),
    known,
  }));
  const { known } = await answered(showQuickPick(items, { title: vscode.l10n.t('Import which identity?') }));
  const { name, pemFile, storage } = known.info;
  if (storage !== 'plaintext' || pemFile === undefined) {
    throw new Failure({
      message: msg(
        'Only {1} can open the key of {0}. Export it there ({1} identity export {0}) and import the PEM file.',
        name,
        known.engine,
      ),
    });
  }
  return { pemFile, name };
}

export async function renameIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { info, engine } = await pick(context, argument, vscode.l10n.t('Rename which identity?'), isOwn);
  const name = await askName(context, vscode.l10n.t('New name of {0}', info.name), { value: info.name, engine });
  await runTool(
    context,
    vscode.l10n.t('Renaming {0}…', info.name),
    engine,
    (commands, cwd) => commands.renameIdentity(cwd, info.name, name),
    (cause) => msg('{0} was not renamed. {1}', info.name, cause),
  );
  await context.identityService.lock(info.name);
  await context.selection.renameIdentity(info.name, name);
}

export async function removeIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { info, engine } = await pick(context, argument, vscode.l10n.t('Remove which identity?'), isOwn);
  const dropWallets = await identitiesOf(context, engine).hasProxies(info.name);
  const loss = [
    vscode.l10n.t('Its key is deleted. What it controls is lost unless you have its seed phrase or another copy.'),
    dropWallets ? vscode.l10n.t('It has wallets: their cycles cannot be reached without the key.') : '',
  ];
  const title = vscode.l10n.t('Remove the identity {0}?', info.name);
  const what = vscode.l10n.t('Type {0} to confirm.', info.name);
  await agreeByTyping({ title, loss, wanted: info.name, what }, (typed) => typed === info.name);
  await runTool(
    context,
    vscode.l10n.t('Removing {0}…', info.name),
    engine,
    (commands, cwd) => commands.removeIdentity(cwd, info.name, { dropWallets }),
    (cause) => msg('{0} was not removed. {1}', info.name, cause),
  );
  await context.identityService.lock(info.name);
  for (const { manifest, engine: tool } of context.workspace.projects) {
    if (tool.name === engine && context.selection.identity(manifest) === info.name) {
      await context.selection.setIdentity(manifest, undefined);
    }
  }
}

export async function copyPrincipal(context: CommandContext, argument: CommandArgument): Promise<void> {
  await copyText(await principalOf(context, argument));
}

export async function copyAccountId(context: CommandContext, argument: CommandArgument): Promise<void> {
  await copyText(accountIdentifier(await principalOf(context, argument)) ?? '');
}

/** For a key that only the tool can reach, the tool is asked: it may open the keyring's own dialog, or a terminal for a password. */
async function principalOf(context: CommandContext, argument: CommandArgument): Promise<string> {
  const known = await pick(context, argument, vscode.l10n.t('Copy from which identity?'));
  const { engine } = known;
  const { name, storage } = known.info;
  if (known.principal !== undefined) {
    return known.principal;
  }
  if (storage === 'password') {
    await askPassword(context.identityService, name, engine);
    return (await context.identityService.find(name, engine))?.principal ?? Promise.reject(cancelled());
  }
  const { stdout } = await runTool(
    context,
    vscode.l10n.t('Asking {0} for the principal of {1}…', engine, name),
    engine,
    (commands, cwd) => commands.getPrincipal(cwd, name),
    (cause) => msg('{0} did not say the principal of {1}. {2}', engine, name, cause),
  );
  return stdout.trim();
}

export async function unlockIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { info, engine } = await pick(
    context,
    argument,
    vscode.l10n.t('Unlock which identity?'),
    ({ info, unlockedUntil }) => info.storage === 'password' && unlockedUntil === undefined,
  );
  await askPassword(context.identityService, info.name, engine);
}

export async function lockIdentity(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { info } = await pick(
    context,
    argument,
    vscode.l10n.t('Lock which identity?'),
    ({ unlockedUntil }) => unlockedUntil !== undefined,
  );
  await context.identityService.lock(info.name);
  showInStatusBar('lock', vscode.l10n.t('The identity {0} is locked.', info.name));
}

export async function lockAllIdentities({ identityService }: CommandContext): Promise<void> {
  await identityService.lock();
  showInStatusBar('lock', vscode.l10n.t('All identities are locked.'));
}

/**
 * Runs a tool on its identities. The first run of dfx ever would make a plaintext identity unasked: that is asked before.
 *
 * @param engine without one, the tool that new identities are made with
 */
async function runTool(
  context: CommandContext,
  title: string,
  engine: string | undefined,
  command: (commands: ToolCommands, cwd: string) => ToolCommand,
  failed: (cause: Message) => Message,
  newIdentity?: string,
) {
  const toolchain = toolchainOf(context, engine);
  if (await toolchain.makesIdentityUnasked()) {
    await agree(
      [vscode.l10n.t('dfx has not been used on this computer. Go on?')],
      [
        vscode.l10n.t(
          'When it first runs, dfx makes an identity named default with its key in plain text, and shows its seed phrase.',
        ),
      ],
      vscode.l10n.t('Go on'),
    );
  }
  const cwd = context.workspace.projects[0]?.root ?? os.homedir();
  try {
    return await withProgress({ title, failed }, (signal) =>
      toolchain.tool.run(command(toolchain.commands, cwd), { signal, newIdentity }),
    );
  } finally {
    context.identitiesChanged();
  }
}

function identitiesOf(context: CommandContext, engine?: string): IdentityStore {
  const { engines } = context;
  const name = engine ?? toolchainOf(context).engine;
  return engines.find((candidate) => candidate.name === name)!.identities;
}

async function askName(
  context: CommandContext,
  title: string,
  {
    value = '',
    engine,
    isNew = false,
  }: { readonly value?: string; readonly engine?: string; readonly isNew?: boolean } = {},
): Promise<string> {
  const identities = identitiesOf(context, engine);
  return await answered(
    showInputBox({
      title,
      value,
      validateInput: async (text) => {
        if (!identities.isName(text)) {
          return vscode.l10n.t('Letters, digits, ".", "-", "_" and "@".');
        }
        return (text !== value || isNew) && (await identities.find(text)) !== undefined
          ? vscode.l10n.t('There is an identity named {0} already.', text)
          : undefined;
      },
    }),
  );
}

/** The tool that is to have an identity: asked for only where the workspace has projects of several. */
async function askTool(context: CommandContext, { engine }: CommandArgument): Promise<string> {
  const tools = [...new Set(context.workspace.projects.map((project) => project.engine.name))];
  if (engine !== undefined || tools.length <= 1) {
    return engine ?? tools[0] ?? toolchainOf(context).engine;
  }
  const items = tools.map((label) => ({ label }));
  return (await answered(showQuickPick(items, { title: vscode.l10n.t('For which tool?') }))).label;
}

async function askStorage(tool: string, web: boolean): Promise<StorageMode | 'web'>;
async function askStorage(tool: string, web?: false, title?: string): Promise<StorageMode>;
async function askStorage(
  tool: string,
  web = false,
  title = vscode.l10n.t('How shall the key be stored?'),
): Promise<StorageMode | 'web'> {
  const items: (vscode.QuickPickItem & { storage: StorageMode | 'web' })[] = [
    {
      storage: 'password-protected',
      label: vscode.l10n.t('Protected by a password'),
      detail: vscode.l10n.t('A file that only the password opens. {0} asks for it in a terminal.', tool),
    },
    {
      storage: 'keyring',
      label: vscode.l10n.t('In the system keyring'),
      detail: vscode.l10n.t('Used without a password while you are logged in. Operations go through {0}.', tool),
    },
    {
      storage: 'plaintext',
      label: vscode.l10n.t('In plain text'),
      detail:
        tool === 'dfx'
          ? vscode.l10n.t('For local development only: whoever reads the file has the key. dfx refuses it on mainnet.')
          : vscode.l10n.t('For local development only: whoever reads the file has the key.'),
    },
  ];
  if (web) {
    items.push({
      storage: 'web',
      label: vscode.l10n.t('By a login in the browser'),
      detail: vscode.l10n.t('With Internet Identity. {0} opens the browser from a terminal.', tool),
    });
  }
  return (await answered(showQuickPick(items, { title }))).storage;
}

/** The identity that a row is of, or the one that is picked. */
async function pick(
  { identityService }: CommandContext,
  argument: CommandArgument,
  title: string,
  accept: (known: KnownIdentity) => boolean = () => true,
): Promise<KnownIdentity> {
  const { identity: name, engine } = argument;
  if (name !== undefined) {
    const known = await identityService.find(name, engine);
    if (!known) {
      throw new Failure({ message: msg('The identity {0} does not exist.', name) });
    }
    return known;
  }
  const items = (await identityService.list()).filter(accept).map((known) => ({
    label: known.info.name,
    detail: known.engine,
    description: translate(storageWords(known.info.storage, known.unlockedUntil !== undefined)),
    known,
  }));
  if (items.length === 0) {
    throw new Failure({ message: msg('There is no identity that this could be done with.') });
  }
  return (await answered(showQuickPick(items, { title }))).known;
}

function isOwn({ info }: KnownIdentity): boolean {
  return info.name !== ANONYMOUS_NAME;
}
