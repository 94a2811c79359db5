import { type Operation, operationEntry } from '../lifecycle/operations';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { targetWords } from '../monitor/project-snapshot';
import { type CanisterPhase, type CanisterState, phaseOf } from '../monitor/state';
import { isStale, offeredOperations, staleAge, stateWords } from '../rows/canister-row';
import { type CanisterFiles, detailRows } from '../rows/detail-rows';
import { type RowProject, troubleRows } from '../rows/project-rows';
import { detailRow, present, type Row, type RowAction, type Words } from '../rows/row';
import { type Message, msg } from '../util/message';
import { bounded, cut } from './bounds';
import { canisterProblems, freezingWords, type Problem } from './canister-problems';
import { MAX_ITEMS, MAX_TEXT } from './messages';
import type { PageButton, PageFact, PageProblem, PageState } from './model';

/** A page, and what is behind it: a page can only ask for what it was offered. */
export interface PageContent {
  readonly state: PageState;
  /** What pressing a button or opening a fact does, by id. */
  readonly actions: ReadonlyMap<string, RowAction>;
  /** What is copied, by id. */
  readonly copies: ReadonlyMap<string, string>;
}

export interface PageSource {
  readonly project: RowProject & Pick<ProjectMonitor, 'canister'>;
  readonly canister: string;
  readonly files: CanisterFiles;
  /** All projects of the workspace. */
  readonly projects: readonly RowProject[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

const LOOKS: Record<CanisterPhase, PageState['look']> = {
  running: 'good',
  stopping: 'busy',
  stopped: 'bad',
  empty: 'warning',
  'not-created': 'none',
  remote: 'none',
  pull: 'none',
  excluded: 'none',
  hidden: 'none',
  missing: 'warning',
  insecure: 'bad',
  unknown: 'none',
  loading: 'none',
};

/** What the page offers beside its own parts. What destroys something is left to the menus of the tree. */
const OPERATIONS_SHOWN: readonly (readonly [operation: Operation, command: string])[] = [
  ['start', 'icCanisters.start'],
  ['stop', 'icCanisters.stop'],
  ['create', 'icCanisters.create'],
  ['deploy', 'icCanisters.deploy'],
  ['logs', 'icCanisters.logs'],
  ['top-up', 'icCanisters.topUp'],
  ['settings', 'icCanisters.settings'],
  ['snapshots', 'icCanisters.snapshots'],
];

/** The page of a canister that the project has, on the target that is selected. */
export function pageContent({ project, canister, files, projects, now }: PageSource): PageContent {
  const { manifest, snapshot } = project;
  const state = project.canister(canister)!;
  const builder = new ContentBuilder();
  const argument = { manifest, canister };
  const offered = offeredOperations(state);
  const operations = OPERATIONS_SHOWN.filter(([operation]) => offered.includes(operation)).map(([operation, name]) =>
    builder.button(`operation/${operation}`, operationEntry(operation).verb, {
      do: 'command',
      command: name,
      argument,
    }),
  );
  const problems = [
    ...troubleRows(project, now, projects).map((row, index) => builder.trouble(`trouble/${index}`, row)),
    ...canisterProblems(state, snapshot, files).map((problem) => builder.problem(problem, argument, offered)),
  ];
  return builder.content({
    canister,
    look: state.busy ? 'busy' : LOOKS[phaseOf(state)],
    headline: present<Words>(stateWords(state, snapshot), staleAge(state, snapshot, now)),
    place: placeWords(project),
    dimmed: isStale(state, snapshot) || state.refusal !== undefined,
    problems,
    operations,
    facts: factRows(state, project, files, now).map((row) => builder.fact(row)),
  });
}

/**
 * The page of a canister that is not there to be shown.
 *
 * @param actions buttons that lead further
 */
export function absentContent(
  canister: string,
  place: readonly Words[],
  why: Message,
  actions: readonly (readonly [label: Message, action: RowAction])[] = [],
): PageContent {
  const builder = new ContentBuilder();
  const buttons = actions.map(([label, action], index) => builder.button(`absent/${index}`, label, action));
  return builder.content({
    canister,
    look: 'none',
    headline: [],
    place,
    dimmed: true,
    problems: [{ id: 'absent', severity: 'info', words: [why], buttons }],
    operations: [],
    facts: [],
  });
}

function placeWords({ snapshot: { target, identity, trusted } }: RowProject): Words[] {
  const anonymous = identity?.ref.kind === 'anonymous' && identity.name !== 'anonymous';
  return present<Words>(
    targetWords(target),
    trusted &&
      identity &&
      (anonymous ? msg('asked anonymously, not as {0}', identity.name) : msg('as {0}', identity.name)),
  );
}

function factRows(state: CanisterState, { root, snapshot }: RowProject, files: CanisterFiles, now: number): Row[] {
  // What went wrong stands above, among the problems.
  const rows = detailRows('fact', state, snapshot, files, root, now).filter(({ id }) => id !== 'fact/failure');
  const forecast = state.facts?.detail && freezingWords(state.facts.detail);
  if (forecast === undefined) {
    return rows;
  }
  const at = rows.findIndex(({ id }) => id === 'fact/cycles') + 1;
  return [...rows.slice(0, at), freezingRow(forecast), ...rows.slice(at)];
}

function freezingRow(forecast: Message): Row {
  return detailRow('fact/freezing', msg('Freezes'), [forecast], 'watch', {
    meaning: msg('Without calls. A frozen canister answers none, and is removed when its cycles are used up.'),
  });
}

/** Puts a page together: what is behind its buttons is kept apart from what is sent. */
class ContentBuilder {
  readonly #actions = new Map<string, RowAction>();
  readonly #copies = new Map<string, string>();

  content(state: PageState): PageContent {
    return {
      state: { ...state, canister: cut(state.canister), place: state.place.map(bounded) },
      actions: this.#actions,
      copies: this.#copies,
    };
  }

  button(id: string, label: Words, action: RowAction): PageButton {
    this.#actions.set(id, action);
    return { id, label };
  }

  /** A row of trouble of the project, with its click as a button. */
  trouble(id: string, { label, description, action }: Row): PageProblem {
    // A click on the row is described in words; here there is a button that says so.
    const words = action?.do === 'command' ? [label] : [label, ...description];
    const buttons = action ? [this.button(`${id}/act`, actionLabel(action), action)] : [];
    return { id, severity: 'warning', words: words.map(bounded), buttons };
  }

  problem(problem: Problem, argument: object, offered: readonly Operation[]): PageProblem {
    const id = `problem/${problem.kind}`;
    const { remedy } = problem;
    const buttons =
      remedy && (remedy.operation === undefined || offered.includes(remedy.operation))
        ? [this.button(`${id}/act`, remedy.label, { do: 'command', command: remedy.command, argument })]
        : [];
    return { id, severity: problem.severity, words: problem.words.map(bounded), buttons };
  }

  fact({ id: long, label, description, action, copy, meaning, children = [] }: Row): PageFact {
    // A name of any length may be a part of it.
    const id = long.length <= MAX_TEXT ? long : `long/${this.#copies.size}/${this.#actions.size}`;
    if (action) {
      this.#actions.set(id, action);
    }
    if (copy !== undefined) {
      this.#copies.set(id, copy);
    }
    return {
      id,
      label: bounded(label),
      values: description.slice(0, MAX_ITEMS).map(bounded),
      meaning,
      copyable: copy !== undefined,
      opens: action !== undefined,
      children: children.slice(0, MAX_ITEMS).map((child) => this.fact(child)),
    };
  }
}

function actionLabel(action: RowAction): Message {
  if (action.do !== 'command') {
    return msg('Open file');
  }
  switch (action.command) {
    case 'icCanisters.startNetwork':
      return msg('Start network');
    case 'icCanisters.selectNetwork':
      return msg('Select network');
    case 'icCanisters.selectIdentity':
      return msg('Select identity');
    case 'icCanisters.allowSigning':
      return msg('Sign requests');
    case 'icCanisters.unlockIdentity':
      return msg('Unlock');
    case 'icCanisters.setUpTool':
      return msg('Set up the tool');
    default:
      return msg('Refresh');
  }
}
