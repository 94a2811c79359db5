/**
 * Makes the JSON schemas from the table of keys. `scripts/schemas.ts` writes the files, and a test holds the files
 * against what this makes.
 *
 * The contributed schema offers keys and values and explains them, but accepts whatever it sees: our own checks report
 * what dfx would refuse, with the severity, the place and the repair that a schema cannot give, and each fault is to be
 * shown once. That of networks.json, which has no checks of its own here, is strict.
 */

import type { BuiltinCanisterType } from '../src/core/engines/dfx/dfx-config';
import { CANISTER, CANISTER_TYPES, DFX_JSON, NETWORK } from '../src/core/engines/dfx/language/keys';
import type { EnumValue, Json, KeySpec, ObjectSpec, ValueSpec } from '../src/core/language/spec';
import { formatMessage } from '../src/core/util/message';

export type Schema = { [key: string]: unknown };

function describe(key: KeySpec): string {
  const parts = [formatMessage(key.doc)];
  if (key.default !== undefined && key.default !== null) {
    parts.push(`Default: \`${JSON.stringify(key.default)}\`.`);
  }
  if (key.since !== undefined) {
    parts.push(`Since dfx ${key.since}.`);
  }
  return parts.join('\n\n');
}

function plain(markdown: string): string {
  return markdown.replace(/[`*]/g, '').replace(/\n+/g, ' ');
}

function enumSchema(values: readonly EnumValue[]): Schema {
  const docs = values.map(({ doc }) => (doc === undefined ? '' : formatMessage(doc)));
  return {
    type: 'string',
    enum: values.map(({ value }) => value),
    ...(docs.some((doc) => doc !== '') ? { enumDescriptions: docs.map(plain), markdownEnumDescriptions: docs } : {}),
  };
}

class Generator {
  readonly definitions = new Map<string, Schema>();

  constructor(readonly strict: boolean) {}

  /** A schema that explains and offers `schema`; in the contributed form it accepts anything else too. */
  #lenient(schema: Schema): Schema {
    return this.strict ? schema : { anyOf: [schema, {}] };
  }

  #nullable(schema: Schema, nullable: boolean): Schema {
    return this.strict && nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
  }

  key(key: KeySpec): Schema {
    const schema = this.#nullable(this.value(key.value), key.nullable === true);
    const description = describe(key);
    const examples = key.examples ?? [];
    const result: Schema = {
      title: key.name,
      description: plain(description),
      markdownDescription: description,
      ...schema,
    };
    if (key.default !== undefined && key.default !== null) {
      result['default'] = key.default;
    }
    if (examples.length > 0) {
      result['examples'] = examples;
    } else if (key.value.kind === 'string' && key.default === undefined) {
      // So that accepting the key puts the cursor between quotes.
      result['defaultSnippets'] = [{ label: '""', body: '$1' }];
    } else if (key.value.kind === 'array' && key.default === undefined && key.value.items.kind === 'string') {
      result['defaultSnippets'] = [{ label: '[]', body: ['$1'] }];
    }
    if (key.deprecated !== undefined) {
      // With a deprecation message VS Code would strike the key out a second time.
      result['doNotSuggest'] = true;
      result['x-deprecated'] = formatMessage(key.deprecated);
    }
    return result;
  }

  value(spec: ValueSpec): Schema {
    switch (spec.kind) {
      case 'string':
        if (spec.role === 'canister-type') {
          // Any other string may be the name of a dfx extension that defines a type.
          return { anyOf: [enumSchema(CANISTER_TYPES), {}] };
        }
        return this.strict ? { type: 'string' } : {};
      case 'either':
        return { anyOf: [this.value(spec.string), this.value(spec.object)] };
      case 'strings': {
        const item = this.value(spec.item);
        if (!this.strict) {
          return { items: item };
        }
        return { anyOf: [item, { type: 'array', items: item }] };
      }
      case 'boolean':
        return this.#lenient({ type: 'boolean' });
      case 'integer': {
        if (!this.strict) {
          return {};
        }
        return { type: 'integer', minimum: 0, maximum: Number(spec.maximum) };
      }
      case 'bytes':
      case 'duration':
        return {};
      case 'enum':
        return this.#lenient(enumSchema(spec.values));
      case 'known-strings':
        return { items: { anyOf: [enumSchema(spec.values), {}] }, uniqueItems: false };
      case 'enum-or-object': {
        const { name } = spec.key;
        const object: Schema = {
          properties: { [name]: this.key(spec.key) },
          defaultSnippets: [{ label: `{"${name}": […]}`, body: { [name]: ['$1'] } }],
        };
        return { anyOf: [enumSchema(spec.values), object, {}] };
      }
      case 'array':
        return {
          ...(this.strict ? { type: 'array' } : {}),
          ...(this.strict && spec.unique ? { uniqueItems: true } : {}),
          items: this.value(spec.items),
        };
      case 'map':
        return { ...(this.strict ? { type: 'object' } : {}), additionalProperties: this.value(spec.values) };
      case 'object':
        return this.#reference(spec);
    }
  }

  #reference(spec: ObjectSpec): Schema {
    const name = spec.upstream;
    if (!this.definitions.has(name)) {
      this.definitions.set(name, {});
      this.definitions.set(name, spec === CANISTER ? this.#canister() : this.object(spec, spec.keys));
    }
    return { $ref: `#/definitions/${name}` };
  }

  object(spec: ObjectSpec, keys: readonly KeySpec[]): Schema {
    const required = keys.filter((key) => key.required === true).map((key) => key.name);
    const schema: Schema = {
      ...(this.strict ? { type: 'object' } : {}),
      properties: Object.fromEntries(keys.map((key) => [key.name, this.key(key)])),
    };
    if (this.strict && required.length > 0) {
      schema['required'] = required;
    }
    if (spec === NETWORK) {
      schema['defaultSnippets'] = [
        { label: 'by URL', body: { providers: [`https://\${1:icp0.io}`], type: 'persistent' } },
        { label: 'run by dfx', body: { bind: `127.0.0.1:\${1:4943}`, type: 'ephemeral' } },
      ];
    }
    return schema;
  }

  #canister(): Schema {
    const common = CANISTER.keys.filter((key) => key.types === undefined);
    const own = (type: BuiltinCanisterType): readonly KeySpec[] =>
      CANISTER.keys.filter((key) => key.types?.includes(type));
    const properties = (keys: readonly KeySpec[]): Schema =>
      Object.fromEntries(keys.map((key) => [key.name, this.key(key)]));
    const perType = CANISTER_TYPES.map(({ value: type, doc }) => {
      return {
        // A canister without a type is one of motoko.
        if: { properties: { type: { const: type } }, ...(type === 'motoko' ? {} : { required: ['type'] }) },
        // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON schema, not a promise's method.
        then: {
          ...(doc === undefined ? {} : { $comment: plain(formatMessage(doc)) }),
          properties: properties(own(type)),
        },
      };
    });
    const specific = CANISTER.keys.filter((key) => key.types !== undefined);
    return {
      ...this.object(CANISTER, common),
      defaultSnippets: snippets(),
      allOf: [
        ...perType,
        // A type that an extension defines may read any of them, and keys of its own.
        {
          if: { properties: { type: { enum: CANISTER_TYPES.map(({ value }) => value) } } },
          else: { properties: properties(specific) },
        },
      ],
    };
  }
}

function snippets(): Schema[] {
  const bodies: [BuiltinCanisterType, Json][] = [
    ['motoko', { type: 'motoko', main: `\${1:src/main.mo}` }],
    ['rust', { type: 'rust', package: `\${1:package_name}`, candid: `\${2:src/canister.did}` }],
    ['assets', { type: 'assets', source: [`\${1:dist/}`], dependencies: [] }],
    [
      'custom',
      {
        type: 'custom',
        candid: `\${1:canister.did}`,
        wasm: `\${2:canister.wasm}`,
        build: [`\${3:make canister.wasm}`],
      },
    ],
    ['pull', { type: 'pull', id: `\${1:aaaaa-aa}` }],
  ];
  return bodies.map(([type, body]) => ({
    label: `${type} canister`,
    description: formatMessage(CANISTER_TYPES.find(({ value }) => value === type)!.doc!),
    body,
  }));
}

function finish(generator: Generator, title: string, body: Schema): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    ...body,
    definitions: Object.fromEntries([...generator.definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The schema of dfx.json. */
export function dfxSchema(): Schema {
  const generator = new Generator(false);
  const body = generator.object(DFX_JSON, DFX_JSON.keys);
  (body['properties'] as Schema)['$schema'] = { type: 'string', doNotSuggest: true };
  return finish(generator, 'dfx.json', body);
}

/** The schema of dfx's own networks.json: a bare map of networks. */
export function networksSchema(): Schema {
  const generator = new Generator(true);
  const networks = generator.value({ kind: 'map', keys: 'network', values: NETWORK });
  return finish(generator, 'networks.json', networks);
}
