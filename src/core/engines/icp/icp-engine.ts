import path from 'node:path';
import { type Message, msg } from '../../util/message';
import type { Engine, EngineProject, IdentityStore } from '../engine';
import { IcpProject, identityPatterns, type LoadReader } from './icp-project';
import { findIdentity, isIdentityName, listIdentities, selectedIdentity } from './identities';
import type { IcpLocations } from './locations';
import { ICP } from './names';
import { isRunning, readDescriptor } from './network-state';

export class IcpEngine implements Engine {
  readonly name = ICP.name;
  readonly manifestNames = ICP.manifestNames;
  readonly #locations: IcpLocations;
  readonly #reader: LoadReader;
  readonly identities: IdentityStore;

  readonly toolNote: Engine['toolNote'];

  /** @param toolNote looks for icp; without it, nothing is said of that */
  constructor(locations: IcpLocations, reader: LoadReader, toolNote?: Engine['toolNote']) {
    this.toolNote = toolNote;
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

  async networkOn(port: number): Promise<Message | undefined> {
    const found = await readDescriptor(path.join(this.#locations.portDescriptorDir, `${port}.json`));
    return found !== undefined && (await isRunning(found))
      ? msg('the network {0} of the icp project at {1}', found.network, found.projectDir)
      : undefined;
  }
}
