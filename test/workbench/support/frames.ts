import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import type { Workbench } from './workbench';

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the processor's time. */
  readonly tdur?: number;
}

/** No task may be so long, in milliseconds. */
const LONG = 50;
/** What the browser does for itself falls into one task or another: the best attempt counts. */
const ATTEMPTS = 3;

/** Marks the thread of the page. */
const MARK = 'ic-canisters-measured';

/**
 * Holds what the page does to no long task. How long its frames are, which depends on all that the machine does, is
 * measured by `bench/page.bench.ts`.
 *
 * @param count of frames, in which it is done
 * @param then what is made sure of after it: it may take time in the page itself
 */
export async function assertSmooth(
  workbench: Workbench,
  what: string,
  count: number,
  act: () => Promise<void>,
  then: () => Promise<void>,
): Promise<void> {
  const tasks: number[] = [];
  do {
    const task = await longestTask(workbench, async () => {
      const frames = longestFrame(workbench.webview, count);
      await act();
      await frames;
    });
    tasks.push(task);
    await then();
  } while (tasks.at(-1)! >= LONG && tasks.length < ATTEMPTS);
  console.log(`${what}: longest task ${tasks.join(', ')} ms`);
  assert.ok(Math.min(...tasks) < LONG, what);
}

/**
 * The longest task of the page's own thread, in milliseconds of the processor's time: what makes a frame long on a machine
 * that does nothing else. It is the same on a busy one, where any frame is long.
 */
async function longestTask({ page, webview }: Workbench, act: () => Promise<void>): Promise<number> {
  const browser = page.context().browser()!;
  await browser.startTracing(undefined, { categories: ['toplevel', 'blink.user_timing'] });
  await webview.locator('html').evaluate((_, text) => new Function(text)(), `performance.mark('${MARK}')`);
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
  const mark = traceEvents.find(({ name }) => name === MARK);
  const tasks = traceEvents.filter(
    ({ cat, pid, tid, tdur }) => cat === 'toplevel' && pid === mark?.pid && tid === mark.tid && tdur !== undefined,
  );
  if (tasks.length === 0) {
    throw new Error('The browser has traced no task of the page.');
  }
  return Math.round(Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000);
}

/** The longest of so many frames of the page, in milliseconds. */
export function longestFrame(webview: FrameLocator, count: number): Promise<number> {
  // As text: a function would name helpers of the test runner's compiler.
  const source = `return new Promise((resolve) => {
    const lengths = [];
    let last;
    requestAnimationFrame(function frame(at) {
      if (last !== undefined) lengths.push(at - last);
      last = at;
      if (lengths.length < ${count}) requestAnimationFrame(frame);
      else resolve(Math.round(Math.max(...lengths)));
    });
  })`;
  return webview.locator('html').evaluate((_, text) => new Function(text)() as Promise<number>, source);
}
