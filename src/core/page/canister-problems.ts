import path from 'node:path';
import type { Operation } from '../lifecycle/operations';
import { commonFailure, type ProjectSnapshot } from '../monitor/project-snapshot';
import { type CanisterState, changedFile, phaseOf } from '../monitor/state';
import type { CanisterDetail } from '../network/canister-facts';
import type { CanisterFiles } from '../rows/detail-rows';
import { present, type Words } from '../rows/row';
import { formatCount, formatCycles } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { freezingForecast } from './freezing';
import { averageBurn, type Sample } from './samples';

/** So many days before it freezes a canister needs attention. */
const SOON_DAYS = 30;

/** What is wrong with a canister, and what would help. */
export interface Problem {
  readonly kind: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly words: readonly Words[];
  readonly remedy?: {
    readonly label: Message;
    readonly command: string;
    /** Where the command is an operation: it is offered only where that makes sense. */
    readonly operation?: Operation;
  };
}

const DEPLOY = { label: msg('Deploy'), command: 'icCanisters.deploy', operation: 'deploy' } as const;
const START = { label: msg('Start'), command: 'icCanisters.start', operation: 'start' } as const;
const TOP_UP = { label: msg('Top up'), command: 'icCanisters.topUp', operation: 'top-up' } as const;
const REFRESH = { label: msg('Refresh'), command: 'icCanisters.refresh' } as const;

/** What is wrong with a canister, the worst first. */
export function canisterProblems(state: CanisterState, snapshot: ProjectSnapshot, files: CanisterFiles): Problem[] {
  const { facts } = state;
  return present(
    stateProblem(state, snapshot),
    facts?.detail && freezingProblem(facts.detail),
    state.build?.newer !== undefined && {
      kind: 'newer',
      severity: 'warning',
      words: [
        msg('A source is newer than the last build: {0}', changedFile(state.build, path.basename(state.build.newer))),
      ],
      remedy: DEPLOY,
    },
    facts?.moduleHash !== undefined &&
      files.builtHash !== undefined &&
      facts.moduleHash !== files.builtHash && {
        kind: 'differs',
        severity: 'warning',
        words: [msg('The module that is deployed differs from the last build.')],
        remedy: DEPLOY,
      },
  );
}

function stateProblem(state: CanisterState, snapshot: ProjectSnapshot): Problem | undefined {
  const { failure } = state;
  switch (phaseOf(state)) {
    case 'insecure':
      return {
        kind: 'insecure',
        severity: 'error',
        words: present<Words>(msg('Security error: the answer is not trustworthy'), failure?.message, failure?.detail),
        remedy: REFRESH,
      };
    case 'missing':
      return {
        kind: 'missing',
        severity: 'error',
        words: [msg('The network says that there is no canister {0} any more.', state.id ?? '')],
        remedy: DEPLOY,
      };
    case 'stopped':
      return {
        kind: 'stopped',
        severity: 'warning',
        words: [msg('It is stopped: it answers no calls.')],
        remedy: START,
      };
    case 'empty':
      return { kind: 'empty', severity: 'warning', words: [msg('No code is installed.')], remedy: DEPLOY };
    case 'not-created':
      return {
        kind: 'not-created',
        severity: 'info',
        words: [msg('It has not been created on {0}.', snapshot.target.name)],
        remedy: DEPLOY,
      };
    default:
      break;
  }
  // What holds for the whole network is said once.
  return failure && failure.kind !== commonFailure(snapshot)?.kind && failure.kind !== 'offline'
    ? { kind: 'failure', severity: 'warning', words: present<Words>(failure.message, failure.detail), remedy: REFRESH }
    : undefined;
}

function freezingProblem(detail: CanisterDetail): Problem | undefined {
  const { days, frozen, limit } = freezingForecast(detail);
  if (frozen) {
    const words = [msg('It is frozen: it has fewer than {0} cycles and answers no calls.', formatCycles(limit))];
    return { kind: 'freezing', severity: 'error', words, remedy: TOP_UP };
  }
  return days !== undefined && days < SOON_DAYS
    ? { kind: 'freezing', severity: 'warning', words: [freezesWords(days)], remedy: TOP_UP }
    : undefined;
}

/** When a canister freezes; undefined where it burns nothing. */
export function freezingWords(detail: CanisterDetail): Message | undefined {
  const { days, frozen, limit } = freezingForecast(detail);
  if (frozen) {
    return msg('frozen below {0}', formatCycles(limit));
  }
  return days === undefined ? undefined : msg('in {0}, below {1}', daysWords(days), formatCycles(limit));
}

/** When a canister freezes at rest, and at the rate that was measured. */
export function outlookWords(detail: CanisterDetail, samples: readonly Sample[]): Message[] {
  const { days, frozen, limit } = freezingForecast(detail);
  const burn = averageBurn(samples);
  const measured =
    burn === undefined || burn < 1 || frozen ? undefined : Math.floor(Number(detail.cycles - limit) / burn);
  return present<Message>(
    frozen
      ? msg('frozen below {0}', formatCycles(limit))
      : days !== undefined && msg('Freezes at rest in {0}', daysWords(days)),
    measured !== undefined && msg('at the rate that was measured in {0}', daysWords(measured)),
  );
}

function daysWords(days: number): Message {
  return days === 1 ? msg('1 day') : msg('{0} days', formatCount(BigInt(days)));
}

function freezesWords(days: number): Message {
  return days === 0
    ? msg('It freezes within a day, and then answers no calls.')
    : msg('It freezes in {0}, and then answers no calls.', daysWords(days));
}
