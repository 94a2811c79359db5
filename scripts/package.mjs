// npm run package: makes ic-canisters-<version>.vsix and holds it to its size.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

const KILOBYTE = 1000;
const LIMITS = { 'dist/extension.js': 106 * KILOBYTE, vsix: 900 * KILOBYTE };

ensureInstalled();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const vsix = `${manifest.name}-${manifest.version}.vsix`;
rmSync(join(root, vsix), { force: true });
// It builds too: vsce runs the script `vscode:prepublish` first.
const vsce = spawnSync(
  process.execPath,
  ['node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--out', vsix],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
if (vsce.status !== 0 || !existsSync(join(root, vsix))) {
  console.error('vsce package failed: see above');
  process.exit(1);
}
const listing = spawnSync(process.execPath, ['node_modules/@vscode/vsce/vsce', 'ls', '--no-dependencies'], {
  cwd: root,
  encoding: 'utf8',
});
const shipped = listing.stdout.split(/\r?\n/).filter(Boolean);
for (const path of namedFiles(manifest)) {
  if (!shipped.some((file) => file === path || file.startsWith(`${path}/`))) {
    console.error(`package.json names ${path}, which .vscodeignore leaves out`);
    process.exitCode = 1;
  }
}
for (const [file, limit] of [
  ['dist/extension.js', LIMITS['dist/extension.js']],
  [vsix, LIMITS.vsix],
]) {
  const size = statSync(join(root, file)).size;
  console.log(`${file}: ${(size / KILOBYTE).toFixed(1)} KB of at most ${limit / KILOBYTE} KB`);
  if (size > limit) {
    console.error(`${file} is too large`);
    process.exitCode = 1;
  }
}

/** Paths anywhere in the manifest. */
function namedFiles(value) {
  if (typeof value === 'string') {
    return /^(\.\/|media\/|schemas\/)/.test(value) ? [value.replace(/^\.\//, '')] : [];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namedFiles) : [];
}
