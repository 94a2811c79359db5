import { type Message, msg } from '../../../util/message';

/** What a configuration value of a recipe is. */
export interface RecipeKey {
  readonly name: string;
  readonly doc: Message;
  /** A path relative to the folder of the canister. */
  readonly path?: 'file' | 'folder';
  /** The recipe cannot be rendered without it. */
  readonly required?: true;
}

/** A recipe of the registry `@dfinity`, with what is known of one line of its versions. */
export interface RecipeLine {
  /** Versions, the newest first. */
  readonly versions: readonly string[];
  readonly keys: readonly RecipeKey[];
}

const SHRINK: RecipeKey = { name: 'shrink', doc: msg('Whether the module is made smaller.') };
const COMPRESS: RecipeKey = { name: 'compress', doc: msg('Whether the module is compressed.') };
const METADATA: RecipeKey = { name: 'metadata', doc: msg('Sections of metadata: a list of `name` and `value`.') };
const CANDID: RecipeKey = {
  name: 'candid',
  doc: msg('The Candid file of the canister; made during the build where it is not given.'),
  path: 'file',
};

/** Official recipes and their lines, the newest first (dfinity/icp-cli-recipes, and releases seen in dfinity/examples). */
const RECIPES: ReadonlyMap<string, readonly RecipeLine[]> = new Map([
  [
    'rust',
    [
      {
        versions: ['v3.3.0', 'v3.2.0', 'v3.1.0', 'v3.0.0'],
        keys: [
          { name: 'package', doc: msg('The cargo package that is compiled.') },
          CANDID,
          SHRINK,
          COMPRESS,
          METADATA,
        ],
      },
    ],
  ],
  [
    'motoko',
    [
      { versions: ['v5.1.0', 'v5.0.0'], keys: [SHRINK, COMPRESS, METADATA] },
      {
        versions: ['v4.1.0', 'v4.0.0'],
        keys: [
          { name: 'main', doc: msg('The Motoko file with which compilation begins.'), path: 'file', required: true },
          { name: 'args', doc: msg('Further arguments for the compiler.') },
          CANDID,
          SHRINK,
          COMPRESS,
          METADATA,
        ],
      },
    ],
  ],
  [
    'asset-canister',
    [
      {
        versions: ['v2.3.0', 'v2.2.1'],
        keys: [
          { name: 'dir', doc: msg('The folder whose files are served.'), path: 'folder', required: true },
          { name: 'build', doc: msg('Commands that make the files.') },
          { name: 'version', doc: msg('The version of the asset canister.') },
          METADATA,
        ],
      },
    ],
  ],
  [
    'static-site',
    [
      {
        versions: ['v0.3.1'],
        keys: [
          { name: 'dir', doc: msg('The folder whose files are served.'), path: 'folder', required: true },
          { name: 'build', doc: msg('Commands that make the files.') },
          METADATA,
        ],
      },
    ],
  ],
  [
    'prebuilt',
    [
      {
        versions: ['v2.0.0'],
        keys: [
          { name: 'path', doc: msg('The file of the module.'), path: 'file', required: true },
          { name: 'sha256', doc: msg('The SHA-256 checksum of the module.') },
          SHRINK,
          COMPRESS,
          METADATA,
        ],
      },
    ],
  ],
]);

export interface RegistryRecipe {
  readonly name: string;
  readonly version: string;
}

/** The parts of `@dfinity/<name>@<version>`. */
export function registryRecipe(type: string): RegistryRecipe | undefined {
  const match = /^@dfinity\/([^/@]+)@([^@]+)$/.exec(type);
  return match ? { name: match[1]!, version: match[2]! } : undefined;
}

export function recipeNames(): readonly string[] {
  return [...RECIPES.keys()];
}

/** Every version that is known of a recipe, the newest first. */
export function recipeVersions(name: string): readonly string[] {
  return (RECIPES.get(name) ?? []).flatMap(({ versions }) => versions);
}

/** What is known of a recipe in the line that a version belongs to: that of the same major version. */
export function recipeLine({ name, version }: RegistryRecipe): RecipeLine | undefined {
  const major = /^v?(\d+)\./.exec(version)?.[1];
  return (RECIPES.get(name) ?? []).find(({ versions }) => /^v?(\d+)\./.exec(versions[0]!)?.[1] === major);
}

/** `v1.2.3` as numbers; undefined for any other form. */
export function versionNumbers(version: string): readonly [number, number, number] | undefined {
  const match = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Whether version `a` is older than `b`; false where either has no numbers. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [versionNumbers(a), versionNumbers(b)];
  if (left === undefined || right === undefined) {
    return false;
  }
  const at = left.findIndex((number, index) => number !== right[index]);
  return at >= 0 && left[at]! < right[at]!;
}
