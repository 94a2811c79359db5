import type { ToolLocation } from '../process/tool';
import { wslDistribution } from '../process/wsl';
import { type Message, msg } from '../util/message';
import type { Store } from '../util/store';

/** What is to be known of a tool before it is needed, as far as that shows without starting it. */
export interface ToolNote {
  /**
   * `newer`: it is used, but may do otherwise than is known here. `in-wsl`: the folder is one of WSL, and the window is one of
   * Windows, whose tools are others.
   */
  readonly state: 'missing' | 'not-executable' | 'too-old' | 'newer' | 'in-wsl';
  /** In a few words, for a row. */
  readonly label: Message;
  /** What that means for the project. */
  readonly hint: Message;
  /** In full: where it was looked for, what there is. */
  readonly reason: Message;
  /** What {@link ToolVersions.quiet} takes for it. */
  readonly subject: string;
  /** What makes up for it, beside what the toolchain says. */
  readonly installer?: Installer;
}

/** A command line that installs something, as its makers give it. */
export interface Installer {
  /** The program that does it. */
  readonly name: string;
  readonly line: string;
}

/** Where a tool seems to be. */
export type FoundTool = ToolLocation & {
  /** The version that is not there, where another one may be. */
  readonly wanted?: string;
  readonly installer?: Installer;
  /** What it means for a project, where that is not that the tool is not run. */
  readonly hint?: Message;
};

export interface KnownVersions {
  readonly newest: string;
  isNewer(version: string): boolean;
}

/**
 * Looks for a tool whenever it is called, at most once at a time for each project.
 *
 * @param find starts nothing; gets the folder of the project
 * @param known the versions whose ways are known; absent where that is not told by versions
 */
export function toolNotes(
  tool: string,
  find: (root: string | undefined) => Promise<FoundTool>,
  versions: ToolVersions,
  known?: KnownVersions,
): (root?: string) => Promise<ToolNote | undefined> {
  const look = async (root: string | undefined) => {
    const distribution = wslDistribution(root ?? '');
    const note = distribution === undefined ? noteOf(tool, await find(root), known) : wslNote(distribution);
    return note && !versions.isQuiet(tool, note.subject) ? note : undefined;
  };
  const looking = new Map<string | undefined, Promise<ToolNote | undefined>>();
  return (root) => {
    const running = looking.get(root) ?? look(root).finally(() => looking.delete(root));
    looking.set(root, running);
    return running;
  };
}

function wslNote(distribution: string): ToolNote {
  return {
    state: 'in-wsl',
    label: msg('This folder is in WSL ({0})', distribution),
    hint: msg('Reopen it there, so that the tools of Linux build and deploy it.'),
    reason: msg('This window runs on Windows, which has tools, identities and networks of its own.'),
    subject: `wsl ${distribution}`,
  };
}

function noteOf(tool: string, found: FoundTool, known: KnownVersions | undefined): ToolNote | undefined {
  const { state, wanted, installer } = found;
  const hint =
    found.hint ?? msg('Building, deploying and starting networks need it. Status, calls, logs and settings do not.');
  switch (state) {
    case 'missing':
      return {
        state,
        label: wanted === undefined ? msg('{0} was not found', tool) : msg('{0} {1} is not installed', tool, wanted),
        hint,
        reason: found.message,
        subject: wanted === undefined ? state : `${state} ${wanted}`,
        installer,
      };
    case 'not-executable':
      return { state, label: msg('{0} cannot be run', tool), hint, reason: found.message, subject: state };
    case 'too-old': {
      const { version, message } = found;
      return { state, label: msg('{0} {1} is too old', tool, version), hint, reason: message, subject: version };
    }
    case 'found': {
      const { path, version } = found;
      return version !== undefined && known?.isNewer(version)
        ? {
            state: 'newer',
            label: msg('{0} {1} is newer than known', tool, version),
            hint: msg('It is used, and may do otherwise than this extension expects.'),
            reason: msg(
              '{0} is {1} {2}. This extension was tested with versions up to {3}.',
              path,
              tool,
              version,
              known.newest,
            ),
            subject: version,
          }
        : undefined;
    }
  }
}

/** Below, at or above zero, as a version is before, at or after another of which only the first parts count. */
export function compareVersions(version: string, other: readonly number[]): number {
  const parts = version.split('.').map(Number);
  const index = other.findIndex((part, at) => part !== parts[at]);
  return index < 0 ? 0 : parts[index]! - other[index]!;
}

const KEY = 'icCanisters.toolVersions';
const QUIET_KEY = 'icCanisters.toolVersionsNotMentioned';
const MAX_KEPT = 20;

/**
 * What programs said of their versions when they last ran here, kept beyond the window: so a tool that is too old is
 * known for one without being started.
 */
export class ToolVersions {
  readonly #store: Store;
  readonly #changed: () => void;

  /** @param changed something else is known now */
  constructor(store: Store, changed: () => void = () => {}) {
    this.#store = store;
    this.#changed = changed;
  }

  /**
   * @param stamp names a file and its state
   * @returns null for another program of the same name; undefined where it has not been run
   */
  of(stamp: string): string | null | undefined {
    return this.#versions().get(stamp);
  }

  note(stamp: string, version: string | null): void {
    const versions = this.#versions();
    if (versions.get(stamp) === version) {
      return;
    }
    versions.delete(stamp);
    versions.set(stamp, version);
    void this.#store.update(KEY, [...versions].slice(-MAX_KEPT));
    this.#changed();
  }

  /** True where the user does not want to be told of a version any more. */
  isQuiet(tool: string, version: string): boolean {
    return texts(this.#store.get(QUIET_KEY)).includes(`${tool} ${version}`);
  }

  async quiet(tool: string, version: string): Promise<void> {
    const others = texts(this.#store.get(QUIET_KEY));
    await this.#store.update(QUIET_KEY, [...others, `${tool} ${version}`].slice(-MAX_KEPT));
    this.#changed();
  }

  #versions(): Map<string, string | null> {
    const stored = this.#store.get(KEY);
    const entries: unknown[] = Array.isArray(stored) ? stored : [];
    return new Map(entries.filter(isEntry));
  }
}

function isEntry(entry: unknown): entry is [string, string | null] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && (entry[1] === null || typeof entry[1] === 'string');
}

function texts(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
}
