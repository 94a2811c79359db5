import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { candidUiUrl, dashboardUrl, frontendUrl } from '../../../src/core/project/urls';

const ID = 'bkyz2-fmaaa-aaaaa-qaaaq-cai';
const UI = 'bd3sg-teaaa-aaaaa-qaaba-cai';
const local = { url: 'http://127.0.0.1:4943' };
const mainnet = { url: 'https://icp0.io' };
/** A network of another name whose address is mainnet's. */
const alias = { url: 'https://icp-api.io/' };
const elsewhere = { url: 'https://ic.example.org:8443/' };

describe('Candid UI', () => {
  it("is the network's own, or mainnet's", () => {
    assert.equal(candidUiUrl(local, ID, UI), `http://127.0.0.1:4943/?canisterId=${UI}&id=${ID}`);
    assert.equal(candidUiUrl(mainnet, ID, undefined), `https://a4gq6-oaaaa-aaaab-qaa4q-cai.raw.icp0.io/?id=${ID}`);
    assert.equal(candidUiUrl(alias, ID, UI), candidUiUrl(mainnet, ID, undefined));
    assert.equal(candidUiUrl(local, ID, undefined), undefined);
  });
});

describe('a frontend', () => {
  for (const [url, subdomains, expected] of [
    [local.url, true, `http://${ID}.localhost:4943/`],
    ['http://localhost:8000', true, `http://${ID}.localhost:8000/`],
    ['http://[::1]:8000', true, `http://${ID}.localhost:8000/`],
    ['http://0.0.0.0:8080', true, `http://${ID}.localhost:8080/`],
    ['http://[::]:8080', true, `http://${ID}.localhost:8080/`],
    ['http://0.0.0.0:8080', false, `http://127.0.0.1:8080/?canisterId=${ID}`],
    [local.url, false, `http://127.0.0.1:4943/?canisterId=${ID}`],
    ['http://192.168.1.5:4943', true, `http://192.168.1.5:4943/?canisterId=${ID}`],
    [mainnet.url, true, `https://${ID}.icp0.io/`],
    [mainnet.url, false, `https://${ID}.icp0.io/`],
    [alias.url, true, `https://${ID}.icp0.io/`],
    [elsewhere.url, true, `https://${ID}.ic.example.org:8443/`],
  ] as const) {
    it(`of ${url}${subdomains ? '' : ' through a forwarded port'} is at ${expected}`, () => {
      assert.equal(frontendUrl({ url }, ID, subdomains), expected);
    });
  }
});

it('the dashboard knows mainnet only', () => {
  assert.equal(dashboardUrl(mainnet, ID), `https://dashboard.internetcomputer.org/canister/${ID}`);
  assert.equal(dashboardUrl(local, ID), undefined);
  // Looks like mainnet, but is not.
  assert.equal(dashboardUrl({ url: 'https://icp0.io.example.org' }, ID), undefined);
});
