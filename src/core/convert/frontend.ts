/** What dfx does for canisters with the ids of all of them at hand: icp's sync steps, which come after the installation. */
import path from 'node:path';
import { msg } from '../util/message';
import { leavesFolder } from '../util/paths';
import type { Step } from './build-steps';
import { candidFileOf } from './motoko';
import type { SourceCanister, SourceProject } from './project';
import { sh, variableOf } from './shell';

/**
 * The module that dfx installs for asset canisters, and the plugin that uploads to it as dfx does: what icp-cli's own page
 * "Upgrading from v0.2" names. Its successor, static-site, is another program, which cannot take over what is deployed.
 */
const ASSETS_PLUGIN = {
  url: 'https://github.com/dfinity/certified-assets/releases/download/migration-v2.2.1-6b48585/sync_plugin.wasm',
  sha256: 'ca7cb5666c30d2875f8d5e10535f8a53f97a86c79c263f7d5bdac2fdd1bbf83c',
};
/** The last release of dfx: its module can follow those of all before. */
const LAST_DFX = '0.32.0';

/** The environment that dfx gives to commands, from what icp gives to sync steps. */
function environmentLines(canister: SourceCanister, project: SourceProject): string[] {
  const lines = ['export DFX_NETWORK="$ICP_CLI_ENVIRONMENT" CANISTER_ID="$ICP_CLI_CID"'];
  const own = candidFileOf(canister);
  if (own !== undefined) {
    lines.push(`export CANISTER_CANDID_PATH="$PWD/"${sh(own)}`);
  }
  for (const other of project.canisters.values()) {
    const variable = variableOf(other.dfxName);
    if (variable === undefined) {
      continue;
    }
    lines.push(`export CANISTER_ID_${variable}="$ICP_CLI_CID_${variableOf(other.name)}"`);
    const candid = candidFileOf(other);
    if (candid !== undefined) {
      lines.push(`export CANISTER_CANDID_PATH_${variable}="$PWD/"${sh(candid)}`);
    }
  }
  return lines;
}

/** Commands in one shell, with dfx's variables. */
export function withEnvironment(canister: SourceCanister, project: SourceProject, commands: readonly string[]): Step {
  return {
    kind: 'script',
    commands: [['set -e', ...environmentLines(canister, project), ...commands].join('\n')],
    comment: project.sources.words(msg('With the variables that dfx gave to commands: the ids are known here.')),
  };
}

/** Writes what dfx writes into `output_env_file`, between the same lines; the rest of the file stays. */
export function envFileCommands(project: SourceProject): string[] {
  const { canisters, envFile } = project;
  if (envFile === undefined) {
    return [];
  }
  const file = sh(envFile);
  const [start, end] = ['# DFX CANISTER ENVIRONMENT VARIABLES', '# END DFX CANISTER ENVIRONMENT VARIABLES'];
  const lines = [`echo "DFX_NETWORK='$ICP_CLI_ENVIRONMENT'"`];
  for (const canister of canisters.values()) {
    const variable = variableOf(canister.dfxName);
    if (variable === undefined) {
      continue;
    }
    lines.push(`echo "CANISTER_ID_${variable}='$ICP_CLI_CID_${variableOf(canister.name)}'"`);
    const candid = candidFileOf(canister);
    if (candid !== undefined) {
      lines.push(`echo "CANISTER_CANDID_PATH_${variable}='$PWD/"${sh(candid)}"'"`);
    }
  }
  return [
    `touch ${file}`,
    '{',
    `  sed '/^${start}$/,/^${end}$/d' ${file}`,
    `  echo '${start}'`,
    ...lines.map((line) => `  ${line}`),
    `  echo '${end}'`,
    `} > ${file}."$ICP_CLI_CID"`,
    `mv ${file}."$ICP_CLI_CID" ${file}`,
  ];
}

/** An asset canister's steps. */
export function assetSteps(canister: SourceCanister, project: SourceProject): { build: Step[]; sync: Step[] } {
  const { dfxName, name, part } = canister;
  const { dfxVersion = LAST_DFX, hasPackageJson, sources } = project;
  const url = `https://github.com/dfinity/sdk/raw/refs/tags/${dfxVersion}/src/distributed/assetstorage.wasm.gz`;
  const build: Step[] = [{ kind: 'pre-built', from: { url } }];
  part.say(
    'type',
    'converted',
    msg(
      'The module that dfx {0} installs, and the plugin that uploads as dfx does. Both are downloaded with the first deployment.',
      dfxVersion,
    ),
  );

  const workspace = part.filled('workspace');
  const own = part.texts('build');
  const commands =
    own.length > 0
      ? own
      : workspace !== undefined
        ? [`npm run build --workspace ${sh(workspace)}`]
        : hasPackageJson
          ? ['npm run build']
          : [];
  const built = msg('Built in a sync step, where icp knows the ids of all canisters: dfx gave them to the build, too.');
  part.say('build', 'converted', own.length > 0 ? built : msg('It is empty.'), 'whole');
  part.say('workspace', 'converted', built, 'whole');

  const folders = part.texts('source');
  const { dir, copies } = folderOf(name, folders, sources.root);
  part.say(
    'source',
    folders.length === 0 ? 'none' : 'converted',
    folders.length === 0
      ? msg('Without a folder nothing is uploaded.')
      : copies.length > 0
        ? msg('Copied into one folder first, as dfx did: the plugin uploads one.')
        : msg('The folder that the plugin uploads.'),
    'whole',
  );
  const script = [...envFileCommands(project), ...commands, ...copies];
  const sync: Step[] = [
    ...(script.length > 0 ? [withEnvironment(canister, project, script)] : []),
    ...(dir === undefined ? [] : [{ kind: 'plugin' as const, ...ASSETS_PLUGIN, dir }]),
  ];
  if (project.envFile !== undefined) {
    project.root.say(
      'output_env_file',
      'different',
      msg('Written by a sync step of {0}: at each deployment, after the canisters exist.', dfxName),
      'whole',
    );
  }
  return { build, sync };
}

/** The one folder that is uploaded, and what makes it of several or of one elsewhere. */
function folderOf(
  name: string,
  folders: readonly string[],
  root: string,
): { readonly dir: string | undefined; readonly copies: readonly string[] } {
  const [only] = folders;
  if (only === undefined) {
    return { dir: undefined, copies: [] };
  }
  if (folders.length === 1 && !leavesFolder(root, only) && path.resolve(root, only) !== path.resolve(root)) {
    return { dir: only.endsWith('/') ? only.slice(0, -1) : only, copies: [] };
  }
  const dir = `.icp/cache/assets/${name}`;
  return {
    dir,
    copies: [`rm -rf ${dir}`, `mkdir -p ${dir}`, ...folders.map((each) => `cp -R ${sh(slashed(each))}. ${dir}`)],
  };
}

function slashed(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`;
}
