import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** One finished test, as every layer's reporter writes it: one JSON object per line of the results file. */
export interface TestResult {
  readonly kind: 'test';
  /** Suites and test, joined by ` › `. */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number;
  /** The compiled test file, where the reporter knows it. */
  readonly file?: string;
  readonly error?: string;
}

/** The reporter's last line. A file without it comes from a run that did not come to its end. */
export interface EndOfRun {
  readonly kind: 'end';
}

/** Environment variable that names the results file. */
export const RESULTS_FILE = 'IC_CANISTERS_TEST_RESULTS';

export function appendResult(file: string, result: TestResult | EndOfRun): void {
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}

export interface Results {
  readonly tests: readonly TestResult[];
  readonly ended: boolean;
}

export function readResults(file: string): Results {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // A crash can leave half a last line.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
  const entries = lines.map((line) => JSON.parse(line) as TestResult | EndOfRun);
  return {
    tests: entries.filter((entry) => entry.kind === 'test'),
    ended: entries.some((entry) => entry.kind === 'end'),
  };
}

/** One line for people to follow a run by. */
export function formatResult(result: TestResult): string {
  const sign = { passed: '✔', failed: '✖', skipped: '-' }[result.state];
  const error = result.error === undefined ? '' : `\n${result.error.replace(/^/gm, '      ')}`;
  return `  ${sign} ${result.name} (${Math.round(result.milliseconds)} ms)${error}`;
}

/** Calls `print` with each test's line soon after another process has written it; the returned function stops that. */
export function followResults(file: string, print: (line: string) => void): () => void {
  let printed = 0;
  const catchUp = () => {
    for (const test of readResults(file).tests.slice(printed)) {
      print(formatResult(test));
      printed++;
    }
  };
  const timer = setInterval(catchUp, 200);
  return () => {
    clearInterval(timer);
    catchUp();
  };
}
