import * as vscode from 'vscode';
import { isLocal } from '../core/lifecycle/canister-ref';
import { formatCycles, parseCycles } from '../core/util/amounts';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { showInputBox } from '../ui/surfaces';
import { chooseCanisters } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';
import { runOperation } from './run-operation';

const DEFAULT_AMOUNT = '1 T';
/** More than all that there is; the network counts in 128 bits. */
const MAX_CYCLES = 10n ** 24n;

/** Adds cycles to canisters of local networks, where they are free. */
export async function topUpCanisters(context: CommandContext, argument: CommandArgument): Promise<void> {
  const targets = await chooseCanisters(context, 'top-up', argument, isLocal);
  const elsewhere = targets.find((target) => !isLocal(target));
  if (elsewhere) {
    throw new Failure({
      message: msg('Cycles can be made on local networks only; {0} is none.', elsewhere.project.snapshot.target.name),
    });
  }
  const text = await showInputBox({
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
  await runOperation(context, 'top-up', targets, [amount]);
}
