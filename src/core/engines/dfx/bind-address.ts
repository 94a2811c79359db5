/** Where a network that dfx runs listens: a definition's `bind`. */
export interface BindAddress {
  /** As written: a name, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

/** Undefined for what is not of the form `host:port`. */
export function parseBindAddress(text: string): BindAddress | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? '';
  const port = Number(match?.[2]);
  if (!match || port > 65535 || !URL.canParse(`http://${host}:${port}`)) {
    return undefined;
  }
  return isNumber(host) && host.endsWith('.') ? undefined : { host, port };
}

/** True where the host is a name that may lead to another computer, as any but `localhost` may. */
export function isNamed({ host }: BindAddress): boolean {
  return !host.startsWith('[') && !isNumber(host) && host.toLowerCase() !== 'localhost';
}

/** Under which a network that listens at a host is reached: one that listens everywhere has no address of its own. */
export function reachableHost(host: string): string {
  switch (new URL(`http://${host}`).hostname) {
    case '0.0.0.0':
      return '127.0.0.1';
    case '[::]':
      return '[::1]';
    default:
      return host;
  }
}

/** True for an IPv4 address, of which systems and URLs read short forms such as 127.1 as well. */
function isNumber(host: string): boolean {
  return /^[\d.]+$/.test(host);
}
