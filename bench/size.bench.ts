/** What is downloaded and what is loaded at activation. `npm run package` holds both to the same limits. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT, report, run } from './support';

const kilobytes = (file: string) => statSync(path.join(ROOT, file)).size / 1000;

run(async () => {
  const packaged = spawnSync(process.execPath, ['scripts/package.mjs'], { cwd: ROOT, encoding: 'utf8' });
  if (packaged.error || packaged.stdout.includes('failed')) {
    throw new Error(`${packaged.stdout}${packaged.stderr}`);
  }
  const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  report([
    { what: 'activation bundle', value: kilobytes('dist/extension.js'), unit: 'KB', limit: 106 },
    { what: 'agent bundle, loaded on first use', value: kilobytes('dist/agent.js'), unit: 'KB' },
    { what: '.vsix', value: kilobytes(`${name}-${version}.vsix`), unit: 'KB', limit: 900 },
  ]);
});
