// The layers of `npm test`, one after another, with one line of totals at the end.
//   npm test -- [unit] [extension] [workbench] [--oldest] [part of a file's path]…
// Naming a layer leaves out the others and the checks of types, lint and translations; --oldest runs those in VS Code
// on the oldest version that package.json admits. Each layer ends with its slowest files.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findSuites, ROOT, runSuiteOnServer, type Suite } from '../test/host/extension-tests';
import { prepareMachine } from '../test/host/machine';
import { runNodeTests } from '../test/host/node-tests';
import { HOST_NAME, type HostName, provisionHost, type VscodeHost } from '../test/host/provision';
import { followResults, formatResult, readResults, type TestResult } from '../test/host/results';

const LAYERS = ['unit', 'extension', 'workbench'] as const;
type Layer = (typeof LAYERS)[number];

const args = process.argv.slice(2);
const hostName: HostName = args.includes('--oldest') ? 'oldest' : 'current';
const named = LAYERS.filter((layer) => args.includes(layer));
const layers: readonly Layer[] = named.length > 0 ? named : LAYERS;
const filters = args.filter((arg) => !arg.startsWith('--') && !LAYERS.some((layer) => layer === arg));

const totals = { passed: 0, failed: 0, skipped: 0 };
/** What went wrong apart from single tests. Each counts as one failure. */
const breakdowns: string[] = [];
/** How often a file of the window is run again while a test of it fails. */
const REPEATS = 2;
/** Tests that failed, told at the end once more: of a long log often only the end is kept. */
const failures: string[] = [];
/** Lines of a failure told at the end. */
const FAILURE_LINES = 12;
/** Tests of the window that failed, and passed when their file was run again. */
const flaky: string[] = [];
/** How many files a layer names at its end, the slowest first. */
const SLOWEST = 10;

async function main(): Promise<void> {
  // A process that nothing keeps alive ends without a word, whatever it was waiting for.
  let finished = false;
  process.once('exit', () => {
    if (!finished) {
      console.error('✖ The run ended before its end.');
      process.exitCode ||= 1;
    }
  });
  process.env[HOST_NAME] = hostName;
  if (layers.some((layer) => layer !== 'unit')) {
    prepareMachine(true, (line) => console.log(line));
  }
  const built = await timed('build', () => runCommand(process.execPath, ['scripts/build.mjs']));
  if (!built) {
    breakdowns.push('The build failed.');
  }
  if (named.length === 0 && filters.length === 0) {
    if (!(await timed('check', () => runCommand('npm', ['run', '--silent', 'check'])))) {
      breakdowns.push('The check of types, lint and translations failed.');
    }
  }
  for (const layer of layers) {
    if (!built && layer !== 'unit') {
      breakdowns.push(`The ${layer} tests did not run, as there is no build.`);
      continue;
    }
    try {
      await timed(layer, () => (layer === 'extension' ? runExtensionLayer() : runNodeLayer(layer)));
    } catch (error) {
      breakdowns.push(`The ${layer} tests broke off: ${error instanceof Error ? error.message : error}`);
    }
  }
  console.log('');
  for (const breakdown of breakdowns) {
    console.log(`✖ ${breakdown}`);
  }
  for (const test of failures) {
    console.log(test);
  }
  for (const test of flaky) {
    console.log(`flaky: ${test}`);
  }
  finished = true;
  const failed = totals.failed + breakdowns.length;
  const doubtful = flaky.length > 0 ? `, ${flaky.length} flaky` : '';
  console.log(`${totals.passed} passed, ${failed} failed, ${totals.skipped} skipped${doubtful}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Runs a layer's test files with node:test. */
async function runNodeLayer(layer: 'unit' | 'workbench'): Promise<void> {
  const folder = join(ROOT, 'test', layer);
  const all = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = all
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => relative(ROOT, join(folder, file)))
    .filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)))
    .sort();
  if (files.length === 0) {
    reportNothing(layer);
    return;
  }
  if (layer === 'workbench') {
    // Here its progress is seen and no test's time-out counts it.
    await provisionHost(hostName, (line) => console.log(line));
  }
  const { results, durations } = await runFiles(files, layer === 'unit' ? 2 : 1);
  if (layer === 'workbench') {
    await runFailedFilesAgain(results);
  }
  printSlowest(durations);
  count(layer, [...results.values()].flat());
}

/**
 * A window on a busy machine loses a click: a file with a failed test is run again, alone, twice at most. All runs are
 * printed, the last counts, and what it was needed for is named at the end.
 */
async function runFailedFilesAgain(results: Map<string, TestResult[]>): Promise<void> {
  const failed = (tests: readonly TestResult[] = []) => tests.filter(({ state }) => state === 'failed');
  for (const [file, first] of results) {
    let last = first;
    for (let repeat = 1; repeat <= REPEATS && failed(last).length > 0; repeat++) {
      console.log(`again: ${file}`);
      last = (await runFiles([file], 1)).results.get(file) ?? [];
    }
    results.set(file, last);
    const still = new Set(failed(last).map(({ name }) => name));
    const passedNow = failed(first).filter(({ name }) => !still.has(name));
    flaky.push(...passedNow.map(({ name }) => `${file}: ${name}`));
  }
}

interface FilesRun {
  readonly results: Map<string, TestResult[]>;
  /** Milliseconds by file. */
  readonly durations: ReadonlyMap<string, number>;
}

/** Runs files and prints their results. */
async function runFiles(files: readonly string[], concurrency: number): Promise<FilesRun> {
  const results = new Map<string, TestResult[]>(files.map((file) => [file, []]));
  const durations = await runNodeTests(
    files,
    concurrency,
    (test, file) => {
      results.get(file)?.push(test);
      console.log(formatResult(test));
    },
    (text) => process.stdout.write(text),
  );
  return { results, durations };
}

function printSlowest(durations: ReadonlyMap<string, number>): void {
  const slowest = [...durations].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
  console.log('slowest files:');
  for (const [file, milliseconds] of slowest) {
    console.log(`  ${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${file}`);
  }
}

/** Runs the suites that live in the extension host. */
async function runExtensionLayer(): Promise<void> {
  const suites = findSuites(filters);
  if (suites.length === 0) {
    reportNothing('extension');
    return;
  }
  const host = await provisionHost(hostName, (line) => console.log(line));
  const durations = new Map<string, number>();
  for (const suite of suites) {
    for (const { file, milliseconds } of await runSuite(suite, host)) {
      const source = file === undefined ? suite.name : relative(join(ROOT, 'out'), file).replace(/\.js$/, '.ts');
      durations.set(source, (durations.get(source) ?? 0) + milliseconds);
    }
  }
  printSlowest(durations);
}

async function runSuite(suite: Suite, host: VscodeHost): Promise<readonly TestResult[]> {
  const what = `extension suite ${suite.name} in VS Code ${host.version}`;
  console.log(what);
  const folder = mkdtempSync(join(tmpdir(), 'ic-canisters-results-'));
  const file = join(folder, 'results.jsonl');
  const stop = followResults(file, (line) => console.log(line));
  let code: number | undefined;
  try {
    code = await runSuiteOnServer(suite, host, file);
  } catch (error) {
    breakdowns.push(`The ${what} broke off: ${error instanceof Error ? error.message : error}`);
  }
  stop();
  const { tests, ended } = readResults(file);
  rmSync(folder, { recursive: true, force: true });
  count(what, tests);
  if (code !== undefined && !ended) {
    breakdowns.push(`The ${what} did not come to its end.`);
  } else if (code !== undefined && code !== 0 && !tests.some((test) => test.state === 'failed')) {
    breakdowns.push(`The ${what} ended with code ${code}.`);
  }
  return tests;
}

function count(what: string, tests: readonly TestResult[]): void {
  for (const test of tests) {
    totals[test.state]++;
    if (test.state === 'failed') {
      failures.push(formatResult(test).split('\n').slice(0, FAILURE_LINES).join('\n'));
    }
  }
  if (tests.length === 0) {
    breakdowns.push(`The ${what} run held no test.`);
  }
}

/** A filter may leave a layer without a file; without a filter that is a fault. */
function reportNothing(layer: Layer): void {
  if (filters.length === 0) {
    breakdowns.push(`There are no ${layer} tests.`);
  } else {
    console.log(`no ${layer} test file matches ${filters.join(', ')}`);
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  console.log(`\n== ${what}`);
  const begun = Date.now();
  try {
    return await work();
  } finally {
    console.log(`== ${what}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  }
}

function runCommand(command: string, commandArgs: readonly string[]): Promise<boolean> {
  return new Promise((done, fail) => {
    const child = spawn(command, commandArgs, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', fail);
    child.once('close', (code) => done(code === 0));
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
});
