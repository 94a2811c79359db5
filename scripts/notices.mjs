// npm run notices: writes ThirdPartyNotices.txt, which is shipped: what of others is in the bundles, with its licences.
//   node scripts/notices.mjs [--check]
// --check writes nothing and fails where the file says something else than the bundles hold.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { shippedBuilds } from './build.mjs';
import { root } from './install.mjs';

const FILE = 'ThirdPartyNotices.txt';
const DIDC = 'node_modules/@dfinity/didc';
const WASM = `${DIDC}/dist/web/didc_bg.wasm`;
const APACHE = 'Apache-2.0';

/**
 * Rust's crates that have been compiled into Candid's reference implementation, which says their names and versions in the
 * messages of its panics. Those that leave the choice are taken under Apache-2.0, whose text is there anyway. Texts of the
 * others are in `licences`, from their releases; `binread` has none in its own, so it is MIT's with its author.
 */
const CRATE_LICENCES = {
  anyhow: APACHE,
  binread: 'MIT',
  candid: APACHE,
  candid_parser: APACHE,
  console_error_panic_hook: APACHE,
  'data-encoding': 'MIT',
  dlmalloc: APACHE,
  hashbrown: APACHE,
  hex: APACHE,
  ic_principal: APACHE,
  'lalrpop-util': APACHE,
  lazy_static: APACHE,
  log: APACHE,
  'num-bigint': APACHE,
  'num-integer': APACHE,
  pretty: 'MIT',
  'rustc-demangle': APACHE,
  'typed-arena': 'MIT',
  'unicode-width': APACHE,
  'wasm-bindgen': APACHE,
};

/**
 * Folders of the packages of which something is in a bundle, in the order of their names. `esbuild` counts the bytes, so a
 * package that is imported for its types, or of which nothing is used, is not among them.
 */
export async function bundledPackages() {
  const folders = new Set();
  for (const options of shippedBuilds) {
    const { metafile } = await build({ ...options, minify: true, sourcemap: false, metafile: true, write: false });
    for (const { inputs } of Object.values(metafile.outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const [, folder] = /^(?:[\w-]+:)?(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
        if (folder !== undefined && bytesInOutput > 0) {
          folders.add(folder);
        }
      }
    }
  }
  return [...folders].sort();
}

/** `name version` of the crates that a Wasm module made by Rust names, in order. */
export function cratesOf(wasm) {
  const paths = wasm
    .toString('latin1')
    .matchAll(/(?:registry\/src\/[^/]+|rust\/deps)\/([a-z][\w-]*?)-(\d+\.\d+\.\d+)\//g);
  return [...new Set([...paths].map(([, name, version]) => `${name} ${version}`))].sort();
}

function npmPackage(folder) {
  const { name, version, license, repository, homepage } = JSON.parse(readFileSync(join(root, folder, 'package.json')));
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0 || typeof license !== 'string') {
    throw new Error(`${folder} names no licence, or has no text of it`);
  }
  const text = files.map((file) => readFileSync(join(root, folder, file), 'utf8')).join('\n');
  return { what: `${name} ${version}`, license, where: address(repository?.url ?? repository ?? homepage), text };
}

function crate(what) {
  const name = what.split(' ')[0];
  const license = CRATE_LICENCES[name];
  if (license === undefined) {
    throw new Error(`${WASM} holds the crate ${what}, whose licence scripts/notices.mjs does not know`);
  }
  const text =
    license === APACHE ? readFileSync(join(root, 'LICENSE')) : readFileSync(join(root, `scripts/licences/${name}.txt`));
  return {
    what: `${name} ${what.split(' ')[1]}`,
    license,
    where: `https://crates.io/crates/${name}`,
    text: text.toString(),
  };
}

/** The address of a repository without what only Git needs. */
function address(url = '') {
  return url
    .replace(/^git\+/, '')
    .replace(/^(?:github:|git@github\.com:|ssh:\/\/git@github\.com\/|git:\/\/github\.com\/)/, 'https://github.com/')
    .replace(/\.git$/, '');
}

/** The text of the file. */
export async function notices() {
  const packages = (await bundledPackages()).map(npmPackage);
  const crates = cratesOf(readFileSync(join(root, WASM))).map(crate);
  const rust = {
    what: 'the standard library of Rust',
    license: APACHE,
    where: 'https://github.com/rust-lang/rust',
    text: readFileSync(join(root, 'LICENSE'), 'utf8'),
  };
  const line = ({ what, license, where }) => `  ${what} (${license}) ${where}`;
  // One text for all that are under the same words.
  const texts = new Map();
  for (const { what, text } of [...packages, ...crates, rust]) {
    const tidy = text
      .replaceAll('\r\n', '\n')
      .replace(/[ \t]+$/gm, '')
      .replace(/^\n+|\n+$/g, '');
    texts.set(tidy, [...(texts.get(tidy) ?? []), what]);
  }
  return [
    'THIRD-PARTY NOTICES',
    '',
    'IC Canisters is under the Apache License 2.0 (see LICENSE). It contains parts of the packages below, which are under',
    'the licences that follow. This file is made by `npm run notices` from what is in the bundles.',
    '',
    'Packages of npm:',
    '',
    ...packages.map(line),
    '',
    'Compiled into dist/didc_bg.wasm.br, which is part of @dfinity/didc:',
    '',
    ...[...crates, rust].map(line),
    ...[...texts].flatMap(([text, whose]) => ['', '='.repeat(80), ...wrapped(whose), '-'.repeat(80), '', text]),
    '',
  ].join('\n');
}

/** Names with commas, in lines of a readable length. */
function wrapped(names) {
  const lines = [''];
  for (const [index, name] of names.entries()) {
    const word = index < names.length - 1 ? `${name},` : name;
    const last = lines.at(-1);
    if (last !== '' && last.length + word.length >= 80) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    }
  }
  return lines;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(root, FILE);
  const text = await notices();
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${FILE} is not what the bundles hold: npm run notices`);
    process.exitCode = 1;
  }
}
