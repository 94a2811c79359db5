import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { OFFERED, OPERATIONS, operationEntry } from '../../../src/core/lifecycle/operations';
import { FakeVscode } from './vscode';

interface Contributed {
  readonly command: string;
  readonly enablement?: string;
  readonly when?: string;
}

const { commands, menus }: { commands: Contributed[]; menus: Record<string, Contributed[]> } = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../../package.json'), 'utf8'),
).contributes;

const contextMenu = menus['view/item/context']!.filter(({ when }) => when?.includes('icCanisters.canisters'));

/** `top-up` is run by `icCanisters.topUp`. */
function commandOf(operation: string): string {
  return `icCanisters.${operation.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())}`;
}

let handlers: readonly string[] = [];

before(() => {
  new FakeVscode().install();
  const { COMMANDS } =
    require('../../../src/commands/command-table') as typeof import('../../../src/commands/command-table');
  handlers = Object.keys(COMMANDS);
});

describe('the table of commands', () => {
  it('has what package.json contributes, and what rows and new windows run beside', () => {
    const contributed = commands.map(({ command }) => command);
    assert.deepEqual(
      [...handlers].sort(),
      [...contributed, 'icCanisters.openFile', 'icCanisters.continueNewProject'].sort(),
    );
  });
});

describe('the table of operations', () => {
  for (const operation of OFFERED) {
    it(`has a command and a menu for ${operation}, where it applies`, () => {
      const command = commands.find((contributed) => contributed.command === commandOf(operation));
      assert.ok(command, 'there is a command');
      assert.match(command.enablement ?? '', /isWorkspaceTrusted/);
      const entries = contextMenu.filter((entry) => entry.command === command.command);
      assert.ok(entries.length > 0, 'there is an entry');
      for (const { when = '' } of entries) {
        assert.ok(when.includes(`\\bcan-${operation}\\b`), when);
      }
    });
  }

  it('knows every flag of an operation that menus test', () => {
    const flags = contextMenu.flatMap(({ when = '' }) => [...when.matchAll(/can-([a-z-]+)/g)].map((match) => match[1]));
    const offered: readonly (string | undefined)[] = OFFERED;
    assert.deepEqual(
      [...new Set(flags)].filter((flag) => flag !== 'copy' && !offered.includes(flag)),
      [],
    );
  });

  it('says what is lost wherever something is', () => {
    for (const operation of Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]) {
      const { severity, loss } = operationEntry(operation);
      assert.equal(loss !== undefined, severity === 'loss' || severity === 'destruction', operation);
    }
  });
});
