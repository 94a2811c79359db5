import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';

const ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';

const CONVERT = 'icCanisters.convertToIcp';
const GOOD = `{
  "canisters": {
    "backend": {
      "type": "motoko",
      "main": "src/backend/main.mo",
      "dependencies": ["ledger"]
    },
    "ledger": {
      "type": "custom",
      "candid": "ledger.did",
      "wasm": "https://example.com/ledger.wasm",
      "remote": { "id": { "ic": "${ID}" } }
    },
    "web": {
      "type": "assets",
      "source": ["src/web"],
      "dependencies": []
    }
  }
}
`;

async function until<T>(look: () => T | undefined | Thenable<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + 12_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited in vain for ${what}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

describe('dfx.json in the editor', () => {
  let root: string;
  let document: vscode.TextDocument;
  let editor: vscode.TextEditor;

  function file(path: string, content = ''): string {
    const absolute = join(root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
    return absolute;
  }

  before(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'ic-canisters-language-')));
    file('src/backend/main.mo', 'import Ledger "canister:ledger";\npersistent actor {};\n');
    file('src/web/index.html');
    file('ledger.did', 'service : {}\n');
    file('canister_ids.json', JSON.stringify({ ledger: { ic: ID }, backend: { ic: ID } }, null, 2));
    file('.dfx/local/canister_ids.json', JSON.stringify({ backend: { local: ID } }));
    document = await vscode.workspace.openTextDocument(file('dfx.json', GOOD));
    editor = await vscode.window.showTextDocument(document);
  });

  beforeEach(() => write(GOOD));

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(root, { recursive: true, force: true });
  });

  async function write(text: string): Promise<void> {
    editor = await vscode.window.showTextDocument(document);
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
    await editor.edit((edit) => edit.replace(whole, text));
  }

  /** Puts the cursor behind `needle` and types there as a user does. */
  async function type(needle: string, text: string): Promise<void> {
    const position = behind(needle);
    editor.selection = new vscode.Selection(position, position);
    for (const letter of text) {
      await vscode.commands.executeCommand('type', { text: letter });
    }
  }

  function behind(needle: string): vscode.Position {
    const at = document.getText().indexOf(needle);
    assert.ok(at >= 0, needle);
    return document.positionAt(at + needle.length);
  }

  function inside(needle: string): vscode.Position {
    return behind(needle).translate(0, -1);
  }

  /** What the editor shows, of all sources, hints included. */
  function shown(): { code: string; text: string; source: string; severity: vscode.DiagnosticSeverity }[] {
    return vscode.languages.getDiagnostics(document.uri).map(({ code, range, source, severity }) => ({
      code: String(typeof code === 'object' ? code.value : code),
      text: document.getText(range),
      source: source ?? '',
      severity,
    }));
  }

  async function shownCode(code: string): Promise<{ text: string; severity: vscode.DiagnosticSeverity }> {
    return until(() => shown().find((each) => each.code === code), `${code} among ${JSON.stringify(shown())}`);
  }

  async function none(): Promise<void> {
    await until(() => (shown().length === 0 ? true : undefined), `no findings, but ${JSON.stringify(shown())}`);
  }

  async function actions(needle: string): Promise<vscode.CodeAction[]> {
    const range = new vscode.Range(inside(needle), inside(needle));
    return vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range);
  }

  async function labels(position: vscode.Position): Promise<string[]> {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      position,
    );
    return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  }

  async function hoverText(position: vscode.Position): Promise<string[]> {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      position,
    );
    // As it is read: punctuation in foreign texts is escaped in the Markdown.
    return hovers.flatMap(({ contents }) =>
      contents.map((part) => (typeof part === 'string' ? part : part.value.replace(/\\([!-/:-@[-`{-~])/g, '$1'))),
    );
  }

  it('finds nothing wrong with a good file', async () => {
    await write(GOOD.replace('["ledger"]', '["nobody"]'));
    await shownCode('unknown-dependency');
    await write(GOOD);
    await none();
  });

  it('marks a fault while it is typed, and lets go of it again', async () => {
    await none();
    await type('"dependencies": ["ledger"', ', "ledgr"');
    // A busy machine shows what is wrong with half the word, too.
    const finding = await until(async () => {
      const shown = await shownCode('unknown-dependency');
      return shown.text === '"ledgr"' ? shown : undefined;
    }, 'the whole word');
    assert.equal(finding.text, '"ledgr"');
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    await vscode.commands.executeCommand('undo');
    await write(GOOD);
    await none();
  });

  it('links every finding to its paragraph and shows the whole circle', async () => {
    await write(GOOD.replace('"wasm":', '"dependencies": ["backend"],\n      "wasm":'));
    await shownCode('circular-dependency');
    const [finding] = vscode.languages.getDiagnostics(document.uri);
    assert.ok(typeof finding?.code === 'object');
    assert.match(finding.code.target.toString(), /dfx-json-checks\.md#circular-dependency$/);
    assert.equal(finding.relatedInformation?.length, 2);
    assert.equal(finding.source, 'dfx');
  });

  it('shows each fault once, beside the JSON support of VS Code', async () => {
    const faults: [from: string, to: string, code: string][] = [
      ['"motoko"', '"motko"', 'unknown-type'],
      ['"main": "src/backend/main.mo",', '', 'missing-main'],
      ['["ledger"]', '5', 'wrong-type'],
      [ID, 'nonsense', 'invalid-principal'],
      ['"source"', '"sources"', 'unknown-key'],
      ['"dependencies": []', '"optimize": "fast"', 'unknown-value'],
    ];
    for (const [from, to, code] of faults) {
      await write(GOOD.replace(from, to));
      const { text } = await shownCode(code);
      const sources = shown().filter((each) => each.text === text || each.source !== 'dfx');
      assert.deepEqual(
        sources.map((each) => each.source),
        ['dfx'],
        `${code}: ${JSON.stringify(shown())}`,
      );
    }
  });

  it('leaves faults of the text to the JSON support, and repairs them', async () => {
    await write(GOOD.replace('"canisters"', '// a note\n  "canisters"'));
    await until(() => (shown().length > 0 ? true : undefined), 'the comment to be marked');
    await new Promise((done) => setTimeout(done, 600));
    assert.equal(shown().length, 1, JSON.stringify(shown()));
    const fix = (await actions('// a note')).find(({ title }) => title === 'Remove the comment');
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), GOOD);
  });

  it('stays right beside another schema for dfx.json', async () => {
    const configuration = vscode.workspace.getConfiguration('json');
    const schema = {
      properties: {
        canisters: { additionalProperties: { required: ['owner'], properties: { main: { type: 'number' } } } },
      },
    };
    await configuration.update('schemas', [{ fileMatch: ['dfx.json'], schema }], vscode.ConfigurationTarget.Global);
    try {
      await write(GOOD.replace('"motoko"', '"motko"'));
      await until(() => (shown().some(({ source }) => source !== 'dfx') ? true : undefined), 'the other schema');
      await shownCode('unknown-type');
      assert.equal(shown().filter(({ source }) => source === 'dfx').length, 1);
    } finally {
      await configuration.update('schemas', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('repairs: did you mean, missing keys, fix all', async () => {
    await write(GOOD.replace('"motoko"', '"motko"').replace('["ledger"]', '["ledgr"]'));
    await shownCode('unknown-dependency');
    const meant = (await actions('"motko"')).find(({ title }) => title === 'Change to "motoko"');
    assert.ok(meant?.edit && meant.isPreferred);
    await vscode.workspace.applyEdit(meant.edit);
    const all = (await actions('"ledgr"')).find(({ title }) => title.startsWith('Fix everything'));
    assert.ok(all?.edit);
    await vscode.workspace.applyEdit(all.edit);
    assert.equal(document.getText(), GOOD);
    await none();

    await write('{\n  "canisters": {\n    "a": {\n      "type": "rust"\n    }\n  }\n}\n');
    await shownCode('missing-key');
    const add = (await actions('"a"')).find(({ title }) => title === 'Add all missing keys');
    assert.ok(add?.edit);
    await vscode.workspace.applyEdit(add.edit);
    assert.match(document.getText(), /"type": "rust",\n {6}"package": "a",\n {6}"candid": "src\/a\/a.did"\n {4}\}/);
  });

  it('repairs on save with source.fixAll', async () => {
    await write(GOOD.replace('["ledger"]', '["ledgr"]'));
    const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
      'source.fixAll',
    );
    assert.equal(found.filter(({ kind }) => kind?.value === 'source.fixAll.icCanisters').length, 1);
  });

  it('offers to convert the project, until there is an icp.yaml', async () => {
    const offers = async (): Promise<boolean[]> => {
      const found = await actions('{');
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return [
        found.some(({ command, kind }) => command?.command === CONVERT && kind?.value === 'refactor.rewrite'),
        lenses.some(({ command, range }) => command?.command === CONVERT && range.start.line === 0),
      ];
    };
    const become = (wanted: boolean): Promise<boolean> =>
      until(async () => ((await offers()).every((each) => each === wanted) ? true : undefined), `offered: ${wanted}`);
    await become(true);
    assert.ok(
      (await actions('"ledger"')).every(({ command }) => command?.command !== CONVERT),
      'on the first line only',
    );
    writeFileSync(join(root, 'icp.yaml'), '');
    await become(false);
    rmSync(join(root, 'icp.yaml'));
    await become(true);
  });

  it('notices files that come and go', async () => {
    await write(GOOD.replace('src/backend/main.mo', 'src/other.mo'));
    assert.equal((await shownCode('missing-file')).severity, vscode.DiagnosticSeverity.Warning);
    const titles = (await actions('"src/other.mo"')).map(({ title }) => title);
    assert.equal(titles[0], 'Create src/other.mo');
    // As the user does it: the content of a new file does not survive the way through the test and back.
    editor.selection = new vscode.Selection(inside('"src/other.mo"'), inside('"src/other.mo"'));
    await vscode.commands.executeCommand('editor.action.codeAction', { kind: 'quickfix', apply: 'first' });
    await until(() => (existsSync(join(root, 'src/other.mo')) ? true : undefined), 'the file to be made');
    assert.match(readFileSync(join(root, 'src/other.mo'), 'utf8'), /actor/);
    await until(
      () => (shown().some(({ code }) => code === 'missing-file') ? undefined : true),
      'the file to be noticed',
    );
    rmSync(join(root, 'src/other.mo'));
    await shownCode('missing-file');
  });

  it('completes names and paths, offers keys once, and edits nothing by itself', async () => {
    await write(GOOD.replace('"dependencies": []', '"dependencies": [""], "candid": "", "main": "src/"'));
    const before = document.getText();
    const version = document.version;
    const inEmpty = document.positionAt(before.indexOf('[""]') + 2);
    const canisters = await labels(inEmpty);
    assert.ok(
      canisters.includes('backend') && canisters.includes('ledger') && !canisters.includes('web'),
      canisters.join(),
    );
    const paths = await labels(document.positionAt(before.lastIndexOf('"src/"') + 5));
    assert.ok(paths.includes('src/backend/'), paths.join());
    assert.equal(document.version, version);
    assert.equal(document.getText(), before);

    await write(GOOD.replace('"type": "motoko",', '"type": "motoko", ""'));
    const keys = await labels(document.positionAt(document.getText().indexOf(' ""') + 2));
    assert.ok(keys.includes('optimize') && keys.includes('initialization_values'));
    assert.equal(new Set(keys).size, keys.length, 'a key is offered twice');
  });

  it('explains keys once, principals and sizes', async () => {
    await write(GOOD.replace('"dependencies": []', '"initialization_values": { "memory_allocation": "1.5 GiB" }'));
    const key = await until(async () => {
      const parts = await hoverText(inside('"memory_allocation"'));
      return parts.length > 0 ? parts : undefined;
    }, 'a hover');
    assert.equal(key.filter((part) => part.includes('reserved for the canister')).length, 1, key.join('\n---\n'));
    assert.ok((await hoverText(inside('"1.5 GiB"'))).some((part) => part.includes('1,610,612,736')));
    assert.ok((await hoverText(inside(`"${ID}"`))).some((part) => part.includes('ICP ledger')));
  });

  it('goes to definitions and finds references, in the id files too', async () => {
    const position = inside('["ledger"').translate(0, -1);
    const definitions = await vscode.commands.executeCommand<vscode.LocationLink[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      position,
    );
    assert.equal(definitions.length, 1);
    assert.equal(document.getText(definitions[0]!.targetSelectionRange), '"ledger"');
    const references = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      position,
    );
    const files = references.map(({ uri }) => uri.fsPath.slice(root.length + 1)).sort();
    assert.deepEqual(files, ['canister_ids.json', 'dfx.json', 'dfx.json']);
  });

  it('renames a canister in dfx.json, the id files and imports in one edit', async () => {
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      inside('"backend"'),
      'core',
    );
    const changes = edit.entries().map(([uri, edits]) => [uri.fsPath.slice(root.length + 1), edits.length]);
    assert.deepEqual(changes.sort(), [
      [join('.dfx', 'local', 'canister_ids.json'), 1],
      ['canister_ids.json', 1],
      ['dfx.json', 1],
    ]);
    const ledger = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      inside('["ledger"').translate(0, -1),
      'books',
    );
    const imports = ledger.get(vscode.Uri.file(join(root, 'src/backend/main.mo')));
    assert.deepEqual(
      imports.map(({ newText }) => newText),
      ['books'],
    );
    const own = ledger.get(document.uri);
    assert.equal(own.length, 2);
    const changed = new vscode.WorkspaceEdit();
    changed.set(document.uri, own);
    await vscode.workspace.applyEdit(changed);
    assert.equal(document.getText(), GOOD.replaceAll('"ledger"', '"books"'));
    await assert.rejects(
      async () =>
        vscode.commands.executeCommand(
          'vscode.executeDocumentRenameProvider',
          document.uri,
          inside('"backend"'),
          'web',
        ),
      /already/,
    );
  });

  it('links files and addresses, and lists canisters', async () => {
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const targets = links.map(({ target }) =>
      target?.scheme === 'file' ? target.fsPath.slice(root.length + 1) : target?.toString(),
    );
    assert.ok(targets.includes(join('src', 'backend', 'main.mo')), targets.join());
    assert.ok(targets.includes('https://example.com/ledger.wasm'));
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const classes = symbols.filter(({ kind }) => kind === vscode.SymbolKind.Class);
    assert.deepEqual(
      classes.map(({ name, detail }) => `${name} ${detail}`),
      ['backend motoko', 'ledger custom', 'web assets'],
    );
  });

  it('survives a broken document, one line, CRLF', async () => {
    await write('{ "canisters": { "a": { "type": "motoko", "main": "a.mo", "dependencies": ["');
    await new Promise((done) => setTimeout(done, 400));
    assert.ok(Array.isArray(await labels(document.positionAt(document.getText().length))));
    const marked = () => shown().find(({ code, text }) => code === 'unknown-dependency' && text === '"nobody_at_all"');
    await write(JSON.stringify(JSON.parse(GOOD)).replace('["ledger"]', '["nobody_at_all"]'));
    await until(marked, 'the finding on one line');
    await write(GOOD);
    await none();
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    await write(GOOD.replace('["ledger"]', '["nobody_at_all"]'));
    assert.ok(document.getText().includes('\r\n'));
    await until(marked, 'the finding with CRLF');
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.LF));
  });

  it('sees how a file is saved, which its text hides', async () => {
    const text = '{ "_memo": "?", "canisters": {} }';
    const [before = '', after = ''] = text.split('?');
    const files = {
      'wide/dfx.json': Buffer.from(`\ufeff${text}`, 'utf16le'),
      'wide/canister_ids.json': Buffer.from('\ufeff{}', 'utf16le'),
      'page/dfx.json': Buffer.concat([Buffer.from(before), Buffer.from([0x83, 0x65]), Buffer.from(after)]),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const absolute = file(name);
      writeFileSync(absolute, bytes);
      const uri = vscode.Uri.file(absolute);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      const found = await until(() => {
        const all = vscode.languages
          .getDiagnostics(uri)
          .filter(({ code }) => typeof code === 'object' && code.value === 'not-utf8');
        return all.length > 0 ? all : undefined;
      }, name);
      assert.equal(found.length, 1, name);
      assert.equal(found[0]!.severity, vscode.DiagnosticSeverity.Error);
      assert.match(found[0]!.message, /UTF-8/);
    }
    const good = file('good/dfx.json', '{ "_memo": "\ufffd", "canisters": {} }');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.file(good)));
    await new Promise((done) => setTimeout(done, 1_000));
    assert.deepEqual(vscode.languages.getDiagnostics(vscode.Uri.file(good)), []);
  });

  it('checks canister_ids.json against the dfx.json beside it', async () => {
    const ids = await vscode.workspace.openTextDocument(join(root, 'canister_ids.json'));
    await vscode.window.showTextDocument(ids);
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(ids.positionAt(0), ids.positionAt(ids.getText().length));
    edit.replace(ids.uri, whole, '{ "bakend": { "ic": "x", "satging": "x" } }');
    await vscode.workspace.applyEdit(edit);
    const codes = await until(() => {
      const found = vscode.languages
        .getDiagnostics(ids.uri)
        .map(({ code }) => (typeof code === 'object' ? String(code.value) : ''));
      return found.length >= 4 ? found : undefined;
    }, 'findings in canister_ids.json');
    assert.deepEqual(codes.sort(), [
      'ids-invalid-principal',
      'ids-invalid-principal',
      'ids-unknown-canister',
      'unknown-network',
    ]);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until(
      () => (vscode.languages.getDiagnostics(ids.uri).length === 0 ? true : undefined),
      'findings to go with the file',
    );
  });

  it('falls silent where the setting says so', async () => {
    const configuration = vscode.workspace.getConfiguration('icCanisters.language');
    await write(GOOD.replace('["ledger"]', '["ledgr"]'));
    await shownCode('unknown-dependency');
    await configuration.update('diagnostics', false, vscode.ConfigurationTarget.Global);
    try {
      await none();
    } finally {
      await configuration.update('diagnostics', undefined, vscode.ConfigurationTarget.Global);
    }
    await shownCode('unknown-dependency');
  });
});

describe('lenses over the canisters of the open project', () => {
  it('show the status, and what can be done', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'dfx.json'));
    await vscode.window.showTextDocument(document);
    await vscode.extensions.getExtension('ic-canisters.ic-canisters')?.activate();
    await vscode.commands.executeCommand('workbench.view.extension.icCanisters');
    const titles = await until(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100,
      );
      const found = lenses.map(({ command, range }) => `${range.start.line}: ${command?.title}`);
      return found.some((title) => /Running/.test(title)) && found.some((title) => /Stopped/.test(title))
        ? found
        : undefined;
    }, 'lenses with live states');
    const line = document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes('"hello_backend": {'));
    const own = titles
      .filter((title) => title.startsWith(`${line}: `))
      .map((title) => title.slice(title.indexOf(' ') + 1));
    assert.match(own[0]!, /circle-filled.*Running · \w{5}-…-cai/);
    assert.ok(own.includes('Stop'));
    assert.ok(!own.includes('Start'));
    assert.ok(own.includes('Open page'));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
