import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dfxNetworkDefinitions } from '../../../src/core/engines/dfx/network-definitions';
import { icpNetworkDefinitions } from '../../../src/core/engines/icp/network-definitions';
import { Failure } from '../../../src/core/util/failure';

const dfx = dfxNetworkDefinitions({ networksJson: '/home/x/networks.json' });
const STAGING = { name: 'staging', url: 'https://x.example', option: 'persistent', shared: false };

describe('a network that is added to dfx.json', () => {
  it('leaves the rest as it is', () => {
    const before = '{\n  "canisters": {},\n  "networks": {\n    "local": { "bind": "127.0.0.1:8000" }\n  }\n}\n';
    const after = dfx.define(before, STAGING);
    assert.deepEqual(JSON.parse(after), {
      canisters: {},
      networks: {
        local: { bind: '127.0.0.1:8000' },
        staging: { providers: ['https://x.example'], type: 'persistent' },
      },
    });
    assert.ok(after.startsWith(before.slice(0, before.indexOf('127'))), after);
  });

  it('makes what is missing, be it the key or the file', () => {
    assert.deepEqual(JSON.parse(dfx.define('{}', STAGING)), {
      networks: { staging: { providers: ['https://x.example'], type: 'persistent' } },
    });
    assert.deepEqual(JSON.parse(dfx.define(undefined, { ...STAGING, shared: true, option: 'ephemeral' })), {
      staging: { providers: ['https://x.example'], type: 'ephemeral' },
    });
  });

  it('is not written into a damaged file', () => {
    assert.throws(() => dfx.define('{ "networks": ', STAGING), Failure);
    assert.throws(() => dfx.define('[]', STAGING), Failure);
  });
});

describe('a network that is added to icp.yaml', () => {
  const staging = { name: 'staging', url: 'https://x.example', option: 'fetch', shared: false };
  const define = (text: string | undefined) => icpNetworkDefinitions.define(text, staging);

  it('comes with an environment, behind what is there', () => {
    const before =
      '# ours\ncanisters:\n  - name: a # first\n    build: {}\nnetworks:\n  - name: local\n    mode: managed\nenvironments:\n  - name: test\n    network: local\n';
    assert.equal(
      define(before),
      '# ours\ncanisters:\n  - name: a # first\n    build: {}\nnetworks:\n  - name: local\n    mode: managed\n' +
        '  - name: staging\n    mode: connected\n    url: https://x.example\n    root-key: fetch\n' +
        'environments:\n  - name: test\n    network: local\n  - name: staging\n    network: staging\n',
    );
  });

  it('makes what is missing', () => {
    const made =
      'networks:\n  - name: staging\n    mode: connected\n    url: https://x.example\n    root-key: fetch\n' +
      'environments:\n  - name: staging\n    network: staging\n';
    assert.equal(define('canisters: []\n').replace('canisters: []\n', ''), made);
    assert.equal(define('canisters: []\nnetworks:\nenvironments:\n').replace('canisters: []\n', ''), made);
    assert.equal(define(''), made);
    assert.equal(define('# nothing yet\n'), `# nothing yet\n${made}`);
  });

  it('is not written where it cannot stand', () => {
    for (const text of ['networks: 5\n', 'networks: { a: b }\n', 'a: [', '- list\n']) {
      assert.throws(() => define(text), Failure, text);
    }
  });
});
