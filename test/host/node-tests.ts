import path from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import type { TestResult } from './results';

/** A file that hangs fails after this many milliseconds. */
const FILE_TIMEOUT = 600_000;

type TestPoint = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

/**
 * Runs test files with node:test, each in a process of its own with this process's Node options.
 *
 * @returns milliseconds that the tests and suites of each file took, without what the file does outside them
 * @param report is called with every test as it is reported, file after file, and with the file as it was given.
 * @param print is called with what the tests write.
 */
export async function runNodeTests(
  files: readonly string[],
  concurrency: number,
  report: (result: TestResult, file: string) => void,
  print: (text: string) => void,
): Promise<Map<string, number>> {
  const durations = new Map<string, number>();
  // Names of the tests and suites that enclose the one being reported; node reports one file after another.
  const names: string[] = [];
  for await (const event of run({ files: [...files], concurrency, timeout: FILE_TIMEOUT })) {
    if (event.type === 'test:start') {
      names.length = event.data.nesting;
      names.push(event.data.name);
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      const file = fileOf(event.data, files);
      if (event.data.nesting === 0) {
        durations.set(file, (durations.get(file) ?? 0) + event.data.details.duration_ms);
      }
      // node reports a file without a test as a passed test of the file's name.
      const isFile = event.data.nesting === 0 && files.includes(event.data.name);
      const result = toResult(event.data, names, event.type === 'test:pass', isFile);
      if (result) {
        report(result, file);
      }
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      print(event.data.message);
    }
  }
  return durations;
}

function fileOf({ file, name }: TestPoint, files: readonly string[]): string {
  // node names the file absolutely, and not at all where it is the file itself that failed.
  return files.find((each) => (file === undefined ? name === each : path.resolve(each) === path.resolve(file))) ?? name;
}

function toResult(data: TestPoint, names: readonly string[], passed: boolean, isFile: boolean): TestResult | undefined {
  const details = data.details as { error?: Error & { failureType?: string; cause?: unknown }; type?: string };
  // A suite is no test; it fails by itself only where a hook does, or the suite's own function.
  if (details.error?.failureType === 'subtestsFailed' || (details.type === 'suite' && passed)) {
    return undefined;
  }
  const base = {
    kind: 'test' as const,
    name: [...names.slice(0, data.nesting), data.name].join(' › '),
    milliseconds: data.details.duration_ms,
  };
  if (data.skip !== undefined || data.todo !== undefined) {
    return { ...base, state: 'skipped' };
  }
  if (passed) {
    return isFile ? { ...base, state: 'failed', error: 'The file holds no test.' } : { ...base, state: 'passed' };
  }
  const cause = details.error?.cause ?? details.error;
  return { ...base, state: 'failed', error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}
