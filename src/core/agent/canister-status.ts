import type { Identity } from '@dfinity/agent';
import { Principal } from '@dfinity/principal';
import type { CanisterFacts } from '../network/canister-facts';
import { Failure } from '../util/failure';
import { CertifiedState } from './certificates';
import type { Connection } from './connections';
import { isMissingCanister, isMissingMethod, isRefusal } from './failures';
import { ANONYMOUS_IDENTITY, forManyQuestions } from './key-ring';
import { decodeStatus, encodeCanisterId, managementCall, toHex } from './management-idl';
import { type OperationContext, runInContext } from './operation-context';
import { ALL_OPTIMIZATIONS, type Optimizations } from './optimizations/optimizations';
import { Pacer } from './optimizations/pacer';
import { quickQuery } from './optimizations/quick-query';
import { decodeStatusQuickly } from './optimizations/quick-status';
import { query, update } from './query-update';

const PROBES_PER_TURN = 8;

/** Reads what a network says of canisters, of which there may be hundreds at once. */
export class CanisterStatusReader {
  readonly #optimizations: Optimizations;
  readonly #pacer = new Pacer(PROBES_PER_TURN);

  constructor(optimizations = ALL_OPTIMIZATIONS) {
    this.#optimizations = optimizations;
  }

  /**
   * The status where `identity` may read it, else the certified public facts.
   *
   * @param publicOnly the identity was refused before: it asks for its status only where it has become a controller since
   */
  async read(
    connection: Connection,
    identity: Identity,
    canister: Principal,
    context: OperationContext,
    publicOnly = false,
  ): Promise<CanisterFacts> {
    if (this.#optimizations.pacer) {
      await this.#pacer.turn();
    }
    const isController = ({ controllers }: CanisterFacts) => controllers.includes(identity.getPrincipal().toText());
    if (publicOnly) {
      const facts = await readPublicFacts(connection, canister, context);
      if (!isController(facts)) {
        return facts;
      }
    }
    try {
      const reply = await this.#ask(connection, identity, canister, context);
      const { detail, moduleHash } = this.#optimizations.quickStatus ? decodeStatusQuickly(reply) : decodeStatus(reply);
      const { controllers } = detail.settings;
      return { canisterId: canister.toText(), exists: true, controllers, detail, moduleHash };
    } catch (error) {
      if (!(error instanceof Failure) || !(isRefusal(error) || isMissingCanister(error))) {
        throw error;
      }
      // The certified public facts say which, and hold whoever asks.
      const facts = await readPublicFacts(connection, canister, context);
      if (isController(facts)) {
        throw error;
      }
      return facts;
    }
  }

  async #ask(
    connection: Connection,
    identity: Identity,
    canister: Principal,
    context: OperationContext,
  ): Promise<Uint8Array> {
    const call = managementCall('canister_status', canister, encodeCanisterId(canister));
    if (!connection.statusNeedsUpdate) {
      try {
        const sender = this.#optimizations.sessionKey ? await forManyQuestions(identity) : identity;
        // Where the answer's signature counts, the agent has to check it.
        return this.#optimizations.quickQuery && !connection.trust.checkSignature
          ? await quickQuery(connection, sender, call, context)
          : await runInContext(context, () => query(connection.agent(identity), call, sender));
      } catch (error) {
        if (!(error instanceof Failure && isMissingMethod(error))) {
          throw error;
        }
        connection.statusNeedsUpdate = true;
      }
    }
    return await runInContext(context, () =>
      update(connection.agent(identity), call, connection.trust, context.signal),
    );
  }
}

/** What the network certifies of a canister to everybody. */
async function readPublicFacts(
  connection: Connection,
  canister: Principal,
  context: OperationContext,
): Promise<CanisterFacts> {
  const agent = connection.agent(ANONYMOUS_IDENTITY);
  const path = ['canister', canister.toUint8Array()];
  const paths = [
    [...path, 'controllers'],
    [...path, 'module_hash'],
  ];
  const state = await runInContext(context, () => CertifiedState.read(agent, canister, paths, connection.trust));
  const controllers = state.lookupCbor([...path, 'controllers']);
  const moduleHash = state.lookup([...path, 'module_hash']);
  return {
    canisterId: canister.toText(),
    // A canister without controllers exists too: the path is absent only where there is no canister.
    exists: Array.isArray(controllers),
    controllers: Array.isArray(controllers) ? controllers.map((bytes) => Principal.fromUint8Array(bytes).toText()) : [],
    moduleHash: moduleHash && toHex(moduleHash),
  };
}
