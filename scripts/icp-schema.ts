/**
 * Makes the JSON schemas of icp.yaml and canister.yaml from the table of keys, for people who have an extension for
 * YAML. They offer keys and values and explain them, and accept whatever they see: our own checks report what icp would
 * refuse, with the place and the repair that a schema cannot give, and each fault is to be shown once.
 */
import { CANISTER, ICP_YAML } from '../src/core/engines/icp/language/keys';
import { recipeNames, recipeVersions } from '../src/core/engines/icp/language/recipes';
import type { EnumValue, KeySpec, ObjectSpec, ValueSpec } from '../src/core/language/spec';
import { formatMessage } from '../src/core/util/message';

type Schema = { [key: string]: unknown };

class Generator {
  readonly definitions = new Map<string, Schema>();

  object(spec: ObjectSpec): Schema {
    if (!this.definitions.has(spec.upstream)) {
      this.definitions.set(spec.upstream, {});
      this.definitions.set(spec.upstream, {
        properties: Object.fromEntries(spec.keys.map((key) => [key.name, this.#key(key)])),
      });
    }
    return { $ref: `#/definitions/${spec.upstream}` };
  }

  #key(key: KeySpec): Schema {
    const parts = [formatMessage(key.doc)];
    if (key.default !== undefined) {
      parts.push(`Default: \`${JSON.stringify(key.default)}\`.`);
    }
    if (key.since !== undefined) {
      parts.push(`Since icp ${key.since}.`);
    }
    const markdown = parts.join('\n\n');
    const schema: Schema = {
      description: markdown.replace(/`/g, ''),
      markdownDescription: markdown,
      ...this.#value(key.value),
    };
    if (key.examples !== undefined) {
      schema['examples'] = key.examples;
    }
    return schema;
  }

  #value(spec: ValueSpec): Schema {
    switch (spec.kind) {
      case 'object':
        return this.object(spec);
      case 'either':
        return { anyOf: [this.object(spec.object), {}] };
      case 'enum':
        return choice(spec.values);
      case 'enum-or-object':
        return {
          anyOf: [...choice(spec.values).anyOf, { properties: { [spec.key.name]: this.#key(spec.key) } }],
        };
      case 'array':
        return { items: this.#value(spec.items) };
      case 'map':
        return { additionalProperties: this.#value(spec.values) };
      case 'boolean':
        return choice([{ value: true }, { value: false }]);
      case 'string':
        return spec.role === 'recipe' ? { anyOf: [{ enum: recipes() }, {}] } : {};
      default:
        return {};
    }
  }
}

function choice(values: readonly (EnumValue | { readonly value: boolean })[]): { readonly anyOf: Schema[] } {
  return { anyOf: [{ enum: values.map(({ value }) => value) }, {}] };
}

function recipes(): string[] {
  return recipeNames().flatMap((name) => recipeVersions(name).map((version) => `@dfinity/${name}@${version}`));
}

function schemaOf(title: string, spec: ObjectSpec): Schema {
  const generator = new Generator();
  const root = generator.object(spec);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    allOf: [root],
    definitions: Object.fromEntries([...generator.definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

export function icpSchema(): Schema {
  return schemaOf('icp.yaml', ICP_YAML);
}

export function canisterSchema(): Schema {
  return schemaOf('canister.yaml', CANISTER);
}
