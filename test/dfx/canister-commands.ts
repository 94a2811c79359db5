/** `dfx canister …` and the steps that `dfx deploy` is made of. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IDL } from '@dfinity/candid';
import { storeFolder } from '../motoko/assets';
import { checkStable } from '../motoko/compile';
import { CANDID_UI } from '../network/system/candid-ui';
import { buildWasm } from '../network/wasm';
import { type InstallMode, NetworkAgent } from './agent';
import { funcOf, parseTuple, showTuple } from './candid-text';
import { artifactsOf, breakingChange, parseInterface } from './compile';
import { type Context, readJson, writeJson } from './context';
import { DfxError, fail, within } from './failure';
import { Identities } from './identity';
import { grouped, isPrincipalText } from './text';

type WalletFile = { identities?: Record<string, Record<string, string>> };

/** 0.5 T for creating and 3 T to begin with, which is what a canister gets that is created through a wallet. */
const WALLET_CREATE_CYCLES = 3_500_000_000_000n;

function readCycles(text: string | undefined): bigint | undefined {
  const match = /^([\d_]+)([kmbt]?)c?$/i.exec(text ?? '');
  if (!match) {
    return undefined;
  }
  const unit =
    { '': 1n, k: 1_000n, m: 1_000_000n, b: 1_000_000_000n, t: 1_000_000_000_000n }[match[2]!.toLowerCase()] ?? 1n;
  return BigInt(match[1]!.replaceAll('_', '')) * unit;
}

export function walletOf(context: Context, identities: Identities): string | undefined {
  const file = identities.walletFile(identities.selected);
  if (!existsSync(file)) {
    return undefined;
  }
  return (readJson(file) as WalletFile).identities?.[identities.selected]?.[context.network.name];
}

function setWallet(context: Context, identities: Identities, id: string): void {
  const file = identities.walletFile(identities.selected);
  const wallets = existsSync(file) ? (readJson(file) as WalletFile) : {};
  const name = identities.selected;
  writeJson(file, {
    identities: { ...wallets.identities, [name]: { ...wallets.identities?.[name], [context.network.name]: id } },
  });
}

/** The wallet, which dfx makes without being asked on all networks but mainnet. */
async function walletOrNew(context: Context, agent: NetworkAgent, identities: Identities): Promise<string | undefined> {
  const known = walletOf(context, identities);
  if (known !== undefined || context.network.isIc || context.env['DFX_DISABLE_AUTO_WALLET'] !== undefined) {
    return known;
  }
  const id = await agent.create({ controllers: [agent.principal.toText()] });
  await agent.install(
    id,
    'install',
    buildWasm({ candid: 'service : {}', updates: ['wallet_call'] }),
    IDL.encode([], []),
  );
  setWallet(context, identities, id);
  context.info(
    `Created a wallet canister on the "${context.network.name}" network for user "${identities.selected}" with ID "${id}"`,
  );
  return id;
}

export async function getWallet(context: Context): Promise<void> {
  const identities = new Identities(context);
  const agent = await NetworkAgent.connect(context);
  const id = await walletOrNew(context, agent, identities);
  if (id === undefined) {
    fail(
      `No wallet configured for combination of identity '${identities.selected}' and network '${context.network.name}'`,
    );
  }
  context.print(id);
}

export async function setWalletCommand(context: Context): Promise<void> {
  const identities = new Identities(context);
  const agent = await NetworkAgent.connect(context);
  const name = context.parsed.get('[CANISTER_NAME]') ?? '';
  const id = isPrincipalText(name) ? name : context.ids.get(name);
  context.info(
    `Setting wallet for identity '${identities.selected}' on network '${context.network.name}' to id '${id}'`,
  );
  if (!context.parsed.has('force') && (await agent.moduleHash(id)) === undefined) {
    fail(`Unable to determine wallet version.`);
  }
  setWallet(context, identities, id);
  context.info('Wallet set successfully.');
}

export async function walletBalance(context: Context): Promise<void> {
  const identities = new Identities(context);
  const agent = await NetworkAgent.connect(context);
  const id = await walletOrNew(context, agent, identities);
  if (id === undefined) {
    fail(
      `No wallet configured for combination of identity '${identities.selected}' and network '${context.network.name}'`,
    );
  }
  const { cycles } = await agent.status(id);
  const trillions = (Number(cycles) / 1e12).toFixed(3);
  context.print(context.parsed.has('precise') ? `${cycles} cycles.` : `${trillions} TC (trillion cycles).`);
}

/** Creates one canister where it has no id yet. */
export async function createOne(context: Context, agent: NetworkAgent, name: string): Promise<void> {
  await within(`Failed to create canister '${name}'.`, async () => {
    const { parsed, network, project, ids } = context;
    const entry = project.entry(name);
    const remote = entry.remote?.id?.[network.name];
    if (remote !== undefined) {
      fail(`Canister '${name}' is a remote canister on network '${network.name}', and cannot be created from here.`);
    }
    const where = network.name === 'local' ? '' : `on network ${network.name} `;
    const known = ids.find(name);
    if (known !== undefined) {
      return context.info(`${name} canister was already created ${where}and has canister id: ${known}`);
    }

    const specifiedId = parsed.get('specified-id') ?? entry.specified_id;
    const identities = new Identities(context);
    const self = agent.principal.toText();
    const wallet =
      specifiedId !== undefined || parsed.has('no-wallet')
        ? undefined
        : (parsed.get('wallet') ?? (await walletOrNew(context, agent, identities)));
    for (const key of ['reserved_cycles_limit', 'wasm_memory_limit', 'log_visibility']) {
      if (wallet !== undefined && entry.initialization_values?.[key] !== undefined) {
        fail(
          `Cannot create a canister using a wallet if the ${key} is set. Please create with --no-wallet or use dfx canister update-settings instead.`,
        );
      }
    }
    const chosen: string[] = [];
    for (const one of parsed.all('controller')) {
      chosen.push(isPrincipalText(one) ? one : (await identities.load(one)).getPrincipal().toText());
    }
    const cycles = readCycles(parsed.get('with-cycles')) ?? (wallet === undefined ? undefined : WALLET_CREATE_CYCLES);
    // A wallet's code is not run here: the canister is created as the wallet would have it.
    const controllers = chosen.length > 0 ? chosen : wallet === undefined ? [self] : [wallet, self];
    const id = await agent.create({
      controllers,
      cycles,
      specifiedId,
    });
    context.info(`${name} canister created ${where}with canister id: ${id}`);
    ids.add(name, id);
  });
}

const MODES = { install: 'Installed', reinstall: 'Reinstalled', upgrade: 'Upgraded' } as const;

async function askReinstall(context: Context, what: string): Promise<void> {
  if (context.parsed.has('yes')) {
    return;
  }
  await within('Refusing to install canister without approval', () =>
    context.consent(
      `You are about to reinstall the ${what}\nThis will OVERWRITE all the data and code in the canister.\n\nYOU WILL LOSE ALL DATA IN THE CANISTER.\n\n`,
    ),
  );
}

/** Installs one canister of the project. */
export async function installOne(
  context: Context,
  agent: NetworkAgent,
  name: string,
  defaultMode: string,
): Promise<void> {
  await within(`Failed to install wasm module to canister '${name}'.`, async () => {
    const { parsed, project, ids } = context;
    const entry = project.entry(name);
    const id = ids.get(name);
    const yes = parsed.has('yes');
    noteCandidUi(context);
    const installed = await agent.moduleHash(id);
    const wanted = parsed.get('mode') ?? defaultMode;
    const mode = (wanted === 'auto' ? (installed === undefined ? 'install' : 'upgrade') : wanted) as InstallMode;
    const artifacts = artifactsOf(context, name, entry);

    if (mode !== 'install' && !yes) {
      const old = await agent.metadata(id, 'candid:service');
      if (old !== undefined && existsSync(artifacts.constructorDid)) {
        const change = breakingChange(
          parseInterface(old),
          parseInterface(readFileSync(artifacts.constructorDid, 'utf8')),
        );
        if (change !== undefined) {
          await context.consent(
            `Candid interface compatibility check failed for canister '${name}'.\nYou are making a BREAKING change. Other canisters or frontend clients relying on your canister may stop working.\n\n${change}`,
          );
        }
      }
    }
    if (mode === 'upgrade' && (entry.type ?? 'motoko') === 'motoko') {
      const old = await agent.metadata(id, 'motoko:stable-types');
      const file = artifacts.wasm.replace(/\.wasm$/, '.most');
      const change =
        old !== undefined && existsSync(file)
          ? checkStable(old, readFileSync(file, 'utf8'))
          : { error: false, text: '' };
      if (change.error) {
        fail(
          `Stable interface compatibility check issued an ERROR for canister '${name}'.\nUpgrade will either FAIL or LOSE some stable variable data.\n\n${change.text}`,
        );
      }
      if (change.text !== '' && !yes) {
        await context.consent(
          `Stable interface compatibility check issued a WARNING for canister '${name}'.\n\n${change.text}`,
        );
      }
    }

    const wasmFile = parsed.get('wasm') ?? artifacts.wasm;
    if (!existsSync(wasmFile)) {
      fail('The canister must be built before install. Please run `dfx build`.');
    }
    const wasm = readFileSync(wasmFile);
    const hash = createHash('sha256').update(wasm).digest('hex');
    if (mode === 'upgrade' && installed === hash && !parsed.has('upgrade-unchanged')) {
      context.info(`Module hash ${hash} is already installed.`);
    } else {
      if (mode === 'reinstall') {
        await askReinstall(context, `${name} canister`);
      }
      const init = existsSync(artifacts.constructorDid)
        ? parseInterface(readFileSync(artifacts.constructorDid, 'utf8')).init
        : '';
      await agent.install(id, mode, wasm, initArgument(context, entry.init_arg, init));
    }
    context.info(`${MODES[mode]} code for canister ${name}, with canister ID ${id}`);
    if (entry.type === 'assets') {
      context.info('Uploading assets to asset canister...');
      for (const source of entry.source ?? []) {
        await storeFolder(agent.agent, id, path.resolve(project.root, source));
      }
    }
  });
}

function initArgument(context: Context, fromJson: string | undefined, types: string): Uint8Array {
  const { parsed } = context;
  const text = parsed.get('argument-file')
    ? readFileSync(parsed.get('argument-file')!, 'utf8')
    : (parsed.get('argument') ?? fromJson);
  const func = funcOf(`(${types}) -> ()`);
  if (text === undefined) {
    if (func.argTypes.length > 0 && !func.argTypes.every((type) => type.name.startsWith('opt'))) {
      fail('Expected arguments but found none.');
    }
    return IDL.encode(
      [...func.argTypes],
      func.argTypes.map(() => []),
    );
  }
  return IDL.encode([...func.argTypes], parseTuple(text).slice(0, func.argTypes.length));
}

/** dfx installs one; the test network has one. */
function noteCandidUi(context: Context): void {
  if (!context.network.isIc && context.ids.find('__Candid_UI') === undefined) {
    context.ids.add('__Candid_UI', CANDID_UI);
  }
}

/** The canisters that a command is about: the named one, or all that are not remote. */
function selected(context: Context): string[] {
  const name = context.parsed.get('[CANISTER]') ?? context.parsed.get('[CANISTER_NAME]');
  if (name !== undefined) {
    return [name];
  }
  return [...context.project.canisters.keys()].filter((one) => {
    if (context.isRemote(one)) {
      context.info(`Skipping canister '${one}' because it is remote for network '${context.network.name}'`);
    }
    return !context.isRemote(one);
  });
}

export async function canisterCommand(context: Context, command: string): Promise<void> {
  const { parsed } = context;
  const name = parsed.get('[CANISTER]') ?? '';
  switch (command) {
    case 'id':
      return context.print(isPrincipalText(name) ? name : context.ids.get(name));
    case 'set-id':
      context.info(`Set canister id for ${name} to ${parsed.get('[PRINCIPAL]')}`);
      return context.ids.add(name, parsed.get('[PRINCIPAL]')!);
    case 'url':
      return url(context, name);
    case 'create': {
      const agent = await NetworkAgent.connect(context);
      for (const one of selected(context)) {
        if (context.project.entry(one).type !== 'pull') {
          await createOne(context, agent, one);
        }
      }
      return;
    }
    case 'install':
      return install(context);
    case 'call':
      return call(context);
    case 'info': {
      const agent = await NetworkAgent.connect(context);
      const id = context.ids.get(name);
      const controllers = await agent.controllers(id);
      if (controllers === undefined) {
        fail(`Canister ${id} does not exist.`);
      }
      const hash = await agent.moduleHash(id);
      context.print(
        `Controllers: ${controllers.sort().join(' ')}\nModule hash: ${hash === undefined ? 'None' : `0x${hash}`}`,
      );
      return;
    }
    default: {
      const agent = await NetworkAgent.connect(context);
      const acts = { start, stop, status, delete: remove, 'uninstall-code': uninstall };
      const act = acts[command as keyof typeof acts];
      for (const one of selected(context)) {
        await act(context, agent, one);
      }
    }
  }
}

async function install(context: Context): Promise<void> {
  const { parsed } = context;
  const name = parsed.get('[CANISTER]');
  const mode = parsed.get('mode');
  if (mode === 'reinstall' && (name === undefined || parsed.has('all'))) {
    fail(
      'The --mode=reinstall is only valid when specifying a single canister, because reinstallation destroys all data in the canister.',
    );
  }
  const agent = await NetworkAgent.connect(context);
  if (name !== undefined && isPrincipalText(name)) {
    const file = parsed.get('wasm') ?? fail('When installing a canister by its ID, you must specify `--wasm` option.');
    if (mode === 'auto') {
      fail('The install mode cannot be auto when using --wasm.');
    }
    const how = (mode ?? 'install') as InstallMode;
    if (how === 'reinstall') {
      await askReinstall(context, `canister ${name}`);
    }
    await agent.install(name, how, readFileSync(file), initArgument(context, undefined, ''));
    return context.info(`${MODES[how]} code for canister ${name}`);
  }
  if (name !== undefined) {
    if (context.project.entry(name).type === 'pull') {
      fail(`${name} is a pull dependency. Please deploy it using \`dfx deps deploy ${name}\``);
    }
    if (context.isRemote(name)) {
      fail(
        `Canister '${name}' is a remote canister on network '${context.network.name}', and cannot be installed from here.`,
      );
    }
  }
  for (const one of selected(context)) {
    if (context.project.entry(one).type !== 'pull') {
      await installOne(context, agent, one, 'install');
    }
  }
}

async function start(context: Context, agent: NetworkAgent, name: string): Promise<void> {
  const id = context.ids.get(name);
  context.info(`Starting code for canister ${name}, with canister_id ${id}`);
  await agent.act('start_canister', id);
}

async function stop(context: Context, agent: NetworkAgent, name: string): Promise<void> {
  const id = context.ids.get(name);
  context.info(`Stopping code for canister ${name}, with canister_id ${id}`);
  await agent.act('stop_canister', id);
}

async function uninstall(context: Context, agent: NetworkAgent, name: string): Promise<void> {
  const id = context.ids.get(name);
  context.info(`Uninstalling code for canister ${name}, with canister_id ${id}`);
  await agent.act('uninstall_code', id);
}

/** The words of a Candid variant without value, with a capital. */
function variant(value: Record<string, null>): string {
  const [name = ''] = Object.keys(value);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

async function status(context: Context, agent: NetworkAgent, name: string): Promise<void> {
  await within(`Failed to get canister status for '${name}'.`, async () => {
    const reply = await agent.status(context.ids.get(name));
    const { settings, query_stats: stats } = reply;
    const viewers = settings.log_visibility.allowed_viewers?.map((one) => one.toText());
    const visibility = viewers
      ? viewers.length === 0
        ? 'allowed viewers list is empty'
        : `allowed viewers: ${viewers.join(', ')}`
      : (Object.keys(settings.log_visibility)[0] ?? '');
    const hash = reply.module_hash[0];
    context.print(
      [
        `Canister status call result for ${name}.`,
        `Status: ${variant(reply.status)}`,
        `Controllers: ${settings.controllers
          .map((one) => one.toText())
          .sort()
          .join(' ')}`,
        `Memory allocation: ${grouped(settings.memory_allocation)} Bytes`,
        `Compute allocation: ${grouped(settings.compute_allocation)} %`,
        `Freezing threshold: ${grouped(settings.freezing_threshold)} Seconds`,
        `Idle cycles burned per day: ${grouped(reply.idle_cycles_burned_per_day)} Cycles`,
        `Memory Size: ${grouped(reply.memory_size)} Bytes`,
        `Balance: ${grouped(reply.cycles)} Cycles`,
        `Reserved: ${grouped(reply.reserved_cycles)} Cycles`,
        `Reserved cycles limit: ${grouped(settings.reserved_cycles_limit)} Cycles`,
        `Wasm memory limit: ${grouped(settings.wasm_memory_limit)} Bytes`,
        `Wasm memory threshold: ${grouped(settings.wasm_memory_threshold)} Bytes`,
        `Module hash: ${hash ? `0x${Buffer.from(hash).toString('hex')}` : 'None'}`,
        `Number of queries: ${grouped(stats.num_calls_total)}`,
        `Instructions spent in queries: ${grouped(stats.num_instructions_total)}`,
        `Total query request payload size: ${grouped(stats.request_payload_bytes_total)} Bytes`,
        `Total query response payload size: ${grouped(stats.response_payload_bytes_total)} Bytes`,
        `Log visibility: ${visibility}`,
      ].join('\n'),
    );
  });
}

async function remove(context: Context, agent: NetworkAgent, name: string): Promise<void> {
  await within(`Failed to delete canister '${name}'.`, async () => {
    const { parsed, ids } = context;
    const id = ids.get(name);
    const stored = isPrincipalText(name) ? ids.nameOf(id) : name;
    if (!parsed.has('no-withdrawal')) {
      context.info('Beginning withdrawal of cycles; on failure try --no-wallet --no-withdrawal.');
      const { status: state } = await agent.status(id);
      if (!('stopped' in state) && !parsed.has('yes')) {
        await context.consent(`Canister ${name} has not been stopped. Delete anyway?`);
      }
      context.info('Setting the controller to identity principal.');
      context.info(`Installing temporary wallet in canister ${name} to enable transfer of cycles.`);
      // The wallet's code is not run here, and so no cycles are moved; what is visible of it is done.
      await agent.install(
        id,
        'reinstall',
        buildWasm({ candid: 'service : {}', updates: ['wallet_send'] }),
        IDL.encode([], []),
      );
      await agent.act('start_canister', id);
      const { cycles } = await agent.status(id);
      context.info(`Successfully withdrew ${cycles} cycles.`);
      await agent.act('stop_canister', id);
    }
    context.info(`Deleting canister ${name}, with canister_id ${id}`);
    await agent.act('delete_canister', id);
    if (stored !== undefined) {
      ids.remove(stored);
    }
  });
}

function url(context: Context, name: string): void {
  const id = context.ids.get(name);
  const { url: base, local } = context.resolve(context.networkName, false);
  const entry = context.project.canisters.get(name);
  const { host, port } = new URL(base);
  if (!local) {
    context.print(`https://${id}.icp0.io/`);
  } else if (entry?.type === 'assets' || entry?.frontend) {
    context.print(`http://${id}.localhost:${port}/`);
    context.print(`http://${host}/?canisterId=${id}`);
  } else {
    context.print(`http://${host}/?canisterId=${context.ids.find('__Candid_UI')}&id=${id}`);
  }
}

/** The interface of the build, which dfx still takes where the canister shows none, with a warning. */
function localInterface(context: Context, name: string): string | undefined {
  const entry = context.project.canisters.get(name);
  const file = entry && artifactsOf(context, name, entry).constructorDid;
  if (file === undefined || !existsSync(file)) {
    return undefined;
  }
  context.say(
    'DEPRECATION WARNING: Cannot fetch Candid interface from canister metadata, reading Candid interface from the local build artifact.',
  );
  return readFileSync(file, 'utf8');
}

async function call(context: Context): Promise<void> {
  const { parsed } = context;
  const name = parsed.get('[CANISTER_NAME]')!;
  const method = parsed.get('[METHOD_NAME]')!;
  const agent = await NetworkAgent.connect(context);
  const id = context.ids.get(name);
  const file = parsed.get('argument-file');
  const text = file === undefined ? parsed.get('[ARGUMENT]') : readFileSync(file === '-' ? 0 : file, 'utf8');
  const candidFile = parsed.get('candid');
  const candid =
    candidFile === undefined
      ? ((await agent.metadata(id, 'candid:service')) ?? localInterface(context, name))
      : readFileSync(candidFile, 'utf8');
  const signature = candid === undefined ? undefined : parseInterface(candid).methods.get(method);
  if (signature === undefined) {
    context.say(`Cannot fetch Candid interface for ${method}, sending arguments with inferred types.`);
  }
  const func = funcOf(signature ?? '() -> ()');
  if (text === undefined && func.argTypes.length > 0) {
    fail('Expected arguments but found none.');
  }
  const values = text === undefined ? [] : parseTuple(text);
  const asQuery = parsed.has('query') || (func.annotations.includes('query') && !parsed.has('update'));
  const annotated = IDL.Func([...func.argTypes], [...func.retTypes], asQuery ? ['query'] : []);
  const reply = await within('Failed update call.', () => agent.call(id, method, annotated, values)).catch(
    (error: unknown) => {
      if (error instanceof DfxError && asQuery) {
        throw new DfxError(['Failed query call.', ...error.causes.slice(1)], error.diagnosis);
      }
      throw error;
    },
  );
  if (parsed.get('output') === 'raw') {
    return context.print(Buffer.from(IDL.encode([...func.retTypes], reply)).toString('hex'));
  }
  if (parsed.get('output') === 'json') {
    const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
    return context.print(reply.map((value) => JSON.stringify(value, plain, 2)).join('\n'));
  }
  context.print(showTuple(func.retTypes, reply));
}
