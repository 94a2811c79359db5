import path from 'node:path';
import type { ProjectSnapshot } from '../monitor/project-monitor';
import { type CanisterState, phaseLabel, phaseOf } from '../monitor/state';
import type { CanisterDetail, LogVisibility } from '../network/canister-facts';
import { formatBytes, formatCycles, formatDuration, formatPercent } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { shortHash, shortId } from '../util/shorten';
import { ageOf, cyclesWords, isStale } from './canister-row';
import { plainRow } from './plain-rows';
import type { DetailRow, Words } from './row';

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
): DetailRow[] {
  const { facts, config } = state;
  const detail = facts?.detail;
  const rows: (DetailRow | undefined)[] = [
    state.id === undefined
      ? undefined
      : plainRow(`${rowId}/id`, msg('Canister ID'), [state.id], 'symbol-key', { copy: state.id }),
    statusRow(rowId, state, snapshot, now),
    state.failure ? plainRow(`${rowId}/failure`, msg('Problem'), failureWords(state), 'warning') : undefined,
    detail &&
      plainRow(`${rowId}/cycles`, msg('Cycles'), cyclesWords(detail.cycles, detail.idleCyclesBurnedPerDay), 'flame', {
        copy: detail.cycles.toString(),
      }),
    detail &&
      plainRow(`${rowId}/memory`, msg('Memory'), memoryWords(detail), 'chip', { copy: detail.memorySize.toString() }),
    facts?.moduleHash === undefined
      ? undefined
      : plainRow(`${rowId}/module`, msg('Module hash'), moduleWords(facts.moduleHash, files.builtHash), 'file-binary', {
          copy: `0x${facts.moduleHash}`,
        }),
    facts?.exists ? controllersRow(rowId, facts.controllers, files.owners ?? new Map()) : undefined,
    throughRow(rowId, state, snapshot),
    detail && settingsRow(rowId, detail),
    plainRow(`${rowId}/type`, msg('Type'), [config.type], 'symbol-class'),
    fileRow(`${rowId}/candid`, msg('Candid'), files.candidFile, projectRoot, 'symbol-interface'),
    fileRow(`${rowId}/source`, msg('Source'), files.sourceFile, projectRoot, 'file-code'),
    dependenciesRow(rowId, state),
    otherNetworksRow(rowId, files.otherIds),
  ];
  return rows.filter((entry) => entry !== undefined);
}

function statusRow(rowId: string, state: CanisterState, snapshot: ProjectSnapshot, now: number): DetailRow {
  const age = isStale(state, snapshot) && state.checkedAt !== undefined ? [ageOf(now - state.checkedAt)] : [];
  return plainRow(`${rowId}/status`, msg('Status'), [state.busy ?? phaseLabel(phaseOf(state)), ...age], 'pulse');
}

function failureWords({ failure }: CanisterState): Words[] {
  return failure ? [failure.message, ...(failure.detail === undefined ? [] : [failure.detail])] : [];
}

function memoryWords({ memorySize, settings }: CanisterDetail): Words[] {
  return settings.memoryAllocation > 0n
    ? [msg('{0} of {1} allocated', formatBytes(memorySize), formatBytes(settings.memoryAllocation))]
    : [formatBytes(memorySize)];
}

function moduleWords(hash: string, builtHash: string | undefined): Words[] {
  const comparison: Message[] =
    builtHash === undefined
      ? []
      : [hash === builtHash ? msg('✓ same as the last build') : msg('differs from the last build')];
  return [shortHash(hash), ...comparison];
}

function controllersRow(
  rowId: string,
  controllers: readonly string[],
  owners: ReadonlyMap<string, readonly Message[]>,
): DetailRow {
  const children = controllers.map((controller) => {
    const whose = owners.get(controller) ?? [];
    return plainRow(`${rowId}/controllers/${controller}`, controller, whose, 'person', { copy: controller });
  });
  const known = controllers.flatMap((controller) => owners.get(controller) ?? []);
  return plainRow(`${rowId}/controllers`, msg('Controllers'), [String(controllers.length), ...known], 'organization', {
    children,
  });
}

/** Says that operations do not go straight to the network, and why. */
function throughRow(rowId: string, { through }: CanisterState, { identity }: ProjectSnapshot): DetailRow | undefined {
  if (!through) {
    return undefined;
  }
  const way =
    through.wallet === undefined
      ? msg('through dfx, which alone reaches the key of {0}', identity?.name ?? '')
      : msg('through the wallet {0} (dfx --wallet)', through.wallet);
  return plainRow(`${rowId}/through`, msg('Operations'), [way], 'credit-card', {
    ...(through.wallet === undefined ? {} : { copy: through.wallet }),
  });
}

function settingsRow(rowId: string, { settings }: CanisterDetail): DetailRow {
  const id = `${rowId}/settings`;
  const entries: (readonly [key: string, label: Message, words: Words] | undefined)[] = [
    ['compute', msg('Compute allocation'), formatPercent(settings.computeAllocation)],
    [
      'memory',
      msg('Memory allocation'),
      settings.memoryAllocation === 0n ? msg('best effort') : formatBytes(settings.memoryAllocation),
    ],
    ['freezing', msg('Freezing threshold'), formatDuration(settings.freezingThreshold)],
    settings.reservedCyclesLimit === undefined
      ? undefined
      : ['reserved', msg('Reserved cycles limit'), formatCycles(settings.reservedCyclesLimit)],
    settings.wasmMemoryLimit === undefined
      ? undefined
      : ['wasm-limit', msg('Wasm memory limit'), formatBytes(settings.wasmMemoryLimit)],
    settings.wasmMemoryThreshold === undefined
      ? undefined
      : ['wasm-threshold', msg('Wasm memory threshold'), formatBytes(settings.wasmMemoryThreshold)],
    settings.logVisibility === undefined
      ? undefined
      : ['logs', msg('Log visibility'), logVisibilityWords(settings.logVisibility)],
  ];
  const children = entries
    .filter((entry) => entry !== undefined)
    .map(([key, label, words]) => plainRow(`${id}/${key}`, label, [words], 'symbol-property'));
  return plainRow(id, msg('Settings'), [], 'settings', { children });
}

function logVisibilityWords(visibility: LogVisibility): Words {
  switch (visibility.kind) {
    case 'controllers':
      return msg('controllers');
    case 'public':
      return msg('public');
    case 'allowed_viewers':
      return visibility.viewers.join(', ');
  }
}

function dependenciesRow(rowId: string, { config }: CanisterState): DetailRow | undefined {
  if (config.dependencies.length === 0) {
    return undefined;
  }
  const names = [...new Set(config.dependencies.map(({ value }) => value))];
  const children = names.map((name) =>
    plainRow(`${rowId}/dependencies/${name}`, name, [], 'package', { action: { do: 'reveal', canister: name } }),
  );
  return plainRow(`${rowId}/dependencies`, msg('Depends on'), [String(names.length)], 'references', { children });
}

function otherNetworksRow(rowId: string, otherIds: CanisterFiles['otherIds']): DetailRow | undefined {
  if (otherIds.length === 0) {
    return undefined;
  }
  const children = otherIds.map(([network, id]) =>
    plainRow(`${rowId}/networks/${network}`, network, [shortId(id)], 'globe', { copy: id }),
  );
  return plainRow(`${rowId}/networks`, msg('On other networks'), [String(otherIds.length)], 'globe', { children });
}

function fileRow(
  id: string,
  label: Message,
  file: string | undefined,
  projectRoot: string,
  codicon: string,
): DetailRow | undefined {
  return file === undefined
    ? undefined
    : plainRow(id, label, [path.relative(projectRoot, file)], codicon, { action: { do: 'open', file }, copy: file });
}
