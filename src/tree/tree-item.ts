import * as vscode from 'vscode';
import type { Row } from '../core/rows/row';
import { Markdown, md } from '../core/util/foreign';
import { markdownString } from '../ui/surfaces';
import { translate } from '../ui/translate';

const COLLAPSED: Record<Row['expandable'], vscode.TreeItemCollapsibleState> = {
  no: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

/**
 * Draws a row. The one place where rows become tree items.
 *
 * @param node what the view has for the row; commands get it as their argument
 */
export function toTreeItem(row: Row, node: object, dfxJson: string): vscode.TreeItem {
  const item = new vscode.TreeItem(translate(row.label), COLLAPSED[row.expandable]);
  item.id = row.id;
  item.description = row.description.map(translate).join(' · ');
  item.iconPath = new vscode.ThemeIcon(
    row.icon.codicon,
    row.icon.color === undefined ? undefined : new vscode.ThemeColor(row.icon.color),
  );
  item.contextValue = row.flags.join(' ');
  item.accessibilityInformation = { label: row.spoken.map(translate).join(', ') };
  if (!row.tooltip) {
    item.tooltip = [translate(row.label), ...row.description.map(translate)].join(' · ');
  }
  if (row.action) {
    item.command = command(row.action, node, dfxJson);
  }
  return item;
}

/**
 * Adds what a row says on hover, which costs as much as all the rest of it: VS Code asks for it row by row, when it is
 * wanted.
 */
export function addTooltip(item: vscode.TreeItem, row: Row): vscode.TreeItem {
  const values = row.tooltip?.() ?? [];
  item.tooltip = markdownString([
    md`**${translate(row.label)}**`,
    Markdown.list(values.map(([label, value]) => md`${translate(label)}: ${translate(value)}`)),
  ]);
  return item;
}

function command(action: NonNullable<Row['action']>, node: object, dfxJson: string): vscode.Command {
  const title = vscode.l10n.t('Open');
  switch (action.do) {
    case 'open':
      return { command: 'icCanisters.openFile', title, arguments: [action.file, action.range] };
    case 'reveal':
      return { command: 'icCanisters.revealCanister', title, arguments: [{ dfxJson, canister: action.canister }] };
    case 'command':
      return { command: action.command, title, arguments: [action.argument ?? node] };
  }
}
