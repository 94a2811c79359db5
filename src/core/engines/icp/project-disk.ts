/** What reading a project asks of the disk, so that the same rules serve a tree that waits and an editor that does not. */
import { realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseYaml, type YamlTree } from '../../document/parse-yaml';
import { isFile, readStrictText } from '../../project/files';
import { conflictIn } from '../../project/strict-files';
import { matchFolders } from './globs';
import type { FileReading } from './manifest-reader';

/** Every look-up is immediate; undefined where it is not known yet. */
export interface ProjectDisk {
  /** What a file says; `broken` is its content where it cannot be read as text. */
  read<T>(file: string, parse: (tree: YamlTree) => FileReading<T>, broken: T): FileReading<T> | 'missing' | undefined;
  isFile(file: string): boolean | undefined;
  /** The folders that a pattern stands for; null where it is not valid. */
  folders(root: string, pattern: string): readonly string[] | null | undefined;
  /** The folder without symbolic links. */
  real(folder: string): string | undefined;
}

/** Files as they were read last, so that what did not change is not parsed again. */
export class FileCache {
  readonly #entries = new Map<string, { readonly text: string; readonly reading: FileReading<unknown> }>();

  read<T>(file: string, text: string, parse: (tree: YamlTree) => FileReading<T>): FileReading<T> {
    const known = this.#entries.get(file);
    if (known?.text === text) {
      return known.reading as FileReading<T>;
    }
    const reading = readingOfTree(file, parseYaml(text), parse);
    this.#entries.set(file, { text, reading });
    return reading;
  }

  /** What it said when it was read last. */
  text(file: string): string | undefined {
    return this.#entries.get(file)?.text;
  }

  forget(file: string): void {
    this.#entries.delete(file);
  }
}

/** The reading of a text; a merge that was left half done is the cause of whatever else is wrong in it. */
export function readingOfTree<T>(
  file: string,
  tree: YamlTree,
  parse: (tree: YamlTree) => FileReading<T>,
): FileReading<T> {
  const reading = parse(tree);
  const conflict = conflictIn(file, tree.text);
  return conflict
    ? { content: reading.content, refusals: [{ code: 'merge-conflict', ...conflict }], unread: true }
    : reading;
}

type StrictText = Awaited<ReturnType<typeof readStrictText>>;

/** The reading of a file that may not be there, or not be text. */
export function readingOf<T>(
  file: string,
  content: StrictText,
  parse: (tree: YamlTree) => FileReading<T>,
  broken: T,
  cache: FileCache,
): FileReading<T> | 'missing' {
  if (content.state === 'text') {
    return cache.read(file, content.text, parse);
  }
  cache.forget(file);
  if (content.state === 'missing') {
    return 'missing';
  }
  const { message, range } = content;
  return { content: broken, refusals: [{ code: 'unreadable-file', file, message, range }], unread: true };
}

const WRITTEN_MS = 100;

/** Editors and tools empty a file before they write it, and an empty manifest is a good one. */
async function readWritten(file: string, before: string | undefined): Promise<StrictText> {
  const content = await readStrictText(file);
  if (content.state !== 'text' || content.text !== '' || !before) {
    return content;
  }
  await delay(WRITTEN_MS);
  return await readStrictText(file);
}

/** The disk as it is during one load: what is asked for in vain is fetched by {@link settle}. */
export class LoadingDisk implements ProjectDisk {
  readonly #known = new Map<string, { value: unknown }>();
  readonly #pending: (() => Promise<void>)[] = [];

  constructor(readonly cache: FileCache) {}

  read<T>(file: string, parse: (tree: YamlTree) => FileReading<T>, broken: T): FileReading<T> | 'missing' | undefined {
    const content = this.#get(`text ${file}`, () => readWritten(file, this.cache.text(file)));
    return content && readingOf(file, content, parse, broken, this.cache);
  }

  isFile(file: string): boolean | undefined {
    return this.#get(`file ${file}`, () => isFile(file));
  }

  folders(root: string, pattern: string): readonly string[] | null | undefined {
    return this.#get(`folders ${root} ${pattern}`, async () => (await matchFolders(root, pattern)) ?? null);
  }

  real(folder: string): string | undefined {
    return this.#get(`real ${folder}`, () => realFolder(folder));
  }

  #get<T>(key: string, look: () => Promise<T>): T | undefined {
    let fact = this.#known.get(key);
    if (fact === undefined) {
      const made: { value: unknown } = { value: undefined };
      this.#known.set(key, made);
      this.#pending.push(async () => {
        made.value = await look();
      });
      fact = made;
    }
    return fact.value as T | undefined;
  }

  /** Fetches what was asked for. False where nothing was. */
  async settle(): Promise<boolean> {
    const pending = this.#pending.splice(0);
    await Promise.all(pending.map((look) => look()));
    return pending.length > 0;
  }
}

export async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    return folder;
  }
}
