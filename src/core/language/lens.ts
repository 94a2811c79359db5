import type { CanisterLiveInfo } from '../monitor/source';
import { type Message, msg } from '../util/message';

export type LensCommand =
  | 'icCanisters.deploy'
  | 'icCanisters.start'
  | 'icCanisters.stop'
  | 'icCanisters.call'
  | 'icCanisters.logs';

export interface LensAction {
  readonly command: LensCommand;
  readonly title: Message;
}

const DEPLOY: LensAction = { command: 'icCanisters.deploy', title: msg('Deploy') };
const START: LensAction = { command: 'icCanisters.start', title: msg('Start') };
const STOP: LensAction = { command: 'icCanisters.stop', title: msg('Stop') };
const CALL: LensAction = { command: 'icCanisters.call', title: msg('Call…') };
const LOGS: LensAction = { command: 'icCanisters.logs', title: msg('Logs') };

/** What makes sense for a canister in this state. */
export function lensActions(state: CanisterLiveInfo['state']): readonly LensAction[] {
  switch (state) {
    case 'running':
      return [STOP, DEPLOY, CALL, LOGS];
    case 'stopped':
      return [START, DEPLOY, LOGS];
    case 'stopping':
      return [LOGS];
    case 'empty':
    case 'not-created':
      return [DEPLOY];
    case 'remote':
      return [CALL];
    case 'unknown':
      return [DEPLOY, CALL, LOGS];
    case 'pull':
    case 'loading':
      return [];
  }
}

/** A codicon beside the words: colour and icon only repeat what the words say. */
export function stateIcon(state: CanisterLiveInfo['state']): string {
  switch (state) {
    case 'running':
      return 'circle-filled';
    case 'stopping':
    case 'loading':
      return 'loading~spin';
    case 'stopped':
      return 'debug-stop';
    case 'empty':
      return 'circle-outline';
    case 'not-created':
      return 'circle-large-outline';
    case 'remote':
      return 'link-external';
    case 'pull':
      return 'cloud-download';
    case 'unknown':
      return 'question';
  }
}
