import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteSetup } from '../../host/extension-tests';
import { buildWasm, TestNetwork } from '../../network/index';
import { DfxHome } from '../../support/dfx-home';
import { writeIcpHome } from '../../support/icp-home';
import { deploySample } from '../../support/sample';

/** The suite sees a folder that is a project of dfx and one of icp, and another of icp alone. No tool is there. */
export default async function setup(scratch: string): Promise<SuiteSetup> {
  const home = new DfxHome(join(scratch, 'dfx'));
  const icpHome = join(scratch, 'icp');
  const alice = home.addIdentity('alice');
  home.selectIdentity('alice');
  writeIcpHome(icpHome, alice);
  const network = await TestNetwork.start();
  const folder = join(scratch, 'workspace');
  const both = await deploySample(join(folder, 'both'), home, network, alice);
  const create = () => network.createCanister({ controllers: [alice.principal], wasm: buildWasm() });
  const projects = { both: both.folder, alone: join(folder, 'alone') };
  const ids: Record<string, string> = {};
  for (const [name, root] of Object.entries(projects)) {
    mkdirSync(join(root, '.icp', 'data', 'mappings'), { recursive: true });
    ids[name] = await create();
    writeFileSync(
      join(root, 'icp.yaml'),
      `canisters:
  - { name: ledger, build: { steps: [{ type: script, command: "true" }] } }
networks:
  - { name: net, mode: connected, url: "${network.url}", root-key: ${Buffer.from(network.rootKey).toString('hex')} }
environments:
  - { name: local, network: net }
`,
    );
    writeFileSync(join(root, '.icp', 'data', 'mappings', 'local.ids.json'), JSON.stringify({ ledger: ids[name] }));
  }
  return {
    folder,
    env: {
      ...home.env,
      ICP_HOME: icpHome,
      MIXED_SUITE: JSON.stringify({
        network: network.url,
        dfx: both.ids.get('ledger'),
        ids,
        manifests: {
          dfx: both.dfxJson,
          both: join(projects.both, 'icp.yaml'),
          alone: join(projects.alone, 'icp.yaml'),
        },
      }),
    },
    dispose: () => network.stop(),
  };
}
