import * as vscode from 'vscode';

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
