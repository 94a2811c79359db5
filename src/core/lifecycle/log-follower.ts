import type { LogRecord } from '../network/canister-facts';
import { Emitter } from '../util/events';
import { Failure } from '../util/failure';
import type { Message } from '../util/message';
import type { LogReader } from './native-operations';

/** Milliseconds between two polls of a log that somebody watches. */
export const LOG_INTERVAL_MS = 2_000;
/** Older records are dropped: the network itself keeps 4 KiB. */
const MAX_RECORDS = 10_000;

/** One line of a followed log, or what there is instead of lines. */
export type LogEntry =
  | { readonly kind: 'record'; readonly record: LogRecord }
  /** The network dropped records between two polls. */
  | { readonly kind: 'gap'; readonly count: bigint }
  /** The log began anew, as after a reinstallation. */
  | { readonly kind: 'restart' };

/**
 * Follows a canister's log. The network keeps only the last few records; what was seen stays here.
 */
export class LogFollower {
  readonly #read: LogReader;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #entries: LogEntry[] = [];
  #last: LogRecord | undefined;
  #failure: Message | undefined;
  #timer: NodeJS.Timeout | undefined;
  #watched = false;
  #asking: AbortController | undefined;

  constructor(read: LogReader) {
    this.#read = read;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Why the latest poll failed; the entries are of earlier ones. */
  get failure(): Message | undefined {
    return this.#failure;
  }

  /** Asks once. @throws {Failure} */
  async poll(signal: AbortSignal): Promise<void> {
    const records = await this.#read(signal);
    const had = this.#entries.length;
    this.#take(records);
    if (this.#entries.length !== had || this.#failure) {
      this.#failure = undefined;
      this.#changed.fire();
    }
  }

  /** Polls for as long as somebody watches. */
  setWatched(watched: boolean): void {
    if (watched === this.#watched) {
      return;
    }
    this.#watched = watched;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    if (watched) {
      void this.#again();
    }
  }

  dispose(): void {
    this.setWatched(false);
    this.#changed.dispose();
  }

  async #again(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      await this.poll(asking.signal);
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      if (!asking.signal.aborted && this.#failure?.text !== error.data.message.text) {
        this.#failure = error.data.message;
        this.#changed.fire();
      }
    }
    if (!asking.signal.aborted) {
      this.#timer = setTimeout(() => void this.#again(), LOG_INTERVAL_MS);
    }
  }

  #take(records: readonly LogRecord[]): void {
    const newest = records[records.length - 1];
    const last = this.#last;
    const fresh: LogEntry[] = [];
    let known = last?.index ?? -1n;
    if (last && newest && isRestart(last, newest, records)) {
      fresh.push({ kind: 'restart' });
      known = -1n;
    }
    const added = records.filter(({ index }) => index > known);
    const [first] = added;
    if (last && first && known >= 0n && first.index > known + 1n) {
      fresh.push({ kind: 'gap', count: first.index - known - 1n });
    }
    fresh.push(...added.map((record) => ({ kind: 'record', record }) as const));
    if (fresh.length > 0) {
      this.#entries = [...this.#entries, ...fresh].slice(-MAX_RECORDS);
      this.#last = newest;
    }
  }
}

/** True where numbers begin anew: below the last seen, or the same number at another time. */
function isRestart(last: LogRecord, newest: LogRecord, records: readonly LogRecord[]): boolean {
  const same = records.find(({ index }) => index === last.index);
  return newest.index < last.index || (same !== undefined && same.timestampNs !== last.timestampNs);
}

/** `[idx. RFC 3339 time]: text`, as dfx prints a record; bytes that are no plain text in hex. */
export function formatLogRecord({ index, timestampNs, content }: LogRecord): string {
  const seconds = new Date(Number(timestampNs / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
  const nanos = (timestampNs % 1_000_000_000n).toString().padStart(9, '0');
  return `[${index}. ${seconds}.${nanos}Z]: ${recordText(content)}`;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a record says; bytes that are no plain text in hex. */
export function recordText(content: Uint8Array): string {
  const hex = () => `(bytes) 0x${Buffer.from(content).toString('hex')}`;
  try {
    const text = decoder.decode(content);
    return /[^\P{Cc}\n\r\t]/u.test(text) ? hex() : text;
  } catch {
    return hex();
  }
}
