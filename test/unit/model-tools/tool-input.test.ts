/** What language models pass to tools, held to the schemas of package.json. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { type InputSchema, readToolInput } from '../../../src/core/model-tools/tool-input';

interface Tool {
  readonly name: string;
  readonly inputSchema: InputSchema & { readonly type: string; readonly additionalProperties: boolean };
}

const TOOLS: readonly Tool[] = JSON.parse(readFileSync(path.resolve(__dirname, '../../../package.json'), 'utf8'))
  .contributes.languageModelTools;
const schemaOf = (name: string) => TOOLS.find((tool) => tool.name === `icCanisters_${name}`)!.inputSchema;

describe("a tool's input", () => {
  it('is described by no more than is read', () => {
    for (const { name, inputSchema } of TOOLS) {
      const { type, additionalProperties, properties, required = [], ...more } = inputSchema;
      assert.deepEqual([type, additionalProperties, more], ['object', false, {}], name);
      assert.ok(
        required.every((key) => key in properties),
        name,
      );
      for (const { description, ...property } of Object.values(properties) as unknown as Record<string, unknown>[]) {
        assert.equal(typeof description, 'string');
        const expected = property['type'] === 'string' ? ['maxLength', 'type'] : ['maximum', 'minimum', 'type'];
        assert.deepEqual(Object.keys(property).sort(), expected, name);
      }
    }
  });

  it('is taken where it is as described', () => {
    const query = { canister: 'a', method: 'm', arguments: '()', project: 'p/dfx.json' };
    assert.deepEqual(readToolInput(schemaOf('callQuery'), query), query);
    assert.deepEqual(readToolInput(schemaOf('readLog'), { canister: 'a', lines: 200 }), { canister: 'a', lines: 200 });
    assert.deepEqual(readToolInput(schemaOf('listCanisters'), {}), {});
    assert.deepEqual(readToolInput(schemaOf('listCanisters'), { project: undefined }), {});
  });

  const WRONG: readonly (readonly [tool: string, input: unknown, message: string])[] = [
    ['listCanisters', undefined, 'The input has to be an object.'],
    ['listCanisters', null, 'The input has to be an object.'],
    ['listCanisters', ['a'], 'The input has to be an object.'],
    ['listCanisters', 'a', 'The input has to be an object.'],
    ['listCanisters', { projekt: 'a' }, 'input.projekt: the tool takes no such input, but: project'],
    ['stop', { canister: 'a', toString: 1 }, 'input.toString: the tool takes no such input, but: canister, project'],
    ['stop', {}, 'input.canister is missing.'],
    ['stop', Object.create({ canister: 'a' }), 'input.canister is missing.'],
    ['stop', { canister: '' }, 'input.canister has to be a text of 1 to 100 characters.'],
    ['stop', { canister: 'a'.repeat(101) }, 'input.canister has to be a text of 1 to 100 characters.'],
    ['stop', { canister: ['a'] }, 'input.canister has to be a text of 1 to 100 characters.'],
    ['callQuery', { canister: 'a' }, 'input.method is missing.'],
    ['readLog', { canister: 'a', lines: 0 }, 'input.lines has to be a whole number from 1 to 200.'],
    ['readLog', { canister: 'a', lines: 1.5 }, 'input.lines has to be a whole number from 1 to 200.'],
    ['readLog', { canister: 'a', lines: '5' }, 'input.lines has to be a whole number from 1 to 200.'],
    ['readLog', { canister: 'a', lines: Number.NaN }, 'input.lines has to be a whole number from 1 to 200.'],
  ];

  it('is refused with its place where it is not', () => {
    for (const [tool, input, message] of WRONG) {
      assert.throws(() => readToolInput(schemaOf(tool), input), { name: 'Failure', message });
    }
    const input = JSON.parse('{"canister":"a","__proto__":{"project":"p"}}');
    assert.throws(() => readToolInput(schemaOf('stop'), input), /input\.__proto__: the tool takes no such input/);
  });
});
