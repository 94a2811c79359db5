import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { YamlTree } from '../../../document/parse-yaml';
import { FactStore, type FileFacts } from '../../../language/facts';
import { isFile, readStrictText } from '../../../project/files';
import { mopsCanisters } from '../../../project/mops';
import { matchFolders } from '../globs';
import type { FileReading } from '../manifest-reader';
import { FileCache, type ProjectDisk, readingOf, readingOfTree, realFolder } from '../project-disk';

/** What the checks of icp's files ask besides what files are there. Paths are absolute, or relative to the project. */
export interface IcpFacts extends FileFacts {
  /** The path as it is on disk, where capitals and white space at the ends are all that differs. */
  similar(relative: string): string | null | undefined;
  /** Whether git leaves the path out. */
  ignored(relative: string): boolean | undefined;
  /** The SHA-256 checksum of a file, in hexadecimal digits; null where there is none that can be read. */
  checksum(file: string): string | null | undefined;
  /** The canisters that a mops.toml defines; null where there is none that can be read. */
  mopsCanisters(file: string): ReadonlySet<string> | null | undefined;
  /** The disk as the loader sees it, with what editors hold in place of files. */
  disk(texts: ReadonlyMap<string, YamlTree>): ProjectDisk & { readonly incomplete: boolean };
}

/** Stands for every folder of the project: patterns are looked up anew where one comes or goes. */
const ANY_FOLDER = '**';
/** Larger modules are not looked at, in bytes. */
const MAX_CHECKSUM_BYTES = 64 * 1024 * 1024;

export class IcpFactStore extends FactStore implements IcpFacts {
  readonly #cache = new FileCache();

  checksum(file: string): string | null | undefined {
    return this.get(`checksum ${file}`, [file], () => checksumOf(this.resolve(file)));
  }

  mopsCanisters(file: string): ReadonlySet<string> | null | undefined {
    return this.get(`mops ${file}`, [file], async () => {
      const text = await this.host.read(this.resolve(file));
      return text === undefined ? null : ((await mopsCanisters(text)) ?? null);
    });
  }

  disk(texts: ReadonlyMap<string, YamlTree>): EditorDisk {
    return new EditorDisk(this, texts);
  }

  override invalidate(absolute: string): boolean {
    const isFolderOrManifest = !path.basename(absolute).includes('.') || path.basename(absolute) === 'canister.yaml';
    const known = super.invalidate(absolute);
    return (isFolderOrManifest && super.invalidate(this.resolve(ANY_FOLDER))) || known;
  }

  strictText(file: string): Awaited<ReturnType<typeof readStrictText>> | undefined {
    return this.get(`strict ${file}`, [file], () => readStrictText(file));
  }

  isFile(file: string): boolean | undefined {
    return this.get(`file ${file}`, [file], () => isFile(file));
  }

  folders(root: string, pattern: string): readonly string[] | null | undefined {
    return this.get(
      `folders ${root} ${pattern}`,
      [ANY_FOLDER],
      async () => (await matchFolders(root, pattern)) ?? null,
    );
  }

  real(folder: string): string | undefined {
    return this.get(`real ${folder}`, [folder], () => realFolder(folder));
  }

  reading<T>(
    file: string,
    parse: (tree: YamlTree) => FileReading<T>,
    broken: T,
  ): FileReading<T> | 'missing' | undefined {
    const content = this.strictText(file);
    return content && readingOf(file, content, parse, broken, this.#cache);
  }
}

class EditorDisk implements ProjectDisk {
  /** True once something was asked for that is not known yet. */
  incomplete = false;

  constructor(
    readonly facts: IcpFactStore,
    readonly texts: ReadonlyMap<string, YamlTree>,
  ) {}

  read<T>(file: string, parse: (tree: YamlTree) => FileReading<T>, broken: T): FileReading<T> | 'missing' | undefined {
    const tree = this.texts.get(file);
    return tree === undefined ? this.#note(this.facts.reading(file, parse, broken)) : readingOfTree(file, tree, parse);
  }

  isFile(file: string): boolean | undefined {
    return this.texts.has(file) || this.#note(this.facts.isFile(file));
  }

  folders(root: string, pattern: string): readonly string[] | null | undefined {
    return this.#note(this.facts.folders(root, pattern));
  }

  real(folder: string): string | undefined {
    return this.#note(this.facts.real(folder));
  }

  #note<T>(value: T | undefined): T | undefined {
    this.incomplete ||= value === undefined;
    return value;
  }
}

async function checksumOf(file: string): Promise<string | null> {
  try {
    const facts = await stat(file);
    return facts.isFile() && facts.size <= MAX_CHECKSUM_BYTES
      ? createHash('sha256')
          .update(await readFile(file))
          .digest('hex')
      : null;
  } catch {
    // Not there, or not to be read.
    return null;
  }
}
