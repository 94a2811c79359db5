import * as vscode from 'vscode';
import type { ToolVerdict, Verdicts } from '../core/convert/check';
import type { Conversion, PlannedFile, ReportRow, Verdict } from '../core/convert/conversion';
import { Markdown, md } from '../core/util/foreign';
import type { Message } from '../core/util/message';
import { translate } from '../ui/translate';

/** What became of a dfx.json, as Markdown: what asks for a person first. */
export function conversionReport(conversion: Conversion, verdicts: Verdicts, folder: string): string {
  const { files, ids, leftIds, notes, rows } = conversion;
  const of = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict);
  const [none, different, converted] = [of('none'), of('different'), of('converted')];
  const sections: (readonly [title: string, content: readonly Markdown[]])[] = [
    [vscode.l10n.t('Checks'), checkLines(verdicts)],
    [vscode.l10n.t('Files'), [...files.map(fileLine), text(vscode.l10n.t('dfx.json stays as it is.'))]],
    [vscode.l10n.t('Without an equivalent: {0}', none.length), none.map(rowLine)],
    [vscode.l10n.t('Converted with a difference: {0}', different.length), different.map(rowLine)],
    [vscode.l10n.t('Converted: {0}', converted.length), converted.map(rowLine)],
    [
      vscode.l10n.t('Canister ids'),
      [
        ...ids.flatMap(({ environment, file, ids: moved }) =>
          [...moved].map(
            ([name, id]) =>
              md`${Markdown.code(environment)}: ${Markdown.code(name)} ${Markdown.code(id)} → ${Markdown.code(file)}`,
          ),
        ),
        ...leftIds.map(sentence),
      ],
    ],
    [vscode.l10n.t('Good to know'), notes.map(sentence)],
  ];
  const title = md`# ${vscode.l10n.t('From dfx.json to icp.yaml: {0}', folder)}`;
  const counts = md`${vscode.l10n.t('Of {0} keys, {1} are converted, {2} with a difference, and {3} have no equivalent.', rows.length, converted.length, different.length, none.length)}`;
  const paragraphs = sections
    .filter(([, content]) => content.length > 0)
    .flatMap(([heading, content]) => [md`## ${heading}`, Markdown.list(content)]);
  return `${[title, counts, ...paragraphs].map(({ source }) => source).join('\n\n')}\n`;
}

function rowLine({ path, text: what }: ReportRow): Markdown {
  return md`${Markdown.code(path.join('.'))} — ${translate(what)}`;
}

function sentence(message: Message): Markdown {
  return text(translate(message));
}

function text(words: string): Markdown {
  return md`${words}`;
}

function fileLine(file: PlannedFile): Markdown {
  return md`${Markdown.code(file.path)} (${fileState(file)})`;
}

/** What happens to a file. */
export function fileState({ before, kept }: PlannedFile): string {
  if (before === undefined) {
    return vscode.l10n.t('new');
  }
  return kept ? vscode.l10n.t('changed') : vscode.l10n.t('replaced');
}

function checkLines({ own, tool }: Verdicts): Markdown[] {
  const ours =
    own.length === 0
      ? [text(vscode.l10n.t('This extension finds nothing in icp.yaml that icp would refuse.'))]
      : own.map(({ message, severity }) =>
          severity === 'error'
            ? text(vscode.l10n.t('This extension finds what icp would refuse: {0}', translate(message)))
            : text(vscode.l10n.t('This extension warns: {0}', translate(message))),
        );
  return [...ours, toolLine(tool)];
}

function toolLine(tool: ToolVerdict): Markdown {
  switch (tool.state) {
    case 'loads':
      return text(vscode.l10n.t('The installed icp loads the project ("icp project show").'));
    case 'refuses': {
      const last = tool.detail.trim().split('\n').slice(-4).join(' ');
      return text(vscode.l10n.t('The installed icp does not load the project: {0} {1}', translate(tool.reason), last));
    }
    case 'absent':
      return text(vscode.l10n.t('There is no icp on this computer that could be asked.'));
    case 'untrusted':
      return text(vscode.l10n.t('icp was not asked: nothing is run in a workspace that is not trusted.'));
  }
}
