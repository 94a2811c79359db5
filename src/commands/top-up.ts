import * as vscode from 'vscode';
import { fitsTarget } from '../core/lifecycle/canister-ref';
import { parseCycles } from '../core/util/amounts';
import { cancelled, Failure } from '../core/util/failure';
import { formatCycles } from '../core/util/format';
import { msg } from '../core/util/message';
import { changeCanisters, type OperationDeps, requireTrust } from './change-canisters';
import { toArgument } from './one-target';
import type { OperationCommand } from './operations';
import { resolveTargets, selectFitting } from './targets';

const DEFAULT_AMOUNT = '1T';
/** More than all that there is; the network counts in 128 bits. */
const MAX_CYCLES = 10n ** 24n;

/** Gives canisters of local networks cycles out of nothing. */
export async function topUp(deps: OperationDeps, node: unknown, nodes: unknown): Promise<void> {
  requireTrust();
  const targets = selectFitting(
    'top-up',
    await resolveTargets(deps.monitor, node, nodes, {
      title: vscode.l10n.t('Top up which canisters?'),
      many: true,
      accept: (target) => fitsTarget('top-up', target) && target.monitor.snapshot.network?.local === true,
    }),
  );
  const elsewhere = targets.find(({ monitor }) => monitor.snapshot.network?.local !== true);
  if (elsewhere) {
    throw new Failure({
      message: msg('Cycles can be made on local networks only; {0} is none.', elsewhere.monitor.snapshot.networkName),
    });
  }
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Top up {0}', targets.map(({ canister }) => canister).join(', ')),
    prompt: vscode.l10n.t('Cycles for each canister, such as 1T, 500B or 1_000_000'),
    value: DEFAULT_AMOUNT,
    validateInput: (value) => {
      const cycles = parseCycles(value);
      if (cycles === undefined || cycles === 0n || cycles > MAX_CYCLES) {
        return vscode.l10n.t('Enter an amount of cycles such as 1T, 500B or 1_000_000.');
      }
      return {
        message: vscode.l10n.t('{0} cycles', formatCycles(cycles)),
        severity: vscode.InputBoxValidationSeverity.Info,
      };
    },
  });
  const amount = text === undefined ? undefined : parseCycles(text);
  if (amount === undefined) {
    throw cancelled();
  }
  const command: OperationCommand = {
    operation: 'top-up',
    question: () => '',
    running: (names) => vscode.l10n.t('Topping up {0}…', names),
    failed: (causes) => msg('Topping up failed. {0}', causes),
    run: (service, given, { signal }) => service.native.topUp(given, amount, signal),
  };
  await changeCanisters(deps, command, undefined, targets.map(toArgument));
}
