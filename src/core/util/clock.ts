/** A computer's clock that is wrong: networks refuse its requests, and their answers look out of date. */
import { Failure } from './failure';
import { msg } from './message';

/** Less is nothing that a request would be refused for. */
const TOLERANCE_MS = 60_000;

/**
 * The network's time, from its refusal of a request whose expiry is out of its range (interface specification,
 * "Authentication"), in milliseconds since 1970. Undefined where it refuses for another reason.
 */
export function networkTimeIn(refusal: string): number | undefined {
  const stated =
    /ingress_expiry not within expected range: Minimum allowed expiry: ([\d-]+)[ T]([\d:]+)/.exec(refusal) ??
    /delegation has expired:\s+Provided expiry: [^\n]{0,100}\s+Local time: +([\d-]+)[ T]([\d:]+)/.exec(refusal);
  const time = stated ? Date.parse(`${stated[1]}T${stated[2]}Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** True where a refusal is about when the request was made. */
export function isAboutTime(refusal: string): boolean {
  return /ingress_expiry/.test(refusal);
}

/**
 * The failure that a difference between clocks is; undefined where they agree.
 *
 * @param networkTime by the network, in milliseconds since 1970
 * @param now by this computer
 */
export function clockFailure(networkTime: number, now: number, detail: string): Failure | undefined {
  const minutes = Math.round(Math.abs(networkTime - now) / 60_000);
  if (Math.abs(networkTime - now) < TOLERANCE_MS) {
    return undefined;
  }
  return new Failure({
    kind: 'clock',
    message:
      networkTime > now
        ? msg("This computer's clock is about {0} min behind the network's. Set the one that is wrong.", minutes)
        : msg("This computer's clock is about {0} min ahead of the network's. Set the one that is wrong.", minutes),
    detail,
  });
}
