import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits } from '../../../../../src/core/document/tree';
import { DfxDocument } from '../../../../../src/core/engines/dfx/language/dfx-document';
import type { DfxFacts } from '../../../../../src/core/engines/dfx/language/dfx-facts';
import type { KnownKeys } from '../../../../../src/core/engines/dfx/language/known-keys';
import type { Finding, Fix } from '../../../../../src/core/language/findings';
import type { CargoCrate } from '../../../../../src/core/project/cargo';
import type { PathKind } from '../../../../../src/core/project/file-host';
import type { MotokoImports } from '../../../../../src/core/project/motoko-imports';
import { formatMessage } from '../../../../../src/core/util/message';

/** A valid canister id. */
export const ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
export const OTHER_ID = 'rdmx6-jaaaa-aaaaa-aaadq-cai';

export interface FakeFacts {
  readonly root?: string;
  /** Paths as dfx.json writes them; what is not named is `otherwise`. */
  readonly kinds?: Record<string, PathKind>;
  readonly otherwise?: PathKind;
  readonly texts?: Record<string, string>;
  readonly imports?: Record<string, MotokoImports>;
  readonly packages?: readonly string[];
  /** By package. */
  readonly crates?: Record<string, readonly CargoCrate[]>;
  /** From what dfx.json writes to what is on disk. */
  readonly similar?: Record<string, string>;
  /** What git leaves out. */
  readonly ignored?: readonly string[];
  readonly extensions?: ReadonlyMap<string, boolean> | null;
  readonly networks?: readonly string[];
}

/** Paths come from documents: none may reach what every object inherits. */
function own<T>(record: Record<string, T> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Facts without a file system: azle and kybra are installed, and every file exists unless told otherwise. */
export function fakeFacts(facts: FakeFacts = {}): DfxFacts {
  const extensions =
    facts.extensions === undefined
      ? new Map([
          ['azle', true],
          ['kybra', true],
        ])
      : facts.extensions;
  return {
    root: facts.root ?? join(__dirname, 'project'),
    kind: (path) => own(facts.kinds, path) ?? facts.otherwise,
    text: (path) => own(facts.texts, path),
    motokoImports: (main) => own(facts.imports, main),
    cargoPackages: () => (facts.packages === undefined ? null : new Set(facts.packages)),
    cargoCrates: (name) => own(facts.crates, name) ?? null,
    similar: (path) => own(facts.similar, path) ?? null,
    ignored: (path) => facts.ignored?.includes(path) === true,
    npmWorkspaces: () => null,
    extensions: () => extensions,
    sharedNetworks: () => new Set(facts.networks),
  };
}

export interface Seen {
  readonly code: string;
  readonly severity: string;
  /** The text under the squiggle. */
  readonly text: string;
  readonly message: string;
}

export function see(text: string, finding: Finding): Seen {
  const { offset, length } = finding.range;
  return {
    code: finding.code,
    severity: finding.severity,
    text: text.slice(offset, offset + length),
    message: formatMessage(finding.message),
  };
}

export function findingsOf(text: string, facts: FakeFacts = {}, known?: KnownKeys): Finding[] {
  return new DfxDocument(text).findings(fakeFacts(facts), known);
}

/** `code: text under the squiggle`, for short comparisons. */
export function brief(text: string, facts: FakeFacts = {}, known?: KnownKeys): string[] {
  return findingsOf(text, facts, known).map((finding) => {
    const seen = see(text, finding);
    return `${seen.code}: ${seen.text}`;
  });
}

/** A dfx.json with these canisters. */
export function canisters(value: Record<string, unknown>, rest: Record<string, unknown> = {}): string {
  return JSON.stringify({ canisters: value, ...rest }, null, 2);
}

export function fixesOf(text: string, code: string, facts: FakeFacts = {}): readonly Fix[] {
  return findingsOf(text, facts).flatMap((finding) => (finding.code === code ? (finding.fixes?.() ?? []) : []));
}

export function applyFix(text: string, fix: Fix): string {
  return applyEdits(text, fix.edits);
}

const REAL = join(__dirname, '../../../../../../shared/data/dfx-json');

/** Real dfx.json files, where they are there: name and text. */
export function realFiles(): { name: string; text: string }[] {
  if (!existsSync(REAL)) {
    return [];
  }
  return readdirSync(REAL).map((name) => ({ name, text: readFileSync(join(REAL, name), 'utf8') }));
}

/** A file of ../shared/data, where it is there. */
export function sharedData(name: string): string | undefined {
  const file = join(REAL, '..', name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Projects with everything in them, so that every fault can be put somewhere. */
export function samples(): { name: string; text: string }[] {
  const full = {
    version: 1,
    dfx: '0.32.0',
    profile: 'Release',
    output_env_file: '.env',
    canisters: {
      backend: {
        type: 'motoko',
        main: 'src/backend/main.mo',
        dependencies: ['ledger', 'indexer'],
        declarations: { output: 'src/declarations/backend', bindings: ['js', 'ts'], node_compatibility: true },
        init_arg: `(record { owner = principal "${ID}"; limit = 5 : nat; tags = vec { "a"; "b" } })`,
        initialization_values: { compute_allocation: '10', memory_allocation: '2 GiB', freezing_threshold: '30days' },
        metadata: [
          { name: 'candid:service', visibility: 'public' },
          { name: 'license', path: 'LICENSE', networks: ['ic', 'staging'] },
          { name: 'author', content: 'us' },
        ],
        optimize: 'cycles',
        gzip: true,
        args: '--incremental-gc',
      },
      indexer: {
        type: 'rust',
        package: 'indexer',
        candid: 'src/indexer/indexer.did',
        dependencies: ['ledger'],
        shrink: true,
        init_arg_file: 'args.did',
        initialization_values: { log_visibility: { allowed_viewers: [ID] }, reserved_cycles_limit: 1_000_000 },
        pullable: { dependencies: [ID], init_guide: 'none', wasm_url: 'https://example.com/a.wasm' },
      },
      web: {
        type: 'assets',
        source: ['src/web/assets'],
        dependencies: ['backend'],
        workspace: 'web',
        build: ['npm run build'],
      },
      ledger: {
        type: 'custom',
        candid: 'src/ledger.did',
        wasm: 'https://example.com/ledger.wasm',
        specified_id: ID,
        remote: { id: { ic: ID, staging: OTHER_ID }, candid: 'src/remote.did' },
      },
      worker: { type: 'custom', candid: 'worker.did', wasm: 'worker.wasm', build: 'make worker.wasm' },
      identity: { type: 'pull', id: OTHER_ID },
      governance: { type: 'pull', id: 'rrkah-fqaaa-aaaaa-aaaaq-cai' },
      plugin: { type: 'azle', main: 'src/plugin.ts', custom: { anything: true } },
    },
    networks: {
      local: { bind: '127.0.0.1:8000', type: 'ephemeral', replica: { subnet_type: 'system', port: 8080 } },
      staging: { providers: ['https://icp0.io'], type: 'persistent' },
      play: { providers: ['https://icp0.io'], playground: { playground_canister: ID, timeout_seconds: 60 } },
    },
    defaults: {
      build: { packtool: 'mops sources', args: '' },
      replica: { log_level: 'error' },
      bitcoin: { enabled: true, nodes: ['127.0.0.1:18444'], log_level: 'info' },
    },
  };
  const compact = {
    canisters: {
      a: { type: 'motoko', main: 'a.mo', dependencies: ['b'] },
      b: { type: 'motoko', main: 'b.mo', dependencies: ['c'] },
      c: { type: 'rust', package: 'c', candid: 'c.did' },
      web: { type: 'assets', source: ['web/'], dependencies: ['a', 'c'] },
    },
    networks: { staging: { providers: ['https://icp-api.io'] } },
  };
  return [
    { name: 'full', text: JSON.stringify(full, null, 2) },
    { name: 'full with tabs and CRLF', text: JSON.stringify(full, null, '\t').replaceAll('\n', '\r\n') },
    { name: 'single line', text: JSON.stringify(compact) },
    { name: 'compact', text: JSON.stringify(compact, null, 4) },
  ];
}
