import { ANSWER_BYTES } from '../network/answer-limits';
import { toFailure } from './failures';
import type { OperationContext } from './operation-context';

/**
 * Runs an operation until it ends, its time is over or `signal` aborts.
 *
 * @param maxBytes of each answer
 * @throws {Failure} and nothing else
 */
export async function runOperation<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  task: (context: OperationContext) => T | Promise<T>,
  maxBytes: number = ANSWER_BYTES.other,
): Promise<T> {
  const controller = new AbortController();
  const context: OperationContext = {
    signal: controller.signal,
    maxBytes,
    end: (failure) => controller.abort(failure),
  };
  const cancel = () => controller.abort(signal?.reason);
  if (signal?.aborted) {
    cancel();
  }
  signal?.addEventListener('abort', cancel, { once: true });
  // Not `AbortSignal.timeout`, which would keep everything here in memory until its time is over.
  const timer = setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), timeoutMs);
  try {
    // The agent waits before it tries again, also after it was told to stop: nobody waits for that.
    return await Promise.race([task(context), whenAborted(context.signal)]);
  } catch (error) {
    throw toFailure(error, context);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

/** Rejects as soon as the signal aborts. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort, { once: true });
  });
}
