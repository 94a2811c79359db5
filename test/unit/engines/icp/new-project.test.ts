/** `icp new` with a template that can be had: a repository of this computer in the place of the one that it downloads from. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { IcpEngine } from '../../../../src/core/engines/icp/icp-engine';
import { icpLocations } from '../../../../src/core/engines/icp/locations';
import * as reader from '../../../../src/core/engines/icp/project-files';
import { Failure } from '../../../../src/core/util/failure';
import { formatMessage } from '../../../../src/core/util/message';
import { icpBinary, withoutIcp } from '../../../support/icp-binary';
import { icpToolchain } from '../../../support/icp-toolchain';
import { layout, put } from '../../support/layout';

const SOURCE = 'https://github.com/dfinity/icp-cli-templates';

/** As dfinity/icp-cli-templates is laid out: a folder for each template, found by its name. */
async function templates(t: TestContext) {
  const folder = await layout(t);
  const repository = path.join(folder, 'templates');
  const made = icpToolchain(folder).templates.types.map(({ name }) => name);
  await put(repository, 'cargo-generate.toml', `[template]\nsub_templates = ${JSON.stringify(made)}\n`);
  for (const name of made) {
    await put(
      repository,
      `${name}/cargo-generate.toml`,
      '[placeholders]\nkind = { type = "string", prompt = "Kind?", default = "Default" }\n',
    );
    await put(
      repository,
      `${name}/icp.yaml`,
      'canisters:\n  - name: {{project-name}}\n    build: { steps: [{ type: pre-built, path: {{kind}}.wasm }] }\n',
    );
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { stdio: 'pipe' });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '-qm', 'templates');
  const home = path.join(folder, 'home');
  mkdirSync(home);
  return { folder, repository, home };
}

describe('a new project of icp', { skip: withoutIcp }, () => {
  it('is made of each template, for whoever has told neither git nor the system a name', async (t) => {
    const { folder, repository, home } = await templates(t);
    writeFileSync(path.join(home, '.gitconfig'), `[url "file://${repository}"]\n\tinsteadOf = ${SOURCE}\n`);
    const env = { PATH: process.env['PATH'], HOME: home, ICP_HOME: path.join(folder, 'icp'), DO_NOT_TRACK: '1' };
    const { tool, commands, templates: offered } = icpToolchain(home, { env, setting: () => icpBinary });
    for (const { name: type } of offered.types) {
      const name = `my-${type}`;
      await tool.run(commands.newProject(folder, { name, type, frontend: 'none' }));
      const manifest = path.join(folder, name, 'icp.yaml');
      assert.match(readFileSync(manifest, 'utf8'), /path: Default\.wasm/, 'it asks nothing');
      const project = new IcpEngine(icpLocations(env, process.platform, home), () => reader).open(manifest);
      await project.load();
      assert.deepEqual(
        project.canisters.map((canister) => canister.name),
        [name],
      );
    }
  });

  it('is not begun where the templates cannot be downloaded, which is said', async (t) => {
    const { folder, home } = await templates(t);
    writeFileSync(path.join(home, '.gitconfig'), `[url "file://${folder}/nothing"]\n\tinsteadOf = ${SOURCE}\n`);
    const env = { PATH: process.env['PATH'], HOME: home, ICP_HOME: path.join(folder, 'icp'), DO_NOT_TRACK: '1' };
    const { tool, commands } = icpToolchain(home, { env, setting: () => icpBinary });
    await assert.rejects(
      tool.run(commands.newProject(folder, { name: 'shop', type: 'motoko', frontend: 'none' })),
      (error) => {
        assert.ok(error instanceof Failure);
        assert.match(formatMessage(error.data.message), /could not download/);
        return true;
      },
    );
    assert.ok(!existsSync(path.join(folder, 'shop')));
  });
});
