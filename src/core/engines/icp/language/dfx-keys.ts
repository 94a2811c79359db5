import type { ObjectSpec } from '../../../language/spec';
import { type Message, msg } from '../../../util/message';
import { CANISTER, ICP_YAML, NETWORK } from './keys';

const RECIPE_KEY = 'recipe.configuration';

/** Where icp.yaml says what a key of dfx.json says; undefined where it has no counterpart. */
const OF_CANISTER: ReadonlyMap<string, string | undefined> = new Map([
  ['type', 'recipe / build'],
  ['main', `${RECIPE_KEY}.main`],
  ['package', `${RECIPE_KEY}.package`],
  ['candid', `${RECIPE_KEY}.candid`],
  ['source', `${RECIPE_KEY}.dir`],
  ['args', `${RECIPE_KEY}.args`],
  ['shrink', `${RECIPE_KEY}.shrink`],
  ['gzip', `${RECIPE_KEY}.compress`],
  ['metadata', `${RECIPE_KEY}.metadata`],
  ['wasm', 'build.steps: type: pre-built, path'],
  ['optimize', 'build.steps: ic-wasm'],
  ['workspace', 'build.steps: npm'],
  ['pre_install', 'build.steps'],
  ['post_install', 'sync.steps'],
  ['dependencies', 'PUBLIC_CANISTER_ID:<name>'],
  ['init_arg', 'init_args'],
  ['init_arg_file', 'init_args.path'],
  ['initialization_values', 'settings'],
  ['remote', '.icp/data/mappings/<environment>.ids.json'],
  ['declarations', undefined],
  ['specified_id', undefined],
  ['frontend', undefined],
  ['pullable', undefined],
  ['tech_stack', undefined],
]);

const OF_ROOT: ReadonlyMap<string, string | undefined> = new Map([
  ['defaults', 'networks'],
  ['version', undefined],
  ['dfx', undefined],
  ['profile', undefined],
  ['output_env_file', undefined],
]);

const OF_NETWORK: ReadonlyMap<string, string | undefined> = new Map([
  ['providers', 'url'],
  ['type', 'mode'],
  ['bind', 'gateway.bind, gateway.port'],
  ['replica', 'subnets'],
]);

const KEYS: ReadonlyMap<ObjectSpec, ReadonlyMap<string, string | undefined>> = new Map([
  [ICP_YAML, OF_ROOT],
  [CANISTER, OF_CANISTER],
  [NETWORK, OF_NETWORK],
]);

/** What to say of a key that belongs to dfx.json; undefined where it is none. */
export function dfxKeyMessage(spec: ObjectSpec, name: string): Message | undefined {
  const keys = KEYS.get(spec);
  if (!keys?.has(name)) {
    return undefined;
  }
  const counterpart = keys.get(name);
  return counterpart === undefined
    ? msg('"{0}" belongs to dfx.json and has no counterpart in icp.yaml.', name)
    : msg('"{0}" belongs to dfx.json. In icp.yaml this is: {1}', name, counterpart);
}
