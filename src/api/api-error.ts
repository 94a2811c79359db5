import type { IcCanistersError, IcCanistersErrorCode } from '../../types/ic-canisters';
import type { Words } from '../core/rows/row';
import { Failure, type FailureKind } from '../core/util/failure';
import { translate } from '../ui/translate';

/** The one error that the API has: a code that stays, and a sentence in the user's language. */
export class ApiError extends Error implements IcCanistersError {
  override readonly name = 'IcCanistersError';
  readonly code: IcCanistersErrorCode;

  constructor(code: IcCanistersErrorCode, message: Words, cause?: unknown) {
    super(translate(message), cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What others get for whatever was thrown. */
export function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  if (error instanceof Failure) {
    return new ApiError(codeOf(error.kind), error.data.message);
  }
  return new ApiError('failed', error instanceof Error ? error.message : String(error), error);
}

function codeOf(kind: FailureKind): IcCanistersErrorCode {
  switch (kind) {
    case 'cancelled':
    case 'declined':
      return 'cancelled';
    case 'needs-confirmation':
    // A password that was not given, and an agreement to sign.
    case 'needs-terminal':
    case 'unsigned':
      return 'needs-confirmation';
    case 'nothing-to-do':
      return 'not-applicable';
    case 'offline':
    case 'timeout':
    case 'too-large':
    case 'redirected':
    case 'proxy':
    case 'garbage':
    case 'busy':
    case 'clock':
    case 'network-not-running':
    case 'network-unreachable':
      return 'network';
    case 'security':
    case 'rejected':
    case 'candid':
      return kind;
    default:
      return 'failed';
  }
}
