import type { Engine, EngineProject, IdentityStore } from '../engine';
import { IcpProject, identityPatterns, type LoadReader } from './icp-project';
import { findIdentity, isIdentityName, listIdentities, selectedIdentity } from './identities';
import type { IcpLocations } from './locations';
import { ICP } from './names';

export class IcpEngine implements Engine {
  readonly name = ICP.name;
  readonly manifestNames = ICP.manifestNames;
  readonly #locations: IcpLocations;
  readonly #reader: LoadReader;
  readonly identities: IdentityStore;

  constructor(locations: IcpLocations, reader: LoadReader) {
    this.#locations = locations;
    this.#reader = reader;
    this.identities = {
      list: () => listIdentities(locations),
      find: (name) => findIdentity(name, locations),
      selected: () => selectedIdentity(locations),
      isName: isIdentityName,
      // icp's proxy canisters are a network's, not an identity's.
      hasProxies: async () => false,
      watch: identityPatterns(locations),
    };
  }

  open(manifest: string): EngineProject {
    return new IcpProject(this, this.#locations, this.#reader, manifest);
  }
}
