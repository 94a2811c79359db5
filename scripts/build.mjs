// Builds dist/ (what is shipped) and out/ (the suites that run inside VS Code).
//   node scripts/build.mjs [--production] [--watch]
// --production minifies, leaves out source maps and builds dist/ alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build as bundle, context } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  // Node of the oldest VS Code that package.json admits.
  target: 'node20',
  format: 'cjs',
  // ES modules: of them only what is used gets into a bundle.
  mainFields: ['module', 'main'],
  sourcemap: production ? false : 'linked',
  minify: production,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
};

/**
 * Files of src/core that several bundles use, in a bundle of their own which those load: else they would be in each. What
 * activation loads takes nothing of them, nor does the page, which is in the browser.
 */
const shared = {
  // What reads manifests and other files of projects.
  documents: [
    'document/json-document',
    'document/json-reader',
    'document/parse-json',
    'document/parse-yaml',
    'document/source-document',
    'document/tree',
    'document/yaml-document',
    'engines/dfx/dfx-json',
    'project/cargo',
    'project/files',
    'project/motoko-imports',
    'project/strict-files',
    'util/principal',
  ],
  candid: [
    'candid/arguments',
    'candid/defaults',
    'candid/grammar',
    'candid/interface',
    'candid/lexer',
    'candid/print',
    'candid/types',
    'candid/value-parser',
    'candid/values',
  ],
  // Loaded with the first project of icp.
  icp: ['engines/icp/globs', 'engines/icp/manifest-reader', 'engines/icp/project-disk', 'engines/icp/project-files'],
};

/**
 * What is shipped. `scripts/notices.mjs` asks it for the packages in it.
 * @type {import('esbuild').BuildOptions[]}
 */
export const shippedBuilds = [
  ...Object.entries({
    extension: 'src/extension.ts',
    engines: 'src/engines.ts',
    commands: 'src/commands/index.ts',
    language: 'src/language/index.ts',
  }).map(([name, entry]) => ({
    ...common,
    entryPoints: { [name]: entry },
    outdir: 'dist',
    external: ['vscode'],
    plugins: [
      libraryBeside('ignore', 'ignore'),
      libraryBeside('smol-toml', 'toml'),
      yamlBeside(),
      ...(name === 'extension' ? [] : Object.keys(shared).map(sharedBeside)),
    ],
  })),
  // Loaded when folders are searched, after activation.
  { ...common, entryPoints: { ignore: 'ignore' }, outdir: 'dist' },
  // Loaded with the first Cargo.toml or mops.toml.
  { ...common, entryPoints: { toml: 'smol-toml' }, outdir: 'dist' },
  { ...common, entryPoints: { yaml: 'yaml' }, outdir: 'dist' },
  ...Object.keys(shared).map((name) => ({
    ...common,
    stdin: sourceOf(name),
    outfile: `dist/${name}.js`,
    plugins: [
      libraryBeside('smol-toml', 'toml'),
      yamlBeside(),
      ...Object.keys(shared)
        .filter((other) => other !== name)
        .map(sharedBeside),
    ],
  })),
  { ...common, entryPoints: { agent: 'src/core/agent/worker.ts' }, outdir: 'dist', plugins: [lazyBls()] },
  {
    ...common,
    // Chromium of the oldest VS Code that package.json admits.
    platform: 'browser',
    target: 'chrome132',
    format: 'iife',
    entryPoints: { page: 'src/webview/page.ts', style: 'src/webview/page.css' },
    outdir: 'dist/page',
  },
];
const builds = [...shippedBuilds];
if (!production) {
  builds.push({
    ...common,
    entryPoints: testEntries(),
    outdir: 'out',
    outbase: '.',
    external: ['vscode', 'mocha'],
  });
}

/**
 * The BLS library works out its tables while it is loaded, for some 60 ms, which is most of the agent's loading. Local
 * networks, whose key is not known beforehand, never need it.
 */
function lazyBls() {
  const module = '@noble/curves/bls12-381';
  return {
    name: 'lazy-bls',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(${module}|lazy-bls)$`) }, ({ path, namespace }) =>
        namespace === 'lazy-bls' && path === module
          ? undefined
          : { path: path === module ? 'proxy' : 'library', namespace: 'lazy-bls' },
      );
      build.onLoad({ filter: /.*/, namespace: 'lazy-bls' }, ({ path }) => ({
        contents:
          path === 'library'
            ? `export { bls12_381 } from '${module}';`
            : `let loaded;
               const load = () => (loaded ??= require('lazy-bls').bls12_381);
               export const bls12_381 = new Proxy({}, { get: (_, key) => load()[key] });`,
        resolveDir: root,
      }));
    },
  };
}

/** A library that is imported where it is needed, in a file of its own that the bundles share. */
function libraryBeside(library, file) {
  return {
    name: `${file}-beside`,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${library}$`) }, () => ({ path: `./${file}.js`, external: true }));
    },
  };
}

/** The YAML parser is in a file of its own, which is loaded with the first YAML file. */
function yamlBeside() {
  // All that our code uses of it: functions, each of which loads it.
  const names = ['isAlias', 'isMap', 'isScalar', 'isSeq', 'parseDocument'];
  return {
    name: 'yaml-beside',
    setup(build) {
      build.onResolve({ filter: /^yaml$/ }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: 'yaml', namespace: 'yaml-beside' },
      );
      build.onResolve({ filter: /^\.\/yaml\.js$/ }, () => ({ path: './yaml.js', external: true }));
      build.onLoad({ filter: /.*/, namespace: 'yaml-beside' }, () => ({
        contents: names
          .map((name) => `export const ${name} = (...all) => require('./yaml.js').${name}(...all);`)
          .join('\n'),
        resolveDir: root,
      }));
    },
  };
}

function sourceOf(name) {
  return {
    contents: shared[name].map((file) => `export * from './src/core/${file}';`).join('\n'),
    resolveDir: root,
    sourcefile: `${name}.ts`,
  };
}

/** The files of a shared bundle, of which the other bundles take what they use. */
function sharedBeside(name) {
  const files = new Set(shared[name].map((file) => `src/core/${file}.ts`));
  return {
    name: `${name}-beside`,
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) =>
        files.has(relative(root, resolve(resolveDir, `${path}.ts`)).replaceAll('\\', '/'))
          ? { path: name, namespace: 'shared', sideEffects: false }
          : undefined,
      );
      build.onLoad({ filter: new RegExp(`^${name}$`), namespace: 'shared' }, async () => {
        const options = { ...common, stdin: sourceOf(name), outfile: 'out.js', format: 'esm', metafile: true };
        const { metafile } = await bundle({ ...options, packages: 'external' });
        const [{ exports }] = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
        return {
          contents: `export const { ${exports.join(', ')} } = require('./${name}.js');`,
          watchFiles: shared[name].map((file) => join(root, `src/core/${file}.ts`)),
          resolveDir: root,
        };
      });
      build.onResolve({ filter: new RegExp(`^\\./${name}\\.js$`) }, ({ path }) => ({ path, external: true }));
    },
  };
}

function testEntries() {
  return readdirSync(join(root, 'test/extension'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') || file === 'runner.ts' || /[\\/]extension\.ts$/.test(file))
    .map((file) => join('test/extension', file));
}

/**
 * Each of our files gets the API as `__toESM(require("vscode"))`, which copies its some 400 members each time; that is a
 * fifth of the time that activation takes. What is required is what is meant.
 */
function withPlainVscode({ path, text }) {
  return { path, contents: Buffer.from(text.replace(/\b[\w$]+\((require\("vscode"\))\)/g, '$1')) };
}

/** Writes a whole file at once, and only where it changed: a VS Code that is loading it never sees half of it. */
function write(file) {
  if (existsSync(file.path) && Buffer.from(file.contents).equals(readFileSync(file.path))) {
    return;
  }
  mkdirSync(dirname(file.path), { recursive: true });
  const temporary = `${file.path}.${process.pid}.tmp`;
  writeFileSync(temporary, file.contents);
  renameSync(temporary, file.path);
}

/** Builds that run at the moment. */
let running = 0;

/** Writes what was built, and says the words that the problem matcher of .vscode/tasks.json waits for. */
const output = {
  name: 'output',
  setup(build) {
    const { external = [] } = build.initialOptions;
    build.onStart(() => {
      if (watch && running++ === 0) {
        console.log('build started');
      }
    });
    build.onEnd((result) => {
      for (const file of result.outputFiles ?? []) {
        write(external.includes('vscode') && file.path.endsWith('.js') ? withPlainVscode(file) : file);
      }
      if (watch && --running === 0) {
        console.log('all builds finished');
      }
    });
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll();
}

async function buildAll() {
  // The agent bundle loads Candid's reference implementation from beside itself. Compressing it takes seconds.
  const didc = join(root, 'node_modules/@dfinity/didc/dist/web/didc_bg.wasm');
  const compressed = join(root, 'dist/didc_bg.wasm.br');
  if (!existsSync(compressed) || statSync(compressed).mtimeMs < statSync(didc).mtimeMs) {
    write({ path: compressed, contents: brotliCompressSync(readFileSync(didc)) });
  }
  const contexts = await Promise.all(
    builds.map((options) => context({ ...options, plugins: [...(options.plugins ?? []), output] })),
  );
  if (watch) {
    await Promise.all(contexts.map((each) => each.watch()));
  } else {
    try {
      await Promise.all(contexts.map((each) => each.rebuild()));
    } catch {
      // esbuild has printed the errors.
      process.exitCode = 1;
    }
    await Promise.all(contexts.map((each) => each.dispose()));
  }
}
