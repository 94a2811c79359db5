import type { FromPage, PageSubject } from '../core/page/messages';

/** What VS Code gives a page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export function send(message: FromPage): void {
  api.postMessage(message);
}

/** Keeps what the page is of, over a reload of the window. */
export function keepSubject(subject: PageSubject): void {
  api.setState(subject);
}
