/** Has a conversion judged before anything of it is written to the project: by icp in a copy that is thrown away. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PROJECT_MANIFEST } from '../engines/icp/manifest';
import type { Finding } from '../language/findings';
import type { Tool } from '../process/tool';
import { MAX_TEXT_BYTES } from '../project/files';
import { readConfined } from '../util/confined-file';
import { Failure } from '../util/failure';
import type { Message } from '../util/message';
import { staysInside } from '../util/paths';
import type { Trust } from '../util/trust';
import type { Conversion } from './conversion';

const TIMEOUT_MS = 60_000;

/** What icp says of the file. */
export type ToolVerdict =
  | { readonly state: 'loads' }
  | { readonly state: 'refuses'; readonly reason: Message; readonly detail: string }
  /** There is no icp. */
  | { readonly state: 'absent' }
  /** Nothing is run in a workspace that is not trusted. */
  | { readonly state: 'untrusted' };

export interface Verdicts {
  /** What our own analysis finds: faults that icp would refuse, and warnings. */
  readonly own: readonly Finding[];
  readonly tool: ToolVerdict;
}

export interface Judges {
  /** Our analysis of a text as the content of a file. */
  readonly findingsOf: (file: string, text: string) => Promise<readonly Finding[] | undefined>;
  readonly tool: Tool;
  readonly trust: Trust;
}

/** @param root folder of the project */
export async function checkConversion(
  conversion: Conversion,
  root: string,
  { findingsOf, tool, trust }: Judges,
  signal?: AbortSignal,
): Promise<Verdicts> {
  const copy = await mkdtemp(path.join(os.tmpdir(), 'icp-conversion-'));
  try {
    await fill(copy, conversion, root);
    // Where it would be, since it names files that are there; nothing is written for that.
    const found = await findingsOf(path.join(root, PROJECT_MANIFEST), conversion.manifest.text);
    const own = (found ?? []).filter(({ severity }) => severity === 'error' || severity === 'warning');
    return { own, tool: trust.isTrusted ? await ask(tool, copy, signal) : { state: 'untrusted' } };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function fill(copy: string, { files, manifest, reads }: Conversion, root: string): Promise<void> {
  const put = async (file: string, content: string | Uint8Array): Promise<void> => {
    if (staysInside(copy, file)) {
      await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
      await writeFile(path.join(copy, file), content);
    }
  };
  for (const file of reads) {
    await put(file, await readConfined(path.join(root, file), { root, maxBytes: MAX_TEXT_BYTES }));
  }
  for (const file of [manifest, ...files]) {
    await put(file.path, file.text);
  }
}

async function ask(tool: Tool, cwd: string, signal: AbortSignal | undefined): Promise<ToolVerdict> {
  if (!(await tool.available())) {
    return { state: 'absent' };
  }
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const command = { args: ['project', 'show'], cwd, stdin: 'ignore', usesKey: false } as const;
  try {
    await tool.run(command, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    return { state: 'loads' };
  } catch (error) {
    if (!(error instanceof Failure) || signal?.aborted) {
      throw error;
    }
    const { detail = '', message } = error.data;
    return { state: 'refuses', reason: message, detail };
  }
}
