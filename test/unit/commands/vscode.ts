import { readFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const japanese: Record<string, string> = JSON.parse(
  readFileSync(path.join(ROOT, 'l10n', 'bundle.l10n.ja.json'), 'utf8'),
);

export interface Shown {
  readonly text: string;
  readonly buttons: readonly string[];
}

type Handler = (...args: unknown[]) => Promise<unknown>;

/** A value whose every use ends in the error: whatever is called on it, however deep, throws. */
export function failing(error: () => unknown): never {
  const self: unknown = new Proxy(() => {}, {
    get: (_target, key) => (key === 'then' ? undefined : self),
    apply: () => {
      throw error();
    },
  });
  return self as never;
}

/**
 * A Japanese VS Code without a window: it agrees to every question, takes the first of every list, and whatever it would
 * do outside itself fails.
 */
export class FakeVscode {
  readonly shown: Shown[] = [];
  readonly handlers = new Map<string, Handler>();
  trusted = true;
  /** Which button of an error is pressed; none unless given. */
  pressed = -1;
  /** What running a command does; fails unless given. */
  execute: ((id: string, args: readonly unknown[]) => unknown) | undefined;
  error: unknown = new Error('not set');
  readonly api = this.#api();

  /** What `require('vscode')` gives from now on; `dist/commands.js` is loaded from its source. */
  install(): void {
    const hooks = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
    const load = hooks._load;
    hooks._load = (request, ...rest) => {
      if (request === 'vscode') {
        return this.api;
      }
      return request.endsWith(path.join('dist', 'commands.js'))
        ? require('../../../src/commands/index')
        : load.call(Module, request, ...rest);
    };
  }

  #translate(text: string, args: readonly unknown[]): string {
    return (japanese[text] ?? text).replace(/\{(\d+)\}/g, (whole, index) => String(args[Number(index)] ?? whole));
  }

  #api(): object {
    const fails = failing(() => this.error);
    const disposable = { dispose: () => {} };
    const items = async (given: unknown) => (await given) as unknown[];
    /** A list or box that is accepted as soon as it is shown. */
    const input = (value: string) => {
      let accept: () => void = () => {};
      const box: Record<string, unknown> = { value, dispose: () => {}, hide: () => {} };
      Object.defineProperty(box, 'selectedItems', { get: () => (box['items'] as unknown[]).slice(0, 1) });
      box['onDidAccept'] = (listener: () => void) => {
        accept = listener;
      };
      for (const event of ['onDidHide', 'onDidChangeValue', 'onDidTriggerItemButton', 'onDidTriggerButton']) {
        box[event] = () => disposable;
      }
      box['show'] = () => accept();
      return box;
    };
    const known: Record<string, unknown> = {
      l10n: {
        t: (first: string | { message: string; args: unknown[] }, ...args: unknown[]) =>
          typeof first === 'string' ? this.#translate(first, args) : this.#translate(first.message, first.args),
      },
      commands: {
        registerCommand: (id: string, handler: Handler) => {
          this.handlers.set(id, handler);
          return disposable;
        },
        executeCommand: (id: string, ...args: unknown[]) =>
          (this.execute ?? (fails as (...passed: unknown[]) => unknown))(id, args),
      },
      window: {
        activeTextEditor: { document: { uri: '' } },
        visibleTextEditors: [],
        tabGroups: { onDidChangeTabs: () => disposable },
        showErrorMessage: async (text: string, ...buttons: string[]) => {
          this.shown.push({ text, buttons });
          return buttons[this.pressed];
        },
        showWarningMessage: async (...args: unknown[]) => args.at(-1),
        showInformationMessage: async (text: string, ...buttons: string[]) => void this.shown.push({ text, buttons }),
        showQuickPick: async (given: unknown, options?: { canPickMany?: boolean }) =>
          options?.canPickMany ? await items(given) : (await items(given))[0],
        showInputBox: async ({ value, placeHolder }: { value?: string; placeHolder?: string }) =>
          value || placeHolder || 'x',
        showOpenDialog: async () => [{ fsPath: '/x' }],
        createQuickPick: () => input(''),
        createInputBox: () => input('x'),
        withProgress: (_options: unknown, work: (progress: unknown, token: unknown) => unknown) =>
          work({ report: () => {} }, { onCancellationRequested: () => disposable }),
        setStatusBarMessage: () => disposable,
      },
      workspace: {
        getConfiguration: () => ({ get: fails, update: fails, inspect: () => undefined }),
        registerTextDocumentContentProvider: () => disposable,
        registerFileSystemProvider: () => disposable,
        onDidOpenTextDocument: () => disposable,
        onDidChangeTextDocument: () => disposable,
        onDidCloseTextDocument: () => disposable,
        textDocuments: [],
        openTextDocument: fails,
      },
      languages: {
        createDiagnosticCollection: () => disposable,
        registerCompletionItemProvider: () => disposable,
        registerCodeLensProvider: () => disposable,
        registerCodeActionsProvider: () => disposable,
        registerHoverProvider: () => disposable,
        registerDocumentSymbolProvider: () => disposable,
      },
      env: { clipboard: { writeText: fails }, openExternal: fails, language: 'ja', uiKind: 1 },
      UIKind: { Desktop: 1, Web: 2 },
      version: '1.100.0',
      Uri: { file: (file: string) => ({ fsPath: file }), parse: (text: string) => text, joinPath: fails },
      QuickPickItemKind: { Separator: -1 },
      ProgressLocation: { Window: 10, Notification: 15 },
      ConfigurationTarget: { Global: 1 },
      InputBoxValidationSeverity: { Info: 1 },
      DiagnosticSeverity: {},
      TreeItemCollapsibleState: {},
      CancellationError: class extends Error {},
      ThemeIcon: class {},
      ThemeColor: class {},
      TreeItem: class {},
      EventEmitter: class {
        event = () => disposable;
        fire(): void {}
        dispose(): void {}
      },
    };
    const workspace = known['workspace'] as object;
    Object.defineProperty(workspace, 'isTrusted', { get: () => this.trusted });
    return known;
  }
}
