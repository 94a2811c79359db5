/** A project of icp's on the test network, made and deployed by the real `icp`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { compileMotoko } from '../motoko/compile';
import { type IcpRun, icpBinary, runIcp } from './icp-binary';
import { launcherEnvironment } from './icp-launch';

const ROOT = join(__dirname, '..', '..');

const copy = (name: string): string =>
  `build: { steps: [{ type: script, command: "cp ../${name} $ICP_WASM_OUTPUT_PATH" }] }`;

/** `extra` is not in the environment `staging`. */
export const ICP_YAML = `canisters:
  - name: backend
    ${copy('hello.wasm')}
  - name: extra
    ${copy('hello.wasm')}
    settings:
      compute_allocation: 1
networks:
  - name: local
    mode: managed
    gateway: { port: 0 }
environments:
  - name: staging
    network: local
    canisters: [backend]
`;

export class IcpProjectOnDisk {
  /** The folder with icp.yaml. */
  readonly root: string;
  readonly home: string;
  /** For processes that are to use this home, and start the test network where icp starts a network. */
  readonly env: Record<string, string>;

  /** @param folder is made and goes with the test */
  constructor(readonly folder: string) {
    this.root = join(folder, 'icp-shop');
    this.home = join(folder, 'icp-home');
    mkdirSync(this.root, { recursive: true });
    writeFileSync(join(this.root, 'icp.yaml'), ICP_YAML);
    writeFileSync(
      join(folder, 'hello.wasm'),
      compileMotoko(join(ROOT, 'examples/hello/src/hello_backend/main.mo')).wasm,
    );
    const PATH = [dirname(icpBinary), process.env['PATH']].join(delimiter);
    this.env = { PATH, ICP_HOME: this.home, DO_NOT_TRACK: '1', ...launcherEnvironment(folder) };
  }

  run(...args: readonly string[]): Promise<IcpRun> {
    return runIcp(args, { cwd: this.root, home: this.home, env: this.env });
  }

  async succeed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) {
      throw new Error(`icp ${args.join(' ')}: ${stderr}`);
    }
    return stdout;
  }

  /** Starts the network and makes the identity `me`, which the network gives cycles for whoever asks. */
  async start(): Promise<void> {
    await this.succeed('network', 'start', '--background');
    await this.succeed('identity', 'new', 'me', '--storage', 'plaintext');
    await this.succeed('identity', 'default', 'me');
  }
}
