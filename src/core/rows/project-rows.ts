import path from 'node:path';
import { LOCAL } from '../engines/dfx/networks';
import type { ActiveIdentity } from '../monitor/active-identity';
import { healthMessage, type ProjectSnapshot } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import type { Project } from '../project/project';
import { type Message, msg } from '../util/message';
import { ageOf } from './canister-row';
import type { Row, Words } from './row';

/** The row of a project, where there are several. */
export function projectRow(project: Project, snapshot: ProjectSnapshot, label: string): Row {
  const running = snapshot.canisters.filter((state) => phaseOf(state) === 'running').length;
  const counts = msg('{0} of {1} running', running, snapshot.canisters.length);
  const identity = snapshot.identity?.name;
  return {
    id: projectRowId(project),
    label,
    description: [
      snapshot.networkName,
      ...(identity === undefined ? [] : [identity]),
      ...(snapshot.loaded ? [counts] : []),
    ],
    icon: { codicon: 'root-folder' },
    tooltip: () => [
      [msg('Project'), project.dfxJson],
      [msg('Network'), snapshot.networkName],
      ...(identity === undefined ? [] : [[msg('Identity'), identity] as const]),
    ],
    spoken: [
      label,
      msg('project'),
      msg('{0} network', snapshot.networkName),
      counts,
      ...(identity === undefined ? [] : [identity]),
    ],
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
    const message = healthMessage(snapshot);
    if (message) {
      const since = snapshot.healthyAt === undefined ? [] : [ageOf(now - snapshot.healthyAt)];
      const down = isLocalDown(snapshot);
      const wayOut = down ? [msg('Click to start it')] : [];
      const command = down ? 'icCanisters.startNetwork' : 'icCanisters.refresh';
      rows.push(trouble(`${id}/health`, [message, ...wayOut, ...since], command, down ? ['localNetworkDown'] : []));
    }
  }
  if (snapshot.identity?.note) {
    rows.push(identityTrouble(id, project, snapshot.identity, snapshot.identity.note));
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

/** True where dfx could start the network: it starts no other than that of this name. */
function isLocalDown({ network, health }: ProjectSnapshot): boolean {
  return network?.local === true && network.name === LOCAL && health?.state === 'offline';
}

/** A locked key can be unlocked here; for all else another identity can be chosen. */
function identityTrouble(id: string, project: Project, { name, storage, ref }: ActiveIdentity, note: Message): Row {
  const locked = storage === 'password' && ref.kind === 'anonymous';
  const row = trouble(
    `${id}/identity`,
    locked ? [note, msg('Click to unlock it')] : [note],
    undefined,
    locked ? ['locked'] : [],
    'key',
  );
  return {
    ...row,
    action: locked
      ? { do: 'command', command: 'icCanisters.unlockIdentity', argument: { identity: name } }
      : { do: 'command', command: 'icCanisters.selectIdentity', argument: { dfxJson: project.dfxJson } },
  };
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
    spoken: [label, ...description],
    flags: ['trouble', ...flags],
    expandable: 'no',
    ...(command === undefined ? {} : { action: { do: 'command', command } }),
  };
}
