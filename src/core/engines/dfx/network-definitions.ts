import path from 'node:path';
import { JsonDocument } from '../../document/json-document';
import { applyEdits } from '../../document/tree';
import { Failure } from '../../util/failure';
import { msg } from '../../util/message';
import type { NetworkDefinitions, NewNetwork } from '../toolchain';
import type { DfxLocations } from './locations';

/** Networks in dfx.json, or in the networks.json of all projects. */
export function dfxNetworkDefinitions({ networksJson }: Pick<DfxLocations, 'networksJson'>): NetworkDefinitions {
  return {
    name: { pattern: /^[A-Za-z0-9_-]+$/, rule: msg('Letters, digits, "_" and "-".') },
    question: msg('How long do its canisters last?'),
    options: [
      {
        value: 'persistent',
        label: msg('Lasting (persistent)'),
        detail: msg('Ids are kept in canister_ids.json, which is committed.'),
      },
      {
        value: 'ephemeral',
        label: msg('For a while (ephemeral)'),
        detail: msg('Ids are kept in the folder .dfx, for a network that is set up anew now and then.'),
      },
    ],
    canShare: true,
    portKey: 'bind',
    file: ({ root }, shared) => (shared ? networksJson : path.join(root, 'dfx.json')),
    define: (text = '{\n}\n', network) => define(text, network),
  };
}

function define(text: string, { name, url, option, shared }: NewNetwork): string {
  const document = new JsonDocument(text);
  if (document.problems.length > 0 || document.rootObject === undefined) {
    throw new Failure({
      message: msg('{0} is damaged. Repair or delete it first.', shared ? 'networks.json' : 'dfx.json'),
    });
  }
  const keys = shared ? [name] : ['networks', name];
  return applyEdits(document.text, document.setAt(keys, { providers: [url], type: option }));
}
