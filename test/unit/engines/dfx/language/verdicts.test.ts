/**
 * The verdicts of a real dfx 0.32 on small faults of one dfx.json. Each file's name says what dfx does with it: it takes
 * the file, refuses to load it, or fails at the build.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { DfxDocument } from '../../../../../src/core/engines/dfx/language/dfx-document';
import { DfxFactStore } from '../../../../../src/core/engines/dfx/language/dfx-facts';
import type { Finding } from '../../../../../src/core/language/findings';

const VERDICTS = join(__dirname, '../../../../../../shared/data/failing/dfx-json-checks');
/** Faults that only the build shows: what its commands will make cannot be known, nor what a file will hold. */
const UNKNOWABLE = [/wasm-outside__[123]/, /candid-outside-or-odd__[12]/];

let root: string;

before(() => {
  root = mkdtempSync(join(tmpdir(), 'ic-canisters-verdicts-'));
  const files = {
    'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/exc"]',
    'crates/sibling/Cargo.toml': '[package]\nname = "sibling"\n[lib]\ncrate-type = ["cdylib"]',
    'crates/my_pkg/Cargo.toml': '[package]\nname = "my_pkg"\n[lib]\nname = "my_pkg"',
    'crates/exc/Cargo.toml': '[package]\nname = "exc"\n[lib]\ncrate-type = ["cdylib"]',
    'project/a.did': 'service : {}',
    'project/a.wasm': '',
    'project/src/main.mo': 'actor {}',
    'project/web/index.html': '',
    'project/.gitignore': '/out\n',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
});

after(() => rmSync(root, { recursive: true, force: true }));

async function findings(text: string): Promise<Finding[]> {
  const store = new DfxFactStore({ root: join(root, 'project') });
  const document = new DfxDocument(text);
  for (;;) {
    const found = document.findings(store);
    if (!store.needsLoad) {
      return found;
    }
    await store.load();
  }
}

test('nothing is said against what dfx takes, and something of all that it refuses', async (t) => {
  if (!existsSync(VERDICTS)) {
    return t.skip('../shared is not here');
  }
  const wrong: string[] = [];
  for (const name of readdirSync(VERDICTS).filter((file) => file.endsWith('.json'))) {
    const found = await findings(readFileSync(join(VERDICTS, name), 'utf8'));
    // The one Rust canister of the common file is of no package here.
    const counts = found.filter(({ code }) => code !== 'unknown-package' || /package|excluded/.test(name));
    const loud = (...severities: string[]) => counts.filter(({ severity }) => severities.includes(severity));
    let isRight = true;
    if (name.startsWith('false-') || name.startsWith('real-')) {
      isRight = loud('error', 'warning').length === 0;
    } else if (name.startsWith('missed-dfx-refuses')) {
      isRight = loud('error').length > 0;
    } else if (!UNKNOWABLE.some((each) => each.test(name))) {
      isRight = loud('error', 'warning', 'hint').length > 0;
    }
    if (!isRight) {
      wrong.push(`${name}: ${found.map(({ code }) => code).join(', ')}`);
    }
  }
  assert.deepEqual(wrong, []);
});
