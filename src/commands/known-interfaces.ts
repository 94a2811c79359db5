import path from 'node:path';
import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { KnownInterface, NativeOperations } from '../core/lifecycle/native-operations';

/** Milliseconds after which a canister that did not answer, though its network is there, is asked anew. */
const ASKED_AGAIN_AFTER = 5_000;

interface Entry {
  /** Which module, where, and whether it could be asked. */
  readonly stamp: string;
  /** The same object for as long as the manifest says the same. */
  readonly definition: unknown;
  /** Milliseconds since 1970; undefined while it is read. */
  readAt?: number;
  /** It did not answer. */
  failed: boolean;
  known?: KnownInterface;
  /** What the project's files say, where that was needed, and who watches them. */
  files?: { readonly known: KnownInterface | undefined; readonly watched: vscode.Disposable };
  /** A file has changed. */
  stale: boolean;
  readonly reading: Promise<void>;
}

type Source = Pick<NativeOperations, 'interface' | 'interfaceOfFiles'>;

/**
 * The interfaces that editors show: of the canister as it is deployed, which calls are checked against, else of the
 * project's files. A canister is asked once for each module; files are read again when they have changed.
 */
export class KnownInterfaces implements vscode.Disposable {
  readonly #source: Source;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #closed = new AbortController();
  /** Another interface is known than before, or may be: who asks is told what. */
  readonly onDidChange = this.#changed.event;

  constructor(source: Source) {
    this.#source = source;
  }

  /** What is known now. What is not is read, and told by {@link onDidChange}. */
  now(target: CanisterRef): KnownInterface | undefined {
    return this.#entry(target).known;
  }

  async read(target: CanisterRef): Promise<KnownInterface | undefined> {
    const entry = this.#entry(target);
    await entry.reading;
    return entry.known;
  }

  #entry(target: CanisterRef): Entry {
    const { project, canister } = target;
    const key = JSON.stringify([project.manifest, canister]);
    const { id, facts, definition } = project.canister(canister) ?? {};
    const { health, trusted, target: on } = project.snapshot;
    const stamp = JSON.stringify([on.name, id, facts?.moduleHash, health?.state, trusted]);
    const entry = this.#entries.get(key);
    const isSame = entry?.stamp === stamp && entry.definition === definition;
    const isThere = id !== undefined && (health === undefined || health.state === 'healthy');
    if (entry && isSame && !entry.stale && !(isThere && isToBeAskedAgain(entry))) {
      return entry;
    }
    const inherited = isSame && !entry.stale ? entry.files : undefined;
    if (!inherited) {
      entry?.files?.watched.dispose();
    }
    // What was known of the same canister is shown until the other is.
    const known = isSame ? entry.known : undefined;
    const made: Entry = {
      stamp,
      definition,
      failed: false,
      stale: false,
      known,
      files: inherited,
      // Begun when this is among the entries.
      reading: Promise.resolve().then(async () => {
        const read = await this.#read(target, made);
        made.readAt = Date.now();
        if (read?.text !== made.known?.text) {
          made.known = read;
          this.#changed.fire();
        }
        if (this.#entries.get(key) !== made) {
          made.files?.watched.dispose();
        }
      }),
    };
    this.#entries.set(key, made);
    return made;
  }

  async #read(target: CanisterRef, entry: Entry): Promise<KnownInterface | undefined> {
    // Without trust nothing is asked, and no file that the project names is read.
    if (!vscode.workspace.isTrusted) {
      return undefined;
    }
    try {
      const known = await this.#source.interface(target, this.#closed.signal);
      if (known?.source.kind === 'canister') {
        return known;
      }
    } catch {
      // It has no id, its network is down or may not be asked: whoever calls is told that.
      entry.failed = true;
    }
    if (!entry.files) {
      // Watched first: what is written while it is read is a change.
      const watched = await this.#watch(target, entry);
      entry.files = { known: await this.#source.interfaceOfFiles(target).catch(() => undefined), watched };
    }
    return entry.files.known;
  }

  async #watch({ project, canister }: CanisterRef, entry: Entry): Promise<vscode.Disposable> {
    const paths = await project.files.paths(canister, project.snapshot.target);
    const watchers = (paths?.interfaces ?? []).map((file) => {
      // Not by its name, which would be taken for a pattern.
      const folder = new vscode.RelativePattern(vscode.Uri.file(path.dirname(file)), '*');
      const watcher = vscode.workspace.createFileSystemWatcher(folder);
      const changed = ({ fsPath }: vscode.Uri) => {
        if (fsPath === file && !entry.stale) {
          entry.stale = true;
          this.#changed.fire();
        }
      };
      watcher.onDidChange(changed);
      watcher.onDidCreate(changed);
      watcher.onDidDelete(changed);
      return watcher;
    });
    return vscode.Disposable.from(...watchers);
  }

  dispose(): void {
    this.#closed.abort();
    for (const { files } of this.#entries.values()) {
      files?.watched.dispose();
    }
    this.#entries.clear();
    this.#changed.dispose();
  }
}

function isToBeAskedAgain({ failed, readAt }: Entry): boolean {
  return failed && readAt !== undefined && Date.now() - readAt > ASKED_AGAIN_AFTER;
}
