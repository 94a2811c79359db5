import path from 'node:path';
import { type ObjectNode, propertiesOf, stringAt, type ValueNode } from '../../../document/tree';
import { type Completion, type CompletionKind, escapeSnippet } from '../../../language/language';
import type { EnumValue, KeySpec, ObjectSpec, StringSpec, ValueSpec } from '../../../language/spec';
import { type YamlCursor, yamlCursorAt } from '../../../language/yaml-cursor';
import { type Message, msg } from '../../../util/message';
import { leavesFolder } from '../../../util/paths';
import { CANISTER_MANIFEST, PROJECT_MANIFEST } from '../manifest';
import type { ProjectFiles } from '../project-files';
import type { IcpFactStore } from './icp-facts';
import { CANISTER, ENVIRONMENT, NETWORK, RECIPE } from './keys';
import type { ManifestDocument } from './manifest-document';
import { recipeLine, recipeNames, recipeVersions, registryRecipe } from './recipes';
import { asObject, formOf, valueSpecOf } from './structure';

/** Enough of a folder to choose from; typing narrows it. */
const MAX_ENTRIES = 500;
const HIDDEN_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.git', '.icp', '.dfx', '.mops', 'target']);

type Extra = Partial<Omit<Completion, 'label' | 'kind' | 'range'>>;

/** What can be written at `offset`. Never edits the document. */
export async function complete(document: ManifestDocument, offset: number, facts: IcpFactStore): Promise<Completion[]> {
  if (document.isTemplate) {
    return [];
  }
  const cursor = yamlCursorAt(document.source, offset);
  return cursor === undefined ? [] : new Completer(document, cursor, facts).all();
}

class Completer {
  constructor(
    readonly document: ManifestDocument,
    readonly cursor: YamlCursor,
    readonly facts: IcpFactStore,
  ) {}

  async all(): Promise<Completion[]> {
    const { object, value, inItem } = this.cursor;
    const { kind } = this.document;
    if (object !== undefined) {
      const spec = valueSpecOf(object, kind);
      const keys = await this.#keys(object, spec);
      if (inItem) {
        keys.push(...this.#items(spec, ''));
        const text = spec?.kind === 'either' ? spec.string : asObject(spec) === undefined ? spec : undefined;
        keys.push(...(await this.#values(text, object)));
      }
      return keys;
    }
    if (value === undefined) {
      return [];
    }
    const spec = valueSpecOf(value, kind);
    return this.#values(spec?.kind === 'either' ? spec.string : spec, value);
  }

  // Keys

  async #keys(object: ObjectNode, spec: ValueSpec | undefined): Promise<Completion[]> {
    const present = propertiesOf(object);
    if (spec?.kind === 'map') {
      return this.#mapKeys(object, spec.keys === 'canister', spec.values);
    }
    if (spec?.kind === 'array') {
      // Below the key of a list, where no dash is yet.
      const items = this.#items(spec.items, '- ');
      const values = await this.#values(spec.items.kind === 'either' ? spec.items.string : spec.items, object);
      return [...items, ...values.map((each) => ({ ...each, insertText: `- ${each.insertText}` }))];
    }
    if (spec?.kind === 'enum-or-object') {
      return [this.#key(spec.key, 0)];
    }
    const table = asObject(spec);
    if (table === undefined) {
      return [];
    }
    const form = formOf(object, table);
    return table.keys
      .filter(({ name }) => !present.has(name))
      .filter(({ name }) => !(table === CANISTER && excludes(name, present)))
      .filter(({ types }) => types === undefined || form === undefined || types.includes(form))
      .map((key, index) => this.#key(key, index));
  }

  async #mapKeys(object: ObjectNode, byCanister: boolean, values: ValueSpec): Promise<Completion[]> {
    const present = propertiesOf(object);
    if (byCanister) {
      const names = (await this.#canisterNames()).filter((name) => !present.has(name));
      return names.map((name, index) =>
        this.#item(name, 'canister', {
          insertText: this.#keyText(this.document.source.write(name), values),
          snippet: true,
          detail: msg('canister'),
          sortText: order(index),
        }),
      );
    }
    const recipe = object.parent?.type === 'property' ? object.parent.parent : undefined;
    const type =
      recipe && valueSpecOf(recipe, this.document.kind) === RECIPE ? stringAt(propertiesOf(recipe), 'type') : undefined;
    const known = type && registryRecipe(type.value);
    const line = known && recipeLine(known);
    return (line?.keys ?? [])
      .filter(({ name }) => !present.has(name))
      .map(({ name, doc, required }, index) =>
        this.#item(name, 'key', {
          insertText: this.cursor.hasColon ? name : `${name}: `,
          documentation: doc,
          sortText: `${required === true ? 0 : 1}${order(index)}`,
        }),
      );
  }

  #key(key: KeySpec, index: number): Completion {
    return this.#item(key.name, 'key', {
      insertText: this.#keyText(key.name, key.value),
      snippet: true,
      documentation: key.doc,
      sortText: `${key.required === true ? 0 : 1}${order(index)}`,
      again: isChoice(key.value) || undefined,
      fromSchema: true,
    });
  }

  /** A key with what its value begins with, as a snippet. */
  #keyText(name: string, value: ValueSpec): string {
    const { hasColon, flow, dashes } = this.cursor;
    const written = escapeSnippet(name);
    if (hasColon) {
      return written;
    }
    const indent = ' '.repeat(dashes) + this.document.source.indent;
    if (flow || (value.kind !== 'object' && value.kind !== 'map' && value.kind !== 'array')) {
      return `${written}: `;
    }
    return value.kind === 'array' ? `${written}:\n${indent}- ` : `${written}:\n${indent}`;
  }

  // Whole items

  /** @param dash what has to be written before an item */
  #items(spec: ValueSpec | undefined, dash: '' | '- '): Completion[] {
    const table = asObject(spec);
    const bodies = table && SNIPPETS.get(table);
    const indent = ' '.repeat(this.cursor.dashes + dash.length);
    return (bodies ?? []).map(({ label, doc, lines }, index) =>
      this.#item(label, 'snippet', {
        insertText: lines.map((line, at) => (at === 0 ? dash : indent) + line).join('\n'),
        snippet: true,
        detail: doc,
        sortText: `0${order(index)}`,
        filterText: `${this.cursor.typed}${label}`,
      }),
    );
  }

  // Values

  async #values(spec: ValueSpec | undefined, node: ValueNode): Promise<Completion[]> {
    switch (spec?.kind) {
      case 'enum':
        return this.#choices(spec.values, node);
      case 'enum-or-object':
        return this.#choices(spec.values, node);
      case 'array':
        return spec.items.kind === 'enum' ? this.#choices(spec.items.values, node) : [];
      case 'boolean':
        return ['true', 'false'].map((label, index) =>
          this.#item(label, 'value', { insertText: label, sortText: order(index), fromSchema: true }),
        );
      case 'bytes':
        return this.#amounts(['512mib', '1gib', '2gib', '4gib']);
      case 'duration':
        return this.#amounts(['7d', '30d', '90d']);
      case 'integer':
        return spec.unit === 'cycles' ? this.#amounts(['500b', '1t', '5t']) : [];
      case 'string':
        return this.#strings(spec, node);
      case 'strings':
        return this.#strings(spec.item, node);
      default:
        return [];
    }
  }

  #choices(values: readonly EnumValue[], node: ValueNode): Completion[] {
    const listed = this.#listed(node);
    return values
      .filter(({ value }) => !listed.has(value))
      .map(({ value, doc }, index) =>
        this.#item(value, 'value', { documentation: doc, sortText: order(index), fromSchema: true }),
      );
  }

  #amounts(values: readonly string[]): Completion[] {
    return values.map((label, index) => this.#item(label, 'value', { sortText: order(index) }));
  }

  /** What the list around the node has already. */
  #listed(node: ValueNode): ReadonlySet<string> {
    const list = node.parent?.type === 'array' ? node.parent : undefined;
    return new Set(list?.items.flatMap((item) => (item.type === 'string' ? [item.value] : [])));
  }

  async #strings(spec: StringSpec, node: ValueNode): Promise<Completion[]> {
    switch (spec.role) {
      case 'canister':
      case 'controller': {
        const listed = this.#listed(node);
        const names = (await this.#canisterNames()).filter((name) => !listed.has(name));
        return names.map((name, index) =>
          this.#item(name, 'canister', { detail: msg('canister'), sortText: order(index) }),
        );
      }
      case 'network': {
        const { networks } = await this.#project();
        return [...networks.keys()].map((name, index) =>
          this.#item(name, 'network', { detail: msg('network'), sortText: order(index) }),
        );
      }
      case 'recipe':
        return this.#recipes();
      case 'file':
        return this.#paths(this.document.folder, spec.suffixes ?? [], 'file');
      case 'folder':
        return this.#paths(this.document.folder, [], 'folder');
      case 'canister-folder':
        return this.#paths(this.document.folder, [CANISTER_MANIFEST], 'folder');
      case 'project-folder':
        return this.#paths(this.document.folder, [PROJECT_MANIFEST], 'folder');
      case 'plain':
        return this.#configuration(node);
      default:
        return [];
    }
  }

  #recipes(): Completion[] {
    return recipeNames().flatMap((name, index) =>
      recipeVersions(name).map((version, age) =>
        this.#item(`@dfinity/${name}@${version}`, 'value', { sortText: `${order(age)}${order(index)}` }),
      ),
    );
  }

  /** Paths in the configuration of a recipe. */
  async #configuration(node: ValueNode): Promise<Completion[]> {
    const property = node.parent?.type === 'property' ? node.parent : undefined;
    const recipe = property?.parent.parent?.type === 'property' ? property.parent.parent.parent : undefined;
    const type = recipe && stringAt(propertiesOf(recipe), 'type');
    const known = type && registryRecipe(type.value);
    const key = known && recipeLine(known)?.keys.find(({ name }) => name === property!.key.value);
    if (key?.path === undefined) {
      return [];
    }
    const suffixes =
      key.name === 'candid'
        ? ['.did']
        : key.name === 'main'
          ? ['.mo']
          : key.path === 'file'
            ? ['.wasm', '.wasm.gz']
            : [];
    return this.#paths(this.document.folder, suffixes, key.path);
  }

  /** @param suffixes for files those of their names; for folders, a file in the best of them */
  async #paths(base: string, suffixes: readonly string[], wanted: 'file' | 'folder'): Promise<Completion[]> {
    const typed = this.cursor.typed.replace(/^["']/, '');
    const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
    if (
      /^[a-z][a-z0-9+.-]*:/i.test(folder) ||
      leavesFolder(this.facts.root, path.relative(this.facts.root, path.resolve(base, folder)))
    ) {
      return [];
    }
    const entries = await this.facts.host.list(path.resolve(base, folder));
    const found: Completion[] = [];
    for (const { name, directory } of entries.slice(0, 10 * MAX_ENTRIES)) {
      if (directory ? HIDDEN_FOLDERS.has(name) : wanted === 'folder') {
        continue;
      }
      if (!directory && suffixes.length > 0 && !suffixes.some((suffix) => name.endsWith(suffix))) {
        continue;
      }
      const label = `${folder}${name}`;
      const hasManifest =
        directory && wanted === 'folder' && suffixes[0] !== undefined
          ? (await this.facts.host.kind(path.resolve(base, label, suffixes[0]))) === 'file'
          : wanted === 'folder';
      const text = directory && !hasManifest ? `${label}/` : label;
      found.push(
        this.#item(text, directory ? 'folder' : 'file', {
          sortText: `${hasManifest ? 0 : directory ? 2 : 1}${text}`,
          again: (directory && !hasManifest) || undefined,
        }),
      );
      if (found.length >= MAX_ENTRIES) {
        break;
      }
    }
    return found;
  }

  // The project

  async #project(): Promise<ProjectFiles> {
    for (;;) {
      const { files, incomplete } = this.document.project(this.facts, []);
      if (!incomplete || !this.facts.needsLoad) {
        return files;
      }
      await this.facts.load();
    }
  }

  async #canisterNames(): Promise<string[]> {
    const { canisters } = await this.#project();
    return canisters.flatMap(({ name, member }) => (member === undefined ? [name] : []));
  }

  #item(label: string, kind: CompletionKind, extra: Extra = {}): Completion {
    const { range, typed } = this.cursor;
    const quote = /^["']/.exec(typed)?.[0] ?? '';
    const written = quote === '' ? this.document.source.write(label) : `${quote}${label}${quote}`;
    return {
      label,
      kind,
      insertText: written,
      range,
      filterText: `${quote}${label}`,
      sortText: label,
      ...extra,
    };
  }
}

/** `build` and `recipe` do not stand together. */
function excludes(name: string, present: ReadonlyMap<string, unknown>): boolean {
  return (name === 'build' && present.has('recipe')) || (name === 'recipe' && present.has('build'));
}

function isChoice(value: ValueSpec): boolean {
  return (
    ['enum', 'enum-or-object', 'boolean', 'bytes', 'duration'].includes(value.kind) ||
    (value.kind === 'string' && ['network', 'recipe', 'file', 'project-folder'].includes(value.role))
  );
}

function order(index: number): string {
  return String(index).padStart(4, '0');
}

interface Snippet {
  readonly label: string;
  readonly doc: Message;
  /** In VS Code's snippet syntax, each line as deep as it stands in the item. */
  readonly lines: readonly string[];
}

const newest = (name: string): string => `"@dfinity/${name}@${recipeVersions(name)[0]!}"`;
const recipe = (name: string, ...configuration: string[]): string[] => [
  `name: \${1:${name === 'static-site' ? 'frontend' : 'backend'}}`,
  'recipe:',
  `  type: ${newest(name)}`,
  '  configuration:',
  ...configuration.map((line) => `    ${line}`),
];

const SNIPPETS: ReadonlyMap<ObjectSpec, readonly Snippet[]> = new Map([
  [
    CANISTER,
    [
      {
        label: 'rust canister',
        doc: msg('A canister from a cargo package'),
        lines: recipe('rust', `package: \${2:$1}`),
      },
      {
        label: 'motoko canister',
        doc: msg('A canister from a Motoko file, which mops.toml names'),
        lines: [`name: \${1:backend}`, 'recipe:', `  type: ${newest('motoko')}`],
      },
      {
        label: 'website',
        doc: msg('A canister that serves the files of a folder'),
        lines: recipe('static-site', `dir: \${2:dist}`, 'build:', `  - \${3:npm run build}`),
      },
      {
        label: 'pre-built canister',
        doc: msg('A canister from a Wasm module that is there'),
        lines: [`name: \${1:name}`, 'build:', '  steps:', '    - type: pre-built', `      path: \${2:canister.wasm}`],
      },
      {
        label: 'canister with a build script',
        doc: msg('A canister that commands build'),
        lines: [
          `name: \${1:name}`,
          'build:',
          '  steps:',
          '    - type: script',
          '      commands:',
          `        - \${2:make}`,
          `        - cp \${3:canister.wasm} "\\$ICP_WASM_OUTPUT_PATH"`,
        ],
      },
    ],
  ],
  [
    NETWORK,
    [
      {
        label: 'network on this computer',
        doc: msg('A network that icp starts and stops'),
        lines: [`name: \${1:local}`, 'mode: managed', 'gateway:', `  port: \${2:8000}`],
      },
      {
        label: 'network by URL',
        doc: msg('A network that runs elsewhere'),
        lines: [`name: \${1:testnet}`, 'mode: connected', `url: \${2:https://}`, `root-key: \${3|fetch,mainnet|}`],
      },
    ],
  ],
  [
    ENVIRONMENT,
    [
      {
        label: 'environment',
        doc: msg('Where canisters are deployed, with ids of their own'),
        lines: [`name: \${1:staging}`, `network: \${2:ic}`],
      },
    ],
  ],
]);
