import * as vscode from 'vscode';
import type { CallReply } from '../core/network/network-api';
import { plainText } from '../core/util/foreign';

/** Bytes of a reply that is no Candid beyond which it is cut. */
const MAX_BYTES = 64 * 1024;

/** A call that was made, with all that its document says. */
export interface CallReport {
  readonly canister: string;
  readonly canisterId: string;
  readonly method: string;
  /** As Candid writes it; undefined where the interface does not say. */
  readonly signature: string | undefined;
  readonly kind: 'query' | 'update';
  readonly arguments: string;
  readonly network: string;
  readonly identity: string;
  readonly reply: CallReply;
}

/** The document of a call: what was called and how, then arguments and reply as Candid. */
export function callReportText(report: CallReport): string {
  const { canister, canisterId, method, signature, kind, network, identity, reply } = report;
  const how =
    kind === 'query'
      ? vscode.l10n.t('Query on {0} as {1}, answered in {2} ms', network, identity, milliseconds(reply))
      : vscode.l10n.t('Update call on {0} as {1}, answered in {2} ms', network, identity, milliseconds(reply));
  const lines = [
    // Each is one line: a name that had more would end the comment.
    `// ${plainText(`${canister}.${method}${signature === undefined ? '' : ` : ${signature}`}`)}`,
    `// ${plainText(how)}`,
    `// ${trustWords(reply)}`,
    `// ${canisterId}`,
    '',
    `// ${vscode.l10n.t('Arguments')}`,
    report.arguments,
    '',
    `// ${vscode.l10n.t('Reply')}`,
    ...(reply.text !== undefined && reply.untyped && signature !== undefined
      ? [`// ${vscode.l10n.t('It is not of the type that the interface promises, and is shown without it.')}`]
      : []),
    replyText(reply),
    '',
  ];
  return lines.join('\n');
}

/** The reply as it is shown and copied. */
export function replyText({ text, bytes }: CallReply): string {
  if (text !== undefined) {
    return text;
  }
  const hex = `0x${Buffer.from(bytes.subarray(0, MAX_BYTES)).toString('hex')}${bytes.length > MAX_BYTES ? '…' : ''}`;
  return `// ${vscode.l10n.t('The reply is no Candid that can be shown. Its {0} bytes:', bytes.length)}\n${hex}`;
}

function milliseconds({ milliseconds: time }: CallReply): number {
  return time < 10 ? Math.round(time * 10) / 10 : Math.round(time);
}

/** How far a reply can be trusted. */
export function trustWords({ trust }: Pick<CallReply, 'trust'>): string {
  switch (trust) {
    case 'certificate':
      return vscode.l10n.t('Certificate checked');
    case 'node-signature':
      return vscode.l10n.t("Signature of one node checked; the answer is not the whole subnet's");
    case 'tool':
      return vscode.l10n.t('Called by the command line tool, which alone can reach the key');
    case 'unchecked':
      return vscode.l10n.t('Certificate not checked: the network supplies its own key');
  }
}
