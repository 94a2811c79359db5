import type { Message } from '../util/message';
import type { DetailRow, RowAction, Words } from './row';

/** A row that says one thing. */
export function plainRow(
  id: string,
  label: Words,
  description: readonly Words[],
  codicon: string,
  extra: { copy?: string; action?: RowAction; children?: readonly DetailRow[]; flags?: readonly string[] } = {},
): DetailRow {
  const children = extra.children ?? [];
  return {
    id,
    label,
    description,
    icon: { codicon },
    spoken: [label, ...description],
    flags: ['detail', ...(extra.copy === undefined ? [] : ['can-copy']), ...(extra.flags ?? [])],
    expandable: children.length === 0 ? 'no' : 'collapsed',
    children,
    ...(extra.copy === undefined ? {} : { copy: extra.copy }),
    ...(extra.action === undefined ? {} : { action: extra.action }),
  };
}

/** A row that explains what is wrong. */
export function note(id: string, text: Message): DetailRow {
  return { ...plainRow(id, text, [], 'warning'), icon: { codicon: 'warning', color: 'list.warningForeground' } };
}
