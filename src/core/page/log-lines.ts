import { type LogEntry, recordText } from '../lifecycle/log-follower';
import { cut } from './bounds';
import type { LogLevel, LogLine } from './model';

/** Of a longer record, in characters, the beginning is shown. The network keeps 4 KiB of all. */
export const MAX_LINE = 20_000;

/** How lines begin that say how bad they are, as loggers write them. */
const LEVELS: readonly (readonly [level: LogLevel, begins: RegExp])[] = [
  ['trap', /^\[TRAP\]/],
  ['error', /^\W{0,3}(?:error|fatal|panic)/i],
  ['warning', /^\W{0,3}warn/i],
];

export function logLine(entry: LogEntry): LogLine {
  switch (entry.kind) {
    case 'gap':
      return { type: 'gap', count: String(entry.count) };
    case 'restart':
      return { type: 'restart' };
    case 'record': {
      const { index, timestampNs, content } = entry.record;
      const text = cut(recordText(content), MAX_LINE);
      const level = LEVELS.find(([, begins]) => begins.test(text))?.[0] ?? 'plain';
      return { type: 'record', index: String(index), at: Number(timestampNs / 1_000_000n), level, text };
    }
  }
}
