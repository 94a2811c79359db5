import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { applies } from '../core/lifecycle/operations';
import { phaseOf } from '../core/monitor/state';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { type CanisterSnapshot, MAX_SNAPSHOTS } from '../core/network/canister-facts';
import { bounded, cut } from '../core/page/bounds';
import { doubtAbout } from '../core/page/doubt';
import { type FromPage, MAX_ITEMS, type PageSubject, type ToPage } from '../core/page/messages';
import { present, type RowAction, type Words } from '../core/rows/row';
import { formatBytes } from '../core/util/amounts';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { pageTarget } from './page-calls';
import { type ShownFailure, shownFailure } from './page-failure';
import { PageWork } from './page-work';

/** Reads and changes snapshots as the commands do, with their questions. Each throws a {@link Failure}. */
export interface SnapshotKeeper {
  listSnapshots(target: CanisterRef, signal: AbortSignal): Promise<readonly CanisterSnapshot[]>;
  takeSnapshot(target: CanisterRef, snapshots: readonly CanisterSnapshot[]): Promise<void>;
  restoreSnapshot(target: CanisterRef, id: string): Promise<void>;
  deleteSnapshot(target: CanisterRef, id: string): Promise<void>;
}

/** The snapshots on one page. They are read when they are looked at, and when something that matters has changed. */
export class PageSnapshotsHost {
  readonly #workspace: WorkspaceMonitor;
  readonly #keeper: SnapshotKeeper;
  readonly #subject: PageSubject;
  readonly #send: (message: ToPage) => void;
  #follow = false;
  #list: readonly CanisterSnapshot[] | undefined;
  readonly #work = new PageWork('snapshots-failure');
  #reading: AbortController | undefined;
  /** Why the last reading failed. */
  #unread: ShownFailure | undefined;
  /** Canister, network and identity that the list was read of. */
  #whose = '';
  /** Those and the state that it was read in; empty where it is to be read anew. */
  #of = '';
  #sent = '';

  constructor(
    workspace: WorkspaceMonitor,
    keeper: SnapshotKeeper,
    subject: PageSubject,
    send: (message: ToPage) => void,
  ) {
    this.#workspace = workspace;
    this.#keeper = keeper;
    this.#subject = subject;
    this.#send = send;
  }

  /** The page is hidden, or its script begins anew: it says itself that it follows. */
  restart(): void {
    this.#follow = false;
    this.#reading?.abort();
    this.#reading = undefined;
    this.#sent = '';
  }

  follow(follow: boolean): void {
    this.#follow = follow;
    this.#sent = '';
    this.#of = '';
    if (follow) {
      this.#work.clear();
      this.#unread = undefined;
      this.canisterChanged();
    } else {
      this.restart();
    }
  }

  /** What the button of a failure does. */
  action(id: string): RowAction | undefined {
    return this.#work.action(id) ?? this.#unread?.actions.get(id);
  }

  canisterChanged(): void {
    const known = this.#follow ? this.#known() : undefined;
    if (!known) {
      return;
    }
    const { doubt, state, target } = known;
    const { identity, target: network } = target.project.snapshot;
    const whose = JSON.stringify([state.id, network.name, network.network?.url, identity?.name, identity?.ref]);
    if (this.#whose !== whose) {
      this.#whose = whose;
      this.#list = undefined;
      this.#unread = undefined;
    }
    const of = `${whose} ${phaseOf(state)} ${state.busy !== undefined} ${doubt !== undefined}`;
    if (of !== this.#of) {
      this.#of = of;
      this.#reading?.abort();
      this.#reading = undefined;
      if (doubt === undefined && state.busy === undefined) {
        void this.#read(target);
      }
    }
    this.#tell();
  }

  /** Undefined where the canister is not there: the head of the page says so. */
  #known() {
    try {
      const target = pageTarget(this.#workspace, this.#subject);
      const state = target.project.canister(target.canister);
      return state && { target, state, doubt: doubtAbout('snapshots', state, target.project.snapshot) };
    } catch (error) {
      if (error instanceof Failure) {
        return undefined;
      }
      throw error;
    }
  }

  async #read(target: CanisterRef): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    try {
      const list = await this.#keeper.listSnapshots(target, reading.signal);
      if (!reading.signal.aborted) {
        this.#list = list;
        this.#unread = undefined;
      }
    } catch (error) {
      if (!reading.signal.aborted) {
        this.#unread = shownFailure(error, 'snapshots-reading');
      }
    }
    if (this.#reading === reading) {
      this.#reading = undefined;
      this.#tell();
    }
  }

  #tell(): void {
    const known = this.#follow ? this.#known() : undefined;
    if (!known) {
      return;
    }
    const { doubt, state } = known;
    const idle = doubt === undefined && state.busy === undefined && this.#list !== undefined;
    const list = this.#list ?? [];
    const full = list.length >= MAX_SNAPSHOTS;
    const message: ToPage = {
      type: 'snapshots',
      snapshots: {
        list:
          this.#list &&
          [...list]
            .sort((a, b) => b.takenAt - a.takenAt)
            .slice(0, MAX_ITEMS)
            .map(({ id, takenAt, size }) => ({ id: cut(id), at: takenAt, size: formatBytes(size) })),
        reading: this.#reading !== undefined,
        notes: present<Words>(
          this.#list && msg('{0} of {1} that the network keeps.', list.length, MAX_SNAPSHOTS),
          full && msg('A new one takes the place of one that you choose.'),
          phaseOf(state) === 'running' &&
            msg(
              'To take or restore one the canister is stopped: it answers no calls meanwhile, and is started again after.',
            ),
        ),
        doubt: doubt && bounded(doubt),
        busy: state.busy,
        takes: idle && applies('snapshot-take', state),
        changes: idle,
        problem: this.#work.problem ?? this.#unread?.problem,
      },
    };
    const text = JSON.stringify(message);
    if (text !== this.#sent) {
      this.#sent = text;
      this.#send(message);
    }
  }

  async act({ action, id }: Extract<FromPage, { type: 'snapshot' }>): Promise<void> {
    const list = this.#list;
    const known = list?.some((snapshot) => snapshot.id === id) ? id : undefined;
    if (!list || (action !== 'take' && known === undefined)) {
      return;
    }
    const done = await this.#work.run(async () => {
      const target = pageTarget(this.#workspace, this.#subject);
      if (action === 'take') {
        await this.#keeper.takeSnapshot(target, list);
      } else if (action === 'restore') {
        await this.#keeper.restoreSnapshot(target, known!);
      } else {
        await this.#keeper.deleteSnapshot(target, known!);
      }
    });
    if (done) {
      this.#of = '';
      this.canisterChanged();
    }
  }
}
