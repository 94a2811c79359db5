import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { icpBinary } from './icp-binary';

/** The real icp behind a script that writes down each of its starts. */
export interface RecordingIcp {
  readonly file: string;
  /** A search path on which no other icp is found. */
  readonly searchPath: string;
  /** The arguments of each start since the beginning, oldest first. */
  readonly starts: () => string[];
  /** Of the last start. */
  readonly pid: () => number;
}

/** @param folder gets a folder `bin` and goes with the test */
export function recordingIcp(folder: string): RecordingIcp {
  const file = path.join(folder, 'bin', 'icp');
  const log = path.join(folder, 'icp-starts');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(log, '');
  writeFileSync(file, `#!/bin/sh\necho "$$ $*" >> '${log}'\nexec '${icpBinary}' "$@"\n`, { mode: 0o755 });
  const lines = () => readFileSync(log, 'utf8').split('\n').filter(Boolean);
  const others = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folderOnPath) => !existsSync(path.join(folderOnPath, 'icp')));
  return {
    file,
    searchPath: [path.dirname(file), ...others].join(path.delimiter),
    starts: () => lines().map((line) => line.replace(/^\d+ /, '')),
    pid: () => Number(lines().at(-1)?.split(' ')[0]),
  };
}

/** What a process was started as; empty where there is none any more. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
