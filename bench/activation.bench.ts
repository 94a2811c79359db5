/** Loading the bundle and `activate`, in extension hosts that have settled, against an extension that does nothing. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { machine, median, quiet, report, run, withFolder } from './support';
import { BenchWindow, EMPTY, OURS } from './window';

const WINDOWS = 5;

run(async () => {
  const ours: number[] = [];
  const empty: number[] = [];
  let version = '';
  for (let count = 0; count < WINDOWS; count++) {
    await withFolder(async (scratch) => {
      const folder = path.join(scratch, 'folder');
      // Without a dfx.json, in which nothing activates ours before it is told to.
      mkdirSync(folder);
      const window = await BenchWindow.open(scratch, folder);
      version = window.vscodeVersion;
      try {
        await quiet();
        // The first one warms up the way that all go.
        await window.ask(`/activate?${EMPTY[0]}`);
        empty.push(await window.ask(`/activate?${EMPTY[1]}`));
        ours.push(await window.ask(`/activate?${OURS}`));
      } finally {
        await window.close();
      }
    });
  }
  const all = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(', ');
  console.log(`VS Code ${version}, ${WINDOWS} windows: ${machine()}`);
  console.log(`ours: ${all(ours)}; empty: ${all(empty)}`);
  report([
    { what: 'activation (median)', value: median(ours), unit: 'ms', limit: 25 },
    { what: 'activation of an empty extension (median)', value: median(empty), unit: 'ms' },
    {
      what: 'ours, as a multiple of the empty one (the limit is 4.2 of the 6 ms that it was set for)',
      value: median(ours) / median(empty),
      unit: '×',
    },
  ]);
});
