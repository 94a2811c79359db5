import path from 'node:path';
import type { StringNode } from '../../../document/tree';
import type { Fix } from '../../../language/findings';
import { msg } from '../../../util/message';
import { leavesFolder } from '../../../util/paths';
import type { CheckContext } from './check-context';

/** Makes the file that a string names; never outside the project. */
export function createFix({ facts, structure, folderOf, folder }: CheckContext, node: StringNode): Fix[] {
  const site = structure.sites.find((each) => each.node === node);
  const { value } = node;
  const base = folderOf(site?.owner) ?? folder;
  const file = path.resolve(base, value.replace(/^file:\/\//, ''));
  const inside = path.relative(facts.root, file);
  if (value === '' || inside === '' || leavesFolder(facts.root, inside) || /[/\\]$/.test(value)) {
    return [];
  }
  const isArgument = site?.role === 'file' && site.key.name === 'path' && /\.(?:did|txt|candid|idl)$/.test(value);
  return [
    { title: msg('Create {0}', value), edits: [], createFile: { path: file, content: isArgument ? '()\n' : '' } },
  ];
}
