/** Reads from disk what a conversion is made from. */
import path from 'node:path';
import { parseJson } from '../document/parse-json';
import { objectAt, propertiesOf } from '../document/tree';
import { dfxLocations } from '../engines/dfx/locations';
import { readSharedNetworks } from '../engines/dfx/networks';
import type { EngineProject } from '../engines/engine';
import { type FileHost, nodeFileHost } from '../project/file-host';
import { readProjectText, readStrictText } from '../project/files';
import { StrictFiles } from '../project/strict-files';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import type { ConversionSources } from './project';

/** Longer manifests of extensions, in characters, are not read: nobody writes them. */
const MAX_EXTENSION_LENGTH = 100_000;

/** Where dfx keeps what is not the project's. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * @param text of dfx.json where an editor has it, perhaps not saved yet
 * @param now milliseconds since 1970: ids may expire
 * @throws {Failure} where dfx.json cannot be read
 */
export async function readSources(
  project: Pick<EngineProject, 'idsByTarget' | 'manifest' | 'root'>,
  { env, platform, home }: Surroundings,
  words: (message: Message) => string,
  now: number,
  text?: string,
): Promise<ConversionSources> {
  const { manifest, root } = project;
  const locations = dfxLocations(env, platform, home);
  const content = text === undefined ? await readStrictText(manifest) : { state: 'text' as const, text };
  if (content.state !== 'text') {
    const message = content.state === 'failed' ? content.message : msg('{0} does not exist.', manifest);
    throw new Failure({ kind: 'config', message });
  }
  const [ids, shared] = await Promise.all([project.idsByTarget(now), readSharedNetworks(locations, new StrictFiles())]);
  return {
    root,
    dfxJson: content.text,
    files: projectFiles(root),
    ids,
    sharedNetworks: shared.good ?? [],
    extensionTypes: await readExtensionTypes(locations.cacheDir),
    words,
  };
}

/** Files that really lie in the project's checkout, and no others. */
function projectFiles(root: string): FileHost {
  return {
    ...nodeFileHost,
    async read(file) {
      const content = await readProjectText(file, root);
      return content.state === 'text' ? content.text : undefined;
    },
  };
}

/** What the installed extensions of dfx define, of each the one of the newest dfx. */
async function readExtensionTypes(cacheDir: string): Promise<Map<string, string>> {
  const types = new Map<string, string>();
  const versions = (await nodeFileHost.list(path.join(cacheDir, 'versions'))).filter(({ directory }) => directory);
  const order = new Intl.Collator('en', { numeric: true });
  for (const version of versions.sort((a, b) => order.compare(a.name, b.name))) {
    const folder = path.join(cacheDir, 'versions', version.name, 'extensions');
    for (const { name } of await nodeFileHost.list(folder)) {
      const text = (await nodeFileHost.read(path.join(folder, name, 'extension.json'))) ?? '';
      const { root, problems } = parseJson(text.length > MAX_EXTENSION_LENGTH ? '' : text);
      const type =
        root?.type === 'object' && problems.length === 0 ? objectAt(propertiesOf(root), 'canister_type') : undefined;
      if (type) {
        types.set(name, text.slice(type.start, type.end));
      }
    }
  }
  return types;
}
