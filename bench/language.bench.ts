/**
 * The analysis of a dfx.json of 1,000 canisters, and of an icp.yaml of 200 and of 500, while it is edited: findings,
 * completion, hover, memory. Every file that it names is looked up in a real folder first, as in the editor.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type * as Completion from '../src/core/engines/dfx/language/completion';
import type * as Analysis from '../src/core/engines/dfx/language/dfx-document';
import type * as Facts from '../src/core/engines/dfx/language/dfx-facts';
import type * as Hover from '../src/core/engines/dfx/language/hover';
import type * as IcpCompletion from '../src/core/engines/icp/language/completion';
import type * as IcpHover from '../src/core/engines/icp/language/hover';
import type * as IcpFacts from '../src/core/engines/icp/language/icp-facts';
import type * as IcpDocument from '../src/core/engines/icp/language/manifest-document';
import { machine, median, type Result, ROOT, report, run } from './support';

const CANISTERS = 1000;
const EDITS = 10_000;
const ROUNDS = 100;

/** About ten lines per canister, each with one or two dependencies. */
function largeProject(): string {
  const canisters: Record<string, unknown> = {};
  for (let i = 0; i < CANISTERS; i++) {
    const declarations = { output: `src/declarations/canister_${i}` };
    const dependencies = [i + 1, i + 7].filter((j) => j < CANISTERS).map((j) => `canister_${j}`);
    canisters[`canister_${i}`] =
      i % 2 === 0
        ? { type: 'motoko', main: `src/canister_${i}/main.mo`, dependencies, declarations }
        : { type: 'rust', package: `canister_${i}`, candid: `src/c_${i}/c.did`, dependencies, declarations };
  }
  return JSON.stringify({ canisters, networks: { local: { bind: '127.0.0.1:4943' } } }, null, 2);
}

function time(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

type Core = typeof Analysis & typeof Completion & typeof Facts & typeof Hover;

/** The core as it is shipped: bundled and minified. Run from source, tsx's way of keeping names costs as much again. */
async function bundledCore(folder: string, engine: string, modules: readonly string[]): Promise<Core> {
  const { outputFiles } = await build({
    stdin: {
      contents: modules.map((name) => `export * from './src/core/engines/${engine}/language/${name}';`).join('\n'),
      resolveDir: ROOT,
    },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    write: false,
  });
  const file = path.join(folder, 'core.cjs');
  writeFileSync(file, outputFiles[0]!.contents);
  return createRequire(file)(file) as Core;
}

async function main(): Promise<Result[]> {
  const root = mkdtempSync(path.join(tmpdir(), 'ic-canisters-language-'));
  try {
    const { complete, DfxDocument, DfxFactStore, hover } = await bundledCore(root, 'dfx', [
      'dfx-document',
      'completion',
      'dfx-facts',
      'hover',
    ]);
    const text = largeProject();
    const facts = new DfxFactStore({ root, cacheDir: root, networksJson: path.join(root, 'networks.json') });
    const first = time(() => new DfxDocument(text).findings(facts));
    const loadStart = performance.now();
    await facts.load();
    const load = performance.now() - loadStart;
    new DfxDocument(text).findings(facts);
    await facts.load();

    // Every round is an edit: a new text, read anew.
    const edit = (i: number): string => {
      const at = text.indexOf(`canister_${i % CANISTERS}/`);
      return text.slice(0, at) + String(i) + text.slice(at);
    };
    const findings: number[] = [];
    const parse: number[] = [];
    let count = 0;
    for (let i = 0; i < ROUNDS; i++) {
      const edited = edit(i);
      findings.push(
        time(() => {
          count = new DfxDocument(edited).findings(facts).length;
        }),
      );
      parse.push(time(() => new DfxDocument(edited)));
    }

    const completion: number[] = [];
    const hovers: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const edited = edit(i);
      const inList =
        edited.indexOf('"dependencies": [', (i * edited.length) / (2 * ROUNDS)) + '"dependencies": ['.length;
      const withQuotes = `${edited.slice(0, inList)}"",${edited.slice(inList)}`;
      const start = performance.now();
      const items = await complete(new DfxDocument(withQuotes), inList + 1, facts);
      completion.push(performance.now() - start);
      if (items.length === 0) {
        throw new Error('nothing was completed');
      }
      hovers.push(
        time(() => {
          if (hover(new DfxDocument(edited), edited.indexOf('"canister_999"') + 2) === undefined) {
            throw new Error('no hover');
          }
        }),
      );
    }

    const heap = (): number => {
      globalThis.gc?.();
      return process.memoryUsage().heapUsed / 1024 / 1024;
    };
    const editMany = async (from: number, to: number): Promise<void> => {
      for (let i = from; i < to; i++) {
        new DfxDocument(edit(i)).findings(facts);
        facts.trim();
        if (i % 100 === 0) {
          await facts.load();
        }
      }
    };
    await editMany(0, EDITS / 10);
    const before = heap();
    await editMany(EDITS / 10, EDITS + EDITS / 10);
    const growth = heap() - before;

    return [
      { what: `lines (${CANISTERS} canisters, ${count} findings)`, value: text.split('\n').length, unit: '' },
      { what: 'first findings', value: first, unit: 'ms' },
      { what: 'looking up its files', value: load, unit: 'ms' },
      { what: 'all findings after an edit, median', value: median(findings), unit: 'ms', limit: 20 },
      { what: 'of that, reading the text, median', value: median(parse), unit: 'ms' },
      { what: 'completion after an edit, median', value: median(completion), unit: 'ms', limit: 10 },
      { what: 'hover after an edit, median', value: median(hovers), unit: 'ms', limit: 10 },
      { what: `growth of memory over ${EDITS} edits`, value: growth, unit: 'MB', limit: 5 },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** About ten lines per canister: recipes, scripts, settings, arguments, and two environments. */
function largeManifest(canisters: number): string {
  const lines = ['canisters:'];
  for (let i = 0; i < canisters; i++) {
    lines.push(
      `  - name: canister_${i}`,
      ...(i % 2 === 0
        ? [
            '    recipe:',
            '      type: "@dfinity/rust@v3.3.0"',
            '      configuration:',
            `        package: canister_${i}`,
            `        candid: src/c_${i}/c.did`,
          ]
        : [
            '    build:',
            '      steps:',
            '        - type: script',
            `          command: cp ${i}.wasm $ICP_WASM_OUTPUT_PATH`,
          ]),
      '    settings:',
      `      memory_allocation: ${(i % 7) + 1}gib`,
      `      controllers: [canister_${(i + 1) % canisters}]`,
      '    init_args: "(5 : nat)"',
    );
  }
  lines.push('environments:', '  - name: staging', '    network: ic', '    settings:');
  for (let i = 0; i < canisters; i += 10) {
    lines.push(`      canister_${i}: { memory_allocation: 1gib }`);
  }
  return `${lines.join('\n')}\n`;
}

type IcpCore = typeof IcpFacts & typeof IcpDocument & typeof IcpCompletion & typeof IcpHover;

async function icp(canisters: number, limit?: number): Promise<Result[]> {
  const root = mkdtempSync(path.join(tmpdir(), 'ic-canisters-language-'));
  try {
    const { complete, IcpFactStore, ManifestDocument, hover } = (await bundledCore(root, 'icp', [
      'manifest-document',
      'completion',
      'icp-facts',
      'hover',
    ])) as unknown as IcpCore;
    const text = largeManifest(canisters);
    const facts = new IcpFactStore({ root });
    const open = (content: string) => new ManifestDocument(content, path.join(root, 'icp.yaml'), root, 'project');
    const first = time(() => open(text).findings(facts));
    do {
      await facts.load();
      open(text).findings(facts);
    } while (facts.needsLoad);
    const findings: number[] = [];
    const parse: number[] = [];
    const completion: number[] = [];
    const hovers: number[] = [];
    let count = 0;
    for (let i = 0; i < ROUNDS; i++) {
      const at = text.indexOf('gib', (i * text.length) / (2 * ROUNDS));
      const edited = `${text.slice(0, at)}0${text.slice(at)}`;
      findings.push(
        time(() => {
          count = open(edited).findings(facts).length;
        }),
      );
      parse.push(time(() => open(edited)));
      const document = open(edited);
      const start = performance.now();
      const items = await complete(document, edited.indexOf('network: ic') + 'network: '.length, facts);
      completion.push(performance.now() - start);
      hovers.push(time(() => hover(document, edited.indexOf('memory_allocation') + 2, facts)));
      if (items.length === 0) {
        throw new Error('nothing was completed');
      }
    }
    const name = `icp.yaml of ${canisters}`;
    return [
      { what: `${name}: lines (${count} findings)`, value: text.split('\n').length, unit: '' },
      { what: `${name}: first findings`, value: first, unit: 'ms' },
      { what: `${name}: all findings after an edit, median`, value: median(findings), unit: 'ms', limit },
      { what: `${name}: of that, reading the text, median`, value: median(parse), unit: 'ms' },
      { what: `${name}: completion after an edit, median`, value: median(completion), unit: 'ms' },
      { what: `${name}: hover after an edit, median`, value: median(hovers), unit: 'ms' },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

run(async () => {
  console.log(machine());
  report([...(await main()), ...(await icp(200, 20)), ...(await icp(500, 20))]);
});
