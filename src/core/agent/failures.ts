import {
  AgentError,
  CertifiedRejectErrorCode,
  ErrorKindEnum,
  HttpErrorCode,
  UncertifiedRejectErrorCode,
} from '@dfinity/agent';
import { innermostMessage } from '../util/errors';
import { cancelled, Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import type { OperationContext } from './operation-context';
import { proxyFailure } from './strangers';

/** Turns whatever was thrown while an operation ran into the one error that leaves the network layer. */
export function toFailure(error: unknown, context: Pick<OperationContext, 'signal' | 'transportError'>): Failure {
  if (error instanceof Failure) {
    return error;
  }
  if (context.signal.aborted) {
    const timedOut = context.signal.reason instanceof DOMException && context.signal.reason.name === 'TimeoutError';
    return timedOut
      ? new Failure({ kind: 'timeout', message: msg('The network did not answer in time.') })
      : cancelled();
  }
  if (!(error instanceof AgentError)) {
    return context.transportError === undefined ? unreadable(innermostMessage(error)) : offline(context.transportError);
  }
  const { code } = error;
  if (code instanceof CertifiedRejectErrorCode || code instanceof UncertifiedRejectErrorCode) {
    return rejection(code.rejectMessage, code.rejectErrorCode, code.rejectCode);
  }
  if (code instanceof HttpErrorCode) {
    return httpFailure(code.status, code.bodyText ?? code.statusText);
  }
  switch (error.kind) {
    case ErrorKindEnum.Trust:
      return context.transportError === undefined ? securityFailure(error.message) : offline(context.transportError);
    case ErrorKindEnum.Transport:
      return offline(context.transportError ?? error);
    case ErrorKindEnum.Reject:
      return rejection(error.message, undefined);
    default:
      return unreadable(error.message);
  }
}

export function unreadable(detail: string): Failure {
  return new Failure({
    kind: 'garbage',
    message: msg('The network sent an answer that cannot be read.'),
    detail,
  });
}

export function securityFailure(
  detail: string,
  message = msg('The answer is not signed by the network, or is out of date. It was not used.'),
): Failure {
  return new Failure({ kind: 'security', message, detail });
}

/** A reject by the network or by a canister. `code` is an `IC0…` code, where the network gave one. */
export function rejection(message: string, code: string | undefined, rejectCode?: number): Failure {
  if (rejectCode !== undefined && TRANSIENT.includes(rejectCode) && !WITH_A_CAUSE.includes(code ?? '')) {
    return new Failure({
      kind: 'busy',
      message: msg('The network is busy: {0}', plainWords(message)),
      detail: message,
      code,
    });
  }
  return new Failure({
    kind: 'rejected',
    message: rejectionMessage(message, code),
    detail: message,
    code,
    next: TRAPPED.includes(code ?? '') || trapText(message) !== undefined ? 'show-logs' : undefined,
  });
}

/** Reject codes `SYS_TRANSIENT` and `SYS_UNKNOWN` (interface specification, "Reject codes"). */
const TRANSIENT = [2, 6];
/** Transient by their code, but for a reason that waiting does not change: an id that is taken, time that was up, no cycles. */
const WITH_A_CAUSE = ['IC0205', 'IC0206', 'IC0207'];

/** The canister's own code failed: `CanisterTrapped`, `CanisterCalledTrap`. What led to it may be in its log. */
const TRAPPED = ['IC0502', 'IC0503'];

/** True where the identity may not know what it asked for. */
export function isRefusal({ kind, data: { code, detail = '' } }: Failure): boolean {
  return (
    kind === 'rejected' &&
    (code === 'IC0512' ||
      // Networks that give no codes.
      (code === undefined && /[Oo]nly (?:the )?controllers|not (?:a|the) controller|not authorized/.test(detail)))
  );
}

/** True where the network says that there is no such canister. */
export function isMissingCanister({ kind, data: { code, detail = '' } }: Failure): boolean {
  return (
    kind === 'rejected' &&
    (code === 'IC0301' || (code === undefined && /[Cc]anister \S+ not found|does not (?:exist|belong)/.test(detail)))
  );
}

/** True where the network knows no such method, or not as a query. */
export function isMissingMethod({ kind, data: { code, detail = '' } }: Failure): boolean {
  return (
    kind === 'rejected' &&
    (code === 'IC0536' ||
      (code === undefined &&
        /no (?:query )?(?:method|function)|method \S+ not found|not (?:a query|supported)/i.test(detail)))
  );
}

function rejectionMessage(message: string, code: string | undefined): Message {
  switch (code) {
    case 'IC0512':
      return msg('The identity is not a controller of the canister.');
    case 'IC0301':
      return msg('The canister does not exist on this network.');
    case 'IC0207':
      return msg('There are not enough cycles for this.');
    case 'IC0506':
      return msg('The canister ended the call without a reply.');
    case 'IC0508':
      return msg('The canister is stopped.');
    case 'IC0509':
      return msg('The canister is stopping.');
    case 'IC0536':
      return msg('The canister has no such method.');
    case 'IC0537':
      return msg('The canister has no code.');
    default: {
      const trap = trapText(message);
      return trap !== undefined
        ? msg('The canister failed: {0}', trap)
        : msg('The network refused: {0}', plainWords(message));
    }
  }
}

/** What a canister said when it trapped. */
function trapText(message: string): string | undefined {
  const start = message.search(/called `ic0\.trap`|trapped explicitly/);
  const colon = start < 0 ? -1 : message.indexOf(': ', start);
  if (colon < 0) {
    return undefined;
  }
  return before(message.slice(colon + 2), /Consider /)
    .replace(/^'/, '')
    .replace(/'?\.?$/, '');
}

/** The text up to where an expression matches, without the white space before. */
function before(text: string, advice: RegExp): string {
  const at = text.search(advice);
  return at < 0 ? text : text.slice(0, at).trimEnd();
}

/** Without the canister's id in front, which the user knows, and the advice behind, which is for its author. */
function plainWords(message: string): string {
  const own = message.replace(/^Error from Canister [a-z0-9-]+: /, '');
  return before(own, /Consider |If you are |See documentation: /);
}

export function httpFailure(status: number, body: string): Failure {
  const detail = `HTTP ${status}: ${body.slice(0, 500)}`;
  return status === 429
    ? new Failure({ kind: 'busy', message: msg('The network is busy and asks to wait.'), detail })
    : new Failure({
        kind: 'garbage',
        message: msg('The network answered with HTTP error {0}.', status),
        detail,
      });
}

function offline(error: unknown): Failure {
  const detail = innermostMessage(error);
  // Of status 407 Node's `fetch` says nothing at all, which it does of nothing else; the other is for want of a tunnel.
  return detail === '' || detail.startsWith('Proxy response (407)')
    ? proxyFailure(detail || 'HTTP 407')
    : new Failure({ kind: 'offline', message: msg('The network cannot be reached.'), detail });
}
