import path from 'node:path';
import { parseJson } from '../document/parse-json';
import { parseDfxConfig } from '../engines/dfx/dfx-json';
import { PROJECT_MANIFEST } from '../engines/icp/manifest';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import { leavesFolder } from '../util/paths';
import { convertCanister, readCanisters } from './canisters';
import type { Conversion, PlannedFile } from './conversion';
import { convertIds } from './ids';
import { Ledger } from './ledger';
import { type ConvertedNetwork, convertNetworks } from './networks';
import { Part } from './part';
import type { ConversionSources, SourceCanister, SourceProject } from './project';
import { words } from './shell';
import { writeYaml, YamlList, YamlMap } from './yaml-writer';

/**
 * Makes an icp.yaml of a dfx.json. Builds are written as steps rather than recipes: icp then loads the project without a
 * download, the commands are those that dfx ran, and every option of dfx.json has its place.
 *
 * @throws {Failure} where dfx.json is no JSON object
 */
export async function convertProject(sources: ConversionSources): Promise<Conversion> {
  const { root: tree, problems } = parseJson(sources.dfxJson);
  const [problem] = problems;
  if (tree?.type !== 'object' || problem !== undefined) {
    throw new Failure({
      kind: 'config',
      message: problem
        ? msg('dfx.json cannot be read, so nothing was converted. {0}', problem.message)
        : msg('dfx.json must be a JSON object.'),
      actions: [
        {
          title: msg('Open dfx.json'),
          command: 'icCanisters.openFile',
          args: [path.join(sources.root, 'dfx.json'), problem?.range],
        },
      ],
    });
  }
  const ledger = new Ledger(
    tree,
    parseDfxConfig(sources.dfxJson).problems.map(({ range }) => range),
  );
  const root = new Part(tree, [], ledger);
  const canisters = await readCanisters(root, sources);
  const project = await readProject(root, sources, canisters);
  sayCommon(project);

  const writer = envFileWriter(project);
  const list = new YamlList();
  const unbuilt: string[] = [];
  const reads: string[] = [];
  for (const canister of canisters.values()) {
    const converted = await convertCanister(canister, project, canister === writer);
    list.add(converted.node, ...converted.comments);
    reads.push(...converted.reads);
    if (converted.missing) {
      unbuilt.push(canister.name);
    }
  }
  if (canisters.size === 0) {
    root.say('output_env_file', 'converted', msg('Without a canister there is nothing to write into it.'), 'whole');
  }

  const networks = convertNetworks(root, sources);
  const manifest = new YamlMap();
  if (list.items.length > 0) {
    manifest.set('canisters', list);
  }
  const written = [...networks.values()].filter(({ node }) => node !== undefined);
  if (written.length > 0) {
    const nodes = new YamlList();
    for (const { comment, node } of written) {
      nodes.add(node!, ...(comment ? [sources.words(comment)] : []));
    }
    manifest.set('networks', nodes);
  }
  const environments = environmentsOf(project, networks);
  if (environments.items.length > 0) {
    manifest.set('environments', environments);
  }

  const ids = await convertIds(project, networks);
  const head = [sources.words(msg('Made from dfx.json. What is done otherwise is in the report of the conversion.'))];
  const before = await sources.files.read(path.join(sources.root, PROJECT_MANIFEST));
  const file: PlannedFile = { path: PROJECT_MANIFEST, text: writeYaml(manifest, head), before };
  return {
    manifest: file,
    files: [file, ...ids.files, ...(await ignoreFile(sources))].filter(({ before: old, text }) => old !== text),
    rows: ledger.close(),
    notes: [
      ...((await ignoresIds(sources))
        ? [
            msg(
              '.gitignore leaves out .icp/data, which holds the ids that everybody needs. Let it leave out .icp/cache only.',
            ),
          ]
        : []),
      ...notesOf(project, networks),
    ],
    ids: ids.transfers,
    leftIds: ids.left,
    canisters: [...canisters.values()].map(({ name }) => name),
    unbuilt,
    reads,
  };
}

async function readProject(
  root: Part,
  sources: ConversionSources,
  canisters: ReadonlyMap<string, SourceCanister>,
): Promise<SourceProject> {
  const { files, root: folder } = sources;
  const build = root.part('defaults')?.part('build');
  const version = root.filled('dfx');
  const envFile = root.filled('output_env_file');
  return {
    sources,
    root,
    canisters,
    packtool: words(build?.text('packtool')),
    motokoArgs: build?.filled('args'),
    release: root.text('profile') === 'Release',
    dfxVersion:
      version !== undefined && /^\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[A-Za-z0-9.]{1,40})?$/.test(version)
        ? version
        : undefined,
    // dfx refuses one that is elsewhere.
    envFile: envFile !== undefined && !path.isAbsolute(envFile) && !leavesFolder(folder, envFile) ? envFile : undefined,
    hasPackageJson: (await files.kind(path.join(folder, 'package.json'))) === 'file',
    mopsToml: await files.read(path.join(folder, 'mops.toml')),
  };
}

/** Keys of the project that stand in every canister's build, or nowhere. */
function sayCommon({ canisters, envFile, packtool, root }: SourceProject): void {
  const motoko = [...canisters.values()].some(({ type }) => type === 'motoko');
  const build = root.part('defaults')?.part('build');
  const inCommands = motoko
    ? msg('In the command of each Motoko canister.')
    : msg('There is no Motoko canister that it would be for.');
  build?.say('packtool', 'converted', packtool.length === 0 ? msg('It is empty.') : inCommands);
  build?.say('args', 'converted', build.filled('args') === undefined ? msg('It is empty.') : inCommands);
  root.say(
    'profile',
    'converted',
    root.text('profile') === 'Release' ? inCommands : msg('It is what the compiler does anyway.'),
  );
  root.say('version', 'converted', msg('The version of the format of dfx.json.'));
  root.say(
    'dfx',
    'none',
    msg('The version of icp cannot be set in icp.yaml. Where CI installs a tool, name the version there.'),
  );
  if (envFile === undefined) {
    root.say('output_env_file', 'none', msg('dfx refuses a file outside of the project.'), 'whole');
  }
}

/** Who writes `output_env_file`: an asset canister before its build, else the last canister. */
function envFileWriter({ canisters, envFile }: SourceProject): SourceCanister | undefined {
  const all = [...canisters.values()];
  return envFile === undefined || all.some(({ type }) => type === 'assets') ? undefined : all.at(-1);
}

/** What is not there without being written: other names, and canisters that are somebody else's in an environment. */
function environmentsOf(
  { canisters, sources }: SourceProject,
  networks: ReadonlyMap<string, ConvertedNetwork>,
): YamlList {
  const list = new YamlList();
  const all = [...canisters.values()];
  for (const { part } of all) {
    sayRemote(part, networks);
  }
  for (const { managed, name } of networks.values()) {
    const excluded = new Set(
      all.filter(({ part, type }) => part.part('remote')?.part('id')?.value(name) || (!managed && type === 'pull')),
    );
    if (excluded.size === 0 && (name === 'local' || name === 'ic')) {
      continue;
    }
    const node = new YamlMap().set('name', name).set('network', name);
    if (excluded.size > 0) {
      node.set(
        'canisters',
        YamlList.of(all.filter((canister) => !excluded.has(canister)).map((canister) => canister.name)),
      );
    }
    const names = [...excluded].map((canister) => canister.name).join(', ');
    list.add(
      node,
      ...(excluded.size > 0 ? [sources.words(msg('Not deployed there, but used by its id: {0}', names))] : []),
    );
  }
  return list;
}

function sayRemote(part: Part, networks: ReadonlyMap<string, ConvertedNetwork>): void {
  const ids = part.part('remote')?.part('id');
  for (const { key } of ids?.properties() ?? []) {
    const network = networks.get(key.value);
    if (key.value === '__default') {
      ids?.say(key.value, 'different', msg('Its id goes to every environment where dfx has no other.'));
    } else if (network === undefined) {
      ids?.say(key.value, 'none', msg('The network {0} has no equivalent, so that its id stays with dfx.', key.value));
    } else if (network.managed) {
      ids?.say(
        key.value,
        'different',
        msg(
          'Left out of environment {0}. icp forgets the ids of its own networks when it starts them: write the id into {1} after each start.',
          key.value,
          `.icp/cache/mappings/${key.value}.ids.json`,
        ),
      );
    } else {
      ids?.say(
        key.value,
        'converted',
        msg(
          'Left out of environment {0}, with its id in {1}: icp deploys the others with it.',
          key.value,
          `.icp/data/mappings/${key.value}.ids.json`,
        ),
      );
    }
  }
}

/** What belongs into .gitignore, where there is one. */
async function ignoreFile({ files, root }: ConversionSources): Promise<PlannedFile[]> {
  const before = await files.read(path.join(root, '.gitignore'));
  if (before === undefined || /^[ \t]*\/?\.icp(?:\/(?:cache\/?)?)?[ \t\r]*$/m.test(before)) {
    return [];
  }
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return [{ path: '.gitignore', text: `${before}${gap}.icp/cache/\n`, before, kept: true }];
}

/** True where git would leave the ids out that ought to be kept in it. */
async function ignoresIds({ files, root }: ConversionSources): Promise<boolean> {
  const text = await files.read(path.join(root, '.gitignore'));
  return text !== undefined && /^[ \t]*\/?\.icp(?:\/(?:data\/?)?)?[ \t\r]*$/m.test(text);
}

function notesOf(project: SourceProject, networks: ReadonlyMap<string, ConvertedNetwork>): Message[] {
  const types = new Set([...project.canisters.values()].map(({ type }) => type));
  const compiled = types.has('rust') || types.has('motoko');
  const notes: Message[] = [];
  if (compiled) {
    notes.push(
      msg('Builds need ic-wasm ("npm install -g @icp-sdk/ic-wasm"), and for Motoko mops ("npm install -g ic-mops").'),
      msg(
        'dfx wrote a metadata section "dfx" into compiled modules, and "candid:args" into those of Rust. They are left out.',
      ),
    );
  }
  if (networks.get('local')?.node === undefined) {
    notes.push(
      msg(
        'dfx had one local network for all projects, at 127.0.0.1:4943. icp has one for each project, at 127.0.0.1:8000: look for 4943 in your sources.',
      ),
    );
  }
  notes.push(
    msg('A local network of icp begins empty whenever it is started.'),
    msg(
      'icp has identities of its own. Import those that control your canisters: "icp identity import <name> --from-pem <file>". Principals stay the same.',
    ),
    msg(
      'Where only a wallet of dfx controls a canister, add your identity as a controller first: "dfx canister update-settings --add-controller <principal>".',
    ),
    msg(
      'dfx.json stays as it is: both tools work side by side, and ids that one of them creates are not seen by the other.',
    ),
  );
  return notes;
}
