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

const read = (file: string) => JSON.parse(readFileSync(path.resolve(__dirname, '../../..', file), 'utf8'));
const {
  commands,
  menus,
  viewsWelcome,
}: {
  commands: Contributed[];
  menus: Record<string, Contributed[]>;
  viewsWelcome: { view: string; contents: string; when: string }[];
} = read('package.json').contributes;
const texts: Record<string, string> = read('package.nls.json');

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

describe('what a view says and offers without a project', () => {
  for (const { view, contents, when } of viewsWelcome) {
    const text = texts[contents.replaceAll('%', '')] ?? '';

    it(`has buttons that can do something: ${contents} in ${view}`, () => {
      const buttons = [...text.matchAll(/\(command:([\w.]+)/g)].map(([, id = '']) => id);
      assert.ok(buttons.length > 0, text);
      for (const id of buttons.filter((each) => each.startsWith('icCanisters.'))) {
        const { enablement = '' } = commands.find(({ command }) => command === id) ?? assert.fail(`there is no ${id}`);
        for (const condition of enablement.split(' && ').filter(Boolean)) {
          assert.ok(when.split(' && ').includes(condition), `${id} needs ${condition}`);
        }
      }
    });
  }

  it('leads to a new project, the sample and the walkthrough, with a folder and without', () => {
    const leading = viewsWelcome.filter(({ contents }) => /newProject/.test(texts[contents.replaceAll('%', '')] ?? ''));
    assert.deepEqual(
      leading.map(({ when }) => /workspaceFolderCount (?:==|>) 0/.exec(when)?.[0]),
      ['workspaceFolderCount == 0', 'workspaceFolderCount > 0'],
    );
    for (const { contents } of leading) {
      assert.match(
        texts[contents.replaceAll('%', '')] ?? '',
        /openSample[\s\S]*openWalkthrough\?%22ic-canisters\.ic-canisters%23firstCanister/,
      );
    }
  });

  it('has no actions in the title of the Canisters view that need one', () => {
    const always = menus['view/title']!.filter(
      ({ when = '' }) => /icCanisters\.canisters\b/.test(when) && !/hasProjects|engines/.test(when),
    ).map(({ command }) => command);
    assert.deepEqual(always.sort(), ['icCanisters.newProject', 'icCanisters.reportIssue', 'icCanisters.showLog']);
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
