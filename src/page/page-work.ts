import * as vscode from 'vscode';
import type { PageProblem } from '../core/page/model';
import type { RowAction } from '../core/rows/row';
import { type ShownFailure, shownFailure } from './page-failure';

/** What a part of a page does when it is asked to, one thing at a time, and why the last of them failed. */
export class PageWork {
  /** Tells the buttons of its failures from those of others. */
  readonly #place: string;
  #failure: ShownFailure | undefined;
  #working = false;

  constructor(place: string) {
    this.#place = place;
  }

  get problem(): PageProblem | undefined {
    return this.#failure?.problem;
  }

  /** What the button of a failure does. */
  action(id: string): RowAction | undefined {
    return this.#failure?.actions.get(id);
  }

  clear(): void {
    this.#failure = undefined;
  }

  /** @returns false where it was not begun */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.#working || !vscode.workspace.isTrusted) {
      return false;
    }
    this.#working = true;
    this.clear();
    try {
      await work();
    } catch (error) {
      this.#failure = shownFailure(error, this.#place);
    }
    this.#working = false;
    return true;
  }
}
