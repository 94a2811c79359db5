import { hasName } from '../util/errors';
import { formatMessage } from '../util/message';
import type { FailureData } from './types';

/** The only error that leaves the network layer. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';

  constructor(readonly data: FailureData) {
    super(formatMessage(data.message));
  }

  /** By name: the commands are a bundle of their own, with a class of their own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasName(value, 'NetworkFailure');
  }
}
