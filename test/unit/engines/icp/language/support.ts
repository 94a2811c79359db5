import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { IcpFactStore } from '../../../../../src/core/engines/icp/language/icp-facts';
import { ManifestDocument } from '../../../../../src/core/engines/icp/language/manifest-document';
import type { Finding } from '../../../../../src/core/language/findings';
import { formatMessage } from '../../../../../src/core/util/message';

/** @returns the folder in which the files are */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'icp-language-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

/** The findings of a document once every file that they depend on has been looked up. */
export async function settled(document: ManifestDocument, facts: IcpFactStore): Promise<Finding[]> {
  for (;;) {
    const findings = document.findings(facts);
    if (!facts.needsLoad) {
      return findings;
    }
    await facts.load();
  }
}

export interface Seen {
  readonly code: string;
  readonly severity: string;
  /** The text under the squiggle. */
  readonly text: string;
  readonly message: string;
}

export function see(text: string, { code, severity, range, message }: Finding): Seen {
  return {
    code,
    severity,
    text: text.slice(range.offset, range.offset + range.length),
    message: formatMessage(message),
  };
}

export interface Opened {
  readonly document: ManifestDocument;
  readonly facts: IcpFactStore;
  readonly findings: readonly Finding[];
}

/** Opens a file of a project on disk. */
export async function open(root: string, text: string, name = 'icp.yaml'): Promise<Opened> {
  const facts = new IcpFactStore({ root });
  const kind = name === 'icp.yaml' ? 'project' : 'canister';
  const document = new ManifestDocument(text, join(root, name), root, kind);
  return { document, facts, findings: await settled(document, facts) };
}
