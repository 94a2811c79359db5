import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { DetailRow, Row } from '../core/rows/row';

/** The row of a project. The same object for as long as the project is there, so that VS Code can redraw it alone. */
export interface ProjectNode {
  readonly kind: 'project';
  readonly monitor: ProjectMonitor;
  readonly dfxJson: string;
}

/** The row of a canister. Also what commands take as their argument, from menus as from lenses. */
export interface CanisterNode {
  readonly kind: 'canister';
  readonly monitor: ProjectMonitor;
  readonly dfxJson: string;
  readonly canister: string;
}

/** A row that stands for what it says and nothing else: a detail, a group of details, a sentence of trouble. */
export interface PlainNode {
  readonly kind: 'plain';
  readonly row: Row;
  readonly children: readonly DetailRow[];
  readonly parent: CanisterNode | ProjectNode | PlainNode | undefined;
  readonly dfxJson: string;
}

export type TreeNode = ProjectNode | CanisterNode | PlainNode;
