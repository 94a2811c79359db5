import assert from 'node:assert/strict';
import { rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { IcpEngine } from '../../../src/core/engines/icp/icp-engine';
import { icpLocations } from '../../../src/core/engines/icp/locations';
import * as reader from '../../../src/core/engines/icp/project-files';
import { BuildChecker, Pass } from '../../../src/core/monitor/build-checker';
import { layout, put } from '../support/layout';

/** Seconds since 1970: sources are written at this time, modules an hour later. */
const WRITTEN = 1_700_000_000;
const BUILT = WRITTEN + 3_600;

class Project {
  private constructor(
    readonly root: string,
    readonly newer: (canister: string) => Promise<string | undefined>,
    readonly check: (canister: string) => ReturnType<BuildChecker['check']>,
  ) {}

  /** @param modules paths of the files that builds have made, and what else counts as made by them */
  static async make(t: TestContext, files: Record<string, unknown>, modules: Record<string, unknown>) {
    const root = await layout(t, files);
    const project =
      'icp.yaml' in files
        ? new IcpEngine(icpLocations({ ICP_HOME: path.join(root, 'home') }, process.platform, root), () => reader).open(
            path.join(root, 'icp.yaml'),
          )
        : new DfxEngine(dfxLocations({}, 'linux', root)).open(path.join(root, 'dfx.json'));
    const checker = new BuildChecker(project);
    const check = async (canister: string) => {
      await project.load();
      return checker.check(project.canister(canister)!, await project.target('local'), new Pass());
    };
    const newer = async (canister: string) => {
      const file = (await check(canister))?.newer;
      return file && path.relative(root, file).replaceAll('\\', '/');
    };
    const made = new Project(root, newer, check);
    for (const file of Object.keys(files)) {
      await made.touch(file, WRITTEN);
    }
    for (const [file, content] of Object.entries(modules)) {
      await made.write(file, content, BUILT);
    }
    return made;
  }

  async touch(file: string, seconds: number): Promise<void> {
    await utimes(path.join(this.root, file), seconds, seconds);
  }

  async write(file: string, content: unknown, seconds: number): Promise<void> {
    await put(this.root, file, content);
    await this.touch(file, seconds);
  }
}

const LATER = BUILT + 60;

describe('what is newer than the last build, of dfx', () => {
  const MOTOKO = {
    'dfx.json': {
      canisters: {
        counter: { main: 'src/counter/main.mo', dependencies: ['ledger'], init_arg: '(1)' },
        ledger: { main: 'src/ledger.mo' },
      },
    },
    'src/counter/main.mo': 'import Lib "lib";\nimport Ledger "canister:ledger";\nactor {}',
    'src/counter/lib.mo': 'import Deep "../shared/deep"; module {}',
    'src/counter/other.mo': 'module {}',
    'src/shared/deep/lib.mo': 'module {}',
    'src/ledger.mo': 'actor {}',
    'mops.toml': '[dependencies]',
  };
  const BUILDS = {
    '.dfx/local/canisters/ledger/ledger.wasm': 'ledger',
    '.dfx/local/canisters/ledger/ledger.did': 'service : {}',
    '.dfx/local/canisters/counter/counter.wasm': 'counter',
  };

  it('a Motoko program and all that it imports by path, but nothing else', async (t) => {
    const project = await Project.make(t, MOTOKO, BUILDS);
    assert.equal(await project.newer('counter'), undefined);
    await project.touch('src/counter/other.mo', LATER);
    assert.equal(await project.newer('counter'), undefined);
    for (const file of ['src/counter/main.mo', 'src/counter/lib.mo', 'src/shared/deep/lib.mo', 'mops.toml']) {
      await project.touch(file, LATER);
      assert.equal(await project.newer('counter'), file);
      await project.touch(file, WRITTEN);
    }
    assert.equal(await project.newer('counter'), undefined);
  });

  it('follows an import that was added since', async (t) => {
    const project = await Project.make(t, MOTOKO, BUILDS);
    assert.equal(await project.newer('counter'), undefined);
    await project.write('src/counter/main.mo', 'import Other "other"; actor {}', LATER);
    await project.write('src/counter/other.mo', 'module { }', LATER + 5);
    await project.touch('.dfx/local/canisters/counter/counter.wasm', LATER + 1);
    assert.equal(await project.newer('counter'), 'src/counter/other.mo');
  });

  it('says nothing where nothing was built, and gives the hash of what was', async (t) => {
    const project = await Project.make(t, MOTOKO, {});
    assert.equal(await project.check('counter'), undefined);
    await project.write('.dfx/local/canisters/counter/counter.wasm', 'abc', BUILT);
    const build = await project.check('counter');
    assert.equal(build?.moduleHash, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('of dfx.json, how the canister is built: not its init arguments, not other canisters, and not what it cannot know', async (t) => {
    const project = await Project.make(t, MOTOKO, BUILDS);
    const { counter, ledger } = MOTOKO['dfx.json'].canisters;
    const rewrite = (canisters: unknown, seconds: number) => project.write('dfx.json', { canisters }, seconds);
    assert.equal(await project.newer('counter'), undefined);
    await rewrite({ counter: { ...counter, init_arg: '(2)' }, ledger: { ...ledger, args: '-v' } }, LATER);
    assert.equal(await project.newer('counter'), undefined);
    assert.equal(await project.newer('ledger'), undefined, 'how it was built before anybody looked is not known');
    await rewrite({ counter: { ...counter, args: '--release' }, ledger }, LATER + 1);
    assert.equal(await project.newer('counter'), 'dfx.json');
    await project.touch('.dfx/local/canisters/counter/counter.wasm', LATER + 2);
    assert.equal(await project.newer('counter'), undefined, 'it was built again');
    await project.write('dfx.json', '{ "canisters": ', LATER + 5);
    assert.equal(await project.newer('counter'), undefined, 'nothing is known while the file cannot be read');
  });

  it('of a dependency, what its interface says: not that it was built again', async (t) => {
    const project = await Project.make(t, MOTOKO, BUILDS);
    assert.equal(await project.newer('counter'), undefined);
    const did = '.dfx/local/canisters/ledger/ledger.did';
    await project.touch(did, LATER);
    assert.equal(await project.newer('counter'), undefined);
    await project.write(did, 'service : { new : () -> () }', LATER);
    assert.equal(await project.newer('counter'), did);
  });

  it('a Rust package, what it needs by path or from the workspace, and the lock file', async (t) => {
    const project = await Project.make(
      t,
      {
        'dfx.json': { canisters: { app: { type: 'rust', package: 'app', candid: 'crates/app/app.did' } } },
        'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nkit = { path = "crates/kit" }\n',
        'Cargo.lock': '',
        'crates/app/Cargo.toml':
          '[package]\nname = "app"\n[dependencies]\nkit = { workspace = true }\nown = { path = "../own" }\n[dev-dependencies]\nfake = { path = "../fake" }\n',
        'crates/app/app.did': 'service : {}',
        'crates/app/src/lib.rs': '',
        'crates/app/src/deep/mod.rs': '',
        'crates/app/README.md': '',
        'crates/app/target/debug/x.rs': '',
        'crates/kit/Cargo.toml': '[package]\nname = "kit"\n',
        'crates/kit/src/lib.rs': '',
        'crates/own/Cargo.toml': '[package]\nname = "own"\n',
        'crates/own/src/lib.rs': '',
        'crates/fake/Cargo.toml': '[package]\nname = "fake"\n',
        'crates/fake/src/lib.rs': '',
      },
      { '.dfx/local/canisters/app/app.wasm': 'app' },
    );
    assert.equal(await project.newer('app'), undefined);
    for (const file of ['crates/app/README.md', 'crates/app/target/debug/x.rs', 'crates/fake/src/lib.rs']) {
      await project.touch(file, LATER);
      assert.equal(await project.newer('app'), undefined, file);
    }
    for (const file of [
      'Cargo.lock',
      'crates/app/Cargo.toml',
      'crates/app/app.did',
      'crates/app/src/lib.rs',
      'crates/app/src/deep/mod.rs',
      'crates/kit/src/lib.rs',
      'crates/own/src/lib.rs',
    ]) {
      await project.touch(file, LATER);
      assert.equal(await project.newer('app'), file);
      await project.touch(file, WRITTEN);
    }
  });

  it('the folders of assets, but what git leaves out of them; and what a custom canister names', async (t) => {
    const project = await Project.make(
      t,
      {
        'dfx.json': {
          canisters: {
            web: { type: 'assets', source: ['web'] },
            own: { type: 'custom', wasm: 'own.wasm', candid: 'own.did', build: 'make' },
            far: { type: 'custom', wasm: 'https://x.example/a.wasm', candid: 'https://x.example/a.did' },
          },
        },
        '.git/HEAD': '',
        'web/index.html': '',
        'web/.gitignore': '*.log\n',
        'web/build.log': '',
        'web/node_modules/a.js': '',
        'own.wasm': '',
      },
      {
        '.dfx/local/canisters/web/web.wasm.gz': 'web',
        '.dfx/local/canisters/own/own.wasm': 'own',
        '.dfx/local/canisters/far/far.wasm': 'far',
      },
    );
    for (const file of ['web/build.log', 'web/node_modules/a.js']) {
      await project.touch(file, LATER);
    }
    assert.equal(await project.newer('web'), undefined);
    await project.touch('web/index.html', LATER);
    assert.equal(await project.newer('web'), 'web/index.html');
    assert.equal(await project.newer('own'), undefined);
    await project.touch('own.wasm', LATER);
    assert.equal(await project.newer('own'), 'own.wasm');
    assert.equal(await project.newer('far'), undefined);
  });

  it('a source that was there and was removed since, but for what git leaves out', async (t) => {
    const project = await Project.make(
      t,
      {
        ...MOTOKO,
        'dfx.json': {
          canisters: {
            ...MOTOKO['dfx.json'].canisters,
            web: { type: 'assets', source: ['web'] },
            own: { type: 'custom', wasm: 'target/own.wasm', candid: 'own.did', build: 'make' },
          },
        },
        '.git/HEAD': '',
        '.gitignore': 'target\n',
        'web/index.html': '',
        'web/deep/logo.svg': '',
        'target/own.wasm': '',
        'own.did': '',
      },
      {
        ...BUILDS,
        '.dfx/local/canisters/web/web.wasm.gz': 'web',
        '.dfx/local/canisters/own/own.wasm': 'own',
      },
    );
    const check = async (canister: string) => {
      const build = await project.check(canister);
      const name = build?.newer && path.relative(project.root, build.newer).replaceAll('\\', '/');
      return [name, build?.removed];
    };
    const none = [undefined, undefined];
    const remove = (file: string) => rm(path.join(project.root, file));
    const names = ['counter', 'web', 'own'];
    for (const name of names) {
      assert.deepEqual(await check(name), none);
    }
    for (const file of ['src/shared/deep/lib.mo', 'web/deep/logo.svg', 'target/own.wasm', 'src/counter/other.mo']) {
      await remove(file);
    }
    assert.deepEqual(await check('counter'), ['src/shared/deep/lib.mo', true]);
    assert.deepEqual(await check('web'), ['web/deep/logo.svg', true]);
    assert.deepEqual(await check('own'), none);
    await remove('own.did');
    assert.deepEqual(await check('own'), ['own.did', true]);
    await project.touch('.dfx/local/canisters/web/web.wasm.gz', LATER);
    assert.deepEqual(await check('web'), none, 'it was built without that file');
    await project.write('src/shared/deep/lib.mo', 'module {}', WRITTEN);
    assert.deepEqual(await check('counter'), none, 'it is there again');
  });

  it('looks at a bounded number of files, however many there are', async (t) => {
    const many = Object.fromEntries(Array.from({ length: 3_200 }, (_, at) => [`web/${at}.txt`, '']));
    const project = await Project.make(
      t,
      { 'dfx.json': { canisters: { web: { type: 'assets', source: ['web', '../../..', '/'] } } }, ...many },
      { '.dfx/local/canisters/web/web.wasm.gz': 'web' },
    );
    const begun = performance.now();
    const build = await project.check('web');
    assert.ok(build?.newer !== undefined && (await stat(build.newer)).mtimeMs > BUILT * 1000);
    assert.ok(performance.now() - begun < 5_000);
  });
});

describe('what is newer than the last build, of icp', () => {
  it('what its recipe or steps name', async (t) => {
    const yaml = (args: string) => `canisters:
  - name: counter
    recipe: { type: "@dfinity/motoko@v4.0.0", configuration: { main: src/main.mo, candid: counter.did${args} } }
    settings: { compute_allocation: 1 }
  - name: app
    recipe: { type: "@dfinity/rust@v3.0.0", configuration: { package: app } }
  - name: web
    recipe: { type: "@dfinity/asset-canister@v2.1.0", configuration: { dir: dist } }
  - name: made
    build: { steps: [{ type: pre-built, path: made.wasm }] }
  - name: scripted
    build: { steps: [{ type: script, command: make }] }
`;
    const project = await Project.make(
      t,
      {
        'icp.yaml': yaml(''),
        'src/main.mo': 'import L "lib"; actor {}',
        'src/lib.mo': 'module {}',
        'counter.did': 'service : {}',
        'Cargo.toml': '[workspace]\nmembers = ["app"]\n',
        'app/Cargo.toml': '[package]\nname = "app"\n',
        'app/src/lib.rs': '',
        'dist/index.html': '',
        'made.wasm': '',
      },
      Object.fromEntries(
        ['counter', 'app', 'web', 'made', 'scripted'].map((name) => [`.icp/cache/artifacts/${name}`, name]),
      ),
    );
    const names = ['counter', 'app', 'web', 'made', 'scripted'];
    const all = async () => Promise.all(names.map((name) => project.newer(name)));
    for (const [file, canister] of [
      ['src/lib.mo', 'counter'],
      ['counter.did', 'counter'],
      ['app/src/lib.rs', 'app'],
      ['dist/index.html', 'web'],
      ['made.wasm', 'made'],
    ] as const) {
      assert.deepEqual(await all(), [undefined, undefined, undefined, undefined, undefined]);
      await project.touch(file, LATER);
      assert.equal(await project.newer(canister), file);
      await project.touch(file, WRITTEN);
    }
    await project.write('icp.yaml', yaml('').replace('compute_allocation: 1', 'compute_allocation: 2'), LATER);
    assert.equal(await project.newer('counter'), undefined);
    await project.write('icp.yaml', yaml(', args: -v'), LATER + 1);
    assert.equal(await project.newer('counter'), 'icp.yaml');
    assert.equal(await project.newer('app'), undefined);
  });
});
