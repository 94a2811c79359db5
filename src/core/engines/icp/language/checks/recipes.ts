import path from 'node:path';
import { type Properties, propertiesOf, type StringNode } from '../../../../document/tree';
import { msg } from '../../../../util/message';
import { closest } from '../../../../util/suggest';
import type { CheckContext } from '../check-context';
import type { CanisterEntry, RecipeEntry } from '../icp-model';
import { isOlder, type RegistryRecipe, recipeLine, recipeNames, recipeVersions, registryRecipe } from '../recipes';
import { checkFile } from './canisters';

/** The first asset-canister whose steps icp still knows. */
const FIRST_WORKING_ASSETS = 'v2.2.1';
/** The first motoko that reads its configuration from mops.toml. */
const FIRST_WITH_MOPS = 'v5.0.0';

export function checkRecipes(context: CheckContext): void {
  for (const canister of context.model.canisters) {
    const { recipe } = canister;
    if (recipe === undefined) {
      continue;
    }
    checkChecksum(context, recipe);
    const known = registryRecipe(recipe.type.value);
    if (known !== undefined) {
      checkRegistry(context, canister, recipe, known);
    }
  }
}

function checkChecksum({ findings }: CheckContext, { keys }: RecipeEntry): void {
  const checksum = keys.get('sha256')?.value;
  if (checksum?.type === 'string' && !/^[0-9a-fA-F]{64}$/.test(checksum.value)) {
    findings.report('invalid-checksum', checksum, msg('A SHA-256 checksum has 64 hexadecimal digits.'));
  }
}

function checkRegistry(
  context: CheckContext,
  canister: CanisterEntry,
  recipe: RecipeEntry,
  known: RegistryRecipe,
): void {
  const { findings } = context;
  const { type } = recipe;
  const versions = recipeVersions(known.name);
  const newest = versions[0];
  if (newest === undefined) {
    const guess = closest(known.name, recipeNames());
    findings.report(
      'unknown-recipe',
      type,
      guess === undefined
        ? msg('There is no known recipe "{0}" in the registry of DFINITY.', known.name)
        : msg('There is no known recipe "{0}" in the registry of DFINITY. Did you mean "{1}"?', known.name, guess),
      { fixes: () => findings.changeToAny(type, guess && `@dfinity/${guess}@${known.version}`, []) },
    );
    return;
  }
  const update = () => [findings.change(type, `@dfinity/${known.name}@${newest}`)];
  if (known.name === 'asset-canister' && isOlder(known.version, FIRST_WORKING_ASSETS)) {
    findings.report(
      'broken-recipe',
      type,
      msg(
        'icp refuses what this version makes: it has a step that icp does not know since 0.3. Use {0} or later.',
        FIRST_WORKING_ASSETS,
      ),
      { fixes: update },
    );
  } else if (isOlder(known.version, newest)) {
    findings.report('newer-recipe', type, msg('There is a newer version of this recipe: {0}', newest), {
      fixes: update,
    });
  }
  checkConfiguration(context, canister, recipe, known);
  if (known.name === 'motoko' && !isOlder(known.version, FIRST_WITH_MOPS)) {
    checkMops(context, canister, type);
  }
}

function checkConfiguration(
  context: CheckContext,
  { name }: CanisterEntry,
  { configuration, type, keys, object }: RecipeEntry,
  recipe: RegistryRecipe,
): void {
  const { findings } = context;
  const line = recipeLine(recipe);
  if (line === undefined) {
    return;
  }
  const present: Properties = configuration === undefined ? new Map() : propertiesOf(configuration);
  const folder = context.folderOf(name?.value) ?? context.folder;
  for (const [key, property] of present) {
    const known = line.keys.find((each) => each.name === key);
    if (known !== undefined) {
      const { value } = property;
      if (known.path !== undefined && value?.type === 'string') {
        checkFile(context, value, known.path, folder);
      }
      continue;
    }
    const moved = recipe.name === 'motoko' && ['main', 'args', 'candid'].includes(key);
    const guess = closest(
      key,
      line.keys.map((each) => each.name).filter((each) => !present.has(each)),
    );
    let message = msg('The recipe "{0}" does not know "{1}" and ignores it.', recipe.name, key);
    if (moved) {
      message = msg('This version of the recipe reads "{0}" from [canisters.<name>] in mops.toml.', key);
    } else if (guess !== undefined) {
      message = msg(
        'The recipe "{0}" does not know "{1}" and ignores it. Did you mean "{2}"?',
        recipe.name,
        key,
        guess,
      );
    }
    findings.report('recipe-configuration', property.key, message, {
      fixes: () => [...(moved ? [] : findings.changeToAny(property.key, guess, [], true)), findings.remove(property)],
    });
  }
  const added = (key: string, value: string) => {
    const { document } = findings;
    const empty = keys.get('configuration');
    if (configuration !== undefined) {
      return document.addProperties(configuration, [[key, value]]);
    }
    return empty === undefined
      ? document.addProperties(object, [['configuration', { [key]: value }]])
      : context.model.document.setValue(empty, { [key]: value });
  };
  for (const { name: key, required, path: kind } of line.keys) {
    if (required === true && !present.has(key)) {
      const value = kind === 'folder' ? 'dist' : key === 'main' ? 'src/main.mo' : key;
      findings.report(
        'recipe-configuration',
        type,
        msg(
          'The recipe "{0}" needs "{1}" in "configuration"; without it icp cannot load the project.',
          recipe.name,
          key,
        ),
        {
          fixes: () => [
            {
              title: msg('Add "{0}"', key),
              edits: added(key, value),
            },
          ],
        },
      );
    }
  }
}

/** From version 5 on the recipe for Motoko finds what to compile in mops.toml. */
function checkMops(context: CheckContext, { name }: CanisterEntry, type: StringNode): void {
  const { findings, facts } = context;
  if (name === undefined) {
    return;
  }
  const folder = context.folderOf(name.value) ?? context.folder;
  const places = [...new Set([folder, facts.root])].map((each) => facts.mopsCanisters(path.join(each, 'mops.toml')));
  const known = places.find((each) => each !== null);
  if (places.includes(undefined) || known?.has(name.value)) {
    return;
  }
  findings.report(
    'mops-canister',
    type,
    known !== undefined
      ? msg(
          'mops.toml has no [canisters.{0}], from which this version of the recipe takes what to compile.',
          name.value,
        )
      : msg('There is no mops.toml, from which this version of the recipe takes what to compile.'),
  );
}
