import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { innermostMessage } from '../util/errors';
import { type Message, msg } from '../util/message';
import { isPrincipal } from '../util/principal';
import { requireTrust, type Trust } from '../util/trust';
import { loopbackInPlaceOf, networkClass } from './network-class';

/** Names under which a browser, or a tunnel to it, reaches this computer. */
const THIS_COMPUTER: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Of a request: what is this connection's own, and what says more of the window than a canister has to know. */
const NOT_SENT: ReadonlySet<string> = new Set(['host', 'connection', 'keep-alive', 'upgrade', 'cookie', 'referer']);
/** What is to be changed must not be packed. */
const NOT_SENT_OF_CANDID_UI: ReadonlySet<string> = new Set([...NOT_SENT, 'accept-encoding']);
const NOT_ANSWERED: ReadonlySet<string> = new Set(['connection', 'keep-alive']);
const NOT_OF_ANOTHER_LENGTH: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);
/** By this path a page of Candid UI gets {@link ASKS_HERE}. */
const SCRIPT_PATH = '/ic-canisters-network.js';
/**
 * Candid UI's agent asks the host that its page has, without a path, and mainnet where it does not know that host's name:
 * behind a proxy or a tunnel both are wrong. With this, its requests go below the address of the page, which leads here,
 * and a network that it does not know is a local one, whose root key it asks for.
 */
const ASKS_HERE = `(() => {
  const base = new URL('./', location.href);
  const ask = window.fetch.bind(window);
  const Given = window.URL;
  window.URL = class extends Given {
    constructor(url, ...others) {
      super(/^https:\\/\\/(icp-api\\.io|icp0\\.io|ic0\\.app)\\/?$/.test(url) ? 'http://127.0.0.1' : url, ...others);
    }
  };
  window.fetch = (input, init) => {
    const { pathname, search } = new Given(input instanceof Request ? input.url : input, base);
    const api = /\\/api\\/v\\d+\\/(?:status|canister|subnet)\\b.*$/.exec(pathname)?.[0];
    return api === undefined ? ask(input, init) : ask(new Given('.' + api + search, base), init);
  };
})();
`;
/** No answer of a canister is longer, unless it comes in parts. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** How long a canister may take to answer. */
const TIMEOUT_MS = 60_000;

/** The page of one canister on a network of this computer. */
interface Page {
  /** Where its network listens. */
  readonly hostname: string;
  readonly port: string;
  /** The host name by which the network tells whose page is asked for. */
  readonly host: string;
  readonly canister: string | undefined;
  /** Path and query with which it begins. */
  readonly path: string;
  /** It shows another canister, and asks the network for it. */
  readonly isCandidUi: boolean;
}

/**
 * Shows the pages of canisters where a browser cannot reach the network under the names that tell its canisters apart:
 * through a forwarded port or a proxy, `<canister>.localhost` is lost. For each page a server on 127.0.0.1 asks one
 * canister of one network of this computer and nothing else. It ends with the window.
 */
export class PageForwarder {
  readonly #servers = new Map<string, Promise<{ readonly server: http.Server; readonly url: string }>>();
  readonly #hosts = new Set<string>();
  readonly #trust: Trust;
  readonly #explain: (message: Message) => string;

  /** @param explain says in the user's language what a page says that cannot be shown */
  constructor(trust: Trust, explain: (message: Message) => string) {
    this.#trust = trust;
    this.#explain = explain;
  }

  /**
   * The address on 127.0.0.1 that shows a page.
   *
   * @returns undefined for all that is not a canister's page on a network of this computer
   * @throws {Failure} where the workspace is not trusted
   */
  async forward(url: string): Promise<string | undefined> {
    const page = pageOf(url);
    if (!page) {
      return undefined;
    }
    requireTrust(this.#trust);
    const known = this.#servers.get(url) ?? this.#listen(page);
    this.#servers.set(url, known);
    try {
      return (await known).url;
    } catch (error) {
      this.#servers.delete(url);
      throw error;
    }
  }

  /**
   * Lets requests through that were sent to this host, the one that the browser sees. All others come from pages that have
   * a name of their own lead to this computer.
   */
  admit(host: string): void {
    this.#hosts.add(host.toLowerCase());
  }

  async #listen(page: Page) {
    const server = http.createServer((incoming, outgoing) => this.#serve(page, incoming, outgoing));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    // Nothing waits for it.
    server.unref();
    const { port } = server.address() as AddressInfo;
    return { server, url: `http://127.0.0.1:${port}${page.path}` };
  }

  #serve(page: Page, incoming: http.IncomingMessage, outgoing: http.ServerResponse): void {
    const { method, url = '/', headers } = incoming;
    if (!this.#admits(headers.host) || !url.startsWith('/') || asksAnother(url, page)) {
      incoming.resume();
      this.#say(outgoing, 403, msg('This address shows one canister, to the browser of its window only.'));
      return;
    }
    // A proxy may have dropped the query.
    if (url === '/' && page.path !== '/') {
      incoming.resume();
      outgoing.writeHead(302, { location: `.${page.path}` }).end();
      return;
    }
    const { hostname, port, host, isCandidUi } = page;
    if (isCandidUi && url.split('?', 1)[0] === SCRIPT_PATH) {
      incoming.resume();
      outgoing.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(ASKS_HERE);
      return;
    }
    const own = { ...without(headers, isCandidUi ? NOT_SENT_OF_CANDID_UI : NOT_SENT), host };
    const sent = http.request(
      { hostname, port, method, path: url, headers: own, timeout: TIMEOUT_MS },
      async (answer) => {
        const answered = answerHeaders(answer.headers, host);
        const script = isCandidUi && isPage(answer.headers);
        try {
          const page = script ? await withScript(answer) : undefined;
          outgoing.writeHead(
            answer.statusCode ?? 502,
            page ? { ...without(answered, NOT_OF_ANOTHER_LENGTH), 'content-length': page.length } : answered,
          );
          await pipeline(page ? [page] : answer, outgoing);
        } catch {
          outgoing.destroy();
        }
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('timeout')));
    sent.on('error', (error) => {
      if (outgoing.headersSent) {
        outgoing.destroy();
      } else {
        this.#say(
          outgoing,
          502,
          msg('The network at {0} does not answer: {1}', `${hostname}:${port}`, innermostMessage(error)),
        );
      }
    });
    outgoing.on('close', () => sent.destroy());
    incoming.pipe(sent);
  }

  #admits(host: string | undefined): boolean {
    if (host === undefined) {
      return false;
    }
    const name = host.toLowerCase();
    return THIS_COMPUTER.has(name.replace(/:\d+$/, '')) || this.#hosts.has(name);
  }

  #say(outgoing: http.ServerResponse, status: number, message: Message): void {
    outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(this.#explain(message));
  }

  dispose(): void {
    for (const starting of this.#servers.values()) {
      starting.then(
        ({ server }) => {
          server.close();
          server.closeAllConnections();
        },
        () => {},
      );
    }
    this.#servers.clear();
  }
}

/** The canister's page of an address; undefined where it is none of a network of this computer. */
function pageOf(url: string): Page | undefined {
  if (!URL.canParse(url)) {
    return undefined;
  }
  const { protocol, hostname, port, host, pathname, search, searchParams } = new URL(url);
  const inPlace = loopbackInPlaceOf(hostname);
  if (protocol !== 'http:' || (networkClass(url) !== 'loopback' && inPlace === undefined)) {
    return undefined;
  }
  const named = principalOf(searchParams.get('canisterId'));
  const ofName = principalOf(hostname.split('.', 1)[0]);
  const bySubdomain = hostname.endsWith('.localhost');
  if (named === undefined && !bySubdomain) {
    return undefined;
  }
  return {
    hostname: (inPlace ?? hostname).replace(/[[\]]/g, ''),
    port: port === '' ? '80' : port,
    host: bySubdomain ? host : `${named}.localhost${port === '' ? '' : `:${port}`}`,
    canister: named ?? ofName,
    isCandidUi: principalOf(searchParams.get('id')) !== undefined,
    path: `${pathname}${search}${toldItsOwnId(named, ofName, searchParams) ? `&canisterId=${ofName}` : ''}`,
  };
}

/** Candid UI has to know its own id, which it would take from the name that is lost. `id` is the canister that it shows. */
function toldItsOwnId(named: string | undefined, ofName: string | undefined, query: URLSearchParams): boolean {
  return named === undefined && ofName !== undefined && principalOf(query.get('id')) !== undefined;
}

function principalOf(text: string | null | undefined): string | undefined {
  return text && isPrincipal(text) ? text : undefined;
}

/** True where a request names another canister than the page's. */
function asksAnother(url: string, { canister }: Page): boolean {
  if (!URL.canParse(url, 'http://localhost')) {
    return true;
  }
  return new URL(url, 'http://localhost').searchParams.getAll('canisterId').some((id) => id !== canister);
}

function without(headers: http.IncomingHttpHeaders, names: ReadonlySet<string>): http.IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name)));
}

function isPage(headers: http.IncomingHttpHeaders): boolean {
  const { 'content-type': type = '', 'content-encoding': encoding, 'content-length': length = '0' } = headers;
  return /^text\/html\b/i.test(type) && encoding === undefined && Number(length) <= MAX_PAGE_BYTES;
}

/** The page, with the script before its own. */
async function withScript(answer: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_PAGE_BYTES) {
      throw new Error('too long');
    }
    chunks.push(chunk);
  }
  const html = Buffer.concat(chunks).toString('utf8');
  const script = `<script src=".${SCRIPT_PATH}"></script>`;
  const head = /<head\b[^<>]*>/i.exec(html) ?? /^\s*<!doctype[^>]*>/i.exec(html);
  const at = head ? head.index + head[0].length : 0;
  return Buffer.from(`${html.slice(0, at)}${script}${html.slice(at)}`);
}

/** A redirection to the canister's own name stays at the address that the browser has. */
function answerHeaders(headers: http.IncomingHttpHeaders, host: string): http.IncomingHttpHeaders {
  const { location, ...others } = without(headers, NOT_ANSWERED);
  if (location === undefined) {
    return others;
  }
  const own = `http://${host}`;
  return { ...others, location: location.startsWith(`${own}/`) ? location.slice(own.length) : location };
}
