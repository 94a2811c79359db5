import type { PageCaller } from '../page/page-calls';
import { callFromPage } from './call-from-page';
import type { CommandContext } from './command-context';
import { copyCall } from './copy-call';
import { sourcePlaces } from './find-source';
import { saveCall, savedRequests } from './saved-requests';

/** What pages of canisters have done for them. */
export function pageCaller(context: CommandContext): PageCaller {
  const { native } = context.service;
  return {
    interface: (target, signal) => native.interface(target, signal),
    logReader: (target) => native.logReader(target),
    call: (...args) => callFromPage(context, ...args),
    copy: (...args) => copyCall(context, ...args),
    save: saveCall,
    requests: savedRequests,
    places: sourcePlaces,
  };
}
