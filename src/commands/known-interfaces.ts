import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { KnownInterface, NativeOperations } from '../core/lifecycle/native-operations';

/** Milliseconds after which a file, or a canister that did not answer, is read anew. */
const GOOD_FOR = 5_000;

interface Entry {
  /** Which module, where. */
  readonly stamp: string;
  /** Milliseconds since 1970; undefined while it is read. */
  readAt?: number;
  known?: KnownInterface;
  readonly reading: Promise<void>;
}

/**
 * The interfaces that editors show: of the canister as it is deployed, which calls are checked against, else of the
 * project's files. A canister is asked once for each module.
 */
export class KnownInterfaces implements vscode.Disposable {
  readonly #source: Pick<NativeOperations, 'interface' | 'interfaceOfFiles'>;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #closed = new AbortController();
  /** Another interface is known than before. */
  readonly onDidChange = this.#changed.event;

  constructor(source: Pick<NativeOperations, 'interface' | 'interfaceOfFiles'>) {
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
    const key = JSON.stringify([target.project.manifest, target.canister]);
    const { id, facts } = target.project.canister(target.canister) ?? {};
    const stamp = JSON.stringify([target.project.snapshot.target.name, id, facts?.moduleHash]);
    const entry = this.#entries.get(key);
    const isOld =
      entry?.readAt !== undefined && entry.known?.source.kind !== 'canister' && Date.now() - entry.readAt > GOOD_FOR;
    if (entry?.stamp === stamp && !isOld) {
      return entry;
    }
    const reading = this.#read(target).then((known) => {
      made.readAt = Date.now();
      if (known?.text !== made.known?.text) {
        made.known = known;
        this.#changed.fire();
      }
    });
    // What was known is shown until the other is.
    const made: Entry = { stamp, known: entry?.stamp === stamp ? entry.known : undefined, reading };
    this.#entries.set(key, made);
    return made;
  }

  async #read(target: CanisterRef): Promise<KnownInterface | undefined> {
    // Without trust nothing is asked, and no file that the project names is read.
    if (!vscode.workspace.isTrusted) {
      return undefined;
    }
    try {
      return await this.#source.interface(target, this.#closed.signal);
    } catch {
      // It has no id, its network is down or may not be asked: whoever calls is told that.
    }
    try {
      return await this.#source.interfaceOfFiles(target);
    } catch {
      return undefined;
    }
  }

  dispose(): void {
    this.#closed.abort();
    this.#changed.dispose();
  }
}
