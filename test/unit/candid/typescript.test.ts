import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { transform } from 'esbuild';
import { parseInterface } from '../../../src/core/candid/interface';
import { printName } from '../../../src/core/candid/print';
import { type TypeScriptCall, typeScriptCall } from '../../../src/core/candid/typescript';
import { compileMotoko } from '../../motoko/compile';
import { TestNetwork } from '../../network';
import { Random } from '../../support/random';
import { testCodec } from '../agent/codec';
import { randomType } from './random';

const TYPES = 500;
const VALUES_PER_TYPE = 2;
const MODULES = path.resolve(__dirname, '../../../node_modules');
const run = promisify(execFile);

function snippet(did: string, method: string, text: string, more: Partial<TypeScriptCall> = {}): string {
  const parsed = parseInterface(did);
  assert.ok(!('problem' in parsed), did);
  const signature = parsed.methods.get(method) ?? assert.fail(method);
  return (
    typeScriptCall({
      method,
      signature,
      types: parsed.types,
      kind: signature.modes[0] === 'query' ? 'query' : 'update',
      arguments: text,
      canisterId: 'aaaaa-aa',
      host: 'http://127.0.0.1:4943',
      rootKey: 'fetch',
      remarks: [],
      ...more,
    }) ?? assert.fail('too many types')
  );
}

/** What a snippet gives to the agent: the method's types, and the arguments. */
async function evaluate(text: string, method: string): Promise<{ types: IDL.Type[]; values: unknown[] }> {
  const { code } = await transform(text, { loader: 'ts', format: 'esm' });
  const body = code.replace(/^import .*$/gm, '').replaceAll('await ', '');
  let types: IDL.Type[] = [];
  let values: unknown[] = [];
  const Actor = {
    createActor(factory: () => { _fields: [string, { argTypes: IDL.Type[] }][] }) {
      const [[name, func]] = factory()._fields as [[string, { argTypes: IDL.Type[] }]];
      assert.equal(name, method);
      types = func.argTypes;
      return { [method]: (...given: unknown[]) => (values = given) };
    },
  };
  new Function('Actor', 'HttpAgent', 'IDL', 'Principal', 'console', body)(
    Actor,
    { create: () => undefined },
    IDL,
    Principal,
    { log: () => undefined },
  );
  return { types, values };
}

describe('a call as TypeScript', () => {
  it(`says ${TYPES * VALUES_PER_TYPE} random values as the official encoder does`, async () => {
    const codec = testCodec();
    const random = Random.forTest('typescript');
    for (let count = 0; count < TYPES; count++) {
      const own = Array.from({ length: 1 + random.below(3) }, () => randomType(random, 3, printName));
      const list = own.map((type) => type.did).join(', ');
      const did = `service : { m : (${list}) -> (${list}) }`;
      const idl = own.map((type) => type.idl);
      for (let index = 0; index < VALUES_PER_TYPE; index++) {
        const values = own.map((type) => type.value());
        const bytes = new Uint8Array(IDL.encode(idl, values));
        const { text = assert.fail(did) } = await codec.decodeReply(bytes, 'm', did);
        const code = snippet(did, 'm', text);
        const made = await evaluate(code, 'm').catch((error) => assert.fail(`${error}\n${did}\n${text}\n${code}`));
        const encoded = new Uint8Array(IDL.encode(made.types, made.values));
        assert.deepEqual(IDL.decode(idl, encoded), IDL.decode(idl, bytes), `${did}\n${text}\n${code}`);
      }
    }
  });

  it('defines types before they are used, and those that hold themselves', async () => {
    const did = `
      type Tree = record { name : text; children : vec Tree };
      type Even = opt record { next : Odd };
      type Odd = record { even : Even };
      type string = nat; type Array = record { Array_ : string }; type Array_ = int;
      service : { m : (Tree, Even, Array, Array_) -> (Tree) }`;
    const text =
      '(record { name = "root"; children = vec { record { name = "leaf"; children = vec {} } } }, opt record { next = record { even = null } }, record { Array_ = 1 }, -0x1_0)';
    const { values } = await evaluate(snippet(did, 'm', text), 'm');
    assert.deepEqual(values, [
      { name: 'root', children: [{ name: 'leaf', children: [] }] },
      [{ next: { even: [] } }],
      { Array_: 1n },
      -16n,
    ]);
  });

  it('keeps hostile names and texts what they are', async () => {
    const method = "m'];process.exit();//\n";
    const did = `service : { "m'];process.exit();//\\n" : (record { "__proto__" : text; "a'b" : text; "_7_" : nat8 }) -> () query }`;
    const text = `(record { "__proto__" = "\${1}\\u{202e}'"; "a'b" = "*/ </script>"; "_7_" = 1 })`;
    const code = snippet(did, method, text, { canisterId: "x' + y", host: "http://'" });
    assert.ok(!code.includes('\u202e'));
    const { values } = await evaluate(code, method);
    const [record] = values as [Record<string, unknown>];
    assert.equal(Object.getPrototypeOf(record), Object.prototype);
    assert.equal(Object.getOwnPropertyDescriptor(record, '__proto__')?.value, `$\{1}\u202e'`);
    assert.equal(record["a'b"], '*/ </script>');
  });

  it('calls a query as an update where that is wanted, and pins a key that is known', () => {
    const did = 'service : { "get" : (nat) -> (nat) query }';
    assert.match(snippet(did, 'get', '(1)'), /IDL\.Func\(\[IDL\.Nat\], \[IDL\.Nat\], \['query'\]\)/);
    assert.match(snippet(did, 'get', '(1)', { kind: 'update' }), /IDL\.Func\(\[IDL\.Nat\], \[IDL\.Nat\], \[\]\)/);
    assert.match(snippet(did, 'get', '(1)', { rootKey: { der: '0a0b' } }), /rootKey: Uint8Array\.from\('0a0b'/);
    assert.doesNotMatch(snippet(did, 'get', '(1)', { rootKey: 'mainnet' }), /RootKey/i);
  });

  it('is given up where a method names more types than anybody would read', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => `type T${i} = record { a : opt T${i + 1} };`);
    const parsed = parseInterface(`${many.join(' ')} type T3000 = nat; service : { m : (T0) -> () }`);
    assert.ok(!('problem' in parsed));
    const signature = parsed.methods.get('m')!;
    const { types } = parsed;
    const text = '(record { a = null })';
    const rest = { canisterId: '', host: '', rootKey: 'mainnet', remarks: [], method: 'm' } as const;
    assert.equal(typeScriptCall({ signature, types, kind: 'update', arguments: text, ...rest }), undefined);
  });
});

describe('a call as TypeScript, with the packages that it names', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-typescript-'));
  let network: TestNetwork;
  let id: string;
  let did: string;
  before(async () => {
    network = await TestNetwork.start({ seed: 'typescript' });
    const file = path.join(folder, 'main.mo');
    writeFileSync(
      file,
      `persistent actor {
        public type Item = { sku : Text; count : Nat8; price : Float; image : Blob };
        public type Way = { #standard; #express : Nat; #pickup : { place : Text } };
        public type Order = { buyer : Principal; items : [Item]; note : ?Text; way : Way; pair : (Int, Bool) };
        public type Tree = { name : Text; children : [Tree] };
        public func order(order : Order, tree : Tree) : async (Order, Tree) { (order, tree) };
        public query func count(value : ?Nat64) : async ?Nat64 { value };
      };`,
    );
    const built = compileMotoko(file);
    did = built.did;
    id = await network.createCanister({ controllers: ['2vxsx-fae'], cycles: 10n ** 13n, wasm: built.wasm });
    symlinkSync(MODULES, path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    mkdirSync(path.join(folder, 'src'));
  });
  after(async () => {
    await network.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('compiles strictly, and is answered by the network', async () => {
    const place = { canisterId: id, host: network.url, remarks: ['Signed by nobody.'] };
    const calls = [
      [
        'order',
        `(record {
          buyer = principal "aaaaa-aa";
          items = vec { record { sku = "tea \\"green\\""; count = 2; price = 3.5; image = blob "\\00\\ff" } };
          note = opt "soon"; way = variant { pickup = record { place = "日本橋" } }; pair = record { -5; true };
        }, record { name = "root"; children = vec { record { name = "leaf"; children = vec {} } } })`,
        /note: \[ 'soon' \], pair: \[ -5n, true \].* name: 'root'/,
      ],
      ['count', '(opt 18_446_744_073_709_551_615)', /\[ 18446744073709551615n \]/],
    ] as const;
    for (const [method, text] of calls) {
      writeFileSync(path.join(folder, 'src', `${method}.ts`), snippet(did, method, text, place));
    }
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noUnusedLocals: true,
          verbatimModuleSyntax: true,
          skipLibCheck: true,
          noEmit: true,
          target: 'es2022',
          module: 'nodenext',
          types: ['node'],
        },
        include: ['src'],
      }),
    );
    const tsc = path.join(MODULES, '.bin', 'tsc');
    await run(tsc, ['-p', folder]).catch(({ stdout }) => assert.fail(String(stdout)));
    for (const [method, , reply] of calls) {
      const { stdout } = await run(process.execPath, ['--import', 'tsx', path.join(folder, 'src', `${method}.ts`)], {
        cwd: folder,
      });
      assert.match(stdout.replace(/\s+/g, ' '), reply);
    }
  });
});
