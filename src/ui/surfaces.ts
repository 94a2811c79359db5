import * as vscode from 'vscode';
import { labelText, logText, type Markdown, md, plainText } from '../core/util/foreign';

/**
 * Where texts are handed to VS Code, and nowhere else: each function takes any text and gives the surface what it shows
 * as that text (`core/util/foreign.ts` says why). What a function returns is what it was given, not what was shown.
 */

export const showErrorMessage = (text: string, ...buttons: string[]) =>
  notify((message, ...shown) => vscode.window.showErrorMessage(message, ...shown), text, buttons);

export const showWarningMessage = (text: string, ...buttons: string[]) =>
  notify((message, ...shown) => vscode.window.showWarningMessage(message, ...shown), text, buttons);

export const showInformationMessage = (text: string, ...buttons: string[]) =>
  notify((message, ...shown) => vscode.window.showInformationMessage(message, ...shown), text, buttons);

async function notify(
  show: (text: string, ...buttons: string[]) => Thenable<string | undefined>,
  text: string,
  buttons: readonly string[],
): Promise<string | undefined> {
  const shown = buttons.map((button) => labelText(button));
  const choice = await show(labelText(text), ...shown);
  return choice === undefined ? undefined : buttons[shown.indexOf(choice)];
}

const closed = new vscode.EventEmitter<void>();

/** A question in the middle of the window was answered or cancelled. */
export const onDidCloseQuestion = closed.event;

/**
 * A dialog in the middle of the window with buttons beside "Cancel".
 *
 * @param question each a line of its own, which a name in it cannot break
 * @param detail the same
 * @param buttons the first is the default
 * @returns the button that was pressed; undefined for "Cancel"
 */
export async function askModally(
  question: readonly string[],
  detail: readonly string[],
  ...buttons: string[]
): Promise<string | undefined> {
  const options = { modal: true, detail: lines(detail) };
  const answer = await vscode.window.showWarningMessage(lines(question), options, ...buttons);
  closed.fire();
  return answer;
}

/** A dialog in the middle of the window that only tells something, and offers one thing to do with it. */
export async function tellModally(text: string, detail: readonly string[], button: string): Promise<boolean> {
  const done = { title: vscode.l10n.t('OK'), isCloseAffordance: true };
  const offered = { title: button };
  const options = { modal: true, detail: lines(detail) };
  return (await vscode.window.showWarningMessage(lines([text]), options, offered, done)) === offered;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => labelText(text)).join('\n');
}

/** What the progress of some work says. */
export interface ProgressReport {
  report(text: string): void;
}

export function showProgress<T>(
  options: { readonly location: vscode.ProgressLocation; readonly title: string },
  work: (progress: ProgressReport, token: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  const { location, title } = options;
  return vscode.window.withProgress({ location, title: labelText(title), cancellable: true }, (progress, token) =>
    work({ report: (text) => progress.report({ message: labelText(text) }) }, token),
  );
}

export function showInputBox(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  const { title, prompt, placeHolder, validateInput } = options;
  return vscode.window.showInputBox({
    ...options,
    title: title && plainText(title),
    prompt: prompt && labelText(prompt),
    placeHolder: placeHolder && plainText(placeHolder),
    validateInput: validateInput && (async (value) => problemText(await validateInput(value))),
  });
}

function problemText(problem: string | vscode.InputBoxValidationMessage | undefined | null) {
  return typeof problem === 'object' && problem !== null
    ? { ...problem, message: labelText(problem.message) }
    : problem && labelText(problem);
}

/** An input box that its maker steers. It stays when the window loses the focus. */
export function createInputBox(title: string, prompt: string): vscode.InputBox {
  const box = vscode.window.createInputBox();
  box.title = plainText(title);
  box.prompt = labelText(prompt);
  box.ignoreFocusOut = true;
  return box;
}

/** For a password that is tried before the box is closed. */
export function createPasswordBox(title: string, prompt: string): vscode.InputBox {
  const box = createInputBox(title, prompt);
  box.password = true;
  return box;
}

/** Says what is wrong with what was typed, or, with undefined, that nothing is. */
export function showProblem(box: vscode.InputBox, problem: string | undefined): void {
  box.validationMessage = problem && labelText(problem);
}

/** Icons stand in `iconPath`: one in a text is text. */
export interface ListOptions {
  readonly title: string;
  readonly placeHolder?: string;
}

export async function showQuickPick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: ListOptions,
): Promise<T | undefined> {
  return (await vscode.window.showQuickPick(items.map(toShown), listOptions(options)))?.item;
}

/** A list to choose several from. */
export async function showQuickPickMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: ListOptions,
): Promise<T[] | undefined> {
  const picked = await vscode.window.showQuickPick(items.map(toShown), {
    ...listOptions(options),
    canPickMany: true,
  });
  return picked?.map(({ item }) => item);
}

function listOptions({ title, placeHolder }: ListOptions) {
  return {
    title: plainText(title),
    placeHolder: placeHolder && plainText(placeHolder),
    matchOnDescription: true,
    matchOnDetail: true,
  };
}

/** An item as it is shown, with the one that it stands for. */
export interface ShownItem<T> extends vscode.QuickPickItem {
  readonly item: T;
}

/** A list that its maker steers. */
export function createQuickPick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: ListOptions,
): vscode.QuickPick<ShownItem<T>> {
  const list = vscode.window.createQuickPick<ShownItem<T>>();
  const { title, placeHolder, matchOnDescription, matchOnDetail } = listOptions(options);
  list.title = title;
  list.placeholder = placeHolder;
  list.matchOnDescription = matchOnDescription;
  list.matchOnDetail = matchOnDetail;
  list.items = items.map(toShown);
  return list;
}

function toShown<T extends vscode.QuickPickItem>(item: T): ShownItem<T> {
  const { label, description, detail } = item;
  return {
    ...item,
    label: labelText(label),
    description: description && labelText(description),
    detail: detail && labelText(detail),
    item,
  };
}

const STATUS_MS = 5_000;

/** Says something in the status bar for a while. */
export function showInStatusBar(codicon: string, text: string): void {
  vscode.window.setStatusBarMessage(`$(${codicon}) ${labelText(text)}`, STATUS_MS);
}

/** What an item of the status bar says. */
export interface StatusText {
  readonly codicon: string;
  readonly text: string;
  /** On hover, a line each. */
  readonly tooltip: readonly (string | undefined)[];
  /** What a screen reader says. */
  readonly spoken: string;
}

export function setStatusText(item: vscode.StatusBarItem, { codicon, text, tooltip, spoken }: StatusText): void {
  item.text = `$(${codicon}) ${labelText(text)}`;
  item.tooltip = tooltip.flatMap((line) => (line === undefined ? [] : plainText(line))).join('\n');
  item.accessibilityInformation = { label: plainText(spoken), role: 'button' };
}

/** @param codicon stands before the title */
export function codeLens(
  range: vscode.Range,
  codicon: string | undefined,
  title: string,
  command: Omit<vscode.Command, 'title'>,
): vscode.CodeLens {
  const icon = codicon === undefined ? '' : `$(${codicon})\u00a0`;
  return new vscode.CodeLens(range, { ...command, title: `${icon}${labelText(title)}` });
}

/** Markdown with paragraphs; icons in what is ours of it. */
export function markdownString(paragraphs: readonly Markdown[]): vscode.MarkdownString {
  return new vscode.MarkdownString(paragraphs.map(({ source }) => source).join('\n\n'), true);
}

/**
 * What the editor shows of a tool while a language model uses it, and what it asks a person before. It takes all of it for
 * Markdown.
 */
export function toolInvocation(
  running: string,
  question?: { readonly title: string; readonly lines: readonly string[] },
): vscode.PreparedToolInvocation {
  const shown = { invocationMessage: markdownString([md`${running}`]) };
  return question
    ? {
        ...shown,
        confirmationMessages: {
          title: md`${question.title}`.source,
          message: markdownString(question.lines.map((line) => md`${line}`)),
        },
      }
    : shown;
}

/** What a tool gives back to the language model. */
export function toolResult(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

/** A page in an editor. What is in it is put there by its own script, as text. */
export function createPage(viewType: string, title: string, options: vscode.WebviewOptions): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(viewType, plainText(title), vscode.ViewColumn.Active, options);
}

export function setPageTitle(panel: vscode.WebviewPanel, title: string): void {
  panel.title = plainText(title);
}

/** The extension's log, whose entries nothing that they quote can forge. */
export interface Log {
  info(text: string): void;
  error(text: string): void;
  show(preserveFocus?: boolean): void;
  dispose(): void;
}

export function createLog(): Log {
  const channel = vscode.window.createOutputChannel('IC Canisters', { log: true });
  return {
    info: (text) => channel.info(logText(text)),
    error: (text) => channel.error(logText(text)),
    show: (preserveFocus) => channel.show(preserveFocus),
    dispose: () => channel.dispose(),
  };
}
