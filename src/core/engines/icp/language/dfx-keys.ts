import type { ObjectSpec } from '../../../language/spec';
import { type Message, msg } from '../../../util/message';
import { CANISTER, ICP_YAML, NETWORK } from './keys';

/** What stands in icp.yaml where dfx.json has a key that icp does not know. */
const OF_CANISTER: ReadonlyMap<string, Message> = new Map([
  ['type', msg('"type" belongs to dfx.json. In icp.yaml a recipe or build steps say how a canister is built.')],
  ['main', msg('"main" belongs to dfx.json. In icp.yaml it is in "configuration" of the recipe @dfinity/motoko.')],
  ['package', msg('"package" belongs to dfx.json. In icp.yaml it is in "configuration" of the recipe @dfinity/rust.')],
  ['candid', msg('"candid" belongs to dfx.json. In icp.yaml it is in "configuration" of the recipe.')],
  ['source', msg('"source" belongs to dfx.json. In icp.yaml it is "dir" in "configuration" of a recipe for websites.')],
  ['wasm', msg('"wasm" belongs to dfx.json. In icp.yaml it is the "path" of a step of type "pre-built".')],
  [
    'dependencies',
    msg('"dependencies" belongs to dfx.json. icp gives every canister the ids of all others, in PUBLIC_CANISTER_ID:….'),
  ],
  ['declarations', msg('"declarations" belongs to dfx.json. icp makes no bindings: @icp-sdk/bindgen does.')],
  ['init_arg', msg('"init_arg" belongs to dfx.json. In icp.yaml it is "init_args".')],
  ['init_arg_file', msg('"init_arg_file" belongs to dfx.json. In icp.yaml it is "path" in "init_args".')],
  ['initialization_values', msg('"initialization_values" belongs to dfx.json. In icp.yaml it is "settings".')],
  ['remote', msg('"remote" belongs to dfx.json. In icp.yaml the id is in the id file of the environment.')],
  ['specified_id', msg('"specified_id" belongs to dfx.json. icp cannot choose the id of a canister.')],
  ['shrink', msg('"shrink" belongs to dfx.json. In icp.yaml it is in "configuration" of the recipe.')],
  ['gzip', msg('"gzip" belongs to dfx.json. In icp.yaml it is "compress" in "configuration" of the recipe.')],
  ['optimize', msg('"optimize" belongs to dfx.json. In icp.yaml a build step runs ic-wasm.')],
  ['metadata', msg('"metadata" belongs to dfx.json. In icp.yaml it is in "configuration" of the recipe.')],
  ['args', msg('"args" belongs to dfx.json. In icp.yaml it is in "configuration" of the recipe @dfinity/motoko.')],
  ['post_install', msg('"post_install" belongs to dfx.json. In icp.yaml it is a step of "sync".')],
  ['pre_install', msg('"pre_install" belongs to dfx.json. In icp.yaml it is the last step of "build".')],
  ['frontend', msg('"frontend" belongs to dfx.json and has no counterpart in icp.yaml.')],
  ['pullable', msg('"pullable" belongs to dfx.json and has no counterpart in icp.yaml.')],
  ['tech_stack', msg('"tech_stack" belongs to dfx.json and has no counterpart in icp.yaml.')],
  ['workspace', msg('"workspace" belongs to dfx.json. In icp.yaml a step of "build" runs npm.')],
]);

const OF_ROOT: ReadonlyMap<string, Message> = new Map([
  ['version', msg('"version" belongs to dfx.json and has no counterpart in icp.yaml.')],
  ['dfx', msg('"dfx" belongs to dfx.json. Which icp is used, icp.yaml does not say.')],
  ['defaults', msg('"defaults" belongs to dfx.json. In icp.yaml a managed network has these settings.')],
  ['profile', msg('"profile" belongs to dfx.json and has no counterpart in icp.yaml.')],
  ['output_env_file', msg('"output_env_file" belongs to dfx.json. icp writes no file with ids.')],
]);

const OF_NETWORK: ReadonlyMap<string, Message> = new Map([
  ['providers', msg('"providers" belongs to dfx.json. In icp.yaml it is "url".')],
  ['type', msg('"type" belongs to dfx.json. In icp.yaml it is "mode": managed or connected.')],
  ['bind', msg('"bind" belongs to dfx.json. In icp.yaml it is "bind" and "port" in "gateway".')],
  ['replica', msg('"replica" belongs to dfx.json. In icp.yaml it is "subnets".')],
]);

/** What to say of a key that belongs to dfx.json; undefined where it is none, or is better guessed to be a slip. */
export function dfxKeyMessage(spec: ObjectSpec, name: string): Message | undefined {
  switch (spec) {
    case ICP_YAML:
      return OF_ROOT.get(name);
    case CANISTER:
      return OF_CANISTER.get(name);
    case NETWORK:
      return OF_NETWORK.get(name);
    default:
      return undefined;
  }
}
