import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { answeredOf } from '../core/lifecycle/place';
import { Failure } from '../core/util/failure';
import { formatMessage } from '../core/util/message';
import type { PageActions } from '../page/canister-page';
import { callFromPage } from './call-from-page';
import { type CommandContext, toolchainOf } from './command-context';
import { copyCall } from './copy-call';
import { agreesToThreshold, editSetting } from './edit-settings';
import { sourcePlaces } from './find-source';
import { restoreSnapshot, takeSnapshot } from './manage-snapshots';
import { withNextSteps } from './next-steps';
import { runOperation } from './run-operation';
import { saveCall, savedRequests } from './saved-requests';

/** What pages of canisters have done for them: what the commands do, with their questions. */
export function pageActions(context: CommandContext): PageActions {
  const { native } = context.service;
  /** A failure is told on the page, with the buttons that a notification would have. */
  const told = async <T>(target: CanisterRef, work: () => Promise<T>): Promise<T> => {
    try {
      return await withNextSteps(context, target, work);
    } catch (error) {
      if (error instanceof Failure && !error.cancelled) {
        context.log.error([formatMessage(error.data.message), error.data.detail].filter(Boolean).join('\n'));
      }
      throw error;
    }
  };
  return {
    interface: (target, signal) => native.interface(target, signal),
    logReader: (target) => native.logReader(target),
    call: (...args) => callFromPage(context, ...args),
    copy: (...args) => copyCall(context, ...args),
    save: saveCall,
    requests: savedRequests,
    places: sourcePlaces,
    writtenSettings: ({ project, canister }) =>
      toolchainOf(context, project.engine.name).settings(project.files, canister, project.snapshot.target),
    changeSettings: (target, change, detail) =>
      told(target, async () => {
        if (await answeredOf(target, () => agreesToThreshold(target, change))) {
          await runOperation(context, 'settings', [target], [change], detail);
        }
      }),
    editSetting: (target, setting) => told(target, () => editSetting(context, target, setting)),
    listSnapshots: (target, signal) => told(target, () => native.listSnapshots(target, signal)),
    takeSnapshot: (target, snapshots) => told(target, () => takeSnapshot(context, target, snapshots)),
    restoreSnapshot: (target, id) => told(target, () => restoreSnapshot(context, target, id)),
    deleteSnapshot: (target, id) => told(target, () => runOperation(context, 'snapshot-delete', [target], [id])),
  };
}
