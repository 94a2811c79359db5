import * as vscode from 'vscode';
import { syntaxMessage } from '../core/document/parse-json';
import type { Finding } from '../core/language/findings';
import { readStrictText } from '../core/project/files';
import { msg } from '../core/util/message';
import { toDiagnostic } from './convert';
import type { LanguageProjects } from './projects';

/** Time from the last edit to the analysis, in milliseconds. */
const DELAY = 150;

/** Faults that VS Code's own JSON support shows in a file of language `json`. */
const SHOWN_BY_JSON: ReadonlySet<string> = new Set([
  'syntax-error',
  'ids-syntax',
  'comment',
  'trailing-comma',
  'duplicate-key',
]);

function jsonSupportValidates(document: vscode.TextDocument): boolean {
  return (
    document.languageId === 'json' &&
    vscode.extensions.getExtension('vscode.json-language-features') !== undefined &&
    vscode.workspace.getConfiguration('json', document).get('validate.enable', true)
  );
}

/** Faults that the YAML extension of Red Hat shows in a file of language `yaml`: those of the text alone. */
const SHOWN_BY_YAML: ReadonlySet<string> = new Set([
  'syntax-error',
  'tab-indentation',
  'unquoted-text',
  'several-documents',
]);

function yamlSupportValidates(document: vscode.TextDocument): boolean {
  return (
    document.languageId === 'yaml' &&
    vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined &&
    vscode.workspace.getConfiguration('yaml', document).get('validate', true)
  );
}

/** What another extension shows of a document already. */
function shownElsewhere(document: vscode.TextDocument): ReadonlySet<string> {
  if (jsonSupportValidates(document)) {
    return SHOWN_BY_JSON;
  }
  return yamlSupportValidates(document) ? SHOWN_BY_YAML : NOTHING;
}

const NOTHING: ReadonlySet<string> = new Set();

/** What editors show for bytes that are no text. */
const REPLACEMENT = '\ufffd';

/** Publishes findings: debounced, for the version that was analysed only, each fault once. */
export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('ic-canisters');
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** What is wrong with the bytes of a document, at one version of it. */
  readonly #bytes = new Map<string, { readonly version: number; readonly findings: readonly Finding[] }>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(readonly projects: LanguageProjects) {
    this.#subscriptions = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#schedule(document, DELAY);
        // Names in the other files are held against the manifest.
        if (projects.kindOf(document) === 'manifest') {
          this.#scheduleAll((other) => other !== document && projects.areTogether(other, document));
        }
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (!focused) {
          return;
        }
        for (const { project } of projects.all()) {
          project.facts.refreshOutside();
        }
        this.#scheduleAll(() => true);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#scheduleAll(() => true)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (
          ['icCanisters.language', 'json.validate', 'yaml.validate', 'files.associations'].some((key) =>
            event.affectsConfiguration(key),
          )
        ) {
          this.#scheduleAll(() => true);
        }
      }),
      projects.onDidChange((project) =>
        this.#scheduleAll((document) => projects.kindOf(document) !== undefined && projects.of(document) === project),
      ),
    ];
    this.#scheduleAll(() => true);
  }

  #scheduleAll(wanted: (document: vscode.TextDocument) => boolean): void {
    for (const document of vscode.workspace.textDocuments) {
      if (wanted(document)) {
        this.#schedule(document, DELAY);
      }
    }
  }

  #schedule(document: vscode.TextDocument, delay: number): void {
    if (this.projects.kindOf(document) === undefined) {
      return;
    }
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        // The document is looked up anew: the one at hand may have been closed, or opened in another language.
        const current = vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === key);
        if (current !== undefined) {
          this.#publish(current);
        }
      }, delay),
    );
  }

  #publish(document: vscode.TextDocument): void {
    const enabled = vscode.workspace.getConfiguration('icCanisters.language', document).get('diagnostics', true);
    if (!enabled) {
      this.#collection.delete(document.uri);
      return;
    }
    const project = this.projects.of(document);
    const hidden = shownElsewhere(document);
    const bytes = this.#bytes.get(document.uri.toString());
    const shown = [
      ...(bytes?.version === document.version ? bytes.findings : []),
      ...allFindings(this.projects, document).filter(({ code }) => !hidden.has(code)),
    ];
    if (bytes?.version !== document.version && !document.isDirty && document.getText().includes(REPLACEMENT)) {
      void this.#lookAtBytes(document);
    }
    this.#collection.set(
      document.uri,
      shown.map((each) => toDiagnostic(document, each, project.language)),
    );
    project.fetch();
  }

  /** What is no UTF-8 an editor shows as one character, which may as well stand in the file. */
  async #lookAtBytes(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    const file = await readStrictText(uri.fsPath);
    const findings: Finding[] =
      file.state === 'failed' && file.range
        ? [{ code: 'not-utf8', severity: 'error', message: file.message, range: file.range }]
        : [];
    this.#bytes.set(uri.toString(), { version, findings });
    this.#schedule(document, 0);
  }

  #close(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.#bytes.delete(key);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#collection.delete(document.uri);
    if (this.projects.kindOf(document) === undefined) {
      return;
    }
    const stillUsed = vscode.workspace.textDocuments.some(
      (other) => other !== document && this.projects.areTogether(other, document),
    );
    if (!stillUsed) {
      this.projects.release(this.projects.of(document));
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}

/** All findings, those included that VS Code shows itself, so that they can be repaired. */
export function allFindings(projects: LanguageProjects, document: vscode.TextDocument): Finding[] {
  const findings = projects.findings(document);
  const encoding = encodingFinding(document);
  return encoding ? [encoding, ...findings] : findings;
}

/** What tools refuse of how a file is saved, which an editor hides from the text. */
function encodingFinding({ encoding, uri }: vscode.TextDocument): Finding | undefined {
  switch (encoding) {
    case 'utf8':
      return undefined;
    case 'utf8bom': {
      // YAML may begin with the mark.
      if (!uri.path.endsWith('.json')) {
        return undefined;
      }
      const message = syntaxMessage('byte-order-mark');
      return { code: 'byte-order-mark', severity: 'error', message, range: { offset: 0, length: 1 } };
    }
    default: {
      const message = msg('The file is saved as {0}, but has to be UTF-8. Save it with that encoding.', encoding);
      return { code: 'not-utf8', severity: 'error', message, range: { offset: 0, length: 1 } };
    }
  }
}
