import path from 'node:path';
import {
  type ObjectNode,
  objectAt,
  type Properties,
  propertiesOf,
  type StringNode,
  stringAt,
  type ValueNode,
} from '../../../../document/tree';
import { msg } from '../../../../util/message';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import type { CheckContext } from '../check-context';
import { createFix } from '../create';
import type { CanisterEntry } from '../icp-model';

const CHECKSUM = /^[0-9a-fA-F]{64}$/;
/** What icp sets itself on every deployment. */
const ID_VARIABLE = 'PUBLIC_CANISTER_ID:';

export function checkCanisters(context: CheckContext): void {
  for (const canister of context.model.canisters) {
    checkSteps(context, canister);
  }
  checkPatterns(context);
  checkSettings(context);
}

function stepsOf(keys: Properties, key: string): ObjectNode[] {
  const block = objectAt(keys, key);
  const steps = block && propertiesOf(block).get('steps')?.value;
  return steps?.type === 'array' ? steps.items.filter((item): item is ObjectNode => item.type === 'object') : [];
}

function checkSteps(context: CheckContext, { keys }: CanisterEntry): void {
  const build = stepsOf(keys, 'build');
  for (const step of [...build, ...stepsOf(keys, 'sync')]) {
    checkSources(context, step);
  }
  checkModule(context, build);
}

/** Of two sources icp takes one without a word. */
function checkSources(context: CheckContext, step: ObjectNode): void {
  const { findings, facts } = context;
  const fields = propertiesOf(step);
  const type = stringAt(fields, 'type')?.value;
  if (type === 'script') {
    const both = step.properties.filter(({ key }) => key.value === 'command' || key.value === 'commands');
    const [first, second] = both;
    if (first !== undefined && second !== undefined && first.key.value !== second.key.value) {
      findings.report(
        'two-sources',
        second.key,
        msg('icp takes "{0}", which stands first, and ignores "{1}".', first.key.value, second.key.value),
        { tag: 'unnecessary', fixes: () => [findings.remove(second), findings.remove(first)] },
      );
    }
    return;
  }
  if (type !== 'pre-built' && type !== 'plugin') {
    return;
  }
  const file = stringAt(fields, 'path');
  const url = fields.get('url');
  if (file !== undefined && url !== undefined && url.value?.type !== 'null') {
    findings.report('two-sources', url.key, msg('icp takes "{0}" and ignores "{1}".', 'path', 'url'), {
      tag: 'unnecessary',
      fixes: () => [findings.remove(url), findings.remove(fields.get('path')!)],
    });
  }
  const checksum = stringAt(fields, 'sha256');
  if (file === undefined && url?.value?.type === 'string' && type === 'pre-built' && !fields.has('sha256')) {
    findings.report(
      'url-without-checksum',
      url.value,
      msg('Without "sha256" icp takes whatever it finds at this address.'),
    );
  }
  if (checksum !== undefined && !CHECKSUM.test(checksum.value)) {
    findings.report('invalid-checksum', checksum, msg('A SHA-256 checksum has 64 hexadecimal digits.'));
  }
  if (file === undefined) {
    return;
  }
  const folder = context.folderOf(context.model.canisterOf(step)?.name?.value) ?? context.folder;
  const absolute = path.resolve(folder, file.value);
  checkFile(context, file, 'file', folder);
  if (checksum !== undefined && CHECKSUM.test(checksum.value) && facts.kind(absolute) === 'file') {
    const actual = facts.checksum(absolute);
    if (typeof actual === 'string' && actual !== checksum.value.toLowerCase()) {
      findings.report('invalid-checksum', checksum, msg('The file has another checksum: {0}', actual), {
        fixes: () => [findings.change(checksum, actual)],
      });
    }
  }
}

/** Folders that builds write: what is missing there is made before it is read. */
const OUTPUT = /(?:^|\/)(?:dist|build|out|output|target|node_modules|generated|\.[^/.][^/]*)\//;

/** A file or folder that icp reads during a build, and not when it loads the project. */
export function checkFile(context: CheckContext, node: StringNode, wanted: 'file' | 'folder', folder: string): void {
  const { findings, facts } = context;
  const { value } = node;
  const absolute = path.resolve(folder, value);
  const kind = facts.kind(absolute);
  if (kind === undefined || value === '' || value.includes('\0')) {
    return;
  }
  const shown = shortText(value, MAX_QUOTED);
  if (kind === 'missing') {
    const relative = path.relative(facts.root, absolute).replaceAll('\\', '/');
    if (OUTPUT.test(`${relative}/`) || facts.ignored(relative) !== false) {
      return;
    }
    const similar = facts.similar(relative);
    const isSimilar = typeof similar === 'string' && similar !== relative;
    const missing = wanted === 'file' ? msg('There is no file "{0}".', shown) : msg('There is no folder "{0}".', shown);
    findings.report(
      'missing-file',
      node,
      isSimilar ? msg('There is no "{0}", but there is "{1}". Capital letters count.', shown, similar) : missing,
      {
        severity: 'warning',
        fixes: () =>
          isSimilar
            ? [findings.change(node, path.relative(folder, path.join(facts.root, similar)).replaceAll('\\', '/'), true)]
            : wanted === 'file'
              ? createFix(context, node)
              : [],
      },
    );
  } else if ((kind === 'file') !== (wanted === 'file')) {
    const message =
      wanted === 'file' ? msg('"{0}" is a folder, not a file.', shown) : msg('"{0}" is a file, not a folder.', shown);
    findings.report('missing-file', node, message, { severity: 'warning' });
  }
}

/** A build by scripts of which none says where the module goes. */
function checkModule({ findings }: CheckContext, steps: readonly ObjectNode[]): void {
  const texts: string[] = [];
  let last: StringNode | undefined;
  for (const step of steps) {
    const fields = propertiesOf(step);
    const type = stringAt(fields, 'type');
    if (type?.value !== 'script') {
      return;
    }
    const commands = [fields.get('command')?.value, fields.get('commands')?.value].flatMap(
      (node): readonly (ValueNode | undefined)[] => (node?.type === 'array' ? node.items : [node]),
    );
    for (const command of commands) {
      if (command?.type === 'string') {
        texts.push(command.value);
      }
    }
    last = type;
  }
  // A script of its own may do it; a single word may be anything.
  const isOwnScript = texts.some((text) =>
    /(?:^|[\s;&|])(?:\.{0,2}\/)?\S+\.(?:sh|bash|mjs|cjs|js|ts|py|ps1|rb)\b|\b(?:make|just|npm|pnpm|yarn|bun|task|nix|bazel|mise)\b/.test(
      text,
    ),
  );
  const writes = texts.some((text) => text.includes('ICP_WASM_OUTPUT_PATH'));
  if (last !== undefined && texts.length > 0 && !writes && !isOwnScript) {
    findings.report(
      'no-module-written',
      last,
      msg('No command of this build writes the module to $ICP_WASM_OUTPUT_PATH, without which icp has none.'),
    );
  }
}

/** Patterns that stand for nothing are no error to icp. */
function checkPatterns({ model, findings, facts, project, folder }: CheckContext): void {
  for (const node of model.folders) {
    if (!/[*?[{]/.test(node.value)) {
      continue;
    }
    const found = facts.disk(new Map()).folders(folder, node.value);
    if (found === undefined || found === null) {
      continue;
    }
    const isFilePattern = /\.ya?ml$/.test(node.value);
    const folders = new Set(found);
    const matches = project.canisters.some((canister) => folders.has(canister.folder));
    const refused = project.refusals.some(
      ({ file }) => folders.has(path.dirname(file)) && path.dirname(file) !== folder,
    );
    if (matches || refused) {
      continue;
    }
    findings.report(
      'pattern-without-match',
      node,
      isFilePattern
        ? msg('icp looks for folders with a canister.yaml. A pattern of files finds none, and icp says nothing.')
        : msg('No folder with a canister.yaml fits this pattern, so icp finds no canister here and says nothing.'),
      {
        fixes: () => (isFilePattern ? [findings.change(node, path.posix.dirname(node.value), true)] : []),
      },
    );
  }
}

function checkSettings({ findings, model }: CheckContext): void {
  const objects = new Set<ObjectNode>();
  for (const { keys } of model.canisters) {
    const settings = objectAt(keys, 'settings');
    if (settings !== undefined) {
      objects.add(settings);
    }
  }
  for (const { keys } of model.environments) {
    const map = objectAt(keys, 'settings');
    for (const { value } of map === undefined ? [] : propertiesOf(map).values()) {
      if (value?.type === 'object') {
        objects.add(value);
      }
    }
  }
  for (const settings of objects) {
    const fields = propertiesOf(settings);
    const compute = fields.get('compute_allocation')?.value;
    if (compute?.type === 'number' && /^\d{1,20}$/.test(compute.raw) && BigInt(compute.raw) > 100n) {
      findings.report(
        'out-of-range',
        compute,
        msg('"{0}" is a share in percent: it must be between 0 and 100.', 'compute_allocation'),
      );
    }
    const variables = objectAt(fields, 'environment_variables');
    for (const [name, property] of variables === undefined ? [] : propertiesOf(variables)) {
      if (name.startsWith(ID_VARIABLE)) {
        findings.report(
          'reserved-variable',
          property.key,
          msg('icp sets the variables PUBLIC_CANISTER_ID:… itself and overwrites this one at the next deployment.'),
          { fixes: () => [findings.remove(property)] },
        );
      }
    }
  }
}
