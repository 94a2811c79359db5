import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const modules = join(root, 'node_modules');

/** Installs the packages of package-lock.json unless they are there. Ends the process where that fails. */
export function ensureInstalled() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (!engines.node.split('||').some((range) => admits(range, process.versions.node))) {
    console.error(`Node ${engines.node} is needed; this is ${process.version}.`);
    process.exit(1);
  }
  if (isUpToDate()) {
    return;
  }
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // `npm ci` would empty the folder of another checkout.
    console.warn('node_modules is a link and not what package-lock.json asks for: install where it points to.');
    return;
  }
  console.log('installing packages (npm ci)');
  // No package of ours needs its install script; some would download.
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    console.error('npm ci failed: see above. It needs the npm registry.');
    process.exit(1);
  }
}

/** Whether a version is within `^1.2.3` or `>=1.2.3`, the forms that package.json has. */
function admits(range, version) {
  const [, operator, ...lowest] = /^(\^|>=)(\d+)\.(\d+)\.(\d+)$/.exec(range.trim()) ?? [];
  const parts = version.split('.').map(Number);
  const wanted = lowest.map(Number);
  if (operator === '^' && parts[0] !== wanted[0]) {
    return false;
  }
  const different = parts.findIndex((part, index) => part !== wanted[index]);
  return different === -1 || parts[different] > wanted[different];
}

/** Whether node_modules holds what package-lock.json asks for, by npm's own record of what it installed. */
function isUpToDate() {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) {
    return false;
  }
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || (present[path] ? present[path].version === entry.version : entry.optional || entry.devOptional),
  );
}
