import path from 'node:path';
import * as vscode from 'vscode';
import { JsonDocument } from '../core/document/json-document';
import type { Finding } from '../core/language/findings';
import type { EngineLanguage, FileKind, LanguageDocument, LanguageProject } from '../core/language/language';
import { Emitter } from '../core/util/events';
import { openDocument } from '../ui/open-document';

const NOTHING: LanguageDocument = {
  source: new JsonDocument(''),
  definitions: [],
  references: [],
  findings: () => [],
};

/** A project folder while one of its files is open: its facts follow the files on disk. */
export class OpenProject implements vscode.Disposable {
  readonly #changed = new Emitter<void>();
  readonly #watcher: vscode.FileSystemWatcher;
  #load: AbortController | undefined;

  constructor(
    readonly language: EngineLanguage,
    readonly project: LanguageProject,
  ) {
    const { facts, root } = project;
    this.#watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(root), '**/*'));
    const onFile = ({ fsPath }: vscode.Uri): void => {
      if (facts.invalidate(fsPath)) {
        this.#changed.fire();
      }
    };
    this.#watcher.onDidCreate(onFile);
    this.#watcher.onDidChange(onFile);
    this.#watcher.onDidDelete(onFile);
  }

  get root(): string {
    return this.project.root;
  }

  /** Fires when a finding may have become wrong, or possible, without an edit. */
  get onDidChange() {
    return this.#changed.event;
  }

  /** Fetches what the last analysis asked for; a new call ends the one before. */
  fetch(): void {
    const { facts } = this.project;
    facts.trim();
    if (vscode.workspace.isTrusted) {
      void this.project.askTool().then((changed) => changed && this.#changed.fire());
    }
    this.#load?.abort();
    if (!facts.needsLoad) {
      return;
    }
    const load = new AbortController();
    this.#load = load;
    void facts.load(load.signal).then((changed) => {
      if (changed && !load.signal.aborted) {
        this.#changed.fire();
      }
    });
  }

  dispose(): void {
    this.#load?.abort();
    this.#watcher.dispose();
    this.#changed.dispose();
  }
}

/** Open files of the engines, each read once per version, and their projects. */
export class LanguageProjects implements vscode.Disposable {
  readonly #projects = new Map<string, OpenProject>();
  readonly #read = new WeakMap<
    vscode.TextDocument,
    { readonly version: number; readonly language: LanguageDocument }
  >();
  readonly #changed = new Emitter<OpenProject>();
  readonly onDidChange = this.#changed.event;

  constructor(readonly languages: readonly EngineLanguage[]) {}

  /** What a document is to the engine that it belongs to; undefined for all other documents. */
  kindOf({ uri }: vscode.TextDocument): FileKind | undefined {
    return uri.scheme === 'file' ? this.#languageOf(uri.fsPath)?.kindOf(uri.fsPath) : undefined;
  }

  #languageOf(file: string): EngineLanguage | undefined {
    return this.languages.find((language) => language.kindOf(file) !== undefined);
  }

  /** The project of a document that {@link kindOf} knows. */
  of({ uri }: vscode.TextDocument): OpenProject {
    const language = this.#languageOf(uri.fsPath)!;
    const root = language.rootOf(uri.fsPath);
    // Several engines may have a project in one folder.
    const key = `${language.source} ${root}`;
    let project = this.#projects.get(key);
    if (project === undefined) {
      const made = new OpenProject(language, language.openProject(root));
      made.onDidChange(() => this.#changed.fire(made));
      this.#projects.set(key, made);
      project = made;
    }
    return project;
  }

  /** True where both documents belong to the same project of the same engine. */
  areTogether(a: vscode.TextDocument, b: vscode.TextDocument): boolean {
    return this.kindOf(a) !== undefined && this.kindOf(b) !== undefined && this.of(a) === this.of(b);
  }

  all(): Iterable<OpenProject> {
    return this.#projects.values();
  }

  /** Lets go of a project none of whose files is open any more. */
  release(project: OpenProject): void {
    project.dispose();
    this.#projects.delete(`${project.language.source} ${project.root}`);
  }

  /** A document that belongs to no project, as a canister.yaml without an icp.yaml above it, has nothing in it. */
  read(document: vscode.TextDocument): LanguageDocument {
    const kind = this.kindOf(document);
    if (kind === undefined) {
      return NOTHING;
    }
    const known = this.#read.get(document);
    if (known?.version === document.version) {
      return known.language;
    }
    const language = this.of(document).project.open(kind, document.getText(), document.uri.fsPath);
    this.#read.set(document, { version: document.version, language });
    return language;
  }

  /** The findings of a document with what is known now. */
  findings(document: vscode.TextDocument): Finding[] {
    return this.kindOf(document) === undefined ? [] : this.read(document).findings(this.manifestOf(this.of(document)));
  }

  /** The manifest of a project, from the editor where it is open. */
  manifestOf({ project }: OpenProject): LanguageDocument | undefined {
    const open = openDocument(project.manifestFile);
    if (open !== undefined) {
      return this.read(open);
    }
    const text = project.facts.text(path.basename(project.manifestFile));
    return typeof text === 'string' ? project.open('manifest', text, project.manifestFile) : undefined;
  }

  dispose(): void {
    for (const project of this.#projects.values()) {
      project.dispose();
    }
    this.#projects.clear();
    this.#changed.dispose();
  }
}
