import path from 'node:path';
import { objectAt, propertiesOf, type StringNode, stringAt, type ValueNode } from '../../../document/tree';
import { YamlDocument } from '../../../document/yaml-document';
import { type Finding, FindingList } from '../../../language/findings';
import type { Link } from '../../../language/language';
import { type Definition, definition, type NamedThing, type SymbolSource } from '../../../language/symbols';
import { type Message, msg } from '../../../util/message';
import { isPrincipal } from '../../../util/principal';
import { shortText } from '../../../util/shorten';
import { CANISTER_MANIFEST, IC, PROJECT_MANIFEST } from '../manifest';
import { isValidName } from '../manifest-reader';
import { type ProjectFiles, readProjectFiles } from '../project-files';
import type { CheckContext } from './check-context';
import { checkArgumentsOf } from './checks/arguments';
import { checkCanisters } from './checks/canisters';
import { checkEnvironments } from './checks/environments';
import { checkNames } from './checks/names';
import { checkNetworks } from './checks/networks';
import { checkRecipes } from './checks/recipes';
import { FINDING_CODES, type IcpFindings } from './finding-codes';
import type { IcpFacts } from './icp-facts';
import { type CanisterEntry, IcpModel, type ManifestKind } from './icp-model';
import { registryRecipe } from './recipes';
import { checkRefusals, checkRefusedFiles } from './refusals';
import { Structure } from './structure';

/** Tags of Jinja, Liquid, Handlebars and others. */
const TEMPLATE_TAG = /\{\{|\{%/g;

/** Characters of a recipe's name, which may be a URL. */
const MAX_RECIPE = 80;

/** One version of an icp.yaml or canister.yaml, read once; every feature works on it. */
export class ManifestDocument implements SymbolSource {
  readonly source: YamlDocument;
  readonly model: IcpModel;
  #structure: Structure | undefined;
  #isTemplate: boolean | undefined;

  /** @param file absolute path; @param root the folder of the project's icp.yaml */
  constructor(
    text: string,
    readonly file: string,
    readonly root: string,
    readonly kind: ManifestKind,
  ) {
    this.source = new YamlDocument(text);
    this.model = new IcpModel(this.source, kind);
  }

  get folder(): string {
    return path.dirname(this.file);
  }

  get structure(): Structure {
    this.#structure ??= new Structure(this.model);
    return this.#structure;
  }

  /**
   * Whether the text is the template of an icp.yaml in another language. In commands and comments the tags of such
   * may stand for something else.
   */
  get isTemplate(): boolean {
    this.#isTemplate ??= this.#findTag();
    return this.#isTemplate;
  }

  #findTag(): boolean {
    const { source, structure } = this;
    if (!source.text.includes('{{') && !source.text.includes('{%')) {
      return false;
    }
    const free = [
      ...source.comments.map(({ offset, length }) => [offset, offset + length] as const),
      ...structure.sites.flatMap(({ role, node }) =>
        role === 'command' || role === 'candid' ? [[node.start, node.end] as const] : [],
      ),
    ];
    for (const { index } of source.text.matchAll(TEMPLATE_TAG)) {
      if (!free.some(([start, end]) => start <= index && index < end)) {
        return true;
      }
    }
    return false;
  }

  get definitions(): readonly Definition[] {
    const { canisters, networks, environments } = this.model;
    const named = (name: StringNode | undefined): name is StringNode => name !== undefined && !this.source.isCopy(name);
    return [
      ...canisters.flatMap((canister) => {
        const { name, object, recipe, keys } = canister;
        const detail = recipe ? typeName(recipe.type.value) : keys.has('build') ? 'build' : '';
        return named(name) ? [{ ...definition('canister', name, object, true, detail), runs: runs(canister) }] : [];
      }),
      ...networks.flatMap(({ name, object }) => (named(name) ? [definition('network', name, object, true)] : [])),
      ...environments.flatMap(({ name, object }) =>
        named(name) ? [definition('environment', name, object, true)] : [],
      ),
    ];
  }

  get references(): SymbolSource['references'] {
    return this.structure.sites.flatMap(({ role, node }): SymbolSource['references'] => {
      if (this.source.isCopy(node)) {
        return [];
      }
      if (role === 'canister' || (role === 'controller' && !isPrincipal(node.value))) {
        return [{ kind: 'canister', node }];
      }
      return role === 'network' ? [{ kind: 'network', node }] : [];
    });
  }

  /** Why a symbol cannot get this name; undefined where it can. */
  renameObstacle({ kind, name: old }: NamedThing, name: string): Message | undefined {
    if (name === '') {
      return msg('A name cannot be empty.');
    }
    if (name === old) {
      return undefined;
    }
    const { canisters, networks, environments } = this.model;
    const has = (entries: readonly { readonly name: StringNode | undefined }[]): boolean =>
      entries.some((entry) => entry.name?.value === name);
    switch (kind) {
      case 'canister':
        if (!isValidName(name)) {
          return msg('The name "{0}" is not valid: only ASCII letters, digits, "_" and "-" are allowed.', name);
        }
        return has(canisters) ? msg('There is a canister "{0}" already.', name) : undefined;
      case 'network':
        if (name === IC) {
          return msg('The network "ic" cannot be redefined.');
        }
        return has(networks) ? msg('There is a network "{0}" already.', name) : undefined;
      case 'environment':
        if (name.includes('/') || name.includes('\\')) {
          return msg('icp makes the name of a file of this one: it cannot have "/" in it.');
        }
        return has(environments) ? msg('There is an environment "{0}" already.', name) : undefined;
    }
  }

  /** The project as icp would load it with this text, and the other files as given or on disk. */
  project(facts: IcpFacts, others: readonly ManifestDocument[]): { files: ProjectFiles; incomplete: boolean } {
    const texts = new Map([...others, this].map((each) => [each.file, each.source.tree]));
    const disk = facts.disk(texts);
    const files = readProjectFiles(path.join(this.root, PROJECT_MANIFEST), disk);
    return { files, incomplete: disk.incomplete };
  }

  /**
   * All findings, in the order of the text. Facts that are not known yet leave their findings out.
   *
   * @param others further manifests of the project that are open in editors
   */
  findings(facts: IcpFacts, others: readonly ManifestDocument[] = []): Finding[] {
    if (this.isTemplate) {
      return [];
    }
    const { files, incomplete } = this.project(facts, others);
    const findings: IcpFindings = new FindingList(this.source, FINDING_CODES);
    const context = this.#context(facts, files, incomplete, findings);
    checkRefusals(context);
    const refused = new Set(findings.sorted().map(({ code, range }) => `${code} ${range.offset}`));
    findings.include(this.structure.findings);
    if (this.kind === 'project') {
      checkRefusedFiles(context);
    }
    for (const check of [
      checkCanisters,
      checkRecipes,
      checkArgumentsOf,
      checkEnvironments,
      checkNetworks,
      checkNames,
    ]) {
      check(context);
    }
    // What icp refuses needs no second word on how it would go on.
    return findings
      .sorted()
      .filter(
        ({ code, severity, related }) =>
          !(
            severity === 'warning' &&
            code === 'duplicate-key' &&
            related?.some(({ range }) => refused.has(`${code} ${range.offset}`))
          ),
      );
  }

  #context(facts: IcpFacts, project: ProjectFiles, incomplete: boolean, findings: IcpFindings): CheckContext {
    const { model, structure, file, folder, root } = this;
    const folders = new Map(project.canisters.map(({ key, folder: of }) => [key, of]));
    return {
      model,
      structure,
      project,
      incomplete,
      facts,
      findings,
      file,
      folder,
      canisterNames: project.canisters.flatMap(({ name, member }) => (member === undefined ? [name] : [])),
      networkNames: [...project.networks.keys()],
      folderOf: (canister) => {
        if (this.kind === 'canister') {
          return folder;
        }
        return canister === undefined
          ? undefined
          : model.canister(canister) === undefined
            ? folders.get(canister)
            : root;
      },
    };
  }

  /** The places that name a file or an address on the web. */
  links(): Link[] {
    const found: Link[] = [];
    const add = (node: StringNode, file: string): void => {
      const relative = path.relative(this.root, file);
      found.push({
        range: this.source.contentRange(node),
        target: { file, relative: relative === '' ? '.' : relative },
      });
    };
    for (const { role, node, owner } of this.structure.sites) {
      const { value } = node;
      if (value === '' || value.includes('\0') || this.source.isCopy(node)) {
        continue;
      }
      const isMember = this.kind === 'project' && owner !== undefined && this.model.canister(owner) === undefined;
      switch (role) {
        case 'url':
          if (/^https?:\/\//i.test(value)) {
            found.push({ range: this.source.contentRange(node), target: { url: value } });
          }
          break;
        case 'file':
          // Of canisters in folders of their own it is not known here which folder that is.
          if (!isMember) {
            add(node, path.resolve(this.folder, value));
          }
          break;
        case 'canister-folder':
          if (!/[*?[{]/.test(value)) {
            add(node, path.resolve(this.folder, value, CANISTER_MANIFEST));
          }
          break;
        case 'project-folder':
          add(node, path.resolve(this.folder, value, PROJECT_MANIFEST));
          break;
        case 'recipe':
          this.#recipeLink(node, found);
          break;
        default:
      }
    }
    for (const { recipe } of this.model.canisters) {
      const entries = recipe?.configuration?.properties ?? [];
      for (const { key, value } of entries) {
        if (value?.type === 'string' && ['main', 'candid', 'path'].includes(key.value) && value.value !== '') {
          add(value, path.resolve(this.folder, value.value));
        }
      }
    }
    return found;
  }

  #recipeLink(node: StringNode, found: Link[]): void {
    const { value } = node;
    const range = this.source.contentRange(node);
    const registry = registryRecipe(value);
    if (registry !== undefined) {
      const tag = `${registry.name}-${registry.version}`;
      const url = `https://github.com/dfinity/icp-cli-recipes/releases/tag/${encodeURIComponent(tag)}`;
      found.push({ range, target: { url } });
    } else if (/^https?:\/\//i.test(value)) {
      found.push({ range, target: { url: value } });
    } else if (value.startsWith('file://')) {
      const file = path.resolve(this.root, value.slice('file://'.length));
      found.push({ range, target: { file, relative: path.relative(this.root, file) } });
    }
  }
}

/** A recipe in a word: `rust` for `@dfinity/rust@v3.0.0`. */
function typeName(type: string): string {
  return registryRecipe(type)?.name ?? path.posix.basename(type).replace(/\.hbs$/, '');
}

/** Recipes come from elsewhere, and scripts are in the file: both run as the user does. */
function runs({ recipe, keys }: CanisterEntry): Message | undefined {
  if (recipe) {
    return msg(
      'Building or deploying it runs the commands of the recipe {0} on this computer.',
      shortText(recipe.type.value, MAX_RECIPE),
    );
  }
  const steps = [objectAt(keys, 'build'), objectAt(keys, 'sync')].flatMap((each) => {
    const found = each && propertiesOf(each).get('steps')?.value;
    return found?.type === 'array' ? found.items : [];
  });
  const isScript = (step: ValueNode) =>
    step.type === 'object' && stringAt(propertiesOf(step), 'type')?.value === 'script';
  return steps.some(isScript)
    ? msg('Building or deploying it runs commands of this file on this computer.')
    : undefined;
}
