import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { appendResult, formatResult, RESULTS_FILE, type TestResult } from '../host/results';

/** Environment variable with the compiled test files to run, a JSON list of absolute paths. */
const FILES = 'IC_CANISTERS_TEST_FILES';

/**
 * What VS Code calls in the extension host, on the test server as on the desktop. Without a list of files (F5) it
 * runs every suite file that lies directly beside it.
 *
 * @throws Error where a test failed or none ran, which makes the run's exit code 1.
 */
export async function run(): Promise<void> {
  // mocha is an ES module, which the oldest VS Code's Node cannot `require`.
  const { default: Mocha } = await import('mocha');
  // The base reporter prints nothing.
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, reporter: Mocha.reporters.Base });
  for (const file of testFiles()) {
    mocha.addFile(file);
  }
  const results = process.env[RESULTS_FILE];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await new Promise<void>((done) => {
    const report = (test: Mocha.Runnable, state: TestResult['state'], error?: unknown) => {
      counts[state]++;
      const result: TestResult = {
        kind: 'test',
        name: test.titlePath().join(' › '),
        state,
        milliseconds: test.duration ?? 0,
        file: test.file,
        error: error === undefined || error instanceof Error ? (error?.stack ?? error?.message) : inspect(error),
      };
      console.log(formatResult(result));
      if (results !== undefined) {
        appendResult(results, result);
      }
    };
    mocha
      .run(() => done())
      .on('pass', (test) => report(test, 'passed'))
      .on('pending', (test) => report(test, 'skipped'))
      // Also emitted for a hook that failed.
      .on('fail', (test, error) => report(test, 'failed', error));
  });
  if (results !== undefined) {
    appendResult(results, { kind: 'end' });
  }
  if (counts.failed > 0) {
    throw new Error(`${counts.failed} failed`);
  }
  if (counts.passed === 0) {
    throw new Error('no test ran');
  }
}

function testFiles(): string[] {
  const list = process.env[FILES];
  if (list !== undefined) {
    return JSON.parse(list) as string[];
  }
  return readdirSync(__dirname)
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join(__dirname, file));
}
