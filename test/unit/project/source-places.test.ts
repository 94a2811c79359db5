/** What traps name is found in sources, or nothing is said. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findInSources } from '../../../src/core/project/source-places';

const root = mkdtempSync(path.join(tmpdir(), 'ic-canisters-places-'));
const texts = new Map<string, string>();

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  texts.set(file, text);
}

/** Where each is found: the file, the line from 1 and what is selected. */
async function found(sources: { files?: string[]; folders?: string[] }, ...names: string[]) {
  const absolute = (each: string) => path.join(root, each);
  const places = await findInSources(
    names,
    { files: (sources.files ?? []).map(absolute), folders: (sources.folders ?? []).map(absolute) },
    root,
  );
  return names.map((name) => {
    const place = places.get(name);
    if (!place?.range) {
      return undefined;
    }
    const file = path.relative(root, place.file).replaceAll('\\', '/');
    const { offset, length } = place.range;
    const text = texts.get(file)!;
    return `${file}:${text.slice(0, offset).split('\n').length} ${text.slice(offset, offset + length)}`;
  });
}

describe('what traps name', () => {
  before(() => {
    write('bank/Cargo.toml', '[package]\nname = "my-bank"\n');
    write(
      'bank/src/lib.rs',
      '// fn transfer() is below\nmod ledger;\n#[update]\npub async fn transfer(to: Principal) {\n  ledger::book()\n}\nfn twice() {}\nmod a { fn twice() {} }\nfn check() {}\n',
    );
    write('bank/src/ledger.rs', 'pub fn book() { panic!("fn check") }\nimpl Book { fn check(&self) {} }\n');
    write('bank/src/ledger/mod.rs', '');
    write('bank/src/store/page.rs', 'pub(crate) fn turn() {}\n');
    write('other/Cargo.toml', '[package]\nname = "other"\n[lib]\nname = "wire"\n');
    write('other/src/lib.rs', 'fn book() {}\n');
    write(
      'app/main.mo',
      'import U "util";\nactor {\n  func helper() { };\n  public func stumble() : async () { U.deeper() };\n};\n',
    );
    write('app/util.mo', 'module { public func deeper() { assert false }; // func helper\n func two() {} }');
    write('app/more.mo', 'module { func two() {} }');
  });
  after(() => rmSync(root, { recursive: true, force: true }));
  const rust = { folders: ['bank/src', 'other/src'] };
  const motoko = { files: ['app/main.mo', 'app/util.mo', 'app/more.mo'] };

  it('in Rust is found by crate and module', async () => {
    assert.deepEqual(
      await found(
        rust,
        'my_bank::transfer',
        'my_bank::__canister_method_transfer::{{closure}}',
        'canister_update transfer',
        'my_bank::ledger::book',
        'my_bank::ledger::book::h0123456789abcdef',
        '<my_bank::ledger::Book as core::ops::Drop>::check',
        'my_bank::check',
        'my_bank::store::page::turn',
        'wire::book',
      ),
      [
        'bank/src/lib.rs:4 transfer',
        'bank/src/lib.rs:4 transfer',
        'bank/src/lib.rs:4 transfer',
        'bank/src/ledger.rs:1 book',
        'bank/src/ledger.rs:1 book',
        'bank/src/ledger.rs:2 check',
        'bank/src/lib.rs:9 check',
        'bank/src/store/page.rs:1 turn',
        'other/src/lib.rs:1 book',
      ],
    );
  });

  it('in Motoko is found by name', async () => {
    assert.deepEqual(await found(motoko, 'helper', 'stumble', 'deeper', 'canister_update stumble'), [
      'app/main.mo:3 helper',
      'app/main.mo:4 stumble',
      'app/util.mo:1 deeper',
      'app/main.mo:4 stumble',
    ]);
  });

  it('as a place is found by line and column', async () => {
    assert.deepEqual(await found(rust, 'bank/src/lib.rs:5:3', './src/store/page.rs:1:12'), [
      'bank/src/lib.rs:5 ledger::book()',
      'bank/src/store/page.rs:1 fn turn() {}',
    ]);
    assert.deepEqual(await found(motoko, 'main.mo:4.10'), ['app/main.mo:4 func stumble() : async () { U.deeper() };']);
  });

  it('is not found where it could be two things, or is elsewhere', async () => {
    const names = [
      'my_bank::twice',
      'std::panicking::transfer',
      'core::ops::function::FnOnce::call_once',
      'transfer',
      'unknown function at index 7',
      'src/lib.rs:1:1',
      'lib.rs:99999:1',
      '/etc/passwd.rs:1:1',
      'my_bank::(.*',
      'my_bank::ledger::book$',
      '',
    ];
    assert.deepEqual(
      await found(rust, ...names),
      names.map(() => undefined),
    );
    assert.deepEqual(await found(motoko, 'two', 'rts_trap', '@anon-func-3.2', 'main.mo:77.1'), [
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is not read outside of the project', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'ic-canisters-outside-'));
    writeFileSync(path.join(outside, 'x.mo'), 'func secret() {}');
    symlinkSync(path.join(outside, 'x.mo'), path.join(root, 'app/link.mo'));
    assert.deepEqual(await found({ files: ['app/link.mo'] }, 'secret'), [undefined]);
    rmSync(outside, { recursive: true });
  });
});
