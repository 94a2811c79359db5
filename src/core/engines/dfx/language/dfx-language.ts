import path from 'node:path';
import type { SourceDocument } from '../../../document/source-document';
import type { Finding } from '../../../language/findings';
import type {
  Completion,
  DocumentAction,
  EngineLanguage,
  FileKind,
  Hover,
  LanguageDocument,
  LanguageProject,
  Link,
  ProjectFile,
} from '../../../language/language';
import type { Definition, NamedThing } from '../../../language/symbols';
import { type Message, msg } from '../../../util/message';
import type { DfxLocations } from '../locations';
import { complete } from './completion';
import { DfxDocument } from './dfx-document';
import { DfxFactStore } from './dfx-facts';
import { documentationUrl } from './finding-codes';
import { hover } from './hover';
import { CanisterIdsDocument, type ProjectNames } from './ids-document';
import { type KnownKeys, knownBySchema } from './known-keys';

/** Runs `dfx schema` in a folder. */
export type DfxSchemaReader = (cwd: string) => Promise<string | undefined>;

/** dfx.json and canister_ids.json. */
export class DfxLanguage implements EngineLanguage {
  readonly source = 'dfx';
  readonly patterns = ['**/{dfx,canister_ids}.json'];
  readonly completionTriggers = ['"', '/', ':'];
  readonly documentationUrl = documentationUrl;

  /** @param readSchema undefined where there is no dfx */
  constructor(
    readonly locations: DfxLocations,
    readonly readSchema: DfxSchemaReader | undefined,
  ) {}

  kindOf(file: string): FileKind | undefined {
    switch (path.basename(file)) {
      case 'dfx.json':
        return 'manifest';
      case 'canister_ids.json':
        // Those that dfx keeps under .dfx are its own affair.
        return file.split(path.sep).includes('.dfx') ? undefined : 'ids';
      default:
        return undefined;
    }
  }

  rootOf(file: string): string {
    return path.dirname(file);
  }

  openProject(root: string): LanguageProject {
    return new DfxLanguageProject(root, this);
  }
}

class DfxLanguageProject implements LanguageProject {
  readonly facts: DfxFactStore;
  readonly manifestFile: string;
  /** What the dfx in use knows, once it has been asked. */
  known: KnownKeys | undefined;
  #asked = false;

  constructor(
    readonly root: string,
    readonly language: DfxLanguage,
  ) {
    const { cacheDir, networksJson } = language.locations;
    this.facts = new DfxFactStore({ root, cacheDir, networksJson });
    this.manifestFile = path.join(root, 'dfx.json');
  }

  open(kind: FileKind, text: string): LanguageDocument {
    return kind === 'manifest' ? new Manifest(text, this) : new IdFile(text, this);
  }

  async askTool(): Promise<boolean> {
    if (this.#asked || this.language.readSchema === undefined) {
      return false;
    }
    this.#asked = true;
    // Without dfx the pinned version has to do.
    const schema = await this.language.readSchema(this.root).catch(() => undefined);
    this.known = schema === undefined ? undefined : knownBySchema(schema);
    return this.known !== undefined;
  }

  async otherFiles(): Promise<readonly ProjectFile[]> {
    const networks = (await this.facts.host.list(path.join(this.root, '.dfx'))).filter(({ directory }) => directory);
    const folders = ['', ...networks.map(({ name }) => path.join('.dfx', name))];
    return folders.map((folder) => ({ file: path.join(this.root, folder, 'canister_ids.json'), kind: 'ids' }));
  }
}

class Manifest implements LanguageDocument {
  readonly dfx: DfxDocument;

  constructor(
    text: string,
    readonly project: DfxLanguageProject,
  ) {
    this.dfx = new DfxDocument(text);
  }

  get source(): SourceDocument {
    return this.dfx.source;
  }

  get definitions(): readonly Definition[] {
    return this.dfx.definitions;
  }

  get references(): LanguageDocument['references'] {
    return this.dfx.references;
  }

  findings(): Finding[] {
    // What is asked for here is fetched.
    this.#isConverted();
    return this.dfx.findings(this.project.facts, this.project.known);
  }

  #isConverted(): boolean {
    return this.project.facts.kind('icp.yaml') === 'file';
  }

  complete(offset: number): Promise<Completion[]> {
    return complete(this.dfx, offset, this.project.facts);
  }

  hover(offset: number): Hover | undefined {
    return hover(this.dfx, offset);
  }

  links(): readonly Link[] {
    return this.dfx.links(this.project.root);
  }

  actions(): readonly DocumentAction[] {
    // A project that has an icp.yaml can be converted again by the command.
    return this.#isConverted() ? [] : [{ title: msg('Convert to icp.yaml…'), command: 'icCanisters.convertToIcp' }];
  }

  renameObstacle(symbol: NamedThing, name: string): Message | undefined {
    return this.dfx.renameObstacle(symbol, name);
  }
}

class IdFile implements LanguageDocument {
  readonly ids: CanisterIdsDocument;
  readonly definitions = [];

  constructor(
    text: string,
    readonly project: DfxLanguageProject,
  ) {
    this.ids = new CanisterIdsDocument(text);
  }

  get source(): SourceDocument {
    return this.ids.source;
  }

  get references(): LanguageDocument['references'] {
    return this.ids.references;
  }

  findings(manifest: LanguageDocument | undefined): Finding[] {
    return this.ids.findings(this.#names(manifest));
  }

  #names(manifest: LanguageDocument | undefined): ProjectNames | undefined {
    const shared = this.project.facts.sharedNetworks();
    // A file that is being written says nothing about what is missing in it.
    if (
      !(manifest instanceof Manifest) ||
      manifest.source.rootObject === undefined ||
      manifest.source.problems.length > 0 ||
      shared === undefined
    ) {
      return undefined;
    }
    const { canisters, networks } = manifest.dfx.model;
    return { canisters: new Set(canisters.keys()), networks, sharedNetworks: shared };
  }
}
