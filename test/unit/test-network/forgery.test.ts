import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Certificate, type HttpAgent, LookupPathStatus } from '@dfinity/agent';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { type Forgery, TestNetwork } from '../../network/index';
import { agentFor, failure, management } from './client';

for (const delegation of [false, true]) {
  describe(`forged answers of a ${delegation ? 'subnet with a delegation' : 'root subnet'}`, () => {
    const identity = Ed25519KeyIdentity.generate();
    let network: TestNetwork;
    let agent: HttpAgent;
    let canister: Principal;

    before(async () => {
      network = await TestNetwork.start({ delegation });
      canister = Principal.fromText(await network.createCanister({ controllers: [identity.getPrincipal().toText()] }));
    });
    after(() => network.stop());

    /** A new agent each time, which has not learned the node's keys before. */
    const underForgery = async (forge: Forgery, only: 'query' | 'call' | 'read_state') => {
      agent = await agentFor(network, identity);
      network.setFaults({ forge, only: [only] });
    };
    const status = () => management(agent, canister.toText(), 'query')['canister_status']!({ canister_id: canister });
    const start = () => management(agent, canister.toText())['start_canister']!({ canister_id: canister });
    const read = async () => {
      const path = [Buffer.from('canister'), canister.toUint8Array(), Buffer.from('controllers')];
      const { certificate } = await agent.readState(canister, { paths: [path] });
      // Without the agent, which would otherwise put its clock after the network's before it judges a time.
      const verified = await Certificate.create({ certificate, rootKey: network.rootKey, canisterId: canister });
      return verified.lookup_path(path).status;
    };

    it('are told from true ones', async () => {
      await underForgery('none', 'query');
      await status();
      await start();
      assert.equal(await read(), LookupPathStatus.Found);
    });

    it('rootSignature is noticed in calls, reads and node keys', async () => {
      await underForgery('rootSignature', 'call');
      assert.equal(await failure(start()), 'CertificateVerificationErrorCode');
      await underForgery('rootSignature', 'read_state');
      assert.equal(await failure(read()), 'CertificateVerificationErrorCode');
      assert.notEqual(await failure(status()), 'undefined');
    });

    it('staleTime is noticed in calls and reads', async () => {
      await underForgery('staleTime', 'call');
      assert.equal(await failure(start()), 'CertificateTimeErrorCode');
      await underForgery('staleTime', 'read_state');
      assert.equal(await failure(read()), 'CertificateTimeErrorCode');
    });

    it('otherCanister is noticed in calls and reads', async () => {
      await underForgery('otherCanister', 'call');
      await assert.rejects(start());
      await underForgery('otherCanister', 'read_state');
      if (delegation) {
        assert.equal(await failure(read()), 'CertificateNotAuthorizedErrorCode');
      } else {
        assert.equal(await read(), LookupPathStatus.Unknown);
      }
    });

    it('queryReply and nodeSignature are noticed in queries', async () => {
      for (const forge of ['queryReply', 'nodeSignature'] as const) {
        await underForgery(forge, 'query');
        assert.equal(await failure(status()), 'QuerySignatureVerificationFailedErrorCode', forge);
      }
    });

    it('can be limited to one canister', async () => {
      const other = Principal.fromText(await network.createCanister());
      agent = await agentFor(network, identity);
      network.setFaults({ forge: 'rootSignature', only: null, canisters: [other.toText()] });
      await start();
      network.setFaults({ canisters: [canister.toText()] });
      assert.equal(await failure(start()), 'CertificateVerificationErrorCode');
      network.resetFaults();
    });
  });
}
