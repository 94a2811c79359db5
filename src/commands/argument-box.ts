import * as vscode from 'vscode';
import { cancelled } from '../core/util/failure';
import { createInputBox, showProblem } from '../ui/surfaces';

/** What keeps arguments from being sent. */
export interface BoxProblem {
  readonly text: string;
  /** The arguments mended, which Enter writes. */
  readonly mended?: string;
}

interface ArgumentBox {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  /** What of {@link value} typing replaces. */
  readonly selection: readonly [start: number, end: number];
  /** Whether an editor can be opened in place of the box. */
  readonly hasEditor: boolean;
  check(value: string): Promise<BoxProblem | undefined>;
}

export const EDIT_ARGUMENTS: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('go-to-file'),
  get tooltip() {
    return vscode.l10n.t('Edit the arguments in an editor');
  },
};

/**
 * Asks for arguments, which are checked while they are typed.
 *
 * @returns the arguments; undefined where the user wants the editor
 * @throws {Failure} of kind `cancelled`
 */
export function askInBox({ check, ...options }: ArgumentBox): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const box = createInputBox(options.title, options.prompt);
    box.value = options.value;
    box.valueSelection = options.selection;
    box.buttons = options.hasEditor ? [EDIT_ARGUMENTS] : [];
    const examine = async (value: string): Promise<BoxProblem | undefined> => {
      const problem = await check(value);
      if (value === box.value) {
        showProblem(box, problem?.text);
      }
      return problem;
    };
    box.onDidChangeValue((value) => void examine(value).catch(reject));
    box.onDidAccept(async () => {
      const { value } = box;
      try {
        const problem = await examine(value);
        if (!problem) {
          resolve(value);
          box.hide();
        } else if (problem.mended !== undefined && value === box.value) {
          box.value = problem.mended;
          showProblem(box, undefined);
        }
      } catch (error) {
        reject(error);
        box.hide();
      }
    });
    box.onDidTriggerButton(() => {
      resolve(undefined);
      box.hide();
    });
    box.onDidHide(() => {
      reject(cancelled());
      box.dispose();
    });
    box.show();
  });
}
