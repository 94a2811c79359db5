import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { isLocked } from '../core/lifecycle/questions';
import type { IdentityService } from '../core/monitor/identity-service';
import { cancelled, explain, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { createPasswordBox, showProblem } from '../ui/surfaces';
import { joinSentences, translate } from '../ui/translate';
import type { CommandContext } from './command-context';

/** Asks for the passwords of the locked keys that would sign for these canisters. @param why who or what wants it @throws {Failure} of kind `cancelled` */
export async function unlockFor(
  { identityService }: Pick<CommandContext, 'identityService'>,
  targets: readonly CanisterRef[],
  why?: string,
): Promise<void> {
  for (const project of new Set(targets.map(({ project }) => project))) {
    const { identity } = project.snapshot;
    if (identity && isLocked(project.snapshot)) {
      await askPassword(identityService, identity.name, project.engine.name, why);
      await project.load();
      if (project.snapshot.identity?.ref.kind === 'anonymous') {
        throw cancelled();
      }
    }
  }
}

/** Asks until the password is right or the user gives up. It goes to the worker and nowhere else. */
export async function askPassword(
  identityService: IdentityService,
  name: string,
  engine: string,
  why = '',
): Promise<void> {
  const minutes = unlockMinutes();
  const what =
    minutes === 1
      ? vscode.l10n.t('Password of the identity {0}. The key stays in memory for 1 minute.', name)
      : vscode.l10n.t('Password of the identity {0}. The key stays in memory for {1} minutes.', name, minutes);
  const input = createPasswordBox(vscode.l10n.t('Unlock {0}', name), joinSentences([what, why]));
  const abort = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      input.onDidChangeValue(() => {
        showProblem(input, undefined);
      });
      input.onDidHide(() => {
        abort.abort();
        resolve();
      });
      input.onDidAccept(async () => {
        input.busy = true;
        input.enabled = false;
        showProblem(input, undefined);
        try {
          await identityService.unlock(name, input.value, unlockMinutes() * 60_000, { engine, signal: abort.signal });
          resolve();
        } catch (error) {
          if (error instanceof Failure && error.kind === 'password') {
            input.value = '';
            showProblem(input, translate(error.data.message));
          } else if (!abort.signal.aborted) {
            reject(explain(error, (cause) => msg('{0} was not unlocked. {1}', name, cause)));
          }
        } finally {
          input.busy = false;
          input.enabled = true;
        }
      });
      input.show();
    });
  } finally {
    input.dispose();
  }
}

function unlockMinutes(): number {
  const value = vscode.workspace.getConfiguration('icCanisters').get<number>('identities.unlockMinutes');
  return typeof value === 'number' && value >= 1 ? Math.min(value, 1440) : 15;
}
