import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compileMotoko, MotokoError } from '../../motoko/compile';
import { readModule } from '../../network/module';

describe('the Motoko compiler', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ic-moc-'));
    process.env['IC_CANISTERS_TEST_CACHE'] = join(folder, 'cache');
  });
  after(() => {
    delete process.env['IC_CANISTERS_TEST_CACHE'];
    rmSync(folder, { recursive: true });
  });
  const source = (name: string, content: string): string => {
    const file = join(folder, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
    return file;
  };

  it('adds the metadata that dfx asks for, and says the interface', () => {
    source('lib/words.mo', 'module { public let hello = "Hello" }');
    const main = source(
      'app/main.mo',
      'import Words "../lib/words";\nimport Nat "mo:base/Nat";\n' +
        'persistent actor class Main(n : Nat) { var count = n;\n  public query func hi() : async Text { Words.hello # Nat.toText(count) } }',
    );
    const built = compileMotoko(main);
    const { metadata, queries } = readModule(built.wasm);
    const section = (name: string) => Buffer.from(metadata.get(name)!.content).toString();
    assert.equal(section('candid:service'), built.service);
    assert.match(built.service, /^service : \{\s*hi: \(\) -> \(text\) query;\s*\}\s*$/);
    assert.equal(built.args, '(n: nat)');
    assert.match(built.did, /service : \(n: nat\) -> Main/);
    assert.match(section('motoko:stable-types'), /stable var count : Nat/);
    assert.equal(built.stable, section('motoko:stable-types'));
    assert.deepEqual([...metadata].map(([name, { visibility }]) => `${visibility} ${name}`).sort(), [
      'private motoko:compiler',
      'private motoko:stable-types',
      'public candid:args',
      'public candid:service',
    ]);
    assert.ok(queries.has('hi'));
    assert.deepEqual(compileMotoko(main), built, 'what was kept is the same');
  });

  it('says errors and warnings as moc does', () => {
    const wrong = source('wrong.mo', 'persistent actor {\n  public func f() : async Nat { unknown }\n}');
    assert.throws(() => compileMotoko(wrong), {
      constructor: MotokoError,
      message: `${wrong}:2.33-2.40: type error [M0057], unbound variable unknown`,
    });
    const lax = source('lax.mo', 'persistent actor {\n  public func f() : async () { let unused = 1 }\n}');
    const expected = /^.*lax\.mo:2\.36-2\.42: warning \[M0194\], unused identifier unused/;
    assert.match(compileMotoko(lax).warnings.join('\n'), expected);
    assert.match(compileMotoko(lax).warnings.join('\n'), expected);
    const lost = source('lost.mo', 'import X "./nowhere";\npersistent actor {}');
    assert.throws(() => compileMotoko(lost), /lost\.mo:1\.1-1\.21: import error \[M0009\]/);
  });

  it('knows other canisters by their interface', () => {
    const main = source(
      'caller.mo',
      'import Other "canister:other";\npersistent actor { public func f() : async Nat { await Other.g() } }',
    );
    const other = (did: string) => [{ name: 'other', id: 'uxrrr-q7777-77774-qaaaq-cai', did }];
    assert.match(compileMotoko(main, other('service : { g : () -> (nat) }')).service, /f: \(\) -> \(nat\)/);
    assert.throws(() => compileMotoko(main, other('service : { g : () -> (text) }')), /type error \[M0096\]/);
    assert.throws(() => compileMotoko(main), /import error/);
  });
});
