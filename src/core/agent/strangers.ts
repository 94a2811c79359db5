/** Answers that do not come from the network that was asked: something on the way to it answered. */
import { Failure, type FailureKind } from '../util/failure';
import { msg } from '../util/message';

const PROXY_AUTHENTICATION_REQUIRED = 407;

/** The failure that an answer's head is, if it is one. @param url what was asked for */
export function strangersAnswer(
  url: string,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
): Failure | undefined {
  const { host } = new URL(url);
  if (status === PROXY_AUTHENTICATION_REQUIRED) {
    return proxyFailure(`HTTP ${status} ${headers.get('proxy-authenticate') ?? ''}`.trim());
  }
  if (status < 300 || status > 399 || status === 304) {
    return undefined;
  }
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, url) ? new URL(location, url).host : '';
  const detail = `HTTP ${status} ${location}`.trim();
  return new Failure({
    kind: 'redirected',
    message:
      target === ''
        ? msg('{0} redirects to another address, which is not followed. Does this network want you to sign in?', host)
        : msg('{0} redirects to {1}, which is not followed. Does this network want you to sign in?', host, target),
    detail,
  });
}

/** A proxy on the way wants to know who asks. */
export function proxyFailure(detail: string): Failure {
  return new Failure({
    kind: 'proxy',
    message: msg('The proxy wants a user name and password (HTTP 407). Check the setting "http.proxy".'),
    detail,
  });
}

const STRANGERS: readonly FailureKind[] = ['redirected', 'proxy', 'too-large'];

/** True where something answered, but no Internet Computer network. */
export function isStranger({ kind }: Failure): boolean {
  return STRANGERS.includes(kind);
}
