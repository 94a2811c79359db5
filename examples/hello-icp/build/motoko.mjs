// Compiles a Motoko actor with the compiler of the npm package `motoko`, so that none has to be installed:
//   node build/motoko.mjs src/backend/main.mo
// icp runs it for each build and says in ICP_WASM_OUTPUT_PATH where it wants the module. Errors are printed as moc does.
import { execSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const [main] = process.argv.slice(2);
const output = process.env.ICP_WASM_OUTPUT_PATH;
if (!main || !output) {
  console.error('usage: ICP_WASM_OUTPUT_PATH=FILE node build/motoko.mjs MAIN.mo');
  process.exit(2);
}

const { Motoko } = loadCompiler();
// The compiler would print all of itself with an error that nobody catches.
process.removeAllListeners('uncaughtException');
const base = require('motoko/packages/latest/base.json');
for (const [file, { content }] of Object.entries(base.files)) {
  Motoko.saveFile(`base/${file}`, content);
}
Motoko.addPackage('base', 'base');
// For whoever asks the canister for its interface.
Motoko.setPublicMetadata(['candid:service', 'candid:args']);
// The compiler's files are its own: it gets all sources, under the names that they have here.
for (const file of readdirSync(join(root, 'src'), { recursive: true }).filter((name) => name.endsWith('.mo'))) {
  const path = join(root, 'src', file);
  Motoko.saveFile(slashes(relative(root, path)), readFileSync(path, 'utf8'));
}

const { diagnostics, code } = Motoko.compileWasm('ic', slashes(main));
for (const { source, range, severity, category, code: number, message } of diagnostics) {
  const place = ({ line, character }) => `${line + 1}.${character + 1}`;
  const kind = severity === 1 ? `${category} error` : 'warning';
  console.error(`${source}:${place(range.start)}-${place(range.end)}: ${kind} [${number}], ${message}`);
}
if (!code) {
  process.exit(1);
}
writeFileSync(output, code.wasm);

function loadCompiler() {
  try {
    return require('motoko/versions/latest/moc.min.js');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') {
      throw error;
    }
  }
  // The first build of a fresh copy.
  console.error('Installing the Motoko compiler (npm install)…');
  execSync('npm install --no-audit --no-fund', { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return require('motoko/versions/latest/moc.min.js');
}

function slashes(path) {
  return path.replaceAll('\\', '/');
}
