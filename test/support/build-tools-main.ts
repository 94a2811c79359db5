/**
 * What stands in for the tools of a build. Motoko is really compiled, by an older compiler that has to know ids while it
 * does: they are taken from icp's id files. Rust is not: see test/dfx/compile.ts.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moduleOf, parseInterface, sourceFiles } from '../dfx/compile';
import { compileMotoko, type ImportedCanister } from '../motoko/compile';
import { withMetadata } from '../network/wasm';

const [tool = '', self = '', ...args] = process.argv.slice(2);

function after(flag: string): string {
  const value = args[args.indexOf(flag) + 1];
  if (!args.includes(flag) || value === undefined) {
    throw new Error(`${tool}: ${flag} is missing`);
  }
  return value;
}

function idOf(canister: string): string {
  const folder = join('.icp', 'data', 'mappings');
  for (const file of readdirSync(folder)) {
    const ids = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string>;
    if (ids[canister] !== undefined) {
      return ids[canister];
    }
  }
  throw new Error(`moc: no id of ${canister}`);
}

function imports(): ImportedCanister[] {
  return args.flatMap((flag, at) => {
    if (flag !== '--actor-env-alias') {
      return [];
    }
    const [name = '', variable = '', did = ''] = args.slice(at + 1);
    return [{ name, id: idOf(variable.replace('PUBLIC_CANISTER_ID:', '')), did: readFileSync(did, 'utf8') }];
  });
}

const TOOLS: Readonly<Record<string, () => void>> = {
  mops() {
    if (args.join(' ') === 'toolchain bin moc') {
      console.log(join(dirname(self), 'moc'));
    }
  },
  moc() {
    const { service, wasm } = compileMotoko(args[0] ?? '', imports());
    writeFileSync(after('-o'), args.includes('--idl') ? service : wasm);
  },
  cargo() {
    const name = after('--package');
    const folder = join(after('--target-dir'), 'wasm32-unknown-unknown', 'release');
    const shape = parseInterface(readFileSync(join('src', name, `${name}.did`), 'utf8'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name.replaceAll('-', '_')}.wasm`), moduleOf(shape, sourceFiles(join('src', name))));
  },
  'ic-wasm'() {
    const [input = ''] = args;
    const output = after('-o');
    if (args.includes('metadata')) {
      const content = args.includes('-f') ? readFileSync(after('-f')) : Buffer.from(after('-d'));
      writeFileSync(output, withMetadata(readFileSync(input), after('metadata'), content, after('-v')));
    } else if (input !== output) {
      copyFileSync(input, output);
    }
  },
  wat2wasm() {
    // The example has the module beside its text.
  },
};

TOOLS[tool]?.();
