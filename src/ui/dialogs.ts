import * as vscode from 'vscode';
import { cancelled } from '../core/util/failure';

/** What was chosen from a list: an item, perhaps by one of its buttons. */
export interface Picked<T extends vscode.QuickPickItem> {
  readonly item: T;
  readonly button?: vscode.QuickInputButton;
}

/** A list to choose from whose items may have buttons. Undefined where nothing was chosen. */
export function pickItem<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: { readonly title: string; readonly placeholder?: string },
): Promise<Picked<T> | undefined> {
  return new Promise((resolve) => {
    const list = vscode.window.createQuickPick<T>();
    list.title = options.title;
    list.placeholder = options.placeholder;
    list.matchOnDescription = true;
    list.matchOnDetail = true;
    list.items = items;
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      resolve(item && { item });
      list.hide();
    });
    list.onDidTriggerItemButton((event) => {
      resolve(event);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

/** What a dialog was answered with. @throws {Failure} of kind `cancelled` where it was closed */
export async function answered<T>(dialog: Thenable<T | undefined>): Promise<T> {
  const answer = await dialog;
  if (answer === undefined) {
    throw cancelled();
  }
  return answer;
}

/** The file or folder that the user chooses. @throws {Failure} of kind `cancelled` */
export async function pickFile(options: vscode.OpenDialogOptions): Promise<vscode.Uri> {
  const [file] = (await vscode.window.showOpenDialog(options)) ?? [];
  if (!file) {
    throw cancelled();
  }
  return file;
}

/** True where the user agrees. @param verb on the button that does */
export async function isSure(question: string, detail: string | undefined, verb: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, verb)) === verb;
}

/** Asks whether to go on. @throws {Failure} of kind `cancelled` */
export async function agree(question: string, detail: string | undefined, verb: string): Promise<void> {
  if (!(await isSure(question, detail, verb))) {
    throw cancelled();
  }
}

/**
 * Asks for words to be typed as a confirmation.
 *
 * @param matches true where they are the right ones
 * @throws {Failure} of kind `cancelled`
 */
export async function agreeByTyping(
  words: { readonly title: string; readonly loss: readonly string[]; readonly wanted: string; readonly what: string },
  matches: (typed: string) => boolean,
): Promise<void> {
  const { title, loss, wanted, what } = words;
  const typed = await vscode.window.showInputBox({
    title,
    prompt: [...loss, what].filter(Boolean).join(' '),
    placeHolder: wanted,
    ignoreFocusOut: true,
    validateInput: (value) => (value === '' || matches(value) ? undefined : what),
  });
  if (typed === undefined || !matches(typed)) {
    throw cancelled();
  }
}

/** Copies a text and says so. */
export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied'), 2_000);
}

/** Opens a page in the browser. */
export async function openPage(url: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
