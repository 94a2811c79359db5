import path from 'node:path';
import type { ProjectSnapshot } from '../monitor/project-snapshot';
import type { CanisterState } from '../monitor/state';
import type { CanisterDetail, Visibility } from '../network/canister-facts';
import { durationWords, formatBytes, formatCycles, formatPercent } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { shortHash, shortId } from '../util/shorten';
import { cyclesWords, failureWords, staleAge, stateWords } from './canister-row';
import { detailRow, factsOf, present, type Row, type Words } from './row';
import { ROW_SETTINGS } from './setting-words';

/** Facts from the disk that a canister's details show. All optional: a file may not be there. */
export interface CanisterFiles {
  readonly sourceFile?: string;
  readonly candidFile?: string;
  /** SHA-256, in hex, of the module that the last build made. */
  readonly builtHash?: string;
  /** Network name and id, without the chosen network. */
  readonly otherIds: readonly (readonly [network: string, id: string])[];
  /** Whose a principal is, where that is known. */
  readonly owners?: ReadonlyMap<string, readonly Message[]>;
}

/** @param now milliseconds since 1970 */
export function detailRows(
  rowId: string,
  state: CanisterState,
  snapshot: ProjectSnapshot,
  files: CanisterFiles,
  projectRoot: string,
  now: number,
): Row[] {
  const { id, facts, failure, definition } = state;
  const detail = facts?.detail;
  const status = present<Words>(stateWords(state, snapshot), staleAge(state, snapshot, now));
  return present(
    id !== undefined &&
      detailRow(`${rowId}/id`, msg('Canister ID'), [id], 'symbol-key', {
        copy: id,
        meaning: msg('What the network knows the canister by.'),
      }),
    detailRow(`${rowId}/status`, msg('Status'), status, 'pulse', {
      meaning: msg('A stopped canister refuses calls, an empty one has no code yet.'),
    }),
    failure &&
      detailRow(
        `${rowId}/failure`,
        msg('Problem'),
        present<Words>(failureWords(failure, snapshot), failure.detail),
        'warning',
      ),
    ...(detail ? usageRows(rowId, detail) : []),
    facts?.moduleHash !== undefined && moduleRow(rowId, facts.moduleHash, files.builtHash),
    facts?.exists && controllersRow(rowId, facts.controllers, files.owners ?? new Map(), detail !== undefined),
    throughRow(rowId, state, snapshot, files.owners),
    detail && settingsRow(rowId, detail, files.owners),
    detailRow(`${rowId}/type`, msg('Type'), [definition.type], 'symbol-class', {
      meaning: msg('How the canister is built, as the manifest says.'),
    }),
    fileRow(`${rowId}/candid`, msg('Candid'), files.candidFile, projectRoot, 'symbol-interface'),
    fileRow(`${rowId}/source`, msg('Source'), files.sourceFile, projectRoot, 'file-code'),
    dependenciesRow(rowId, state),
    otherNetworksRow(rowId, files.otherIds),
  );
}

function usageRows(rowId: string, { cycles, idleCyclesBurnedPerDay, memorySize, settings }: CanisterDetail): Row[] {
  const memory =
    settings.memoryAllocation > 0n
      ? msg('{0} of {1} allocated', formatBytes(memorySize), formatBytes(settings.memoryAllocation))
      : formatBytes(memorySize);
  return [
    detailRow(`${rowId}/cycles`, msg('Cycles'), cyclesWords(cycles, idleCyclesBurnedPerDay), 'flame', {
      copy: cycles.toString(),
      meaning: msg('What the canister pays with. What it burns is for memory; calls cost more.'),
    }),
    detailRow(`${rowId}/memory`, msg('Memory'), [memory], 'chip', {
      copy: memorySize.toString(),
      meaning: msg('Its module, heap, stable memory and snapshots.'),
    }),
  ];
}

function moduleRow(rowId: string, hash: string, builtHash: string | undefined): Row {
  const same = hash === builtHash ? msg('✓ same as the last build') : msg('differs from the last build');
  const words = present<Words>(shortHash(hash), builtHash !== undefined && same);
  return detailRow(`${rowId}/module`, msg('Module hash'), words, 'file-binary', {
    copy: `0x${hash}`,
    meaning: msg('SHA-256 of the Wasm module: the same hash is the same code.'),
  });
}

function controllersRow(
  rowId: string,
  controllers: readonly string[],
  owners: ReadonlyMap<string, readonly Message[]>,
  canChange: boolean,
): Row {
  const id = `${rowId}/controllers`;
  const children = controllers.map((controller) => principalRow(`${id}/${controller}`, controller, owners));
  const known = controllers.flatMap((controller) => owners.get(controller) ?? []);
  const row = detailRow(id, msg('Controllers'), [String(controllers.length), ...known], 'organization', {
    children,
    meaning: msg('The principals that may change, stop and delete the canister.'),
  });
  return canChange ? { ...row, flags: [...row.flags, 'adds-controller'] } : row;
}

/** With a name, the principal is shortened, since a side bar is narrow; a screen reader says the whole of it. */
function principalRow(id: string, principal: string, owners: ReadonlyMap<string, readonly Message[]>): Row {
  const names = owners.get(principal) ?? [];
  const label = names.length === 0 ? principal : shortId(principal);
  const facts = factsOf([msg('Principal'), principal], ...names.map((each) => [msg('Whose'), each] as const));
  return {
    ...detailRow(id, label, names, 'person', { copy: principal, tooltip: () => facts }),
    spoken: [principal, ...names],
  };
}

/** Says that operations do not go straight to the network, and why. */
function throughRow(
  rowId: string,
  { through }: CanisterState,
  { identity, tool }: ProjectSnapshot,
  owners: CanisterFiles['owners'],
): Row | undefined {
  if (!through) {
    return undefined;
  }
  const { proxy } = through;
  const [whose] = proxy === undefined ? [] : (owners?.get(proxy) ?? []);
  const words =
    proxy === undefined
      ? msg('through {0}, which alone reaches the key of {1}', tool, identity?.name ?? '')
      : msg('through the wallet {0} (dfx --wallet)', whose === undefined ? proxy : shortId(proxy));
  const facts = factsOf([msg('Operations'), words], [msg('Whose'), whose], [msg('Principal'), proxy]);
  // Whose it is stands first: a side bar is narrow.
  return detailRow(`${rowId}/through`, msg('Operations'), present<Words>(whose, words), 'credit-card', {
    tooltip: () => facts,
    copy: proxy,
  });
}

function settingsRow(rowId: string, { settings }: CanisterDetail, owners: CanisterFiles['owners']): Row {
  const id = `${rowId}/settings`;
  const { memoryAllocation, logVisibility } = settings;
  const bytes = (value: bigint | undefined) => (value === undefined ? undefined : formatBytes(value));
  const cycles = (value: bigint | undefined) => (value === undefined ? undefined : formatCycles(value));
  const entries: (readonly [
    key: string,
    setting: keyof typeof ROW_SETTINGS,
    words: Words | readonly Words[] | undefined,
  ])[] = [
    ['compute', 'computeAllocation', formatPercent(settings.computeAllocation)],
    ['memory', 'memoryAllocation', memoryAllocation === 0n ? msg('best effort') : bytes(memoryAllocation)],
    ['freezing', 'freezingThreshold', durationWords(settings.freezingThreshold)],
    ['reserved', 'reservedCyclesLimit', cycles(settings.reservedCyclesLimit)],
    ['wasm-limit', 'wasmMemoryLimit', bytes(settings.wasmMemoryLimit)],
    ['wasm-threshold', 'wasmMemoryThreshold', bytes(settings.wasmMemoryThreshold)],
    ['logs', 'logVisibility', logVisibility && logVisibilityWords(logVisibility, owners)],
  ];
  const viewers = logVisibility?.kind === 'allowed_viewers' ? logVisibility.viewers : [];
  const children = entries.flatMap(([key, setting, words]) => {
    const rowsBelow =
      key === 'logs'
        ? viewers.map((viewer) => principalRow(`${id}/${key}/${viewer}`, viewer, owners ?? new Map()))
        : [];
    const { label, meaning } = ROW_SETTINGS[setting];
    return words === undefined
      ? []
      : [detailRow(`${id}/${key}`, label, [words].flat(), 'symbol-property', { meaning, children: rowsBelow })];
  });
  return detailRow(id, msg('Settings'), [], 'settings', { children });
}

function logVisibilityWords(visibility: Visibility, owners: CanisterFiles['owners']): Words | Words[] {
  switch (visibility.kind) {
    case 'controllers':
      return msg('controllers');
    case 'public':
      return msg('public');
    case 'allowed_viewers':
      return visibility.viewers.map((viewer) => owners?.get(viewer)?.[0] ?? viewer);
  }
}

function dependenciesRow(rowId: string, { definition }: CanisterState): Row | undefined {
  const names = [...new Set(definition.dependencies)];
  const children = names.map((name) =>
    detailRow(`${rowId}/dependencies/${name}`, name, [], 'package', { action: { do: 'reveal', canister: name } }),
  );
  return groupRow(`${rowId}/dependencies`, msg('Depends on'), 'references', children);
}

function otherNetworksRow(rowId: string, otherIds: CanisterFiles['otherIds']): Row | undefined {
  const children = otherIds.map(([network, id]) =>
    detailRow(`${rowId}/networks/${network}`, network, [shortId(id)], 'globe', { copy: id }),
  );
  return groupRow(`${rowId}/networks`, msg('On other networks'), 'globe', children);
}

/** Says how many rows are below it, if any. */
function groupRow(id: string, label: Message, codicon: string, children: readonly Row[]): Row | undefined {
  return children.length === 0 ? undefined : detailRow(id, label, [String(children.length)], codicon, { children });
}

function fileRow(
  id: string,
  label: Message,
  file: string | undefined,
  projectRoot: string,
  codicon: string,
): Row | undefined {
  return file === undefined
    ? undefined
    : detailRow(id, label, [path.relative(projectRoot, file)], codicon, { action: { do: 'open', file }, copy: file });
}
