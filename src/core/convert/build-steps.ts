import { YamlList, YamlMap } from './yaml-writer';

/** A step as icp.yaml has it. */
export type Step =
  | { readonly kind: 'script'; readonly commands: readonly string[]; readonly comment?: string }
  | { readonly kind: 'pre-built'; readonly from: { readonly path: string } | { readonly url: string } }
  | { readonly kind: 'plugin'; readonly url: string; readonly sha256: string; readonly dir: string };

/** Scripts that follow each other become one; those with a comment stay apart. */
export function stepsOf(steps: readonly Step[]): YamlMap {
  const list = new YamlList();
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!;
    if (step.kind !== 'script') {
      list.add(stepNode(step));
      continue;
    }
    const commands = [...step.commands];
    for (let next = steps[at + 1]; next?.kind === 'script' && next.comment === undefined; next = steps[at + 1]) {
      commands.push(...next.commands);
      at++;
    }
    const node = new YamlMap().set('type', 'script');
    const [only] = commands;
    if (commands.length === 1) {
      node.set('command', only);
    } else {
      node.set('commands', YamlList.of(commands));
    }
    list.add(node, ...(step.comment === undefined ? [] : [step.comment]));
  }
  return new YamlMap().set('steps', list);
}

function stepNode(step: Exclude<Step, { kind: 'script' }>): YamlMap {
  const node = new YamlMap().set('type', step.kind);
  if (step.kind === 'plugin') {
    return node
      .set('url', step.url)
      .set('sha256', step.sha256)
      .set('dirs', YamlList.of([step.dir]));
  }
  return 'url' in step.from ? node.set('url', step.from.url) : node.set('path', step.from.path);
}
