import type { Engine, EngineProject, IdentityStore } from '../engine';
import { DfxProject } from './dfx-project';
import { isIdentityName, listIdentities, readIdentity, selectedIdentity } from './identities';
import type { DfxLocations } from './locations';
import { DFX } from './names';
import { hasWallets } from './wallets';
import { identityPatterns } from './watch';

export class DfxEngine implements Engine {
  readonly name = DFX.name;
  readonly manifestNames = DFX.manifestNames;
  readonly #locations: DfxLocations;
  readonly identities: IdentityStore;

  constructor(locations: DfxLocations) {
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
}
