/**
 * An extension that lives beside ours in the extension host and measures from there, on the benchmark's request over
 * HTTP: `/activate?<extension id>` and `/block/start`, `/block/end`. It answers with one number in milliseconds.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';

const RESOLUTION_MS = 1;

async function activate(id: string): Promise<number> {
  const extension = vscode.extensions.getExtension(id);
  if (!extension || extension.isActive) {
    throw new Error(extension ? `${id} is active already` : `there is no ${id}`);
  }
  const begun = performance.now();
  await extension.activate();
  return performance.now() - begun;
}

function serve(portFile: string): vscode.Disposable {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const answers: Readonly<Record<string, (argument: string) => number | Promise<number>>> = {
    '/activate': activate,
    '/block/start': () => {
      delays.reset();
      delays.enable();
      return 0;
    },
    '/block/end': () => {
      delays.disable();
      return Math.max(0, delays.max / 1e6 - RESOLUTION_MS);
    },
  };
  const server = createServer((request, response) => {
    const [path = '', argument = ''] = (request.url ?? '').split('?');
    Promise.resolve(argument)
      .then(answers[path])
      .then(
        (value) => response.end(JSON.stringify(value)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  server.listen(0, '127.0.0.1', () => writeFileSync(portFile, String((server.address() as AddressInfo).port)));
  return { dispose: () => server.close() };
}

exports.activate = (context: vscode.ExtensionContext) => {
  const portFile = process.env['IC_CANISTERS_BENCH_PORT_FILE'];
  if (portFile !== undefined) {
    context.subscriptions.push(serve(portFile));
  }
};
