import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

const TITLE = 'Run your first canister';
const STEPS = [
  'Open or create a project',
  'Start the local network',
  'Deploy',
  'Call a method',
  'Look at the logs',
  'Know where you are, and as whom',
];

describe('the walkthrough', () => {
  let scratch: string;
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-walkthrough-'));
    example = await startExample(scratch);
    workbench = await Workbench.open({
      folder: example.project,
      env: example.env,
      // Wide enough for the pictures beside the steps.
      size: { width: 1700, height: 900 },
    });
  });

  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  const step = (title: string) => workbench.page.locator('.getting-started-step').filter({ hasText: title }).first();
  const picture = () => workbench.page.locator('.getting-started-media').first();
  async function expand(title: string): Promise<void> {
    const expanded = step(title).and(workbench.page.locator('.expanded'));
    if (!(await expanded.isVisible())) {
      await step(title).click();
      await expanded.waitFor();
    }
  }

  it('leads from a project to knowing where one is, with a picture and a button for each step', () =>
    workbench.watched('walkthrough', async () => {
      await workbench.runCommand('Welcome: Open Walkthrough...');
      await workbench.choose(TITLE);
      for (const title of STEPS) {
        await expand(title);
        assert.ok((await step(title).locator('.monaco-button').count()) > 0, title);
        await picture().waitFor();
        // The picture follows the step.
        await workbench.page.waitForTimeout(500);
        await workbench.screenshot(`walkthrough-${STEPS.indexOf(title) + 1}`);
      }
    }));

  it('has done what is done, and does the rest at a click', () =>
    workbench.watched('walkthrough-done', async () => {
      await step(STEPS[0]!).locator('.codicon-getting-started-step-checked').waitFor();
      const last = step(STEPS.at(-1)!);
      await expand(STEPS.at(-1)!);
      await last.locator('.codicon-getting-started-step-unchecked').waitFor();
      await last.getByRole('button', { name: 'Select network…' }).click();
      await workbench.choose(/^local/);
      await last.locator('.codicon-getting-started-step-checked').waitFor();
      await workbench.screenshot('walkthrough-done');
    }));
});
