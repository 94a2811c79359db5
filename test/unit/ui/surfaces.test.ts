import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const SRC = path.resolve(__dirname, '../../../src');

/** Every use of VS Code's API that shows a text, and the files that make it safe there. */
const SURFACES: readonly (readonly [use: RegExp, files: readonly string[]])[] = [
  [/\bshow(?:Error|Warning|Information)Message\b(?<=window\W+\w+)/, ['ui/surfaces.ts']],
  [
    /\bwindow\W+(?:showInputBox|createInputBox|showQuickPick|createQuickPick|showWorkspaceFolderPick)\b/,
    ['ui/surfaces.ts'],
  ],
  [/\bwindow\W+(?:withProgress|setStatusBarMessage|createOutputChannel|createWebviewPanel)\b/, ['ui/surfaces.ts']],
  [/\bwindow\W+createTerminal\b/, ['host/terminal.ts']],
  [/\.validationMessage\s*=[^=]/, ['ui/surfaces.ts']],
  [/\bnew vscode\W+MarkdownString\b/, ['ui/surfaces.ts']],
  [/\bappendMarkdown\b|\bsupportHtml\b/, []],
  [/\bnew vscode\W+CodeLens\b/, ['ui/surfaces.ts']],
  [/\bnew vscode\W+TreeItem\b/, ['views/draw-row.ts', 'views/row-tree.ts']],
  [/\bnew vscode\W+CompletionItem\b/, ['commands/candid-completions.ts', 'language/completion-provider.ts']],
  [/\bnew vscode\W+DocumentSymbol\b/, ['commands/request-documents.ts', 'language/navigation-provider.ts']],
  [/\bnew vscode\W+Diagnostic\b/, ['commands/candid-problems.ts', 'language/convert.ts', 'ui/compiler-problems.ts']],
  [/\bnew vscode\W+(?:Task|InlayHint|SignatureInformation|Comment\w*|NotebookCell\w*)\b/, ['host/terminal.ts']],
  [/\b(?:invocationMessage|confirmationMessages)\b|\bnew vscode\W+LanguageModel\w+\b/, ['ui/surfaces.ts']],
  // Only the shell of a page, in which nothing is anybody else's, is HTML.
  [/\.html\s*=[^=]/, ['page/canister-page.ts']],
  [/\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|srcdoc|DOMParser|createContextualFragment)\b/, []],
  [/\beval\(|\bnew Function\b|\bsetAttribute\('on/, []],
  // Another name for any of these would hide its use.
  [/import\s*\{[^}]*\}\s*from 'vscode'/, []],
  [/(?:const|let)\s+(?:\{[^}]*\bwindow\b[^}]*\}|\w+)\s*=\s*vscode(?:\.window)?\s*;/, []],
];

function violations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [file, text] of files) {
    for (const [use, allowed] of SURFACES) {
      const match = use.exec(text);
      if (match && !allowed.includes(file)) {
        found.push(`${file}: ${match[0]}`);
      }
    }
  }
  return found;
}

describe('surfaces of VS Code', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(path.join(SRC, file), 'utf8')] as const);

  it('are reached by way of what makes texts safe for them', () => {
    assert.deepEqual(violations(new Map(files)), []);
  });

  it('are named here where they are used', () => {
    const text = files.map(([, each]) => each).join('\n');
    for (const [use, allowed] of SURFACES) {
      assert.equal(use.test(text), allowed.length > 0, String(use));
    }
  });

  it('are found where they are reached in another way', () => {
    const uses = [
      'vscode.window.showErrorMessage(name)',
      'void vscode.window\n  .showInformationMessage(name)',
      'vscode.window.showQuickPick([])',
      'vscode.window.withProgress({ title: name })',
      'box.validationMessage = name;',
      'new vscode.MarkdownString(name)',
      'hover.appendMarkdown(name)',
      "import { window } from 'vscode';",
      'const { window } = vscode;',
      'const w = vscode.window;',
    ];
    for (const use of uses) {
      assert.equal(violations(new Map([['commands/x.ts', use]])).length, 1, use);
    }
  });
});
