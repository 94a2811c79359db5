import * as vscode from 'vscode';
import type { Row, RowAction } from '../core/rows/row';
import { Markdown, md } from '../core/util/foreign';
import { markdownString } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { markedUri } from './row-marks';
import type { RowNode } from './row-node';

const COLLAPSED: Record<Row['expandable'], vscode.TreeItemCollapsibleState> = {
  no: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

/** Makes the tree item of a row, without what it says on hover. */
export function drawRow(row: Row, node: RowNode): vscode.TreeItem {
  const { codicon, color } = row.icon;
  const item = new vscode.TreeItem(translate(row.label), COLLAPSED[row.expandable]);
  item.id = row.id;
  item.description = row.description.map(translate).join(' · ');
  item.iconPath = new vscode.ThemeIcon(codicon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.contextValue = row.flags.join(' ');
  item.accessibilityInformation = { label: row.spoken.map(translate).join(', ') };
  if (!row.tooltip) {
    const words = [row.label, ...row.description].map(translate).join(' · ');
    item.tooltip = row.meaning ? `${words}\n\n${translate(row.meaning)}` : words;
  }
  item.resourceUri = row.marks?.length ? markedUri(row.marks) : undefined;
  item.command = row.action && command(row.action, node);
  return item;
}

/**
 * Adds what a row says on hover, which costs as much as all the rest of it: VS Code asks for it row by row, when it is
 * wanted.
 */
export function drawTooltip(item: vscode.TreeItem, row: Row): vscode.TreeItem {
  const values = row.tooltip?.() ?? [];
  item.tooltip = markdownString([
    md`**${translate(row.label)}**`,
    Markdown.list(values.map(([label, value]) => md`${translate(label)}: ${translate(value)}`)),
  ]);
  return item;
}

function command(action: RowAction, node: RowNode): vscode.Command {
  const title = vscode.l10n.t('Open');
  switch (action.do) {
    case 'open':
      return { command: 'icCanisters.openFile', title, arguments: [action.file, action.range] };
    case 'reveal': {
      const argument = { manifest: node.manifest, canister: action.canister };
      return { command: 'icCanisters.revealCanister', title, arguments: [argument] };
    }
    case 'command':
      return { command: action.command, title, arguments: [action.argument ?? node] };
  }
}
