/** A canister's page in a real VS Code: the longest frame while it takes a long log or shows a reply of a megabyte. */
import { replaceBackend, startExample } from '../test/support/example';
import { longestFrame } from '../test/workbench/support/frames';
import { LARGE_METHODS, SEARCH_LOG, sendLines } from '../test/workbench/support/large';
import { Workbench } from '../test/workbench/support/workbench';
import { machine, median, quiet, type Result, report, run, withFolder } from './support';

const ATTEMPTS = 5;
const FRAMES = 150;
const LIMIT_MS = 50;
const LINES = 10_000;

const SOURCE = `
import Array "mo:base/Array";
import Nat "mo:base/Nat";
persistent actor {
  ${LARGE_METHODS}
};`;

/** As a wheel that is turned fast: another row in sight with nearly every frame. */
const SCROLL_LOG = `const list = document.querySelector('.lines');
  list.scrollTop = list.scrollHeight / 2;
  let frames = 0;
  requestAnimationFrame(function frame() {
    list.scrollTop -= 60;
    if (++frames < 90) requestAnimationFrame(frame);
  });`;
const showAs = (form: string) => `const choice = [...document.querySelectorAll('select')]
    .find((each) => each.getAttribute('aria-label') === 'Show the reply as');
  choice.value = '${form}';
  choice.dispatchEvent(new Event('change'));`;

run(() =>
  withFolder(async (scratch) => {
    const example = await startExample(scratch);
    await replaceBackend(example, SOURCE);
    const workbench = await Workbench.open({ folder: example.project, env: example.env });
    const { webview } = workbench;
    const results: Result[] = [];
    const inPage = (text: string) =>
      webview.locator('html').evaluate((_, source) => new Function(source)() as undefined, text);
    const measure = async (what: string, act: () => Promise<void>, before: () => Promise<void> = async () => {}) => {
      const [idle, busy]: number[][] = [[], []];
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        await before();
        await quiet();
        idle!.push(await longestFrame(webview, FRAMES));
        const frames = longestFrame(webview, FRAMES);
        await act();
        busy!.push(await frames);
      }
      console.log(`${what}: ${busy!.join(', ')} ms; idle beside it: ${idle!.join(', ')} ms`);
      results.push(
        { what: `${what}: longest frame (median)`, value: median(busy!), unit: 'ms', limit: LIMIT_MS },
        { what: `${what}: over the longest frame of the idle page`, value: median(busy!) / median(idle!), unit: '' },
      );
    };
    try {
      await workbench.openCanisterPage('hello_backend');
      await webview.getByRole('tab', { name: 'Log' }).click();
      await webview.getByRole('button', { name: 'Pause' }).press('Enter');
      await measure(`${LINES} lines of a log, opened`, () => inPage(sendLines(LINES, `'line ' + index`)));
      await measure('the same searched', () => inPage(SEARCH_LOG));
      await measure('the same scrolled', () => inPage(SCROLL_LOG));
      await webview.getByRole('tab', { name: 'Call' }).click();
      for (const method of ['large', 'orders']) {
        const button = (name: string) => webview.getByRole('button', { name, exact: true });
        await webview.getByRole('navigation', { name: 'Methods' }).getByRole('button', { name: method }).press('Enter');
        await measure(`1 MB of ${method}`, () => button('Call').press('Enter'));
        for (const form of ['json', 'tree']) {
          await measure(
            `1 MB of ${method} as ${form}`,
            () => inPage(showAs(form)),
            () => inPage(showAs('candid')),
          );
        }
      }
    } finally {
      await workbench.close();
      await example.dispose();
    }
    console.log(`${ATTEMPTS} attempts of ${FRAMES} frames: ${machine()}`);
    report(results);
  }),
);
