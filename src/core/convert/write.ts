import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readStrictText } from '../project/files';
import { replaceFile } from '../project/replace-file';
import { liesInside } from '../util/confined-file';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import type { PlannedFile } from './conversion';

/**
 * Writes the files of a conversion, or none of them.
 *
 * @param root folder of the project
 * @throws {Failure} where one of them has changed since it was shown, or would lie outside of the project
 */
export async function writeFiles(files: readonly PlannedFile[], root: string): Promise<void> {
  for (const file of files) {
    const absolute = path.join(root, file.path);
    if (!(await liesInside(root, absolute))) {
      throw new Failure({ message: msg('{0} would lie outside of the project: nothing was written.', absolute) });
    }
    const content = await readStrictText(absolute);
    const now = content.state === 'text' ? content.text : undefined;
    if (content.state === 'failed' || now !== file.before) {
      throw new Failure({
        message: msg('{0} has changed since the preview: nothing was written. Convert again.', file.path),
      });
    }
  }
  for (const { path: relative, text } of files) {
    const absolute = path.join(root, relative);
    await mkdir(path.dirname(absolute), { recursive: true });
    await replaceFile(absolute, text);
  }
}
