import { formatMessage } from '../util/message';
import type { FailureData } from './types';

/** The only error that leaves the network layer. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';

  constructor(readonly data: FailureData) {
    super(formatMessage(data.message));
  }
}
