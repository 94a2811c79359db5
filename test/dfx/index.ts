/** Puts the dfx stand-in where a test wants it. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { Behaviour } from './behaviour';

export type { Behaviour } from './behaviour';

let bundled: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [path.join(__dirname, 'main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    write: false,
    logLevel: 'silent',
    banner: { js: `#!${process.execPath}` },
    // The network bundles the code of its threads when it first needs one: it must find itself and esbuild.
    define: { __dirname: JSON.stringify(path.join(__dirname, '..', 'network', 'wasm-engine')) },
    alias: { esbuild: require.resolve('esbuild') },
    external: [require.resolve('esbuild')],
  });
  return result.outputFiles[0]!.text;
}

/**
 * Makes an executable named `dfx` in the folder (not on Windows, which cannot run a script as a program).
 * @returns its path
 */
export async function installDfx(folder: string): Promise<string> {
  bundled ??= bundle();
  const file = path.join(folder, 'dfx');
  await mkdir(folder, { recursive: true });
  await writeFile(file, await bundled);
  await chmod(file, 0o755);
  return file;
}

/** Makes an installed stand-in slow, hang, fail or die; with nothing given, behave again. */
export async function setBehaviour(executable: string, behaviour: Behaviour = {}): Promise<void> {
  const file = path.join(path.dirname(executable), 'stand-in.json');
  if (Object.keys(behaviour).length === 0) {
    await rm(file, { force: true });
  } else {
    await writeFile(file, JSON.stringify(behaviour));
  }
}
