import path from 'node:path';
import type { FileFacts } from '../../../../language/facts';
import type { Fix } from '../../../../language/findings';
import { msg } from '../../../../util/message';
import { leavesFolder } from '../../../../util/paths';
import type { Site } from '../structure';

/** What a file made by a fix begins with. */
const FIRST_CONTENT = new Map([
  ['main', 'persistent actor {\n};\n'],
  ['candid', 'service : {\n}\n'],
  ['init_arg_file', '()\n'],
]);

/** Makes the file that a site names; never outside the project. */
export function createFix(facts: FileFacts, { node, key, spec }: Site): Fix[] {
  const { value } = node;
  const { root } = facts;
  if (spec?.role === 'folder' || value === '' || leavesFolder(root, value) || /[/\\]$/.test(value)) {
    return [];
  }
  const content = FIRST_CONTENT.get(key.name) ?? '';
  return [{ title: msg('Create {0}', value), edits: [], createFile: { path: path.resolve(root, value), content } }];
}
