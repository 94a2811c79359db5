// npm run release -- --check | marketplace | open-vsx: holds the .vsix to the tag, to CHANGELOG.md and to what may be shipped,
// and publishes it. The token is in VSCE_PAT or OVSX_PAT; the tag in GITHUB_REF_NAME, else it is that of the commit at hand.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import JSZip from 'jszip';
import { unwanted } from './shipped';

const ROOT = resolve(__dirname, '..');

interface Registry {
  /** The environment variable that holds its token. */
  readonly token: string;
  /** What npx is run with. */
  readonly args: (vsix: string) => string[];
}

const REGISTRIES: Record<string, Registry> = {
  marketplace: { token: 'VSCE_PAT', args: (vsix) => ['vsce', 'publish', '--packagePath', vsix] },
  // No package of ours: it would bring some hundred more for every checkout.
  'open-vsx': { token: 'OVSX_PAT', args: (vsix) => ['--yes', 'ovsx@1.4.0', 'publish', vsix] },
};

const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
};
const vsix = `${name}-${version}.vsix`;
const what = process.argv[2] ?? '';

void main();

async function main(): Promise<void> {
  const registry = REGISTRIES[what];
  if (what !== '--check' && !registry) {
    fail(`Say where: --check, ${Object.keys(REGISTRIES).join(' or ')}.`);
  }
  await check();
  if (registry) {
    publish(registry);
  }
}

async function check(): Promise<void> {
  const tags = (process.env.GITHUB_REF_NAME ?? run('git', ['tag', '--points-at', 'HEAD'])).split('\n');
  if (!tags.includes(`v${version}`)) {
    fail(`package.json has version ${version}: the tag must be v${version}, not ${tags.join(', ') || 'none'}.`);
  }
  const changes = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').split(/^## /m);
  if (!changes.some((section) => section.startsWith(`[${version}]`) || section.startsWith(`${version}`))) {
    fail(`CHANGELOG.md has no section of ${version}.`);
  }
  if (!existsSync(join(ROOT, vsix))) {
    fail(`There is no ${vsix}: npm run package makes it.`);
  }
  const zip = await JSZip.loadAsync(readFileSync(join(ROOT, vsix)));
  const files = Object.values(zip.files).filter(({ dir }) => !dir);
  const wrong = unwanted(files.map((file) => file.name));
  if (wrong.length > 0) {
    fail(`${vsix} has what is not to be shipped: ${wrong.join(', ')}`);
  }
  const shipped = JSON.parse((await zip.file('extension/package.json')?.async('string')) ?? '{}') as {
    name?: string;
    version?: string;
  };
  if (shipped.version !== version || shipped.name !== name) {
    fail(`${vsix} is of ${shipped.name} ${shipped.version}.`);
  }
  console.log(`${vsix}: ${files.length} files, all of them meant to be shipped`);
}

function publish({ token, args }: Registry): void {
  if (!process.env[token]) {
    fail(`${token} is not set.`);
  }
  const done = spawnSync('npx', args(vsix), { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  process.exitCode = done.status ?? 1;
}

function run(program: string, args: readonly string[]): string {
  return spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? '';
}

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}
