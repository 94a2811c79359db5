/** A stand-in for dfx 0.32: see README.md. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readBehaviour } from './behaviour';
import { Printed, parseArguments, UsageError } from './cli';
import { Context } from './context';
import { DfxError } from './failure';
import { DFX } from './spec';

/** Runs the command. What it needs is loaded here, since the key libraries take most of the time of a short command. */
async function run(context: Context): Promise<void> {
  const [command = '', sub = ''] = context.parsed.path;
  switch (command) {
    case 'start':
      return (await import('./network-commands')).start(context);
    case 'stop':
      return (await import('./network-commands')).stop(context);
    case 'ping':
      return (await import('./network-commands')).ping(context);
    case 'info':
      return (await import('./network-commands')).info(context, sub);
    case 'new':
      return (await import('./project-commands')).newProject(context);
    case 'build':
      return (await import('./project-commands')).build(context);
    case 'deploy':
      return (await import('./project-commands')).deploy(context);
    case 'generate':
      return (await import('./project-commands')).generate(context);
    case 'deps':
      return (await import('./project-commands')).deps(context, sub);
    case 'wallet':
      return (await import('./canister-commands')).walletBalance(context);
    case 'identity':
      if (sub === 'get-wallet') {
        return (await import('./canister-commands')).getWallet(context);
      }
      if (sub === 'set-wallet') {
        return (await import('./canister-commands')).setWalletCommand(context);
      }
      return (await import('./identity')).identityCommand(context, sub);
    case 'canister':
      return (await import('./canister-commands')).canisterCommand(context, sub);
  }
}

async function main(): Promise<number> {
  const { env } = process;
  const behaviour = readBehaviour(env, path.join(path.dirname(process.argv[1] ?? ''), 'stand-in.json'));
  if (behaviour.stubborn) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => undefined);
    }
  }
  if (behaviour.delayMs !== undefined) {
    await pause(behaviour.delayMs);
  }
  let context: Context | undefined;
  try {
    context = new Context(parseArguments(process.argv.slice(2), DFX, env), env, process.cwd(), behaviour);
    const command = context.parsed.path.join(' ');
    const silent = (env['DFX_WARNING'] ?? '').split(',').includes('-deprecation');
    if (!silent) {
      context.say('WARNING: dfx is deprecated, use icp-cli https://cli.internetcomputer.org.');
    }
    if (behaviour.exit?.command === command) {
      context.say(behaviour.exit.says);
      return behaviour.exit.code;
    }
    if (behaviour.hang === command) {
      await new Promise(() => setInterval(() => undefined, 1_000));
    }
    await run(context);
    return 0;
  } catch (error) {
    if (error instanceof Printed) {
      console.log(error.message);
      return 0;
    }
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    if (error instanceof DfxError) {
      console.error(error.print(context?.parsed.has('verbose') ?? false));
      return 255;
    }
    throw error;
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(101);
  },
);
