// Runs the suites of test/extension in desktop VS Code. IC_CANISTERS_VSCODE_VERSION chooses its version (`stable`
// unless given; `1.100.3`, `insiders`, …), IC_CANISTERS_VSCODE the executable of one that is installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { findSuites, ROOT, RUNNER, type Suite, withSuite } from '../test/host/extension-tests';
import { followResults, readResults } from '../test/host/results';
import { QUIET_SETTINGS } from '../test/host/vscode-server';

const totals = { passed: 0, failed: 0, skipped: 0 };

async function main(): Promise<void> {
  const suites = findSuites(process.argv.slice(2));
  if (suites.length === 0) {
    throw new Error('No test file matches.');
  }
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Error('Desktop VS Code needs a display. Without one: xvfb-run -a npm run test:desktop');
  }
  const executable = await findVscode();
  if (spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' }).status !== 0) {
    throw new Error('The build failed.');
  }
  for (const suite of suites) {
    await runSuite(suite, executable);
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

async function findVscode(): Promise<string> {
  const installed = process.env['IC_CANISTERS_VSCODE'];
  if (installed) {
    return installed;
  }
  const version = process.env['IC_CANISTERS_VSCODE_VERSION'] || 'stable';
  try {
    return await downloadAndUnzipVSCode({ version, cachePath: join(ROOT, '.vscode-test', 'desktop') });
  } catch (error) {
    throw new Error(
      `Desktop VS Code ${version} could not be downloaded (${error instanceof Error ? error.message : error}).\n` +
        'Name the executable of an installed one in IC_CANISTERS_VSCODE, or run `npm test`, which needs only npm and apt.',
    );
  }
}

async function runSuite(suite: Suite, executable: string): Promise<void> {
  console.log(`suite ${suite.name}`);
  const scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-desktop-'));
  const results = join(scratch, 'results.jsonl');
  const stop = followResults(results, (line) => console.log(line));
  let broken: string | undefined;
  try {
    await withSuite(suite, results, async (setup, env) => {
      const userData = join(scratch, 'user-data');
      mkdirSync(join(userData, 'User'), { recursive: true });
      writeFileSync(join(userData, 'User', 'settings.json'), JSON.stringify({ ...QUIET_SETTINGS, ...setup.settings }));
      const opened = setup.workspace ?? setup.folder;
      await runTests({
        vscodeExecutablePath: executable,
        extensionDevelopmentPath: [ROOT, ...(setup.otherExtensions ?? [])],
        extensionTestsPath: RUNNER,
        extensionTestsEnv: env,
        launchArgs: [
          ...(opened === undefined ? [] : [opened]),
          ...['--user-data-dir', userData, '--extensions-dir', join(scratch, 'extensions')],
          ...(setup.workspaceTrust ? [] : ['--disable-workspace-trust']),
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      });
    });
  } catch (error) {
    broken = error instanceof Error ? error.message : String(error);
  } finally {
    stop();
  }
  const { tests, ended } = readResults(results);
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  for (const test of tests) {
    totals[test.state]++;
  }
  if (!ended || tests.length === 0) {
    console.log(`✖ The suite ${suite.name} did not come to its end. ${broken ?? ''}`);
    totals.failed++;
  } else if (broken !== undefined && !tests.some((test) => test.state === 'failed')) {
    console.log(`✖ The suite ${suite.name}: ${broken}`);
    totals.failed++;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
