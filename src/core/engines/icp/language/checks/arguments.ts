import path from 'node:path';
import { argumentMismatch, candidMessage, checkArguments } from '../../../../candid/arguments';
import { exampleArguments } from '../../../../candid/defaults';
import { parseInterface } from '../../../../candid/interface';
import { printType } from '../../../../candid/print';
import type { Interface } from '../../../../candid/types';
import { type Property, propertiesOf, type StringNode, stringAt, type TextRange } from '../../../../document/tree';
import { msg } from '../../../../util/message';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import type { CheckContext } from '../check-context';
import type { CanisterEntry } from '../icp-model';

/** Arguments as a file gives them: text, or a file. */
interface Given {
  readonly property: Property;
  readonly canister: string | undefined;
  /** An environment gives them in place of the canister's own. */
  readonly override: boolean;
}

export function checkArgumentsOf(context: CheckContext): void {
  const { model } = context;
  for (const canister of model.canisters) {
    for (const key of ['init_args', 'upgrade_args']) {
      const property = canister.keys.get(key);
      if (property !== undefined) {
        checkOne(context, { property, canister: canister.name?.value, override: false });
      }
    }
    checkUse(context, canister);
    checkMissing(context, canister);
  }
  for (const { keys } of model.environments) {
    for (const key of ['init_args', 'upgrade_args']) {
      const map = keys.get(key)?.value;
      for (const [name, property] of map?.type === 'object' ? propertiesOf(map) : []) {
        checkOne(context, { property, canister: name, override: true });
      }
    }
  }
}

function checkOne(context: CheckContext, given: Given): void {
  const { findings, facts } = context;
  const { value } = given.property;
  if (value?.type === 'string') {
    checkText(context, given, value, value.value);
    return;
  }
  if (value?.type !== 'object') {
    return;
  }
  const fields = propertiesOf(value);
  const file = stringAt(fields, 'path');
  const text = stringAt(fields, 'value');
  const format = stringAt(fields, 'format')?.value ?? 'candid';
  if (file !== undefined && text !== undefined) {
    findings.report('argument-conflict', text, msg('icp takes "{0}" and ignores "{1}".', 'path', 'value'), {
      tag: 'unnecessary',
      fixes: () => [findings.remove(fields.get('value')!), findings.remove(fields.get('path')!)],
    });
  }
  if (file !== undefined) {
    const folder = context.folderOf(given.canister) ?? context.folder;
    const content = format === 'candid' ? facts.text(path.resolve(folder, file.value)) : undefined;
    if (typeof content === 'string') {
      checkText(context, given, file, content);
    }
  } else if (text !== undefined && format === 'candid') {
    checkText(context, given, text, text.value);
  } else if (text !== undefined && format === 'hex' && !/^(?:[0-9a-fA-F]{2})*$/.test(text.value.trim())) {
    findings.report(
      'argument-syntax',
      text,
      msg('These are no hexadecimal digits of whole bytes. icp stops in the middle of the deployment.'),
    );
  }
}

/** @param node where it is shown: the text itself, or the path of the file that has it */
function checkText(context: CheckContext, { canister }: Given, node: StringNode, text: string): void {
  const { findings, model } = context;
  const { document } = model;
  const trimmed = text.trim();
  const problem = checkArguments(trimmed);
  const isInline = node.value === text;
  if (problem !== undefined) {
    const start = isInline ? text.indexOf(trimmed) : 0;
    const from = document.offsetInString(node, start + problem.offset);
    const to = document.offsetInString(node, start + problem.offset + problem.length);
    const content = document.contentRange(node);
    let range: TextRange = content;
    if (isInline) {
      const end = content.offset + content.length;
      range =
        to > from
          ? { offset: from, length: to - from }
          : { offset: Math.max(content.offset, Math.min(from, end - 1)), length: Math.min(1, content.length) };
    }
    const words = candidMessage(problem, shortText(problem.found, MAX_QUOTED));
    findings.report('argument-syntax', range, msg('{0} icp stops in the middle of the deployment.', words));
    return;
  }
  const known = interfaceOf(context, canister);
  if (known?.init === undefined || !trimmed.startsWith('(')) {
    return;
  }
  const mismatch = argumentMismatch(trimmed, known.init, known.types);
  if (mismatch?.fault === 'too-few') {
    findings.report(
      'argument-type',
      node,
      known.init.length === 1
        ? msg('The canister wants 1 argument, and these are {0}.', mismatch.count)
        : msg('The canister wants {0} arguments, and these are {1}.', known.init.length, mismatch.count),
    );
  } else if (mismatch !== undefined) {
    const wanted = shortText(printType(known.init[mismatch.index]!.type), MAX_QUOTED);
    findings.report(
      'argument-type',
      node,
      msg('Argument {0} is not of the type that the canister wants: {1}', mismatch.index + 1, wanted),
    );
  }
}

/** The Candid file that the recipe names, as far as it is there. */
function interfaceOf(context: CheckContext, name: string | undefined): Interface | undefined {
  const canister = name === undefined ? undefined : context.model.canister(name);
  const configuration = canister?.recipe?.configuration;
  const file = configuration && stringAt(propertiesOf(configuration), 'candid');
  if (file === undefined) {
    return undefined;
  }
  const folder = context.folderOf(name) ?? context.folder;
  const text = context.facts.text(path.resolve(folder, file.value));
  const parsed = typeof text === 'string' ? parseInterface(text) : undefined;
  return parsed === undefined || 'problem' in parsed ? undefined : parsed;
}

/** What `init_args` do not do. */
function checkUse({ findings }: CheckContext, { keys }: CanisterEntry): void {
  const property = keys.get('init_args');
  if (property === undefined) {
    return;
  }
  findings.report(
    'argument-use',
    property.key,
    keys.has('upgrade_args')
      ? msg('Only "icp deploy" uses these: "icp canister install" ignores them.')
      : msg('Only "icp deploy" uses these, for upgrades too: "icp canister install" ignores them.'),
  );
}

/** A canister that wants arguments, and gets none anywhere. */
function checkMissing(context: CheckContext, { keys, name }: CanisterEntry): void {
  const { findings, model, project } = context;
  if (name === undefined || keys.has('init_args')) {
    return;
  }
  const known = interfaceOf(context, name.value);
  const wanted = known?.init ?? [];
  const isNeeded =
    wanted.length > 0 && known !== undefined && argumentMismatch('()', wanted, known.types) !== undefined;
  const elsewhere = [...project.environments.values()].some(({ initArgs }) => initArgs.has(name.value));
  if (!isNeeded || elsewhere) {
    return;
  }
  const example = exampleArguments(wanted, known!.types);
  findings.report(
    'missing-argument',
    name,
    msg('The canister wants arguments when it is installed, and "init_args" gives it none.'),
    {
      fixes: () => [
        {
          title: msg('Add "{0}"', 'init_args'),
          edits: model.document.addProperties(model.canister(name.value)!.object, [['init_args', example]]),
        },
      ],
    },
  );
}
