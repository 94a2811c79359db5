import type { FromPage, PageSubject } from '../core/page/messages';

/** What VS Code gives a page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export function send(message: FromPage): void {
  api.postMessage(message);
}

/** Has the host follow something while it is seen; what is returned is told whether it is. */
export function follower(type: 'settings' | 'snapshots'): (visible: boolean) => void {
  let follows = false;
  return (visible) => {
    if (visible !== follows) {
      follows = visible;
      send({ type, follow: visible });
    }
  };
}

/** What the page keeps while it is hidden and over a reload of the window, beside what it is of. */
export interface Kept {
  readonly tab?: string;
  readonly method?: string;
  /** The arguments that were being typed. */
  readonly arguments?: string;
  /** Which settings are shown. */
  readonly settings?: string;
}

/** Longer arguments, in characters, are not kept. */
const MAX_KEPT = 100_000;

let current: Kept = readKept(api.getState());
let of: PageSubject | undefined;

export function kept(): Kept {
  return current;
}

export function keep(change: Kept): void {
  current = { ...current, ...change };
  if (of) {
    api.setState({ ...of, ...current });
  }
}

export function keepSubject(subject: PageSubject): void {
  of = subject;
  keep({});
}

function readKept(state: unknown): Kept {
  if (typeof state !== 'object' || state === null) {
    return {};
  }
  const { tab, method, arguments: text, settings } = state as Record<string, unknown>;
  return { tab: shortText(tab), method: shortText(method), arguments: shortText(text), settings: shortText(settings) };
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_KEPT ? value : undefined;
}
