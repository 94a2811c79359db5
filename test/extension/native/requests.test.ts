import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

const { dfxJson } = JSON.parse(process.env['NATIVE_SUITE'] ?? '{}') as { dfxJson: string };
const file = path.join(path.dirname(dfxJson), 'requests', 'hello_backend.candid-requests');

const TEXT = `// Tried by hand.
### the count
query hello_backend.count ()

### wrong
hello_backend.cuont (5)

### nobody
nobody.greet ()

### open
hello_backend.
`;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until<T>(what: string, read: () => Promise<T | undefined> | T | undefined, ms = 15_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (value !== undefined) {
      return value;
    }
    assert.ok(Date.now() < deadline, `not within ${ms} ms: ${what}`);
    await sleep(100);
  }
}

describe('a file of named requests', () => {
  let document: vscode.TextDocument;
  const behind = (needle: string) => document.positionAt(TEXT.indexOf(needle) + needle.length);
  const ask = <T>(command: string, ...args: unknown[]) =>
    vscode.commands.executeCommand<T>(`vscode.execute${command}Provider`, document.uri, ...args);

  before(async () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, TEXT);
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    assert.equal(document.languageId, 'candid-requests');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(path.dirname(file), { recursive: true, force: true });
  });

  it('says at its places what cannot be called, and mends it', async () => {
    const found = await until('the problems', () => {
      const all = vscode.languages.getDiagnostics(document.uri);
      return all.length === 3 ? all : undefined;
    });
    assert.deepEqual(
      found.map(({ range }) => document.getText(range)),
      ['cuont', 'nobody', 'hello_backend.'],
    );
    assert.match(found[0]!.message, /hello_backend has no method cuont/);
    const actions = await ask<vscode.CodeAction[]>('CodeAction', found[0]!.range);
    assert.equal(actions[0]?.edit?.get(document.uri)[0]?.newText, 'count');
  });

  it('has types under the pointer', async () => {
    const [hover] = await until('a hover', async () => {
      const all = await ask<vscode.Hover[]>('Hover', behind('hello_backend.cou'));
      return all.length > 0 ? all : undefined;
    });
    assert.match((hover!.contents[0] as vscode.MarkdownString).value, /`count : \(\) -> \(nat\) query`/);
  });

  it('offers methods and canisters', async () => {
    const { items } = await ask<vscode.CompletionList>('CompletionItem', behind('### open\nhello_backend.'));
    const count = items.find(({ label }) => label === 'count');
    assert.equal(count?.insertText, 'count ()');
    const others = await ask<vscode.CompletionList>('CompletionItem', behind('### nobody\n'));
    assert.ok(others.items.some(({ label }) => label === 'hello_ledger'));
  });

  it('lists its requests, and calls and copies one by its lens', async () => {
    const symbols = await ask<vscode.DocumentSymbol[]>('DocumentSymbol');
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['the count', 'wrong', 'nobody', 'open'],
    );
    const [call, copy] = await ask<vscode.CodeLens[]>('CodeLens', 50);
    assert.match(call!.command!.title, /Call hello_backend\.count on local as default$/);
    assert.equal(call!.range.start.line, 1);
    await vscode.commands.executeCommand(call!.command!.command, ...call!.command!.arguments!);
    const reply = await until('the reply', () =>
      vscode.window.visibleTextEditors.find(({ document: { uri } }) => uri.path.endsWith('hello_backend.count.candid')),
    );
    assert.match(reply.document.getText(), /^\(\d+ : nat\)$/m);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.env.clipboard.writeText('');
    const copying = vscode.commands.executeCommand(copy!.command!.command, ...copy!.command!.arguments!);
    await until('the command line', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await vscode.env.clipboard.readText()) || undefined;
    });
    await copying;
    assert.match(await vscode.env.clipboard.readText(), /^dfx canister call .* hello_backend count/);
  });
});
