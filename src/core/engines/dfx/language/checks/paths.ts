import path from 'node:path';
import { msg } from '../../../../util/message';
import { leavesFolder } from '../../../../util/paths';
import type { CheckContext } from '../check-context';
import { isUrl } from '../dfx-model';
import type { Site } from '../structure';
import { hasBuild } from './build';
import { createFix } from './create';

/** Folders that tools write: what is missing below them is made by the next build. */
const OUTPUT_FOLDERS: ReadonlySet<string> = new Set([
  'dist',
  'build',
  'out',
  'output',
  'target',
  'node_modules',
  'generated',
  'declarations',
]);

/** The part of a path before the first folder that a tool writes; undefined where there is none. */
function beforeOutput(relative: string): string | undefined {
  const steps = relative.split(/[\\/]/).filter((step) => step !== '' && step !== '.');
  const at = steps.findIndex((step) => OUTPUT_FOLDERS.has(step) || (step.startsWith('.') && step !== '..'));
  return at < 0 ? undefined : steps.slice(0, at).join('/');
}

/** The files and folders that must be there, leaving out what a build makes. */
function mustExist(site: Site): boolean {
  const { key, owner: canister } = site;
  if (canister === undefined) {
    return false;
  }
  switch (key.name) {
    case 'main':
      return canister.kind === 'motoko' || canister.kind === 'extension';
    case 'candid':
      // The candid of `remote` is read for every type.
      return (
        site.spec?.role === 'file' || canister.kind === 'rust' || (canister.kind === 'custom' && !hasBuild(canister))
      );
    case 'source':
    case 'path':
      return true;
    default:
      return false;
  }
}

export function checkPaths({ sites, facts, findings }: CheckContext): void {
  for (const site of sites) {
    const { node, key, role } = site;
    if (role !== 'file' && role !== 'folder' && role !== 'file-or-url') {
      continue;
    }
    const { value } = node;
    const isEnvFile = key.name === 'output_env_file';
    if (isEnvFile && path.isAbsolute(value)) {
      const inside = path.relative(facts.root, value);
      findings.report('absolute-env-file', node, msg('"output_env_file" must be a path relative to the project.'), {
        fixes: () => (leavesFolder(facts.root, value) ? [] : [findings.change(node, inside, true)]),
      });
      continue;
    }
    if ((isEnvFile || role === 'folder') && leavesFolder(facts.root, value)) {
      findings.report('outside-project', node, msg('"{0}" must lie inside the project folder.', key.name));
      continue;
    }
    if (isEnvFile) {
      const folder = path.dirname(value);
      if (folder !== '.' && facts.kind(folder) === 'missing') {
        findings.report('missing-file', node, msg('There is no folder "{0}".', folder));
      }
      continue;
    }
    if (!mustExist(site) || (role === 'file-or-url' && isUrl(value))) {
      continue;
    }
    const kind = facts.kind(value);
    if (kind === undefined) {
      continue;
    }
    const wanted = role === 'folder' ? 'directory' : 'file';
    if (kind === wanted) {
      continue;
    }
    if (kind !== 'missing') {
      const message =
        wanted === 'file' ? msg('"{0}" is a folder, not a file.', value) : msg('"{0}" is a file, not a folder.', value);
      findings.report('missing-file', node, message);
      continue;
    }
    const before = beforeOutput(value);
    if (before === '' || (before !== undefined && facts.kind(before) !== 'missing')) {
      continue;
    }
    const message = wanted === 'file' ? msg('There is no file "{0}".', value) : msg('There is no folder "{0}".', value);
    findings.report('missing-file', node, message, { fixes: () => createFix(facts, site) });
  }
}
