import { type Properties, propertiesOf, rangeOf, type StringNode, stringAt } from '../../../../document/tree';
import type { Fix } from '../../../../language/findings';
import { networkClass } from '../../../../network/network-class';
import { msg } from '../../../../util/message';
import { DEFAULT_PORT, LOCAL } from '../../manifest';
import type { CheckContext } from '../check-context';
import { NETWORK } from '../keys';
import { formOf } from '../structure';

export function checkNetworks(context: CheckContext): void {
  const { model, findings } = context;
  for (const { object, keys } of model.networks) {
    const form = formOf(object, NETWORK);
    if (form === 'connected') {
      checkConnected(context, keys);
    } else if (form === 'launcher' && keys.has('image')) {
      findings.report(
        'image-without-ports',
        keys.get('image')!.key,
        msg(
          'Without "port-mapping" icp ignores the image, and starts its own network on port {0}.',
          portOf(keys) ?? DEFAULT_PORT,
        ),
        {
          fixes: () => [
            {
              title: msg('Add "{0}"', 'port-mapping'),
              edits: findings.document.addProperties(object, [['port-mapping', ['8000:4943']]]),
            },
          ],
        },
      );
    }
  }
  checkPorts(context);
}

function checkConnected({ findings }: CheckContext, keys: Properties): void {
  for (const name of ['url', 'api-url', 'http-gateway-url']) {
    const node = stringAt(keys, name);
    if (node === undefined || !URL.canParse(node.value)) {
      continue;
    }
    const { protocol } = new URL(node.value);
    if (protocol !== 'http:' && protocol !== 'https:') {
      findings.report(
        'url-scheme',
        node,
        msg('icp takes "{0}" for the scheme of this URL, with which it can reach nothing.', protocol),
        { fixes: () => schemeFixes(node) },
      );
    }
  }
  const gateway = keys.get('http-gateway-url');
  if (gateway !== undefined && !keys.has('api-url') && keys.has('url')) {
    findings.report(
      'unused-key',
      gateway.key,
      msg('icp ignores "{0}" beside "url": it belongs to "api-url".', 'http-gateway-url'),
      { tag: 'unnecessary', fixes: () => [findings.change(keys.get('url')!.key, 'api-url', true)] },
    );
  }
  if (keys.has('url') && keys.has('api-url')) {
    findings.report('unused-key', keys.get('url')!.key, msg('icp ignores "{0}" beside "api-url".', 'url'), {
      tag: 'unnecessary',
      fixes: () => [findings.remove(keys.get('url')!)],
    });
  }
  const key = stringAt(keys, 'root-key');
  const url = stringAt(keys, 'api-url') ?? stringAt(keys, 'url');
  if (key?.value === 'fetch' && url !== undefined && networkClass(url.value) === 'mainnet') {
    findings.report(
      'fetched-root-key',
      key,
      msg('This is the mainnet. With "fetch", icp trusts whatever key it is told; "mainnet" is the key that is known.'),
      { fixes: () => [findings.change(key, 'mainnet', true)] },
    );
  }

  function schemeFixes(node: StringNode): Fix[] {
    const local = /^(?:localhost|127\.|0\.0\.0\.0|\[?::1)/.test(node.value);
    const fixed = `${local ? 'http' : 'https'}://${node.value}`;
    return URL.canParse(fixed) ? [findings.change(node, fixed, true)] : [];
  }
}

/** The port of a managed network, as far as it is known. */
function portOf(keys: Properties): number | undefined {
  const gateway = keys.get('gateway')?.value;
  const port = gateway?.type === 'object' ? propertiesOf(gateway).get('port')?.value : undefined;
  if (port === undefined) {
    return DEFAULT_PORT;
  }
  return port.type === 'number' && /^\d{1,5}$/.test(port.raw) ? Number(port.raw) : undefined;
}

/** Two managed networks on one port cannot run at the same time. */
function checkPorts({ model, findings }: CheckContext): void {
  const users = new Map<number, { readonly name: string; readonly node?: StringNode }[]>();
  const add = (port: number | undefined, name: string, node?: StringNode): void => {
    if (port !== undefined && port !== 0) {
      users.set(port, [...(users.get(port) ?? []), { name, node }]);
    }
  };
  for (const { object, keys, name } of model.networks) {
    if (name !== undefined && formOf(object, NETWORK) === 'launcher') {
      add(portOf(keys), name.value, name);
    }
  }
  if (model.kind === 'project' && !model.networks.some(({ name }) => name?.value === LOCAL)) {
    add(DEFAULT_PORT, LOCAL);
  }
  for (const [port, sharing] of users) {
    for (const user of sharing) {
      const other = sharing.find((each) => each !== user);
      if (user.node !== undefined && other !== undefined) {
        findings.report(
          'shared-port',
          user.node,
          msg('The network "{0}" has port {1} too, so only one of the two can run.', other.name, port),
          {
            related:
              other.node === undefined ? [] : [{ message: msg('The other network'), range: rangeOf(other.node) }],
          },
        );
      }
    }
  }
}
