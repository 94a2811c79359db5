import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SourceDocument } from '../../../document/source-document';
import type { Finding } from '../../../language/findings';
import type {
  Completion,
  EngineLanguage,
  FileKind,
  Hover,
  LanguageDocument,
  LanguageProject,
  Link,
  ProjectFile,
} from '../../../language/language';
import type { Definition, NamedThing } from '../../../language/symbols';
import type { Message } from '../../../util/message';
import { CANISTER_MANIFEST, PROJECT_MANIFEST } from '../manifest';
import { complete } from './completion';
import { documentationUrl } from './finding-codes';
import { hover } from './hover';
import { IcpFactStore } from './icp-facts';
import { IdsDocument } from './ids-document';
import { ManifestDocument } from './manifest-document';

const ID_FILE = '.ids.json';
/** Folders above a canister.yaml that are looked at for its project. */
const MAX_CLIMB = 30;

/** icp.yaml, canister.yaml and the files in which icp keeps ids. */
export class IcpLanguage implements EngineLanguage {
  readonly source = 'icp';
  readonly patterns = ['**/{icp,canister}.yaml', '**/.icp/{data,cache}/mappings/**/*.ids.json'];
  readonly completionTriggers = [' ', '"', '/', '@'];
  readonly documentationUrl = documentationUrl;
  /** The roots of projects by file, as they were found first. */
  readonly #roots = new Map<string, string>();

  kindOf(file: string): FileKind | undefined {
    const name = path.basename(file);
    if (name === PROJECT_MANIFEST) {
      return 'manifest';
    }
    if (name === CANISTER_MANIFEST) {
      return this.rootOf(file) === '' ? undefined : 'part';
    }
    return name.endsWith(ID_FILE) && idFolder(file) !== undefined ? 'ids' : undefined;
  }

  rootOf(file: string): string {
    const folder = path.dirname(file);
    const name = path.basename(file);
    if (name === PROJECT_MANIFEST) {
      return folder;
    }
    if (name !== CANISTER_MANIFEST) {
      return idFolder(file) ?? folder;
    }
    let root = this.#roots.get(folder);
    if (root === undefined || (root !== '' && !existsSync(path.join(root, PROJECT_MANIFEST)))) {
      root = nearestProject(folder) ?? '';
      this.#roots.set(folder, root);
    }
    return root;
  }

  openProject(root: string): LanguageProject {
    return new IcpLanguageProject(root);
  }
}

/** The folder of the project whose ids a file keeps. */
function idFolder(file: string): string | undefined {
  const steps = file.split(path.sep);
  const at = steps.lastIndexOf('.icp');
  return at > 0 && ['data', 'cache'].includes(steps[at + 1] ?? '') && steps[at + 2] === 'mappings'
    ? steps.slice(0, at).join(path.sep)
    : undefined;
}

function nearestProject(folder: string): string | undefined {
  let at = folder;
  for (let steps = 0; steps < MAX_CLIMB; steps++) {
    if (existsSync(path.join(at, PROJECT_MANIFEST))) {
      return at;
    }
    const above = path.dirname(at);
    if (above === at) {
      break;
    }
    at = above;
  }
  return undefined;
}

class IcpLanguageProject implements LanguageProject {
  readonly facts: IcpFactStore;
  readonly manifestFile: string;

  constructor(readonly root: string) {
    this.facts = new IcpFactStore({ root });
    this.manifestFile = path.join(root, PROJECT_MANIFEST);
  }

  open(kind: FileKind, text: string, file: string): LanguageDocument {
    return kind === 'ids' ? new IdFile(text, file, this) : new Manifest(text, file, this, kind);
  }

  async askTool(): Promise<boolean> {
    return false;
  }

  filesOf({ kind, name }: NamedThing, newName: string): readonly { readonly from: string; readonly to: string }[] {
    const to = idFilesOf(this.root, newName);
    return kind === 'environment' ? idFilesOf(this.root, name).map((from, index) => ({ from, to: to[index]! })) : [];
  }

  async otherFiles(manifest: LanguageDocument | undefined): Promise<readonly ProjectFile[]> {
    const found: ProjectFile[] = [];
    if (manifest instanceof Manifest) {
      for (;;) {
        const { files, incomplete } = manifest.document.project(this.facts, []);
        if (incomplete && this.facts.needsLoad) {
          await this.facts.load();
          continue;
        }
        for (const file of files.files) {
          if (path.basename(file) === CANISTER_MANIFEST && file !== this.manifestFile) {
            found.push({ file, kind: 'part' });
          }
        }
        break;
      }
    }
    for (const folder of ['data', 'cache']) {
      const base = path.join(this.root, '.icp', folder, 'mappings');
      for (const { name, directory } of await this.facts.host.list(base)) {
        if (!directory && name.endsWith(ID_FILE)) {
          found.push({ file: path.join(base, name), kind: 'ids' });
        }
      }
    }
    return found;
  }
}

/** The id file of an environment, in either folder. */
function idFilesOf(root: string, environment: string): string[] {
  return ['data', 'cache'].map((folder) => path.join(root, '.icp', folder, 'mappings', `${environment}${ID_FILE}`));
}

class Manifest implements LanguageDocument {
  readonly document: ManifestDocument;

  constructor(
    text: string,
    file: string,
    readonly languageProject: IcpLanguageProject,
    kind: FileKind,
  ) {
    this.document = new ManifestDocument(
      text,
      file,
      languageProject.root,
      kind === 'manifest' ? 'project' : 'canister',
    );
  }

  get source(): SourceDocument {
    return this.document.source;
  }

  get definitions(): readonly Definition[] {
    return this.document.definitions;
  }

  get references(): LanguageDocument['references'] {
    return this.document.references;
  }

  /** The manifest of the project, where that is another file. */
  others(manifest: LanguageDocument | undefined): readonly ManifestDocument[] {
    return manifest instanceof Manifest && manifest.document.file !== this.document.file ? [manifest.document] : [];
  }

  findings(manifest: LanguageDocument | undefined): Finding[] {
    return this.document.findings(this.languageProject.facts, this.others(manifest));
  }

  complete(offset: number): Promise<Completion[]> {
    return complete(this.document, offset, this.languageProject.facts);
  }

  hover(offset: number): Hover | undefined {
    return hover(this.document, offset, this.languageProject.facts);
  }

  links(): readonly Link[] {
    return this.document.links();
  }

  renameObstacle(symbol: NamedThing, name: string): Message | undefined {
    return this.document.renameObstacle(symbol, name);
  }
}

class IdFile implements LanguageDocument {
  readonly ids: IdsDocument;
  readonly definitions = [];

  constructor(
    text: string,
    readonly file: string,
    readonly project: IcpLanguageProject,
  ) {
    this.ids = new IdsDocument(text);
  }

  get source(): SourceDocument {
    return this.ids.source;
  }

  get references(): LanguageDocument['references'] {
    return this.ids.references;
  }

  findings(manifest: LanguageDocument | undefined): Finding[] {
    const { facts, root } = this.project;
    // A file that is being written says nothing about what is missing in it.
    if (!(manifest instanceof Manifest) || manifest.document.isTemplate || manifest.source.problems.length > 0) {
      return this.ids.findings(undefined);
    }
    const { files, incomplete } = manifest.document.project(facts, []);
    const lasting = path.relative(path.join(root, '.icp', 'data'), this.file);
    const ignored = lasting.startsWith('..') ? undefined : facts.ignored(path.relative(root, this.file));
    return this.ids.findings(
      incomplete ? undefined : { canisters: new Set(files.canisters.map(({ key }) => key)), ignored },
    );
  }
}
