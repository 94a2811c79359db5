/** 200 canisters in a real VS Code: from the click on the view to rows and statuses on the screen. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  deployLargeProject,
  machine,
  median,
  NetworkProcess,
  quiet,
  type Result,
  report,
  run,
  withFolder,
} from './support';
import { BenchWindow } from './window';

const CANISTERS = 200;
const LATENCY_MS = 50;
const WINDOWS = 3;
/** So that every row is in the page. */
const HEIGHT = 200 + CANISTERS * 24;
const HIDDEN_MS = 60_000;

interface Showing {
  readonly rowsMs: number;
  readonly statusesMs: number;
  readonly blockMs: number;
}

/** Runs in the page: clicks on the view's icon and waits until every row is there, then until every row says it. */
const CLICK_AND_WATCH = `(async () => {
  const rows = () => [...document.querySelectorAll('.monaco-list-row[aria-label^="canister_"]')];
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const begun = performance.now();
  document.querySelector('.activitybar .action-label[aria-label^="Internet Computer"]').click();
  while (rows().length < ${CANISTERS}) await frame();
  const rowsMs = performance.now() - begun;
  while (rows().some((row) => !row.getAttribute('aria-label').includes('Running'))) await frame();
  return { rowsMs, statusesMs: performance.now() - begun };
})()`;

async function show(window: BenchWindow): Promise<Showing> {
  await window.ask('/block/start');
  const shown = await window.page.evaluate<Omit<Showing, 'blockMs'>>(CLICK_AND_WATCH);
  await sleep(100);
  return { ...shown, blockMs: await window.ask('/block/end') };
}

run(async () => {
  const network = await NetworkProcess.start();
  const shown: Showing[] = [];
  let hiddenRequests = Number.NaN;
  let version = '';
  try {
    for (let count = 0; count < WINDOWS; count++) {
      await withFolder(async (scratch) => {
        await network.control({ resetFaults: true });
        const project = await deployLargeProject(scratch, network, CANISTERS);
        await network.control({ faults: { latencyMs: LATENCY_MS } });
        const window = await BenchWindow.open(scratch, project.folder, { env: project.home.env, height: HEIGHT });
        version = window.vscodeVersion;
        try {
          await quiet();
          shown.push(await show(window));
          if (count === WINDOWS - 1) {
            await window.page
              .locator('.activitybar')
              .getByRole('tab', { name: /^Explorer/ })
              .click();
            await sleep(1_000);
            await network.control({ resetCounters: true });
            await sleep(HIDDEN_MS);
            hiddenRequests = (await network.control()).total;
          }
        } finally {
          await window.close();
        }
      });
    }
  } finally {
    await network.stop();
  }
  console.log(`VS Code ${version}, ${WINDOWS} windows, ${CANISTERS} canisters, ${LATENCY_MS} ms: ${machine()}`);
  console.log(JSON.stringify(shown));
  const middle = (pick: (one: Showing) => number) => median(shown.map(pick));
  const results: Result[] = [
    {
      what: 'click to all rows on the screen, worker and all (median)',
      value: middle((one) => one.rowsMs),
      unit: 'ms',
    },
    { what: 'click to all statuses on the screen (median)', value: middle((one) => one.statusesMs), unit: 'ms' },
    {
      what: 'longest block of the extension host meanwhile (median)',
      value: middle((one) => one.blockMs),
      unit: 'ms',
      limit: 30,
    },
    { what: 'requests in a minute with the view hidden', value: hiddenRequests, unit: '', limit: 0 },
  ];
  report(results);
});
