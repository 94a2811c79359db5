/** Identities that the real icp has made, read without it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Principal } from '@dfinity/principal';
import { agentOperations } from '../../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../../src/core/engines/dfx/locations';
import { icpCommands } from '../../../../src/core/engines/icp/commands';
import { IcpEngine } from '../../../../src/core/engines/icp/icp-engine';
import { usualFolders } from '../../../../src/core/engines/icp/locate';
import { icpLocations } from '../../../../src/core/engines/icp/locations';
import * as reader from '../../../../src/core/engines/icp/project-files';
import { decryptPem } from '../../../../src/core/identity/encrypted';
import { parsePem, publicKeyDer } from '../../../../src/core/identity/pem';
import { IdentityOverview } from '../../../../src/core/monitor/identity-overview';
import { IdentityService } from '../../../../src/core/monitor/identity-service';
import { Selection } from '../../../../src/core/monitor/selection';
import { identityRow } from '../../../../src/core/rows/identity-rows';
import { formatMessage } from '../../../../src/core/util/message';
import { DfxHome } from '../../../support/dfx-home';
import { runIcp, withoutIcp } from '../../../support/icp-binary';
import { MemoryStore } from '../../monitor/world';

describe('identities of icp', () => {
  let folder: string;
  let home: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'icp-identities-'));
    home = join(folder, 'home');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const engine = () => new IcpEngine(icpLocations({ ICP_HOME: home }, process.platform, home), () => reader);
  const principalOf = (pem: string): string => {
    const key = parsePem(pem);
    assert.ok(!('problem' in key), 'the key can be read');
    return Principal.selfAuthenticating(publicKeyDer(key)).toText();
  };

  it('are anonymous alone before icp was used', async () => {
    const { identities } = engine();
    assert.deepEqual(await identities.list(), [{ name: 'anonymous', storage: 'anonymous' }]);
    assert.deepEqual(await identities.selected(), { name: 'anonymous' });
    assert.equal(await identities.find('nobody'), undefined);
  });

  it('are read with their principals, whatever keeps their keys', { skip: withoutIcp }, async () => {
    const env = { ICP_CLI_KEYRING_MOCK_DIR: join(folder, 'keyring') };
    mkdirSync(env.ICP_CLI_KEYRING_MOCK_DIR);
    const succeed = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await runIcp(args, { cwd: folder, home, env });
      assert.equal(code, 0, `icp ${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = join(folder, 'ed.pem');
    writeFileSync(pem, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(join(folder, 'password'), 'correct horse\n');
    await succeed('identity', 'new', 'plain', '--storage', 'plaintext');
    await succeed('identity', 'new', 'ring', '--storage', 'keyring');
    await succeed(
      'identity',
      'new',
      'locked',
      '--storage',
      'password',
      '--storage-password-file',
      join(folder, 'password'),
    );
    await succeed('identity', 'import', 'ed', '--from-pem', pem, '--storage', 'plaintext');
    await succeed('identity', 'delegation', 'request', 'pending', '--storage', 'plaintext');
    await succeed('identity', 'default', 'locked');

    const said = JSON.parse(await succeed('identity', 'list', '--json')) as {
      default_identity: string;
      identities: { name: string; principal: string | null }[];
    };
    const { identities } = engine();
    const list = await identities.list();
    const principals = new Map(list.map(({ name, principal }) => [name, principal ?? null]));
    principals.set('anonymous', '2vxsx-fae');
    assert.deepEqual(
      principals,
      new Map(
        said.identities.map(({ name, principal }) => [name, principal] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    );
    assert.deepEqual(
      list.map(({ name, storage }) => `${name} ${storage}`),
      [
        'anonymous anonymous',
        'ed plaintext',
        'locked password',
        'pending delegation',
        'plain plaintext',
        'ring keyring',
      ],
    );
    assert.equal((await identities.selected()).name, said.default_identity);

    for (const name of ['plain', 'ed']) {
      const info = (await identities.find(name))!;
      assert.equal(principalOf(readFileSync(info.pemFile!, 'utf8')), info.principal);
    }
    const locked = (await identities.find('locked'))!;
    const content = readFileSync(locked.pemFile!);
    const opened = await decryptPem(content, locked.encryption!, 'correct horse');
    assert.ok('pem' in opened);
    assert.equal(principalOf(opened.pem), locked.principal);
    const refused = await decryptPem(content, locked.encryption!, 'wrong horse');
    assert.equal('kind' in refused && refused.kind, 'wrong-password');
    const cut = await decryptPem(content.subarray(0, 120), locked.encryption!, 'correct horse');
    assert.equal('kind' in cut && cut.kind, 'damaged');
  });

  it('can be those of dfx, imported, and then have the same principals', { skip: withoutIcp }, async () => {
    const dfxHome = new DfxHome(join(folder, 'dfx'));
    const alice = dfxHome.addIdentity('alice');
    const dfx = new DfxEngine(dfxLocations(dfxHome.env, process.platform, dfxHome.home));
    const command = icpCommands.importIdentity(folder, 'alice2', { pemFile: alice.pemFile }, 'plaintext');
    assert.equal((await runIcp(command.args, { cwd: folder, home })).code, 0);
    const client = agentOperations(fetch);
    const engines = [dfx, engine()];
    const identityService = new IdentityService(client, engines, Date.now);
    const overview = new IdentityOverview({
      identityService,
      client,
      engines,
      selection: new Selection(new MemoryStore()),
      projects: () => [],
      label: () => '',
    });
    const rows = new Map(
      (await overview.list()).map(({ known, use }) => [
        `${known.engine} ${known.info.name}`,
        identityRow(known, use).description.map((words) => (typeof words === 'string' ? words : formatMessage(words))),
      ]),
    );
    assert.ok(rows.get('icp alice2')?.includes('same principal as alice of dfx'), rows.get('icp alice2')?.join());
    assert.ok(rows.get('dfx alice')?.includes('same principal as alice2 of icp'));
    assert.ok(!rows.get('icp anonymous')?.join().includes('same principal'), 'everybody has that one');
  });

  it('say what is wrong with their files', async () => {
    const own = join(folder, 'wrong');
    const identityDir = join(own, 'identity');
    mkdirSync(identityDir, { recursive: true });
    const put = (name: string, value: unknown): void => writeFileSync(join(identityDir, name), JSON.stringify(value));
    const { identities } = new IcpEngine(icpLocations({ ICP_HOME: own }, process.platform, own), () => reader);
    put('identity_list.json', {
      v: 1,
      identities: {
        gone: { kind: 'pem', format: 'plaintext', algorithm: 'secp256k1', principal: '2vxsx-fae' },
        '../../out': { kind: 'pem', format: 'plaintext', algorithm: 'secp256k1', principal: '2vxsx-fae' },
        odd: { kind: 'quantum' },
        web: {
          kind: 'internet-identity',
          algorithm: 'ed25519',
          principal: 'aaaaa-aa',
          storage: { kind: 'keyring' },
          host: 'https://id.ai',
        },
      },
    });
    put('identity_defaults.json', { v: 1, default: 'nobody' });
    const found = new Map((await identities.list()).map((info) => [info.name, info]));
    const problem = (name: string): string => formatMessage(found.get(name)!.problem!);
    assert.match(problem('gone'), /key file of identity "gone" is missing/);
    assert.match(problem('../../out'), /is missing/);
    assert.equal(found.get('../../out')?.pemFile, undefined, 'nothing outside the folder is ever read');
    assert.match(problem('odd'), /does not know: quantum/);
    assert.equal(found.get('web')?.storage, 'web');
    assert.equal(
      formatMessage((await identities.selected()).problem!),
      'The selected identity "nobody" does not exist.',
    );
    put('identity_list.json', { v: 2, identities: {} });
    assert.match(formatMessage((await identities.selected()).problem!), /newer icp/);
  });

  it('lie where icp keeps them on each system', () => {
    const at = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string[] =>
      Object.values(icpLocations(env, platform, home));
    assert.deepEqual(at({}, 'linux', '/home/ada'), [
      '/home/ada/.local/share/icp-cli/identity',
      '/home/ada/.cache/icp-cli/port-descriptors',
    ]);
    assert.deepEqual(at({ XDG_DATA_HOME: '/data', XDG_CACHE_HOME: 'relative' }, 'linux', '/home/ada'), [
      '/data/icp-cli/identity',
      '/home/ada/.cache/icp-cli/port-descriptors',
    ]);
    assert.deepEqual(at({}, 'darwin', '/Users/ada'), [
      '/Users/ada/Library/Application Support/org.dfinity.icp-cli/identity',
      '/Users/ada/Library/Caches/org.dfinity.icp-cli/port-descriptors',
    ]);
    const windows = { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' };
    assert.deepEqual(at(windows, 'win32', 'C:\\Users\\ada'), [
      'C:\\Users\\ada\\AppData\\Roaming\\icp-cli\\data\\identity',
      'C:\\Users\\ada\\AppData\\Local\\icp-cli\\cache\\port-descriptors',
    ]);
    const bare = at({}, 'win32', 'C:\\Users\\ada');
    assert.deepEqual(bare, at(windows, 'win32', 'C:\\Users\\ada'), 'where the variables are missing');
    const linuxOnly = { XDG_DATA_HOME: '/data', XDG_CACHE_HOME: '/cache' };
    for (const [platform, home] of [
      ['darwin', '/Users/ada'],
      ['win32', 'C:\\Users\\ada'],
    ] as const) {
      assert.deepEqual(at(linuxOnly, platform, home), at({}, platform, home));
    }
    assert.deepEqual(at({ ICP_HOME: '/icp' }, 'linux', '/home/ada'), ['/icp/identity', '/icp/port-descriptors']);
    assert.deepEqual(at({ ICP_HOME: '/icp' }, 'darwin', '/Users/ada'), ['/icp/identity', '/icp/port-descriptors']);
    assert.deepEqual(at({ ...windows, ICP_HOME: 'D:\\icp' }, 'win32', 'C:\\Users\\ada'), [
      'D:\\icp\\identity',
      'D:\\icp\\port-descriptors',
    ]);
  });

  it('of icp itself: where its installers put it on each system', () => {
    const at = (platform: NodeJS.Platform, home: string) => usualFolders({ platform, home });
    assert.deepEqual(at('linux', '/home/ada'), [
      '/home/ada/.cargo/bin',
      '/home/linuxbrew/.linuxbrew/bin',
      '/usr/local/bin',
    ]);
    assert.deepEqual(at('darwin', '/Users/ada'), ['/Users/ada/.cargo/bin', '/opt/homebrew/bin', '/usr/local/bin']);
    assert.deepEqual(at('win32', 'C:\\Users\\ada'), ['C:\\Users\\ada\\.cargo\\bin']);
  });
});
