/** `dfx new`, `build`, `deploy`, `generate` and `deps`. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NetworkAgent } from './agent';
import { createOne, installOne } from './canister-commands';
import { artifactsOf, compile, writeEnvFile } from './compile';
import { type Context, writeJson } from './context';
import { fail, within } from './failure';

export function newProject(context: Context): void {
  const { parsed } = context;
  const name = parsed.get('[PROJECT_NAME]')!;
  const root = path.join(context.cwd, name);
  if (existsSync(root)) {
    fail('Cannot create a new project because the directory already exists.');
  }
  if (parsed.has('dry-run')) {
    context.info(`Created new project "${name}"`);
    return;
  }
  const rust = parsed.get('type') === 'rust';
  const backend = `${name}_backend`;
  const frontend = parsed.has('no-frontend') || parsed.get('frontend') === 'none' ? undefined : `${name}_frontend`;
  const put = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  };
  const did = 'service : {\n  "greet": (text) -> (text) query;\n}\n';
  if (rust) {
    put(`src/${backend}/${backend}.did`, did);
    put(
      `src/${backend}/Cargo.toml`,
      `[package]\nname = "${backend}"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n`,
    );
    put(
      `src/${backend}/src/lib.rs`,
      '#[ic_cdk::query]\nfn greet(name: String) -> String {\n    format!("Hello, {}!", name)\n}\n',
    );
    put('Cargo.toml', `[workspace]\nmembers = ["src/${backend}"]\nresolver = "2"\n`);
  } else {
    put(
      `src/${backend}/main.mo`,
      'persistent actor {\n  public query func greet(name : Text) : async Text {\n    return "Hello, " # name # "!";\n  };\n};\n',
    );
  }
  if (frontend !== undefined) {
    put(`src/${frontend}/assets/index.html`, `<!doctype html>\n<title>${name}</title>\n`);
  }
  const backendEntry = rust
    ? { type: 'rust', package: backend, candid: `src/${backend}/${backend}.did` }
    : { type: 'motoko', main: `src/${backend}/main.mo` };
  writeJson(path.join(root, 'dfx.json'), {
    canisters: {
      [backend]: backendEntry,
      ...(frontend !== undefined && {
        [frontend]: { type: 'assets', source: [`src/${frontend}/assets`], dependencies: [backend] },
      }),
    },
    defaults: { build: { args: '', packtool: '' } },
    output_env_file: '.env',
    version: 1,
  });
  put('.gitignore', '.dfx/\nnode_modules/\ntarget/\n.env\n');
  context.info(`Created new project "${name}"`);
}

async function buildAll(context: Context, names: readonly string[]): Promise<void> {
  const own = names.filter((name) => !context.isRemote(name) && context.project.entry(name).type !== 'pull');
  for (const name of context.project.buildOrder(own)) {
    context.info(`Building canister '${name}'.`);
    compile(context, name, context.project.entry(name));
  }
  writeEnvFile(context);
}

export async function build(context: Context): Promise<void> {
  const { parsed, project } = context;
  const names = project.withDependencies(parsed.get('[CANISTER_NAME]'));
  if (parsed.has('check')) {
    context.warn('Building canisters to check they build ok. Canister IDs might be hard coded.');
  } else {
    for (const name of names) {
      context.ids.get(name);
    }
  }
  await buildAll(context, names);
  context.info('Finished building canisters.');
}

export async function deploy(context: Context): Promise<void> {
  const { parsed, project } = context;
  const name = parsed.get('[CANISTER_NAME]');
  const mode = parsed.get('mode');
  if ((parsed.has('argument') || parsed.has('argument-file')) && name === undefined) {
    fail('The init argument can only be set when deploying a single canister.');
  }
  if (mode === 'reinstall' && name === undefined) {
    fail(
      'The --mode=reinstall is only valid when deploying a single canister, because reinstallation destroys all data in the canister.',
    );
  }
  if (mode === 'reinstall' && name !== undefined && context.isRemote(name)) {
    fail(
      `The '${name}' canister is remote for network '${context.network.name}' and cannot be force-reinstalled from here`,
    );
  }
  const agent = await NetworkAgent.connect(context);
  const isPull = (one: string): boolean => project.entry(one).type === 'pull';
  if (name !== undefined && isPull(name)) {
    fail(`${name} is a pull dependency. Please deploy it using \`dfx deps deploy ${name}\``);
  }
  const all = project.withDependencies(name);
  const built = mode === 'reinstall' && name !== undefined ? [name] : all.filter((one) => !context.isRemote(one));
  const installed = built.filter((one) => !isPull(one));
  context.info(name === undefined ? 'Deploying all canisters.' : `Deploying: ${installed.join(' ')}`);

  const missing = all.filter((one) => context.ids.find(one) === undefined);
  if (missing.length === 0) {
    context.info('All canisters have already been created.');
  } else {
    await within('Failed while trying to register all canisters.', async () => {
      for (const one of missing) {
        await createOne(context, agent, one);
      }
    });
  }
  await within('Failed to build all canisters.', () => buildAll(context, built));
  await within('Failed while trying to install all canisters.', async () => {
    for (const one of installed) {
      await installOne(context, agent, one, 'auto');
    }
  });
  context.info('Deployed canisters.');
  showUrls(context);
}

function showUrls(context: Context): void {
  const { project, ids, network } = context;
  const { host, hostname, port } = new URL(network.url);
  const isLocal = /^(localhost|127\.|\[)/.test(hostname);
  const frontends: string[] = [];
  const backends: string[] = [];
  for (const [name, entry] of project.canisters) {
    const id = ids.find(name);
    if (id === undefined || context.isRemote(name)) {
      continue;
    }
    if (entry.type === 'assets' || entry.frontend) {
      if (isLocal) {
        frontends.push(
          `    ${name}:`,
          `      - http://${id}.localhost:${port}/ (Recommended)`,
          `      - http://${host}/?canisterId=${id} (Legacy)`,
        );
      } else {
        frontends.push(`    ${name}: https://${id}.icp0.io/`);
      }
    }
    const ui = network.isIc ? 'a4gq6-oaaaa-aaaab-qaa4q-cai' : ids.find('__Candid_UI');
    if (entry.type !== 'assets' && ui !== undefined) {
      backends.push(
        `    ${name}: ${network.isIc ? `https://${ui}.raw.icp0.io/?id=${id}` : `http://${host}/?canisterId=${ui}&id=${id}`}`,
      );
    }
  }
  if (frontends.length + backends.length === 0) {
    return;
  }
  context.info('URLs:');
  if (frontends.length > 0) {
    for (const line of ['  Frontend canister via browser:', ...frontends]) {
      context.info(line);
    }
  }
  if (backends.length > 0) {
    for (const line of ['  Backend canister via Candid interface:', ...backends]) {
      context.info(line);
    }
  }
}

export async function generate(context: Context): Promise<void> {
  const { project } = context;
  for (const name of project.withDependencies(context.parsed.get('[CANISTER_NAME]'))) {
    const entry = project.entry(name);
    if (entry.type === 'pull') {
      continue;
    }
    context.ids.get(name);
    compile(context, name, entry);
    const did = readFileSync(path.join(artifactsOf(context, name, entry).folder, 'service.did'), 'utf8');
    const output = path.resolve(project.root, entry.declarations?.output ?? path.join('src', 'declarations', name));
    if (!output.startsWith(project.root + path.sep)) {
      fail(`Directory at '${output}' is outside the workspace root.`);
    }
    rmSync(output, { recursive: true, force: true });
    mkdirSync(output, { recursive: true });
    writeFileSync(path.join(output, `${name}.did`), did);
    writeFileSync(path.join(output, `${name}.did.js`), 'export const idlFactory = ({ IDL }) => IDL.Service({});\n');
    writeFileSync(path.join(output, `${name}.did.d.ts`), 'export interface _SERVICE {}\n');
    writeFileSync(
      path.join(output, 'index.js'),
      `export const canisterId = process.env.CANISTER_ID_${name.toUpperCase()};\n`,
    );
  }
  context.info('Generating type declarations for canisters finished.');
}

export async function deps(context: Context, command: string): Promise<void> {
  const pulled = [...context.project.canisters].filter(([, entry]) => entry.type === 'pull');
  if (pulled.length === 0) {
    return context.info('There are no pull dependencies defined in dfx.json');
  }
  const folder = path.join(context.project.root, 'deps');
  const pulledFile = path.join(folder, 'pulled.json');
  if (command === 'pull') {
    for (const [name, { id = '' }] of pulled) {
      context.info(`Fetching dependencies of canister ${id}...`);
      mkdirSync(path.join(folder, 'candid'), { recursive: true });
      writeFileSync(path.join(folder, 'candid', `${id}.did`), 'service : {}\n');
      context.info(`Found dependency ${name}`);
    }
    return writeJson(pulledFile, { canisters: Object.fromEntries(pulled.map(([name, { id }]) => [id, { name }])) });
  }
  if (!existsSync(pulledFile)) {
    fail(`Failed to read ${pulledFile}`);
  }
  const initFile = path.join(folder, 'init.json');
  if (command === 'init') {
    return writeJson(initFile, { canisters: {} });
  }
  if (!existsSync(initFile)) {
    fail(`Failed to read ${initFile}`);
  }
  await NetworkAgent.connect(context, { anonymous: true });
  for (const [name, { id }] of pulled) {
    context.info(`Creating canister: ${id} (${name})`);
    context.info(`Installing canister: ${id} (${name})`);
  }
}
