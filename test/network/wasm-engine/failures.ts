/** What the replica says of code that failed (dfinity/ic, `HypervisorError`). */
import { ErrorCode, Reject } from '../reject';
import type { Failure } from './protocol';

const DOCUMENTATION = 'https://internetcomputer.org/docs/current/references/execution-errors#';
const TOOLCHAIN =
  'If you are running this canister in a test environment (e.g., dfx), make sure the test environment is up to date. ' +
  'Otherwise, this is likely an error with the compiler/CDK toolchain being used to build the canister.';
const TRAPPED =
  'Consider gracefully handling failures from this canister or altering the canister to handle exceptions.';

function fromCanister(id: string, message: string, help?: string): string {
  return `Error from Canister ${id}: ${message}${help === undefined ? '' : `.\n${help}`}`;
}

function help(suggestion: string, anchor: string): string {
  return `${suggestion} See documentation: ${DOCUMENTATION}${anchor}`;
}

/** The answer to a call whose code failed. */
export function rejectOf(id: string, failure: Failure): Reject {
  switch (failure.kind) {
    case 'trap':
      return new Reject(
        ErrorCode.CanisterTrapped,
        fromCanister(id, `Canister trapped: ${failure.reason}`, help(TRAPPED, 'trapped')),
      );
    case 'calledTrap':
      return new Reject(
        ErrorCode.CanisterCalledTrap,
        fromCanister(
          id,
          `Canister called \`ic0.trap\` with message: '${failure.message}'`,
          help(TRAPPED, 'trapped-explicitly'),
        ),
      );
    case 'contract':
      return new Reject(
        ErrorCode.CanisterContractViolation,
        fromCanister(id, `Canister violated contract: ${failure.message}`, TOOLCHAIN),
      );
    case 'function':
      return new Reject(
        ErrorCode.CanisterFunctionNotFound,
        fromCanister(
          id,
          `Canister requested to invoke a non-existent Wasm function ${failure.index} from table 0`,
          TOOLCHAIN,
        ),
      );
    case 'limit':
      return new Reject(
        ErrorCode.CanisterInstructionLimitExceeded,
        fromCanister(
          id,
          `Canister exceeded the limit of ${failure.limit} instructions for single message execution.`,
          help(
            'Try optimizing this method to consume fewer instructions or split the work across multiple messages.',
            'instruction-limit-exceeded',
          ),
        ),
      );
    case 'heapLimit':
      return new Reject(
        ErrorCode.CanisterWasmMemoryLimitExceeded,
        fromCanister(
          id,
          `Canister exceeded its current Wasm memory limit of ${failure.limit} bytes. ` +
            `The peak Wasm memory usage was ${failure.used} bytes. ` +
            'If the canister reaches 4GiB, then it may stop functioning and may become unrecoverable. ' +
            'Please reach out to the canister owner to investigate the reason for the increased memory usage. ' +
            'It might be necessary to move data from the Wasm memory to the stable memory. ' +
            'If such high Wasm memory usage is expected and safe, then the developer can increase ' +
            'the Wasm memory limit in the canister settings.',
          help(
            'Try checking the canister for a possible memory leak or modifying it to use more stable memory instead of Wasm memory.',
            'wasm-memory-limit-exceeded',
          ),
        ),
      );
    case 'cycles':
      return new Reject(
        ErrorCode.CanisterContractViolation,
        fromCanister(
          id,
          `Canister ${id} is out of cycles: please top up the canister with at least ${failure.missing} additional cycles`,
        ),
      );
    case 'engine':
      return new Reject(
        ErrorCode.CanisterWasmEngineError,
        fromCanister(id, `Canister encountered a Wasm engine error: ${failure.message}`),
      );
  }
}

/** The line that a failure leaves in the canister's log, where it leaves one. */
export function logLineOf(failure: Failure): string | undefined {
  if (failure.kind === 'trap') {
    return `[TRAP]: ${failure.reason}`;
  }
  if (failure.kind === 'calledTrap') {
    return `[TRAP]: ${failure.message === '' ? '(no message)' : failure.message}`;
  }
  return undefined;
}

export function didNotReply(id: string): Reject {
  return new Reject(ErrorCode.CanisterDidNotReply, `Canister ${id} did not reply to the call`);
}

export function refusedIngress(id: string): Reject {
  return new Reject(ErrorCode.CanisterRejectedMessage, fromCanister(id, 'Canister rejected the message'));
}
