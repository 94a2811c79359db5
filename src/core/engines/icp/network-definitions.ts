import { applyEdits, type Property, propertiesOf, type TextEdit } from '../../document/tree';
import { YamlDocument } from '../../document/yaml-document';
import { Failure } from '../../util/failure';
import { msg } from '../../util/message';
import type { NetworkDefinitions, NewNetwork } from '../toolchain';

/** Connected networks in icp.yaml, each with an environment of the same name: icp selects environments. */
export const icpNetworkDefinitions: NetworkDefinitions = {
  name: { pattern: /^[A-Za-z0-9_-]+$/, rule: msg('Letters, digits, "_" and "-".') },
  question: msg('Which root key does it have?'),
  options: [
    {
      value: 'fetch',
      label: msg('Ask the network itself (fetch)'),
      detail: msg('For test networks: whoever answers at the URL is believed.'),
    },
    {
      value: 'mainnet',
      label: msg('That of mainnet'),
      detail: msg('The URL is another way to mainnet.'),
    },
  ],
  typed: {
    label: msg('One that I paste'),
    prompt: msg('The root key, in 266 hexadecimal digits. Answers are verified with it.'),
    pattern: /^[0-9a-fA-F]{266}$/,
  },
  canShare: false,
  portKey: 'gateway.port',
  file: ({ manifest }) => manifest,
  define: (text = '', network) => define(text, network),
};

function define(text: string, { name, url, option }: NewNetwork): string {
  const withNetwork = append(text, 'networks', { name, mode: 'connected', url, 'root-key': option });
  return append(withNetwork, 'environments', { name, network: name });
}

/** The text with one more item in a list at the top. */
function append(text: string, key: string, item: object): string {
  const document = new YamlDocument(text);
  const { root } = document;
  if (document.problems.length > 0 || (root !== undefined && root.type !== 'object')) {
    throw new Failure({ message: msg('{0} is damaged. Repair or delete it first.', 'icp.yaml') });
  }
  if (root === undefined || root.properties.length === 0) {
    const nothing = new YamlDocument(`${key}:\n`);
    const [property] = nothing.root?.type === 'object' ? nothing.root.properties : [];
    const made = property ? applyEdits(nothing.text, nothing.setValue(property, [item])) : nothing.text;
    return document.text.trim() === '' ? made : `${document.text.trimEnd()}\n${made}`;
  }
  const property = propertiesOf(root).get(key);
  const edits = property ? addTo(document, property, item) : document.addProperties(root, [[key, [item]]]);
  if (edits.length === 0) {
    throw new Failure({ message: msg('"{0}" in icp.yaml is no list that a network could be added to.', key) });
  }
  return applyEdits(document.text, edits);
}

/** Nothing where the value is something else than a list. */
function addTo(document: YamlDocument, property: Property, item: object): TextEdit[] {
  const { value } = property;
  if (value?.type === 'array') {
    return document.addItem(value, item);
  }
  return value === undefined || value.type === 'null' ? document.setValue(property, [item]) : [];
}
