import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { type LogEntry, LogFollower } from '../core/lifecycle/log-follower';
import { namesOf } from '../core/page/backtrace';
import { bounded, cut } from '../core/page/bounds';
import { logLine } from '../core/page/log-lines';
import { MAX_LINES, MAX_LINES_A_MESSAGE, type ToPage } from '../core/page/messages';
import type { LogLine } from '../core/page/model';
import type { Disposable } from '../core/util/events';
import { Failure } from '../core/util/failure';
import type { Message } from '../core/util/message';
import type { OpenPlace, PageCaller } from './page-calls';

/** So long, in milliseconds, the page has for each piece of a long log: all at once would make it stand still. */
const PIECE_MS = 25;
/** Names of traps that are looked for on one page, and characters of one. */
const MAX_NAMES = 500;
const MAX_NAME = 500;

type Caller = Pick<PageCaller, 'logReader' | 'places'>;

/** The log on one page. It is read while the page is visible and follows. */
export class PageLogs implements Disposable {
  readonly #target: () => CanisterRef;
  readonly #caller: Caller;
  readonly #send: (message: ToPage) => void;
  #follow = false;
  #follower: LogFollower | undefined;
  /** Which canister, network and identity the follower reads with. */
  #of = '';
  #last: LogEntry | undefined;
  #problem: Message | undefined;
  /** Pieces of the log that wait for their turn. */
  readonly #pieces: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** What traps have named. */
  readonly #named = new Set<string>();

  /** @param target throws a `Failure` where the canister is not there */
  constructor(target: () => CanisterRef, caller: Caller, send: (message: ToPage) => void) {
    this.#target = target;
    this.#caller = caller;
    this.#send = send;
  }

  /** The page is hidden, or its script begins anew: it says itself that it follows. */
  restart(): void {
    this.#pieces.length = 0;
    this.#last = undefined;
    this.#problem = undefined;
    this.follow(false);
  }

  follow(follow: boolean): void {
    this.#follow = follow;
    if (!follow) {
      this.#follower?.setWatched(false);
      return;
    }
    try {
      const target = this.#target();
      const of = keyOf(target);
      if (!this.#follower || of !== this.#of) {
        this.#follower?.dispose();
        this.#follower = new LogFollower(this.#caller.logReader(target));
        this.#follower.onDidChange(() => this.#tell());
        this.#of = of;
        this.#last = undefined;
      }
      this.#tell();
      this.#follower.setWatched(true);
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      this.#pieces.length = 0;
      this.#send({ type: 'log', anew: true, lines: [], problem: bounded(error.data.message) });
    }
  }

  /** The canister may have another id, or the project another identity. */
  canisterChanged(): void {
    if (this.#follow) {
      let of = '';
      try {
        of = keyOf(this.#target());
      } catch {
        // It is not there: what was read stays.
        return;
      }
      if (of !== this.#of) {
        this.follow(true);
      }
    }
  }

  #tell(): void {
    const { entries = [], failure } = this.#follower ?? {};
    const at = this.#last === undefined ? -1 : entries.lastIndexOf(this.#last);
    const anew = at < 0;
    const fresh = entries.slice(at + 1).slice(-MAX_LINES);
    if (anew || fresh.length > 0 || failure !== this.#problem) {
      this.#last = entries.at(-1);
      this.#problem = failure;
      const problem = failure && bounded(failure);
      if (anew) {
        this.#pieces.length = 0;
      }
      for (let from = 0; from === 0 || from < fresh.length; from += MAX_LINES_A_MESSAGE) {
        this.#pieces.push(() => {
          const lines = fresh.slice(from, from + MAX_LINES_A_MESSAGE).map(logLine);
          this.#send({ type: 'log', anew: anew && from === 0, lines, problem });
          void this.#tellPlaces(lines, anew && from === 0);
        });
      }
      if (!this.#timer) {
        this.#sendPiece();
      }
    }
  }

  #sendPiece(): void {
    this.#timer = undefined;
    const send = this.#pieces.shift();
    if (send) {
      send();
      this.#timer = setTimeout(() => this.#sendPiece(), PIECE_MS);
    }
  }

  /** Tells what the traps among new lines name, where the sources have it. Each name is looked for once. */
  async #tellPlaces(lines: readonly LogLine[], anew: boolean): Promise<void> {
    if (anew) {
      this.#named.clear();
    }
    const names = lines
      .flatMap((line) => (line.type === 'record' && line.level === 'trap' ? namesOf(line.text) : []))
      .filter((name) => name.length <= MAX_NAME && !this.#named.has(name));
    const fresh = [...new Set(names)].slice(0, Math.max(0, MAX_NAMES - this.#named.size));
    if (fresh.length > 0) {
      for (const name of fresh) {
        this.#named.add(name);
      }
      const places = [...(await this.#find(fresh))].map(([name, { file }]) => ({
        name,
        where: cut(vscode.workspace.asRelativePath(file)),
      }));
      this.#send({ type: 'places', places });
    }
  }

  /** Where the sources have by now what a trap names. */
  async place(name: string): Promise<OpenPlace | undefined> {
    return this.#named.has(name) ? (await this.#find([name])).get(name) : undefined;
  }

  async #find(names: readonly string[]): Promise<ReadonlyMap<string, OpenPlace>> {
    try {
      return await this.#caller.places(this.#target(), names);
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      return new Map();
    }
  }

  dispose(): void {
    this.#follower?.dispose();
    this.#pieces.length = 0;
  }
}

function keyOf({ project, canister }: CanisterRef): string {
  const { identity, target } = project.snapshot;
  return JSON.stringify([
    project.canister(canister)?.id,
    target.name,
    target.network?.url,
    identity?.name,
    identity?.ref,
  ]);
}
