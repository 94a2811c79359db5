import path from 'node:path';
import type { Severity } from '../../../../language/findings';
import { msg } from '../../../../util/message';
import { leavesFolder } from '../../../../util/paths';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import type { CheckContext } from '../check-context';
import type { DfxFacts } from '../dfx-facts';
import { isRemoteSomewhere, isUrl, looksLikeUrl, readsKey } from '../dfx-model';
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

/** Whether what is missing at this path is made by tools, and left out of version control. Undefined: not known yet. */
export function isMade(facts: DfxFacts, relative: string): boolean | undefined {
  const before = beforeOutput(relative);
  return before === '' || (before !== undefined && facts.kind(before) !== 'missing') || facts.ignored(relative);
}

/** Deeper paths than any project has are not followed. */
const MAX_STEPS = 64;

/** The part of a path before the first folder that a tool writes; undefined where there is none. */
function beforeOutput(relative: string): string | undefined {
  const steps = relative.split(/[\\/]/).filter((step) => step !== '' && step !== '.');
  const at = steps.findIndex((step) => OUTPUT_FOLDERS.has(step) || (step.startsWith('.') && step !== '..'));
  return at < 0 ? undefined : steps.slice(0, at).join('/');
}

/** How sure it is that a file or folder has to be there. Undefined: dfx does not read it. */
function need(site: Site): 'certain' | 'unless built' | 'made' | undefined {
  const { key, owner: canister } = site;
  if (canister === undefined || !readsKey(canister, key)) {
    return undefined;
  }
  switch (key.name) {
    case 'main':
      return canister.kind === 'motoko' || canister.kind === 'extension' ? 'certain' : undefined;
    case 'wasm':
    case 'candid':
      // The candid of `remote` is read for every type.
      if (site.spec?.role === 'file' || canister.kind === 'rust') {
        return 'certain';
      }
      return canister.kind === 'custom' ? (hasBuild(canister) ? 'made' : 'certain') : undefined;
    case 'source':
      return hasBuild(canister) ? 'unless built' : 'certain';
    case 'init_arg_file':
      return hasBuild(canister) ? 'unless built' : 'certain';
    case 'path':
      return 'certain';
    default:
      return undefined;
  }
}

export function checkPaths(context: CheckContext): void {
  const { sites, facts, findings } = context;
  for (const site of sites) {
    const { node, key, role, owner } = site;
    const { value } = node;
    if (key.name === 'output_env_file') {
      checkEnvFile(context, site);
      continue;
    }
    if (role !== 'file' && role !== 'folder' && role !== 'file-or-url') {
      continue;
    }
    if (role === 'folder' && (owner === undefined || readsKey(owner, key)) && leavesFolder(facts.root, value)) {
      findings.report('outside-project', node, msg('"{0}" must lie inside the project folder.', key.name));
      continue;
    }
    const needed = need(site);
    if (needed === undefined || checkUrl(context, site)) {
      continue;
    }
    checkExists(context, site, needed);
  }
}

/** Reports a URL where dfx reads none. True where the string is one. */
function checkUrl({ findings }: CheckContext, { node, role, owner }: Site): boolean {
  const { value } = node;
  if (role === 'file-or-url' && owner?.kind === 'custom' && isUrl(value)) {
    const { protocol } = new URL(value);
    if (protocol !== 'http:' && protocol !== 'https:') {
      const scheme = shortText(protocol, MAX_QUOTED);
      findings.report('unread-url', node, msg('dfx takes this for a URL with "{0}", which it cannot fetch.', scheme));
    }
    return true;
  }
  if (looksLikeUrl(value)) {
    findings.report('unread-url', node, msg('A URL is not read here: dfx takes it for the path of a file.'));
    return true;
  }
  return false;
}

function checkExists({ facts, findings }: CheckContext, site: Site, needed: 'certain' | 'unless built' | 'made'): void {
  const { node, key, role, owner } = site;
  const { value } = node;
  const wanted = role === 'folder' ? 'directory' : 'file';
  const kind = facts.kind(value);
  if (kind === undefined || kind === wanted) {
    return;
  }
  const isArgument = key.name === 'init_arg_file';
  const code = isArgument ? 'init-arg-file-missing' : 'missing-file';
  const quoted = shortText(value, MAX_QUOTED);
  if (kind !== 'missing') {
    const message =
      wanted === 'file' ? msg('"{0}" is a folder, not a file.', quoted) : msg('"{0}" is a file, not a folder.', quoted);
    findings.report(code, node, message);
    return;
  }
  const similar = facts.similar(value);
  const isOutput = isMade(facts, value);
  if (similar === undefined || isOutput === undefined) {
    return;
  }
  // Where the canister is remote, dfx reads neither its module nor its argument.
  const remote = owner !== undefined && isRemoteSomewhere(owner);
  let severity: Severity | undefined = isArgument && remote ? 'warning' : undefined;
  if (isOutput || needed !== 'certain' || (remote && key.name === 'wasm')) {
    severity = 'hint';
  }
  if (similar !== null && similar !== value) {
    const message =
      similar.toLowerCase() === value.toLowerCase()
        ? msg('There is no "{0}", but there is "{1}". Capital letters count.', quoted, shortText(similar, MAX_QUOTED))
        : msg('There is no "{0}", but there is "{1}". White space counts.', quoted, shortText(similar, MAX_QUOTED));
    findings.report(code, node, message, { severity, fixes: () => [findings.change(node, similar, true)] });
    return;
  }
  if (isOutput || needed === 'made') {
    return;
  }
  let message = wanted === 'file' ? msg('There is no file "{0}".', quoted) : msg('There is no folder "{0}".', quoted);
  if (needed === 'unless built') {
    message =
      wanted === 'file'
        ? msg('There is no file "{0}", unless the build of the canister makes it.', quoted)
        : msg('There is no folder "{0}", unless the build of the canister makes it.', quoted);
  }
  findings.report(code, node, message, { severity, fixes: () => createFix(facts, site) });
}

/** dfx writes the file at the end of a build, into a folder that must be there and inside the project. */
function checkEnvFile({ facts, findings }: CheckContext, { node }: Site): void {
  const { value } = node;
  if (path.isAbsolute(value)) {
    const inside = path.relative(facts.root, value);
    findings.report('absolute-env-file', node, msg('"output_env_file" must be a path relative to the project.'), {
      fixes: () => (leavesFolder(facts.root, value) ? [] : [findings.change(node, inside, true)]),
    });
    return;
  }
  if (leavesFolder(facts.root, value)) {
    findings.report('outside-project', node, msg('"{0}" must lie inside the project folder.', 'output_env_file'));
    return;
  }
  const steps = value.split(path.sep === '\\' ? /[\\/]/ : '/');
  // Every folder on the way, since `gone/..` is no way to go.
  for (let end = 1; end < Math.min(steps.length, MAX_STEPS); end++) {
    const folder = path.posix.join(...steps.slice(0, end));
    const kind = folder === '.' ? 'directory' : facts.kind(folder);
    if (kind === 'missing') {
      findings.report('missing-file', node, msg('There is no folder "{0}".', shortText(folder, MAX_QUOTED)));
      return;
    }
    if (kind === 'file') {
      findings.report('missing-file', node, msg('"{0}" is a file, not a folder.', shortText(folder, MAX_QUOTED)));
      return;
    }
  }
  const last = steps.at(-1)!;
  if (last === '' || last === '.' || last === '..' || facts.kind(value) === 'directory') {
    const message =
      value === ''
        ? msg('"output_env_file" must name a file.')
        : msg('"{0}" is a folder, not a file.', shortText(value, MAX_QUOTED));
    findings.report('missing-file', node, message);
  }
}
