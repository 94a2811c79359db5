/**
 * Takes good files, makes one fault in each by program, and counts how many are found: the right code on exactly the
 * right text. Where that text stands is worked out with jsonc-parser, not with the reader under test.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { DfxDocument } from '../../../../../src/core/engines/dfx/language/dfx-document';
import type { FindingCode } from '../../../../../src/core/engines/dfx/language/finding-codes';
import { encodePrincipal } from '../../../../../src/core/util/principal';
import { Random } from '../../../../support/random';
import { type FakeFacts, fakeFacts, realFiles, samples } from './support';

type Json = { [key: string]: unknown };

interface Fault {
  readonly code: FindingCode;
  /** Where the finding must stand: at a key, or at the value of the path. */
  readonly at: 'key' | 'value' | 'brace' | 'inside';
  readonly path: (string | number)[];
  readonly facts?: FakeFacts;
  /** Writes what JSON.stringify cannot. */
  readonly retouch?: (text: string) => string;
}

interface Place {
  readonly root: Json;
  readonly name: string;
  readonly canister: Json;
  readonly type: string;
  readonly others: readonly string[];
  readonly random: Random;
}

type Mutation = (place: Place) => Fault | undefined;

function typo(word: string, random: Random): string {
  for (;;) {
    const at = 1 + random.below(word.length - 2);
    const wrong = random.pick([
      word.slice(0, at) + word.slice(at + 1),
      `${word.slice(0, at)}${random.pick([...'xqz'])}${word.slice(at)}`,
      word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2),
    ]);
    // Two equal letters may have changed places.
    if (wrong !== word) {
      return wrong;
    }
  }
}

function goodId(random: Random): string {
  return encodePrincipal(
    Uint8Array.from([0, 0, 0, 0, random.below(256), random.below(256), random.below(256), 1, 1, 1]),
  );
}

function badId(random: Random): string {
  const id = goodId(random);
  const at = random.below(id.length - 1);
  return random.pick([
    'not a principal',
    id.slice(0, at) + (id[at] === 'b' ? 'c' : 'b') + id.slice(at + 1),
    id.replaceAll('-', ''),
    `${id}-aaaaa`,
    id.slice(0, -2),
    '',
  ]);
}

function object(parent: Json, key: string): Json {
  if (typeof parent[key] !== 'object' || parent[key] === null) {
    parent[key] = {};
  }
  return parent[key] as Json;
}

const NATIVE = ['motoko', 'rust', 'assets', 'custom', 'pull'];
const own = (place: Place, ...rest: (string | number)[]) => ['canisters', place.name, ...rest];
const isNative = ({ type }: Place) => NATIVE.includes(type);

/** A fault in a setting of the canister. */
function setting(code: FindingCode, key: string, values: readonly unknown[], at: 'key' | 'value' = 'value'): Mutation {
  return (place) => {
    object(place.canister, 'initialization_values')[key] = place.random.pick(values);
    if (code === 'wallet-setting') {
      delete place.canister['specified_id'];
    }
    return { code, at, path: own(place, 'initialization_values', key) };
  };
}

function withoutKey(type: string, key: string, code: FindingCode = 'missing-key'): Mutation {
  return (place) => {
    if (place.type !== type || !(key in place.canister)) {
      return undefined;
    }
    delete place.canister[key];
    return { code, at: 'key', path: own(place) };
  };
}

const MUTATIONS: Record<string, Mutation> = {
  'unknown type': (place) => {
    place.canister['type'] = typo(place.random.pick(NATIVE), place.random);
    return { code: 'unknown-type', at: 'value', path: own(place, 'type') };
  },
  'rust without package': withoutKey('rust', 'package'),
  'rust without candid': withoutKey('rust', 'candid'),
  'assets without source': withoutKey('assets', 'source'),
  'custom without wasm': withoutKey('custom', 'wasm'),
  'custom without candid': withoutKey('custom', 'candid'),
  'pull without id': withoutKey('pull', 'id'),
  'motoko without main': withoutKey('motoko', 'main', 'missing-main'),
  'no type, no main': (place) => {
    delete place.canister['type'];
    delete place.canister['main'];
    return { code: 'missing-main', at: 'key', path: own(place) };
  },
  'no type': (place) => {
    // Of a canister that is remote and has no program nobody needs to know that it would be Motoko.
    if (!('type' in place.canister) || (!('main' in place.canister) && 'remote' in place.canister)) {
      return undefined;
    }
    delete place.canister['type'];
    return { code: 'missing-type', at: 'key', path: own(place) };
  },
  'remote without id': (place) => {
    place.canister['remote'] = {};
    return { code: 'missing-key', at: 'key', path: own(place, 'remote') };
  },
  'unknown dependency': (place) => {
    const dependencies = ['no_such_canister', ...place.others.slice(0, place.random.below(2))];
    place.canister['dependencies'] = dependencies;
    return { code: 'unknown-dependency', at: 'value', path: own(place, 'dependencies', 0) };
  },
  'misspelt dependency': (place) => {
    const other = place.others.find((name) => name.length > 4);
    if (other === undefined) {
      return undefined;
    }
    const name = typo(other, place.random);
    if (name in object(place.root, 'canisters')) {
      return undefined;
    }
    place.canister['dependencies'] = [name];
    return { code: 'unknown-dependency', at: 'value', path: own(place, 'dependencies', 0) };
  },
  'self dependency': (place) => {
    place.canister['dependencies'] = [place.name];
    return { code: 'self-dependency', at: 'value', path: own(place, 'dependencies', 0) };
  },
  'circle of two': (place) => {
    const [other] = place.others;
    if (other === undefined) {
      return undefined;
    }
    place.canister['dependencies'] = [other];
    object(object(place.root, 'canisters'), other)['dependencies'] = [place.name];
    return { code: 'circular-dependency', at: 'value', path: own(place, 'dependencies', 0) };
  },
  'circle of three': (place) => {
    const [second, third] = place.others;
    if (second === undefined || third === undefined) {
      return undefined;
    }
    const canisters = object(place.root, 'canisters');
    place.canister['dependencies'] = [second];
    object(canisters, second)['dependencies'] = [third];
    object(canisters, third)['dependencies'] = [place.name];
    return { code: 'circular-dependency', at: 'value', path: ['canisters', third, 'dependencies', 0] };
  },
  'two pull canisters with one id': (place) => {
    const id = goodId(place.random);
    object(place.root, 'canisters')['pulled_one'] = { type: 'pull', id };
    object(place.root, 'canisters')['pulled_two'] = { type: 'pull', id };
    return { code: 'duplicate-pull-id', at: 'value', path: ['canisters', 'pulled_two', 'id'] };
  },
  'init_arg and init_arg_file': (place) => {
    place.canister['init_arg'] = '()';
    place.canister['init_arg_file'] = 'args.txt';
    return { code: 'init-arg-conflict', at: 'key', path: own(place, place.random.pick(['init_arg', 'init_arg_file'])) };
  },
  'missing init_arg_file': (place) => {
    delete place.canister['init_arg'];
    place.canister['init_arg_file'] = 'no/args.txt';
    const facts = { kinds: { 'no/args.txt': 'missing' } } as const;
    return { code: 'init-arg-file-missing', at: 'value', path: own(place, 'init_arg_file'), facts };
  },
  'init_arg that is no Candid': (place) => {
    const good = place.random.pick([
      '(1, 2)',
      '(record { a = 1; b = "x" })',
      '(vec { 1; 2 }, opt null)',
      '("\n", variant { a })',
    ]);
    const broken = place.random.pick([
      good.slice(0, -1),
      good.replace('(', '(('),
      good.replace(/[,;{]/, '$&$&'),
      `${good} x`,
      good.replace(/[)]$/, ' : nonsense)'),
      good.replace('(', '(principal "aaaaa-ab", '),
    ]);
    if (broken === good) {
      return undefined;
    }
    place.canister['init_arg'] = broken;
    delete place.canister['init_arg_file'];
    return { code: 'init-arg-syntax', at: 'inside', path: own(place, 'init_arg') };
  },
  'init_arg that only the official parser refuses': (place) => {
    place.canister['init_arg'] = place.random.pick([
      '(record { type = "x" })',
      '(variant { query })',
      '(variant { A; })',
      '(func "aaaaa-aa".type)',
      '(record {\u00a0owner = "x" })',
      '(record {\u3000a = 1 })',
      '(record { a = 1; a = 2 })',
      '(record { 4294967296 = 1 })',
      '(300 : nat8)',
      '(-1 : nat)',
      '(5 : float64)',
    ]);
    delete place.canister['init_arg_file'];
    return { code: 'init-arg-syntax', at: 'inside', path: own(place, 'init_arg') };
  },
  'metadata with both': (place) => {
    place.canister['metadata'] = [{ name: 'x', path: 'p', content: 'c' }];
    return {
      code: 'metadata-conflict',
      at: 'key',
      path: own(place, 'metadata', 0, place.random.pick(['path', 'content'])),
    };
  },
  'metadata with neither': (place) => {
    place.canister['metadata'] = [{ name: 'candid:service' }, { name: 'licence', visibility: 'public' }];
    return { code: 'metadata-empty', at: 'value', path: own(place, 'metadata', 1, 'name') };
  },
  'metadata without name': (place) => {
    place.canister['metadata'] = [{ content: 'c' }];
    return { code: 'missing-key', at: 'brace', path: own(place, 'metadata', 0) };
  },
  'URL wasm with build': (place) => {
    if (place.type !== 'custom') {
      return undefined;
    }
    place.canister['wasm'] = 'https://example.com/x.wasm';
    place.canister['build'] = place.random.pick(['make', ['make', 'make check']]);
    return { code: 'url-wasm-build', at: 'key', path: own(place, 'build') };
  },
  'bad principal in remote.id': (place) => {
    place.canister['remote'] = { id: { ic: badId(place.random), local: goodId(place.random) } };
    return { code: 'invalid-principal', at: 'value', path: own(place, 'remote', 'id', 'ic') };
  },
  'bad specified_id': (place) => {
    place.canister['specified_id'] = badId(place.random);
    return { code: 'invalid-principal', at: 'value', path: own(place, 'specified_id') };
  },
  'bad pull id': (place) => {
    if (place.type !== 'pull') {
      return undefined;
    }
    place.canister['id'] = badId(place.random);
    return { code: 'invalid-principal', at: 'value', path: own(place, 'id') };
  },
  'bad pullable dependency': (place) => {
    const dependencies = [goodId(place.random), badId(place.random)];
    place.canister['pullable'] = { dependencies, init_guide: 'g', wasm_url: 'https://example.com/x.wasm' };
    return { code: 'invalid-principal', at: 'value', path: own(place, 'pullable', 'dependencies', 1) };
  },
  'bad viewer': (place) => {
    object(place.canister, 'initialization_values')['log_visibility'] = { allowed_viewers: [badId(place.random)] };
    return {
      code: 'invalid-principal',
      at: 'value',
      path: own(place, 'initialization_values', 'log_visibility', 'allowed_viewers', 0),
    };
  },
  'bad playground canister': (place) => {
    object(place.root, 'networks')['play2'] = {
      providers: ['https://icp0.io'],
      playground: { playground_canister: badId(place.random) },
    };
    return { code: 'invalid-principal', at: 'value', path: ['networks', 'play2', 'playground', 'playground_canister'] };
  },
  'compute allocation out of range': setting('out-of-range', 'compute_allocation', [101, -1, '200', 1e9]),
  'memory allocation out of range': setting('out-of-range', 'memory_allocation', ['300 TiB', 2 ** 49, -5, '1 EB']),
  'malformed memory allocation': setting('invalid-size', 'memory_allocation', ['two', '1 GG', '', 'GiB 1', '1,5 GiB']),
  'malformed wasm memory limit': setting('invalid-size', 'wasm_memory_limit', ['lots', '4 GBit', '0x10']),
  'wasm memory limit out of range': setting('out-of-range', 'wasm_memory_limit', ['1 PiB', 2 ** 50]),
  'malformed freezing threshold': setting('invalid-duration', 'freezing_threshold', [
    'soon',
    '7',
    '1 dya',
    '',
    '1h,30m',
  ]),
  'numeric freezing threshold': setting('numeric-duration', 'freezing_threshold', [2592000, 0, 1.5]),
  'negative cycles': setting('out-of-range', 'reserved_cycles_limit', [-1]),
  'cycles as text': setting('wrong-type', 'reserved_cycles_limit', ['5T', true, 1.5]),
  'unknown log visibility': setting('unknown-value', 'log_visibility', ['all', 'Public']),
  'wasm memory threshold': setting('threshold-ignored', 'wasm_memory_threshold', ['1 GiB'], 'key'),
  'wasm memory limit': setting('wallet-setting', 'wasm_memory_limit', ['3 GiB'], 'key'),
  'log visibility': setting('wallet-setting', 'log_visibility', ['public'], 'key'),
  'cycles limit': setting('wallet-setting', 'reserved_cycles_limit', [1_000_000], 'key'),
  'empty providers': (place) => {
    object(place.root, 'networks')['far'] = { providers: [] };
    return { code: 'no-providers', at: 'value', path: ['networks', 'far', 'providers'] };
  },
  'bad provider URL': (place) => {
    const url = place.random.pick(['icp0.io', 'http//x', '', 'https://', 'file:///x', 'http://[::1']);
    object(place.root, 'networks')['far'] = { providers: [url] };
    return { code: 'invalid-provider-url', at: 'value', path: ['networks', 'far', 'providers', 0] };
  },
  'bad bind': (place) => {
    const bind = place.random.pick([
      '127.0.0.1',
      ':8000',
      'localhost:',
      '127.0.0.1:123456',
      '1.2.3.4.5:80',
      'http://x:80',
      '::1',
    ]);
    object(place.root, 'networks')['here'] = { bind };
    return { code: 'invalid-bind', at: 'value', path: ['networks', 'here', 'bind'] };
  },
  'absolute output_env_file': (place) => {
    place.root['output_env_file'] = '/tmp/.env';
    return { code: 'absolute-env-file', at: 'value', path: ['output_env_file'] };
  },
  'output_env_file outside': (place) => {
    place.root['output_env_file'] = place.random.pick(['../.env', 'a/../../.env', '..']);
    return { code: 'outside-project', at: 'value', path: ['output_env_file'] };
  },
  'source outside': (place) => {
    if (place.type !== 'assets') {
      return undefined;
    }
    place.canister['source'] = ['ok', place.random.pick(['../dist', '/etc', 'a/../../b'])];
    return { code: 'outside-project', at: 'value', path: own(place, 'source', 1) };
  },
  'declarations outside': (place) => {
    object(place.canister, 'declarations')['output'] = place.random.pick(['../decl', '/decl']);
    return { code: 'outside-project', at: 'value', path: own(place, 'declarations', 'output') };
  },
  'missing main': (place) => {
    if (typeof place.canister['main'] !== 'string' || !['motoko', 'azle', 'kybra'].includes(place.type)) {
      return undefined;
    }
    place.canister['main'] = 'src/gone.mo';
    return {
      code: 'missing-file',
      at: 'value',
      path: own(place, 'main'),
      facts: { kinds: { 'src/gone.mo': 'missing' } },
    };
  },
  'missing candid': (place) => {
    if (place.type !== 'rust') {
      return undefined;
    }
    place.canister['candid'] = 'src/gone.did';
    return {
      code: 'missing-file',
      at: 'value',
      path: own(place, 'candid'),
      facts: { kinds: { 'src/gone.did': 'missing' } },
    };
  },
  'missing source': (place) => {
    if (place.type !== 'assets') {
      return undefined;
    }
    place.canister['source'] = ['src/gone'];
    return {
      code: 'missing-file',
      at: 'value',
      path: own(place, 'source', 0),
      facts: { kinds: { 'src/gone': 'missing' } },
    };
  },
  'missing metadata path': (place) => {
    place.canister['metadata'] = [{ name: 'x', path: 'gone.txt' }];
    return {
      code: 'missing-file',
      at: 'value',
      path: own(place, 'metadata', 0, 'path'),
      facts: { kinds: { 'gone.txt': 'missing' } },
    };
  },
  'unknown binding': (place) => {
    object(place.canister, 'declarations')['bindings'] = ['js', place.random.pick(['rs', 'JS', 'tss', ''])];
    return { code: 'unknown-binding', at: 'value', path: own(place, 'declarations', 'bindings', 1) };
  },
  'defaults that are ignored': (place) => {
    const networks = object(place.root, 'networks');
    delete networks['local'];
    const key = place.random.pick(['bitcoin', 'replica', 'canister_http']);
    object(place.root, 'defaults')[key] = {};
    return { code: 'defaults-ignored', at: 'key', path: ['defaults', key] };
  },
  'network ic': (place) => {
    object(place.root, 'networks')['ic'] = { providers: ['https://icp0.io'] };
    return { code: 'ic-network', at: 'key', path: ['networks', 'ic'] };
  },
  'shrink with optimize': (place) => {
    place.canister['shrink'] = true;
    place.canister['optimize'] = place.random.pick(['cycles', 'size', 'O3']);
    return { code: 'shrink-ignored', at: 'key', path: own(place, 'shrink') };
  },
  'import that is not declared': (place) => {
    const [other] = place.others;
    const { main } = place.canister;
    if (place.type !== 'motoko' || typeof main !== 'string' || other === undefined) {
      return undefined;
    }
    place.canister['dependencies'] = [];
    const imports = { [main]: { canisters: new Set([other]), complete: true } };
    return { code: 'undeclared-import', at: 'value', path: own(place, 'main'), facts: { imports } };
  },
  'dependency that is not imported': (place) => {
    const [other] = place.others;
    const { main } = place.canister;
    if (place.type !== 'motoko' || typeof main !== 'string' || other === undefined) {
      return undefined;
    }
    place.canister['dependencies'] = [other];
    const imports = { [main]: { canisters: new Set<string>(), complete: true } };
    return { code: 'unused-dependency', at: 'value', path: own(place, 'dependencies', 0), facts: { imports } };
  },
  'name with a dot': (place) => {
    object(place.root, 'canisters')['dotted.name'] = { ...place.canister };
    return { code: 'dotted-name', at: 'key', path: ['canisters', 'dotted.name'] };
  },
  'names with one variable': (place) => {
    const canisters = object(place.root, 'canisters');
    canisters['one-name'] = { type: 'motoko', main: 'a.mo' };
    canisters['ONE_NAME'] = { type: 'motoko', main: 'a.mo' };
    return { code: 'colliding-name', at: 'key', path: ['canisters', 'one-name'] };
  },
  'misspelt key of the canister': (place) => {
    if (!isNative(place)) {
      return undefined;
    }
    const key = typo(
      place.random.pick(['dependencies', 'declarations', 'metadata', 'init_arg', 'optimize', 'remote']),
      place.random,
    );
    place.canister[key] = 'x';
    return { code: 'unknown-key', at: 'key', path: own(place, key) };
  },
  'misspelt key of the root': (place) => {
    const key = typo(
      place.random.pick(['canisters', 'networks', 'defaults', 'output_env_file', 'version']),
      place.random,
    );
    place.root[key] = {};
    return { code: 'unknown-key', at: 'key', path: [key] };
  },
  'misspelt key of a setting': (place) => {
    const key = typo(place.random.pick(['compute_allocation', 'memory_allocation', 'log_visibility']), place.random);
    object(place.canister, 'initialization_values')[key] = 0;
    return { code: 'unknown-key', at: 'key', path: own(place, 'initialization_values', key) };
  },
  bootstrap: (place) => {
    object(place.root, 'defaults')['bootstrap'] = { port: 8081 };
    return { code: 'deprecated-key', at: 'key', path: ['defaults', 'bootstrap'] };
  },
  'wrong type of a list': (place) => {
    place.canister['dependencies'] = place.random.pick<unknown>(['x', 5, {}, null, true]);
    return { code: 'wrong-type', at: 'value', path: own(place, 'dependencies') };
  },
  'unknown optimisation': (place) => {
    place.canister['optimize'] = place.random.pick(['fast', 'o3', 'O5', '']);
    return { code: 'unknown-value', at: 'value', path: own(place, 'optimize') };
  },
  'a number that is too large': (place) => {
    const random = 1 + place.random.below(900_000_000);
    place.canister['args'] = random;
    return {
      code: 'json-limits',
      at: 'value',
      path: own(place, 'args'),
      retouch: (text) => text.replace(new RegExp(`(?<="args": ?)${random}`), '1e400'),
    };
  },
  'half a character': (place) => {
    place.canister['args'] = '\ud800';
    return { code: 'json-limits', at: 'inside', path: own(place, 'args') };
  },
  'nodes by name': (place) => {
    const chain = place.random.pick(['bitcoin', 'dogecoin']);
    const node = place.random.pick(['localhost:18444', '127.0.0.1', 'bitcoind:18444', '127.0.0.1:99999', '::1:1']);
    object(place.root, 'defaults')[chain] = { nodes: ['127.0.0.1:1', node] };
    return { code: 'invalid-address', at: 'value', path: ['defaults', chain, 'nodes', 1] };
  },
  'bootstrap by name': (place) => {
    object(place.root, 'defaults')['bootstrap'] = { ip: place.random.pick(['localhost', '127.1', '']) };
    return { code: 'invalid-address', at: 'value', path: ['defaults', 'bootstrap', 'ip'] };
  },
  'wrong type of a key of any canister type': (place) => {
    const key = place.random.pick(['package', 'crate', 'source', 'candid', 'build', 'wasm', 'workspace', 'id']);
    place.canister[key] = place.random.pick<unknown>([5, null, {}, true]);
    return { code: 'wrong-type', at: 'value', path: own(place, key) };
  },
  'too many cycles': setting('out-of-range', 'reserved_cycles_limit', [2 ** 64, 2 ** 65]),
  'no canisters': (place) => {
    place.root['canisters'] = null;
    return { code: 'wrong-type', at: 'value', path: ['canisters'] };
  },
  'size with a no-break space': setting('invalid-size', 'memory_allocation', ['4\u00a0GB', '1\u3000GiB', '1 YB']),
  'duration that is cut off': setting('invalid-duration', 'freezing_threshold', ['1.0000000001s', '0.5ns']),
  'array for settings': (place) => {
    place.canister['initialization_values'] = place.random.pick<unknown[]>([[], [1], [null, '1 GiB']]);
    return { code: 'array-for-object', at: 'brace', path: own(place, 'initialization_values') };
  },
  'setting of a local network beside providers': (place) => {
    const key = place.random.pick(['bind', 'replica', 'bitcoin', 'proxy']);
    object(place.root, 'networks')['far'] = { providers: ['https://x.y'], [key]: 5 };
    return { code: 'unused-key', at: 'key', path: ['networks', 'far', key] };
  },
  'missing wasm': (place) => {
    if (place.type !== 'custom') {
      return undefined;
    }
    delete place.canister['build'];
    place.canister['wasm'] = 'gone.wasm';
    const facts: FakeFacts = { kinds: { 'gone.wasm': 'missing' } };
    return { code: 'missing-file', at: 'value', path: own(place, 'wasm'), facts };
  },
  'folder for a module': (place) => {
    if (place.type !== 'custom') {
      return undefined;
    }
    const key = place.random.pick(['wasm', 'candid']);
    place.canister[key] = 'web';
    return { code: 'missing-file', at: 'value', path: own(place, key), facts: { kinds: { web: 'directory' } } };
  },
  'output_env_file that cannot be written': (place) => {
    place.root['output_env_file'] = place.random.pick(['', '.', '.env/', 'web', 'gone/../.env']);
    const facts: FakeFacts = { kinds: { web: 'directory', gone: 'missing' } };
    return { code: 'missing-file', at: 'value', path: ['output_env_file'], facts };
  },
  'main in other capitals': (place) => {
    if (typeof place.canister['main'] !== 'string' || !['motoko', 'azle', 'kybra'].includes(place.type)) {
      return undefined;
    }
    place.canister['main'] = 'SRC/Main.mo';
    const facts: FakeFacts = { kinds: { 'SRC/Main.mo': 'missing' }, similar: { 'SRC/Main.mo': 'src/main.mo' } };
    return { code: 'missing-file', at: 'value', path: own(place, 'main'), facts };
  },
  'URL for a path': (place) => {
    place.canister['init_arg_file'] = 'https://example.com/args.did';
    delete place.canister['init_arg'];
    return { code: 'unread-url', at: 'value', path: own(place, 'init_arg_file') };
  },
  'unknown package': (place) => {
    if (place.type !== 'rust') {
      return undefined;
    }
    return { code: 'unknown-package', at: 'value', path: own(place, 'package'), facts: { packages: ['another'] } };
  },
  'unknown crate': (place) => {
    const { package: name } = place.canister;
    if (place.type !== 'rust' || typeof name !== 'string') {
      return undefined;
    }
    place.canister['crate'] = 'nocrate';
    const facts: FakeFacts = { packages: [name], crates: { [name]: [{ name, types: ['cdylib'] }] } };
    return { code: 'unknown-crate', at: 'value', path: own(place, 'crate'), facts };
  },
  'plain library': (place) => {
    const { package: name } = place.canister;
    if (place.type !== 'rust' || typeof name !== 'string') {
      return undefined;
    }
    delete place.canister['crate'];
    const facts: FakeFacts = { packages: [name], crates: { [name]: [{ name, types: ['lib'] }] } };
    return { code: 'unknown-crate', at: 'value', path: own(place, 'package'), facts };
  },
  'name that is no name of a file': (place) => {
    const name = place.random.pick(['..', '.', '']);
    object(place.root, 'canisters')[name] = { ...place.canister };
    return { code: 'unusable-name', at: 'key', path: ['canisters', name] };
  },
  'unknown network': (place) => {
    place.canister['remote'] = { id: { nowhere_known: goodId(place.random) } };
    return { code: 'unknown-network', at: 'key', path: own(place, 'remote', 'id', 'nowhere_known') };
  },
};

/** The text on which the finding must stand. */
function expectedRange(text: string, fault: Fault): { offset: number; length: number } {
  const root = parseTree(text);
  const node = root && findNodeAtLocation(root, fault.path);
  assert.ok(node, JSON.stringify(fault));
  let place: Node = node;
  if (fault.at === 'key') {
    place = node.parent!.children![0]!;
  }
  return fault.at === 'brace' ? { offset: node.offset, length: 1 } : { offset: place.offset, length: place.length };
}

test('all of 1,000 and more mutants are found with the right code on the right range', () => {
  const random = Random.forTest('mutants', 20_260_101);
  const files = [...samples(), ...realFiles()];
  let made = 0;
  let found = 0;
  let sideEffects = 0;
  const perMutation = new Map<string, { made: number; found: number }>();
  const missed: string[] = [];
  for (const { name: file, text } of files) {
    const original = JSON.parse(text) as Json;
    for (const name of Object.keys(object(original, 'canisters'))) {
      for (const [title, mutate] of Object.entries(MUTATIONS)) {
        const root = JSON.parse(text) as Json;
        const all = object(root, 'canisters');
        const canister = object(all, name);
        const type = typeof canister['type'] === 'string' ? canister['type'] : 'motoko';
        const others = Object.keys(all).filter((other) => other !== name);
        const fault = mutate({ root, name, canister, type, others, random });
        if (fault === undefined) {
          continue;
        }
        const style = random.pick<string | number>([0, 2, 4, '\t']);
        let mutant = JSON.stringify(root, null, style);
        if (random.below(4) === 0) {
          mutant = mutant.replaceAll('\n', '\r\n');
        }
        mutant = fault.retouch?.(mutant) ?? mutant;
        const expected = expectedRange(mutant, fault);
        const findings = new DfxDocument(mutant).findings(fakeFacts(fault.facts));
        const hit = findings.some(({ code, range }) => {
          if (code !== fault.code) {
            return false;
          }
          const { offset, length } = expected;
          return fault.at === 'inside'
            ? range.offset >= offset && range.offset + range.length <= offset + length && range.length > 0
            : range.offset === offset && range.length === length;
        });
        const counts = perMutation.get(title) ?? { made: 0, found: 0 };
        perMutation.set(title, counts);
        counts.made++;
        made++;
        if (hit) {
          counts.found++;
          found++;
        } else {
          missed.push(`${title} in ${file}/${name}: ${findings.map(({ code }) => code).join(', ')}`);
        }
        const before = new Set(new DfxDocument(text).findings(fakeFacts(fault.facts)).map(({ code }) => code));
        const loud = findings.filter(
          ({ code, severity }) =>
            (severity === 'error' || severity === 'warning') && code !== fault.code && !before.has(code),
        );
        if (loud.length > 0) {
          sideEffects++;
        }
      }
    }
  }
  const share = (100 * found) / made;
  console.log(
    `mutants: ${made}, found: ${found} (${share.toFixed(2)} %), kinds of faults: ${perMutation.size}, with other errors besides: ${sideEffects}`,
  );
  assert.ok(made >= 1000, `only ${made} mutants`);
  assert.deepEqual(
    Object.keys(MUTATIONS).filter((title) => !perMutation.has(title)),
    [],
    'faults that were never made',
  );
  assert.equal(found, made, `${share} %:\n${missed.slice(0, 40).join('\n')}`);
});
