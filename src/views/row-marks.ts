import * as vscode from 'vscode';
import { markWords, type RowMark } from '../core/rows/row';
import { translate } from '../ui/translate';

const SCHEME = 'ic-canisters-row';
/** `M` as editors mark what has been changed. */
const LETTERS: Record<RowMark, string> = { newer: 'M', differs: '≠' };

/** Has VS Code mark a row: it marks whatever has an address, by that alone. */
export function markedUri(marks: readonly RowMark[]): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: '/', query: marks.join() });
}

/** Says what the marks of rows look like. They stay in sight where a row's words are cut off. */
export class RowMarks implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #registration = vscode.window.registerFileDecorationProvider(this);

  provideFileDecoration({ scheme, query }: vscode.Uri): vscode.FileDecoration | undefined {
    const marks = scheme === SCHEME ? query.split(',').filter((each): each is RowMark => each in LETTERS) : [];
    if (marks.length === 0) {
      return undefined;
    }
    const badge = marks.map((mark) => LETTERS[mark]).join('');
    const tooltip = marks.map((mark) => translate(markWords(mark))).join(' · ');
    return new vscode.FileDecoration(badge, tooltip, new vscode.ThemeColor('list.warningForeground'));
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
