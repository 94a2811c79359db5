import { isSet, objectAt, propertiesOf, type StringNode, stringAt, stringsAt } from '../../../../document/tree';
import { type Message, msg } from '../../../../util/message';
import { closest } from '../../../../util/suggest';
import { isNamed, parseBindAddress } from '../../bind-address';
import { isIpAddress, isSocketAddress } from '../addresses';
import type { CheckContext } from '../check-context';

/** The networks that exist without being defined (dfx-core `network/provider.rs`). */
export const IMPLICIT_NETWORKS: readonly string[] = ['ic', 'local', 'playground'];
/** In the places where ids are kept, this stands for every network that is not named. */
export const DEFAULT_NETWORK = '__default';
/** Settings in `defaults` that dfx says it ignores for the shared local network. */
const NETWORK_DEFAULTS = ['bitcoin', 'replica', 'canister_http'] as const;

function isProviderUrl(text: string): boolean {
  try {
    const { protocol, hostname } = new URL(text);
    return (protocol === 'http:' || protocol === 'https:') && hostname !== '';
  } catch {
    return false;
  }
}

/** Whether a network of this name can be selected, ad-hoc networks (named after their URL) included. */
export function isKnownNetwork(
  name: string,
  defined: ReadonlyMap<string, unknown>,
  shared: ReadonlySet<string>,
): boolean {
  return (
    IMPLICIT_NETWORKS.includes(name) ||
    name === DEFAULT_NETWORK ||
    defined.has(name) ||
    shared.has(name) ||
    /^https?___/.test(name)
  );
}

export function unknownNetwork(name: string, guess: string | undefined): Message {
  return guess === undefined
    ? msg('There is no network "{0}".', name)
    : msg('There is no network "{0}". Did you mean "{1}"?', name, guess);
}

/** What was probably meant by an address that a name stands in, or that has no port. */
function addressFixes(text: string): string[] {
  return [text.replace(/^localhost(?=:|$)/, '127.0.0.1'), `${text}:18444`, '127.0.0.1:18444']
    .filter(isSocketAddress)
    .slice(0, 1);
}

function checkBind(bind: StringNode, findings: CheckContext['findings']): void {
  const address = parseBindAddress(bind.value);
  if (address === undefined) {
    findings.report('invalid-bind', bind, msg('This is not an address of the form host:port.'), {
      fixes: () => (parseBindAddress(`${bind.value}:8000`) ? [findings.change(bind, `${bind.value}:8000`)] : []),
    });
  } else if (isNamed(address)) {
    const here = `127.0.0.1:${address.port}`;
    findings.report('invalid-bind', bind, msg('This is a name, which may lead to another computer: write {0}.', here), {
      fixes: () => [findings.change(bind, here)],
    });
  }
}

export function checkNetworks({ model, sites, facts, findings }: CheckContext): void {
  for (const { name, property, object } of model.networks.values()) {
    if (name === 'ic') {
      findings.report('ic-network', property.key, msg('dfx ignores this: the network "ic" cannot be redefined.'), {
        tag: 'unnecessary',
        fixes: () => [findings.remove(property)],
      });
    }
    if (object === undefined) {
      continue;
    }
    const keys = propertiesOf(object);
    const providers = keys.get('providers')?.value;
    if (providers?.type === 'array' && providers.items.length === 0) {
      findings.report(
        'no-providers',
        providers,
        msg('The network "{0}" has no providers, so dfx cannot reach it.', name),
      );
    }
    for (const url of stringsAt(keys, 'providers')) {
      if (isProviderUrl(url.value)) {
        continue;
      }
      findings.report('invalid-provider-url', url, msg('This is not an http or https URL.'), {
        fixes: () =>
          isProviderUrl(`http://${url.value}`)
            ? ['https', 'http'].map((scheme) => findings.change(url, `${scheme}://${url.value}`))
            : [],
      });
    }
    const bind = providers === undefined ? stringAt(keys, 'bind') : undefined;
    if (bind !== undefined) {
      checkBind(bind, findings);
    }
  }

  for (const { role, node } of sites) {
    if (role === 'ip-address' && !isIpAddress(node.value)) {
      findings.report('invalid-address', node, msg('dfx reads only an IP address here, such as 127.0.0.1.'));
    } else if (role === 'socket-address' && !isSocketAddress(node.value)) {
      findings.report(
        'invalid-address',
        node,
        msg('dfx reads only an IP address with a port here, such as 127.0.0.1:18444, and no name.'),
        { fixes: () => addressFixes(node.value).map((address) => findings.change(node, address)) },
      );
    }
  }

  if (!model.networks.has('local')) {
    const defaults = objectAt(model.root, 'defaults');
    const keys = defaults === undefined ? undefined : propertiesOf(defaults);
    for (const name of NETWORK_DEFAULTS) {
      if (keys === undefined || !isSet(keys, name)) {
        continue;
      }
      findings.report(
        'defaults-ignored',
        keys.get(name)!.key,
        msg(
          'dfx ignores "{0}" here: the project does not define a network "local", and defaults do not apply to the shared one.',
          name,
        ),
      );
    }
  }

  const shared = facts.sharedNetworks();
  if (shared !== undefined) {
    for (const { role, node } of sites) {
      if (role !== 'network' || isKnownNetwork(node.value, model.networks, shared)) {
        continue;
      }
      const guess = closest(node.value, [...IMPLICIT_NETWORKS, ...model.networks.keys(), ...shared]);
      findings.report('unknown-network', node, unknownNetwork(node.value, guess), {
        fixes: () => findings.changeToAny(node, guess, [], true),
      });
    }
  }
}
