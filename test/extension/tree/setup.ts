import { join } from 'node:path';
import type { SuiteSetup } from '../../host/extension-tests';
import { TestNetwork } from '../../network/index';
import { DfxHome } from '../../support/dfx-home';
import { deploySample } from '../../support/sample';

/** The suite sees a project with canisters in every state, and the network's controls. */
export default async function setup(scratch: string): Promise<SuiteSetup> {
  const home = new DfxHome(join(scratch, 'dfx'));
  const alice = home.addIdentity('alice');
  home.selectIdentity('alice');
  const network = await TestNetwork.start();
  const project = await deploySample(join(scratch, 'project'), home, network, alice);
  return {
    folder: project.folder,
    env: {
      ...home.env,
      TREE_SUITE: JSON.stringify({
        network: network.url,
        alice: alice.principal,
        dfxJson: project.dfxJson,
        idFile: project.idFile,
        ids: Object.fromEntries(project.ids),
      }),
    },
    dispose: () => network.stop(),
  };
}
