import * as vscode from 'vscode';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { askModally, createQuickPick, type ListOptions, showInputBox, showInStatusBar } from './surfaces';
import { joinSentences } from './translate';

/** What was chosen from a list: an item, perhaps by one of its buttons. */
export interface Picked<T extends vscode.QuickPickItem> {
  readonly item: T;
  readonly button?: vscode.QuickInputButton;
}

/** A list to choose from whose items may have buttons. Undefined where nothing was chosen. */
export function pickItem<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: ListOptions,
): Promise<Picked<T> | undefined> {
  return new Promise((resolve) => {
    const list = createQuickPick(items, options);
    list.onDidAccept(() => {
      const [shown] = list.selectedItems;
      resolve(shown && { item: shown.item });
      list.hide();
    });
    list.onDidTriggerItemButton(({ item: { item }, button }) => {
      resolve({ item, button });
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

/**
 * Asks whether to go on.
 *
 * @param question its lines
 * @param detail lines below it
 * @param verb on the button that agrees
 * @throws {Failure} of kind `cancelled`
 */
export async function agree(question: readonly string[], detail: readonly string[], verb: string): Promise<void> {
  if ((await askModally(question, detail, verb)) !== verb) {
    throw cancelled();
  }
}

/** As {@link agree}, before something is lost. */
export async function agreeToLoss(question: readonly string[], detail: readonly string[], verb: string): Promise<void> {
  if (!(await agreesToLoss(question, detail, verb))) {
    throw cancelled();
  }
}

/** True where the user agrees to lose something. Enter, pressed in passing, loses nothing. */
export async function agreesToLoss(
  question: readonly string[],
  detail: readonly string[],
  verb: string,
): Promise<boolean> {
  // VS Code makes the first button the default, whatever it does, and has "Cancel" last.
  return (await askModally(question, detail, vscode.l10n.t('Leave as it is'), verb)) === verb;
}

/** Asks which way to go on. @param loses whichever way it is, something is lost @throws {Failure} of kind `cancelled` */
export async function agreeTo(
  question: readonly string[],
  detail: readonly string[],
  verbs: readonly string[],
  loses: boolean,
): Promise<string> {
  const harmless = loses ? [vscode.l10n.t('Leave as it is')] : [];
  const choice = await askModally(question, detail, ...harmless, ...verbs);
  if (choice === undefined || !verbs.includes(choice)) {
    throw cancelled();
  }
  return choice;
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
  const typed = await showInputBox({
    title,
    prompt: joinSentences([...loss, what]),
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
  showInStatusBar('check', vscode.l10n.t('Copied'));
}

/** Opens a page in the browser. @throws {Failure} where it is no page: other addresses start programs */
export async function openPage(url: string): Promise<void> {
  if (!/^https?:\/\//i.test(url)) {
    throw new Failure({ message: msg('{0} is not the address of a web page.', url) });
  }
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
