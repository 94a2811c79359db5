import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { getLanguageService, type JSONSchema, TextDocument } from 'vscode-json-languageservice';
import { canisterSchema, icpSchema } from '../../../../../scripts/icp-schema';
import { parseYaml } from '../../../../../src/core/document/parse-yaml';
import type { ValueNode } from '../../../../../src/core/document/tree';
import { PROJECTS } from '../manifests';

test('the schemas of icp are what the table of keys makes', () => {
  for (const [name, schema] of [
    ['icp', icpSchema()],
    ['canister', canisterSchema()],
  ] as const) {
    const file = join(__dirname, `../../../../../schemas/${name}.schema.json`);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(JSON.stringify(schema)));
  }
});

function plain(node: ValueNode | undefined): unknown {
  switch (node?.type) {
    case 'object':
      return Object.fromEntries(
        node.properties.flatMap(({ key, value }) => (key.value.startsWith('$') ? [] : [[key.value, plain(value)]])),
      );
    case 'array':
      return node.items.map(plain);
    case 'string':
      return node.value;
    case 'number':
      return Number(node.raw);
    case 'boolean':
      return node.raw === 'true';
    default:
      return null;
  }
}

test('the schema of icp.yaml reports nothing, so that no fault is shown twice', async () => {
  const json = getLanguageService({});
  json.configure({
    validate: true,
    schemas: [{ uri: 'test://icp', fileMatch: ['icp.json'], schema: icpSchema() as JSONSchema }],
  });
  for (const [name, files] of Object.entries(PROJECTS)) {
    const text = typeof files === 'string' ? files : files['icp.yaml']!;
    const { root, problems } = parseYaml(text);
    if (problems.length > 0) {
      continue;
    }
    const document = TextDocument.create('file:///icp.json', 'json', 1, JSON.stringify(plain(root)));
    const found = await json.doValidation(document, json.parseJSONDocument(document));
    assert.deepEqual(
      found.map(({ message }) => message),
      [],
      name,
    );
  }
});
