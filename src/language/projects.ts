import path from 'node:path';
import * as vscode from 'vscode';
import { DfxDocument } from '../core/engines/dfx/language/dfx-document';
import { FactStore } from '../core/engines/dfx/language/facts';
import { CanisterIdsDocument, type ProjectNames } from '../core/engines/dfx/language/ids-document';
import { type KnownKeys, knownBySchema } from '../core/engines/dfx/language/known-keys';
import type { DfxLocations } from '../core/engines/dfx/locations';
import type { Finding } from '../core/language/findings';
import { Emitter } from '../core/util/events';

export type DfxSchemaReader = (cwd: string) => Promise<string | undefined>;

/** The project folder of one dfx.json: what is known of its files, and of the dfx that runs there. */
export class LanguageProject implements vscode.Disposable {
  readonly facts: FactStore;
  readonly #changed = new Emitter<void>();
  readonly #watcher: vscode.FileSystemWatcher;
  #known: KnownKeys | undefined;
  #askedSchema = false;
  #load: AbortController | undefined;

  constructor(
    readonly root: string,
    locations: DfxLocations,
    readonly dfxSchema: DfxSchemaReader | undefined,
  ) {
    this.facts = new FactStore({ root, cacheDir: locations.cacheDir, networksJson: locations.networksJson });
    this.#watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(root), '**/*'));
    const onFile = ({ fsPath }: vscode.Uri): void => {
      if (this.facts.invalidate(fsPath)) {
        this.#changed.fire();
      }
    };
    this.#watcher.onDidCreate(onFile);
    this.#watcher.onDidChange(onFile);
    this.#watcher.onDidDelete(onFile);
  }

  /** Fires when a finding may have become wrong, or possible, without an edit. */
  get onDidChange() {
    return this.#changed.event;
  }

  get known(): KnownKeys | undefined {
    return this.#known;
  }

  /** Fetches what the last analysis asked for; a new call ends the one before. */
  fetch(): void {
    this.facts.trim();
    this.#askSchema();
    this.#load?.abort();
    if (!this.facts.needsLoad) {
      return;
    }
    const load = new AbortController();
    this.#load = load;
    void this.facts.load(load.signal).then((changed) => {
      if (changed && !load.signal.aborted) {
        this.#changed.fire();
      }
    });
  }

  /** Only in a trusted workspace, and once: asking starts a process. */
  #askSchema(): void {
    if (this.#askedSchema || this.dfxSchema === undefined || !vscode.workspace.isTrusted) {
      return;
    }
    this.#askedSchema = true;
    void this.dfxSchema(this.root).then(
      (text) => {
        this.#known = text === undefined ? undefined : knownBySchema(text);
        if (this.#known !== undefined) {
          this.#changed.fire();
        }
      },
      // Without dfx the pinned version has to do.
      () => undefined,
    );
  }

  dispose(): void {
    this.#load?.abort();
    this.#watcher.dispose();
    this.#changed.dispose();
  }
}

interface Parsed {
  readonly version: number;
  readonly dfx?: DfxDocument;
  readonly ids?: CanisterIdsDocument;
}

/** Open dfx.json and canister_ids.json documents, each parsed once per version, and their projects. */
export class LanguageProjects implements vscode.Disposable {
  readonly #projects = new Map<string, LanguageProject>();
  readonly #parsed = new WeakMap<vscode.TextDocument, Parsed>();
  readonly #changed = new Emitter<LanguageProject>();
  readonly onDidChange = this.#changed.event;

  constructor(
    readonly locations: DfxLocations,
    readonly dfxSchema: DfxSchemaReader | undefined,
  ) {}

  of(document: vscode.TextDocument): LanguageProject {
    const root = path.dirname(document.uri.fsPath);
    let project = this.#projects.get(root);
    if (project === undefined) {
      const made = new LanguageProject(root, this.locations, this.dfxSchema);
      made.onDidChange(() => this.#changed.fire(made));
      this.#projects.set(root, made);
      project = made;
    }
    return project;
  }

  all(): Iterable<LanguageProject> {
    return this.#projects.values();
  }

  /** Lets go of a project none of whose files is open any more. */
  release(root: string): void {
    this.#projects.get(root)?.dispose();
    this.#projects.delete(root);
  }

  dfx(document: vscode.TextDocument): DfxDocument {
    return this.#parse(document, isDfxJson(document)).dfx!;
  }

  ids(document: vscode.TextDocument): CanisterIdsDocument {
    return this.#parse(document, false).ids!;
  }

  #parse(document: vscode.TextDocument, isDfx: boolean): Parsed {
    const known = this.#parsed.get(document);
    if (known?.version === document.version) {
      return known;
    }
    const text = document.getText();
    const parsed: Parsed = isDfx
      ? { version: document.version, dfx: new DfxDocument(text) }
      : { version: document.version, ids: new CanisterIdsDocument(text) };
    this.#parsed.set(document, parsed);
    return parsed;
  }

  /** The findings of a document with what is known now. */
  findings(document: vscode.TextDocument): Finding[] {
    const project = this.of(document);
    if (isDfxJson(document)) {
      return this.dfx(document).findings(project.facts, project.known);
    }
    return this.ids(document).findings(this.#names(project));
  }

  /** What the dfx.json beside a canister_ids.json says, from the editor where it is open. */
  #names(project: LanguageProject): ProjectNames | undefined {
    const shared = project.facts.sharedNetworks();
    const dfx = this.dfxOf(project);
    if (dfx?.json.rootObject === undefined || shared === undefined) {
      return undefined;
    }
    // A file that is being written says nothing about what is missing in it.
    if (dfx.json.problems.length > 0) {
      return undefined;
    }
    const { canisters, networks } = dfx.model;
    return { canisters: new Set(canisters.keys()), networks, sharedNetworks: shared };
  }

  dfxOf(project: LanguageProject): DfxDocument | undefined {
    const file = path.join(project.root, 'dfx.json');
    const open = vscode.workspace.textDocuments.find(
      (candidate) => candidate.uri.scheme === 'file' && candidate.uri.fsPath === file,
    );
    if (open !== undefined) {
      return this.dfx(open);
    }
    const text = project.facts.text('dfx.json');
    return typeof text === 'string' ? new DfxDocument(text) : undefined;
  }

  dispose(): void {
    for (const project of this.#projects.values()) {
      project.dispose();
    }
    this.#projects.clear();
    this.#changed.dispose();
  }
}

export function isDfxJson({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && path.basename(uri.fsPath) === 'dfx.json';
}

/** The id file beside dfx.json; those that dfx keeps under .dfx are its own affair. */
export function isCanisterIds({ uri }: vscode.TextDocument): boolean {
  const { fsPath } = uri;
  return (
    uri.scheme === 'file' && path.basename(fsPath) === 'canister_ids.json' && !fsPath.split(path.sep).includes('.dfx')
  );
}
