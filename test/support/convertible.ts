/** The example project, deployed by dfx to a network that lasts, with the tools to build and upgrade it by icp. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { installDfx } from '../dfx/index';
import { TestNetwork } from '../network/index';
import { installBuildTools } from './build-tools';
import { DfxHome } from './dfx-home';
import { type IcpRun, icpBinary, runIcp } from './icp-binary';

const EXAMPLE = resolve(__dirname, '../../examples/hello');
/** The name of the network, and of the environment that it becomes. */
export const TESTNET = 'testnet';

export class ConvertibleProject {
  readonly root: string;
  readonly home: DfxHome;
  readonly icpHome: string;
  /** For processes that are to find both tools, their homes and what builds need. */
  readonly env: Record<string, string>;

  private constructor(
    folder: string,
    readonly network: TestNetwork,
  ) {
    this.root = join(folder, 'hello');
    this.home = new DfxHome(join(folder, 'dfx-home'));
    this.icpHome = join(folder, 'icp-home');
    const tools = join(folder, 'tools');
    installBuildTools(tools);
    this.env = {
      ...this.home.env,
      ICP_HOME: this.icpHome,
      DO_NOT_TRACK: '1',
      PATH: [tools, join(folder, 'bin'), dirname(icpBinary), process.env['PATH']].join(delimiter),
    };
  }

  /** Deploys the example by dfx. The frontend is left to dfx: icp downloads what it needs for one. @param folder goes with the test */
  static async deploy(folder: string): Promise<ConvertibleProject> {
    const project = new ConvertibleProject(folder, await TestNetwork.start());
    const { home, network, root } = project;
    mkdirSync(root, { recursive: true });
    cpSync(EXAMPLE, root, { recursive: true, filter: (file) => !file.endsWith('.dfx') });
    writeFileSync(join(root, 'mops.toml'), '[toolchain]\nmoc = "1.5.0"\n');
    const dfxJson = JSON.parse(readFileSync(join(root, 'dfx.json'), 'utf8')) as Record<string, unknown>;
    const networks = { [TESTNET]: { providers: [network.url], type: 'persistent' } };
    writeFileSync(join(root, 'dfx.json'), `${JSON.stringify({ ...dfxJson, networks }, null, 2)}\n`);
    const { pemFile } = home.addIdentity('default');
    home.selectIdentity('default');
    await installDfx(join(folder, 'bin'));
    await project.dfx('deploy');
    mkdirSync(project.icpHome);
    await project.icp('identity', 'import', 'me', '--from-pem', pemFile, '--storage', 'plaintext');
    await project.icp('identity', 'default', 'me');
    return project;
  }

  /** A command of dfx on the network. @returns what it prints */
  async dfx(...args: readonly string[]): Promise<string> {
    const options = { cwd: this.root, env: { ...process.env, ...this.env } };
    const { stdout } = await promisify(execFile)('dfx', [...args, '--network', TESTNET], options);
    return stdout.trim();
  }

  async icp(...args: readonly string[]): Promise<string> {
    const { code, stderr, stdout }: IcpRun = await runIcp(args, { cwd: this.root, home: this.icpHome, env: this.env });
    if (code !== 0) {
      throw new Error(`icp ${args.join(' ')}: ${stderr}`);
    }
    return stdout;
  }

  async dispose(): Promise<void> {
    await this.network.stop();
  }
}
