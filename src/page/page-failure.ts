import { bounded, cut } from '../core/page/bounds';
import type { PageProblem } from '../core/page/model';
import { present, type RowAction, type Words } from '../core/rows/row';
import { Failure, type FailureAction } from '../core/util/failure';
import { msg } from '../core/util/message';

type OpenAction = Extract<RowAction, { do: 'open' }>;

/** A failure on a page, and what its buttons do, by id. */
export interface ShownFailure {
  readonly problem: PageProblem;
  readonly actions: ReadonlyMap<string, RowAction>;
}

/**
 * What a page shows of a failure; nothing of one that the user wanted.
 *
 * @param place tells its buttons from those of other failures
 */
export function shownFailure(error: unknown, place: string): ShownFailure | undefined {
  const failure =
    error instanceof Failure ? error : new Failure({ kind: 'internal', message: msg('It failed: {0}', String(error)) });
  if (failure.cancelled) {
    return undefined;
  }
  const { message, detail, actions = [] } = failure.data;
  const entries = actions.map((action, index) => ({ id: `${place}/${index}`, action }));
  return {
    problem: {
      id: place,
      severity: 'error',
      words: present<Words>(message, detail !== undefined && cut(detail)).map(bounded),
      buttons: entries.map(({ id, action }) => ({ id, label: bounded(action.title) })),
    },
    actions: new Map(entries.map(({ id, action }) => [id, rowAction(action)])),
  };
}

function rowAction({ command, args: [first, second] = [] }: FailureAction): RowAction {
  if (command === 'icCanisters.openFile' && typeof first === 'string') {
    // The command reads the place anew, as all that is passed to it.
    return { do: 'open', file: first, range: second as OpenAction['range'] };
  }
  return { do: 'command', command, argument: typeof first === 'object' && first !== null ? first : undefined };
}
