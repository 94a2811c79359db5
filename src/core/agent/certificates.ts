import { AgentError, Cbor, Certificate, CertificateTimeErrorCode, type HttpAgent } from '@dfinity/agent';
import type { Principal } from '@dfinity/principal';
import { clockFailure } from '../util/clock';
import { msg } from '../util/message';
import { securityFailure } from './failures';
import { lookupInTree } from './hash-tree';

const utf8 = new TextEncoder();

/** A path in the certified state tree (interface specification, "The system state tree"). */
export type StatePath = readonly (string | Uint8Array)[];

/** How far an answer's signature is checked. */
export interface TrustPolicy {
  /** DER. */
  readonly rootKey: Uint8Array;
  /** False only where `rootKey` comes from the network itself, so that a check would prove nothing. */
  readonly checkSignature: boolean;
}

/** A certified part of the state tree that distinguishes "certainly absent" from "not shown". */
export class CertifiedState {
  readonly #certificate: Certificate;

  private constructor(certificate: Certificate) {
    this.#certificate = certificate;
  }

  /**
   * Checks and opens a certificate for `canisterId`.
   *
   * The agent is not passed on: given one, the library would set its clock by the very certificate that it should
   * refuse as outdated.
   */
  static async open(certificate: Uint8Array, canisterId: Principal, trust: TrustPolicy): Promise<CertifiedState> {
    const check = (disableTimeVerification: boolean) =>
      Certificate.create({
        certificate,
        canisterId,
        rootKey: trust.rootKey,
        blsVerify: trust.checkSignature ? undefined : async () => true,
        disableTimeVerification,
      });
    try {
      return new CertifiedState(await check(!trust.checkSignature));
    } catch (error) {
      if (error instanceof AgentError && error.code instanceof CertificateTimeErrorCode) {
        throw await outOfTime(error.code, () => check(true));
      }
      throw error;
    }
  }

  /** Reads `paths` of the canister's state; who asks does not matter for public facts. */
  static async read(
    agent: HttpAgent,
    canisterId: Principal,
    paths: readonly StatePath[],
    trust: TrustPolicy,
  ): Promise<CertifiedState> {
    const response = await agent.readState(canisterId, { paths: paths.map(encodePath) });
    return CertifiedState.open(response.certificate, canisterId, trust);
  }

  /**
   * The value at `path`, or undefined where the tree proves that there is none.
   *
   * @throws {Failure} of kind `security` where the tree hides the path, which no honest answer does.
   */
  lookup(path: StatePath): Uint8Array | undefined {
    const result = lookupInTree(encodePath(path), this.#certificate.cert.tree);
    switch (result.state) {
      case 'found':
        return result.value;
      case 'absent':
        return undefined;
      case 'unknown':
        throw securityFailure(`The certificate hides the path ${path.map(String).join('/')}.`);
    }
  }

  /** A CBOR value, as `controllers` is. */
  lookupCbor(path: StatePath): unknown {
    const bytes = this.lookup(path);
    return bytes === undefined ? undefined : Cbor.decode(bytes);
  }
}

/**
 * Why a certificate does not fit the time. Nobody can have signed one from the future: then this computer's clock is
 * wrong. One from the past may have been played back.
 *
 * @param verify checks the signature
 */
async function outOfTime(code: CertificateTimeErrorCode, verify: () => Promise<unknown>): Promise<unknown> {
  const detail = code.toErrorMessage();
  if (code.ageType === 'future') {
    await verify();
    return clockFailure(code.certificateTime.getTime(), Date.now(), detail);
  }
  return securityFailure(detail, msg("The answer is out of date, or this computer's clock is wrong. It was not used."));
}

function encodePath(path: StatePath): Uint8Array[] {
  return path.map((label) => (typeof label === 'string' ? utf8.encode(label) : label));
}
