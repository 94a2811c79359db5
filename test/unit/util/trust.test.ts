import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const SRC = path.resolve(__dirname, '../../../src');

/** What starts a process or sends a request, and where. The agent's worker is started by `network-client.ts` alone. */
const STARTERS: readonly (readonly [use: RegExp, files: readonly string[]])[] = [
  // The second one only ends what the first has started.
  [/child_process/, ['core/process/process-tree.ts', 'core/process/run.ts']],
  [/\bexecuteTask\(|\bcreateTerminal\(/, ['host/terminal.ts']],
  [/\bnew Worker\(/, ['core/network/network-client.ts']],
  [/(?<![.#\w])fetch\((?!\): void)/, ['core/network/network-client.ts']],
  // What is an address may be asked of it.
  [
    /^import (?!\{ (?:is\w+(?:, )?)+ \} from).* from '(?:node:)?(?:https?|net|tls|dgram|http2)'/m,
    ['core/lifecycle/local-network.ts', 'core/network/page-forwarder.ts'],
  ],
];

describe('processes and requests', () => {
  it('are started where trust is looked at, and nowhere else', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !file.startsWith('core/agent/'));
    for (const [use, allowed] of STARTERS) {
      const found = files.filter((file) => use.test(readFileSync(path.join(SRC, file), 'utf8')));
      assert.deepEqual(found.sort(), allowed, String(use));
    }
  });
});
