import type { TestContext } from 'node:test';
import type { Workbench } from './workbench';

/**
 * Makes tests that stand each on the one before: behind a failed one, the rest would only wait in vain. Their file hands them
 * to `it` itself, since node counts a test for the file that does.
 *
 * @param name for the picture of a step that fails
 * @param workbench the window, once it is open
 */
export function stepsOf(
  name: string,
  workbench: () => Workbench,
): (work: () => Promise<void>) => (t: TestContext) => Promise<void> {
  let stuck = false;
  return (work) => async (t) => {
    if (stuck) {
      t.skip('an earlier step failed');
      return;
    }
    stuck = true;
    await workbench().watched(`${name}-${t.name.replaceAll(/\W+/g, '-').slice(0, 50)}`, work);
    stuck = false;
  };
}
