import path from 'node:path';
import { healthMessage, type ProjectSnapshot } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import type { Project } from '../project/project';
import { msg } from '../util/message';
import { ageOf } from './canister-row';
import type { Row, Words } from './row';

/** The row of a project, where there are several. */
export function projectRow(project: Project, snapshot: ProjectSnapshot, label: string): Row {
  const running = snapshot.canisters.filter((state) => phaseOf(state) === 'running').length;
  const counts = msg('{0} of {1} running', running, snapshot.canisters.length);
  return {
    id: projectRowId(project),
    label,
    description: [snapshot.networkName, ...(snapshot.loaded ? [counts] : [])],
    icon: { codicon: 'root-folder' },
    tooltip: [
      [msg('Project'), project.dfxJson],
      [msg('Network'), snapshot.networkName],
    ],
    spoken: [label, msg('project'), msg('{0} network', snapshot.networkName), counts],
    flags: ['project'],
    expandable: 'expanded',
    copy: project.root,
  };
}

export function projectRowId(project: Project): string {
  return `project:${project.dfxJson}`;
}

/**
 * What stands above the canisters where something is wrong: the network first, then the ids, then the files.
 * @param now milliseconds since 1970
 */
export function troubleRows(project: Project, snapshot: ProjectSnapshot, now: number): Row[] {
  const rows: Row[] = [];
  const id = projectRowId(project);
  if (snapshot.networkProblem) {
    rows.push(trouble(`${id}/network`, [snapshot.networkProblem], 'icCanisters.selectNetwork'));
  } else if (snapshot.health) {
    const message = healthMessage(snapshot.health, snapshot.networkName);
    if (message) {
      const since = snapshot.healthyAt === undefined ? [] : [ageOf(now - snapshot.healthyAt)];
      rows.push(trouble(`${id}/health`, [message, ...since], 'icCanisters.refresh', networkFlags(snapshot)));
    }
  }
  if (snapshot.identity?.note) {
    rows.push(trouble(`${id}/identity`, [snapshot.identity.note], undefined, [], 'key'));
  }
  if (snapshot.idsVoid) {
    rows.push(trouble(`${id}/ids`, [snapshot.idsVoid], undefined));
  }
  for (const [index, { file, message, range }] of snapshot.problems.entries()) {
    rows.push({
      ...trouble(`${id}/problem/${index}`, [message, path.basename(file)], undefined),
      action: { do: 'open', file, ...(range ? { range } : {}) },
    });
  }
  return rows;
}

function networkFlags({ network, health }: ProjectSnapshot): string[] {
  return network?.local && health?.state === 'offline' ? ['localNetworkDown'] : [];
}

function trouble(
  id: string,
  [label, ...description]: [Words, ...Words[]],
  command: string | undefined,
  flags: readonly string[] = [],
  codicon = 'warning',
): Row {
  return {
    id,
    label,
    description,
    icon: codicon === 'warning' ? { codicon, color: 'list.warningForeground' } : { codicon },
    tooltip: [],
    spoken: [label, ...description],
    flags: ['trouble', ...flags],
    expandable: 'no',
    ...(command === undefined ? {} : { action: { do: 'command', command } }),
  };
}
