/** Commands that lead to what has to come first, and offer only what makes sense. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import type { Failure } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';
import { dfxToolchain } from '../../support/dfx-toolchain';
import { makeWorld, write } from '../monitor/world';
import { FakeVscode } from './vscode';

const vscode = new FakeVscode();
type Dependencies = typeof import('../../../src/commands/manage-dependencies');
type Browser = typeof import('../../../src/commands/open-in-browser');
let dependencies: Dependencies;
let browser: Browser;
/** The labels of the lists that were shown; nothing is chosen from them. */
let lists: string[][] = [];

before(() => {
  vscode.install();
  const { window } = vscode.api as { window: Record<string, unknown> };
  window['showQuickPick'] = async (items: readonly { readonly label: string }[]) => {
    lists.push(items.map(({ label }) => label));
    return undefined;
  };
  dependencies = require('../../../src/commands/manage-dependencies') as Dependencies;
  browser = require('../../../src/commands/open-in-browser') as Browser;
});

async function setUp(t: TestContext) {
  const world = await makeWorld(t);
  await world.monitor.refresh();
  const { monitor, locations } = world;
  const workspace = { ready: async () => undefined, projects: [monitor], project: () => monitor };
  return { ...world, context: { workspace, toolchains: [dfxToolchain(locations)] } as never };
}

/** What a command fails with, and the commands that its buttons run. */
async function failureOf(work: Promise<void>): Promise<[string, ...string[]]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason as Failure,
  );
  assert.ok(error?.data, String(error));
  return [formatMessage(error.data.message), ...(error.data.actions ?? []).map(({ command }) => command)];
}

const NOTHING = { canisters: [] } as never;

describe('the dependencies of a project', () => {
  it('are pulled, then get init arguments, then are deployed: what is missing is offered', async (t) => {
    const { context, project, monitor } = await setUp(t);
    const { name } = monitor;
    const file = (of: string) => path.join(project.folder, 'deps', of);
    const unpulled = [`The dependencies of ${name} have not been pulled yet.`, 'icCanisters.depsPull'];
    assert.deepEqual(await failureOf(dependencies.deployDependencies(context, NOTHING)), unpulled);
    assert.deepEqual(await failureOf(dependencies.initDependencies(context, NOTHING)), unpulled);
    write(file('pulled.json'), {});
    assert.deepEqual(await failureOf(dependencies.deployDependencies(context, NOTHING)), [
      `The init arguments of the dependencies of ${name} have not been set yet.`,
      'icCanisters.depsInit',
    ]);
    write(file('init.json'), {});
    // On to dfx, which is not there.
    assert.match((await failureOf(dependencies.deployDependencies(context, NOTHING)))[0], /dfx was (?:not )?found/);
  });
});

describe('pages in the browser', () => {
  it('are offered of canisters that have one', async (t) => {
    const { context } = await setUp(t);
    lists = [];
    await failureOf(browser.openFrontend(context, NOTHING));
    await failureOf(browser.openCandidUi(context, NOTHING));
    assert.deepEqual(lists, [
      ['hello_frontend'],
      ['hello_backend', 'hello_frontend', 'ledger', 'internet_identity', 'kybra_app', 'oracle'],
    ]);
    lists = [];
    assert.match((await failureOf(browser.openDashboard(context, NOTHING)))[0], /No canister is in a state that fits/);
    assert.deepEqual(lists, []);
  });
});
