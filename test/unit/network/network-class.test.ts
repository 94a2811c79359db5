import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostOf, maySign, type NetworkClass, networkClass } from '../../../src/core/network/network-class';

const URLS: Readonly<Record<NetworkClass, readonly string[]>> = {
  loopback: [
    'http://127.0.0.1:4943',
    'https://127.0.0.1',
    'http://127.255.0.3',
    'http://127.1',
    'http://0x7f.1:80',
    'http://0177.0.0.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://１２７.0.0.1',
    'http://127.0.0.1.',
    'http://localhost:8000',
    'HTTP://LOCALHOST',
    'http://0.0.0.0:8080',
    'http://0',
    'http://[::1]:80',
    'http://[0:0:0:0:0:0:0:1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[::ffff:0.0.0.0]',
    'http://user:secret@127.0.0.1:80/path',
  ],
  mainnet: [
    'https://icp0.io',
    'https://ICP0.IO',
    'https://icp0.io...',
    'https://a.raw.icp0.io.',
    'https://icp-api.io:443/x',
    'http://ic0.app',
    'https://boundary.icp.net',
    'https://ic.dfinity.network',
    'https://x.Ic.Dfinity.Network..',
    'https://boundary.dfinity.network',
    'https://internetcomputer.org',
    'https://dashboard.internetcomputer.org./',
  ],
  other: [
    'http://icp0.io.example.org',
    'http://noticp0.io',
    'https://dfinity.network.evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.1@evil.example',
    'http://localhost@evil.example',
    'http://icp0.io@evil.example',
    'http://evil.example/icp0.io',
    'http://evil.example#@icp0.io',
    'http://evil.example\\@127.0.0.1',
    'http://localhost.evil.example',
    // Names that a name server may answer for.
    'http://x.localhost',
    'http://localhost.',
    'http://127.0.0.1..',
    'http://128.0.0.1',
    'http://0.0.0.1',
    'http://1.0.0.127',
    'http://192.168.0.1',
    'http://10.0.0.1',
    'http://169.254.169.254',
    'http://[fe80::1]',
    'http://[::2]',
    'http://[::ffff:192.168.0.1]',
    'http://[::ffff:8000:1]',
    // An old form of IPv4 in IPv6 that no system takes for this computer.
    'http://[::7f00:1]',
    'file:///127.0.0.1',
    'ftp://127.0.0.1',
    'javascript://127.0.0.1',
    'http://',
    '',
    'nonsense',
  ],
};

describe('the class of a network', () => {
  for (const [expected, urls] of Object.entries(URLS)) {
    it(`is ${expected} by its URL alone, however that is written`, () => {
      for (const url of urls) {
        assert.equal(networkClass(url), expected, url);
        // A second answer comes from memory.
        assert.equal(networkClass(url), expected, url);
        assert.equal(maySign({ url }), expected !== 'other', url);
        assert.equal(maySign({ url, signingAgreed: true }), true);
      }
    });
  }

  it('is told by a host that says where requests really go', () => {
    assert.equal(hostOf('http://127.0.0.1@EVIL.example:80/x'), 'evil.example');
    assert.equal(hostOf('https://staging.example:8443'), 'staging.example:8443');
    // A dotless i.
    assert.match(hostOf('http://icp0.ıo'), /^icp0\.xn--/);
    assert.equal(hostOf('nonsense'), 'nonsense');
  });
});
