import path from 'node:path';
import { type Message, msg } from '../../util/message';
import type { Engine, EngineProject, IdentityStore } from '../engine';
import { DfxProject } from './dfx-project';
import { isIdentityName, listIdentities, readIdentity, selectedIdentity } from './identities';
import { networkProcess } from './local-network-files';
import type { DfxLocations } from './locations';
import { DFX } from './names';
import { LOCAL } from './networks';
import { hasWallets } from './wallets';
import { identityPatterns } from './watch';

export class DfxEngine implements Engine {
  readonly name = DFX.name;
  readonly manifestNames = DFX.manifestNames;
  readonly #locations: DfxLocations;
  readonly identities: IdentityStore;

  readonly toolNote: Engine['toolNote'];

  /** @param toolNote looks for dfx; without it, nothing is said of that */
  constructor(locations: DfxLocations, toolNote?: Engine['toolNote']) {
    this.toolNote = toolNote;
    this.#locations = locations;
    this.identities = {
      list: () => listIdentities(locations),
      find: (name) => readIdentity(name, locations),
      selected: () => selectedIdentity(locations),
      isName: isIdentityName,
      hasProxies: (name) => hasWallets(name, locations),
      watch: identityPatterns(locations),
    };
  }

  open(manifest: string): EngineProject {
    return new DfxProject(this, this.#locations, manifest);
  }

  /** Of networks that projects have for themselves, nothing is kept outside of the project. */
  async networkOn(port: number): Promise<Message | undefined> {
    const shared = await networkProcess(path.join(this.#locations.sharedDataDir, 'network', LOCAL));
    return shared.port === port && shared.alive ? msg('the shared network of dfx') : undefined;
  }
}
