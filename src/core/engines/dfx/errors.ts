/** What a failed dfx command means, and what a person can do about it. */

import path from 'node:path';
import { buildFailure } from '../../process/build-failure';
import { lastLines, MAX_DETAIL, type RunResult } from '../../process/run';
import type { FailureContext } from '../../process/tool';
import { clockFailure, networkTimeIn } from '../../util/clock';
import type { FailureData } from '../../util/failure';
import { msg } from '../../util/message';

export interface DfxFailure extends FailureData {
  /** dfx's own words: its last block of `Error:`, `Caused by:` and `To fix:`, or the end of its output. */
  readonly detail: string;
  /** The dfx version that `version-missing` is about. */
  readonly version?: string;
}

/** One line of an error chain. */
interface ErrorBlock {
  /** From the outermost cause to the innermost. */
  readonly causes: readonly string[];
  readonly fix?: string;
  readonly text: string;
}

/** The last error block of an output, or undefined where there is none. */
export function errorBlock(stderr: string): ErrorBlock | undefined {
  const lines = stderr.split('\n');
  let start = lines.findLastIndex((line) => line.startsWith('Error: '));
  if (start < 0) {
    return undefined;
  }
  // With `-v`, dfx puts the chain of causes before its diagnosis, which is an `Error:` of its own.
  const chain = lines.slice(0, start).findLastIndex((line) => line.startsWith('Error: '));
  if (chain >= 0 && lines.slice(start).some((line) => line.startsWith('To fix: '))) {
    start = chain;
  }

  const causes: string[] = [];
  let fix: string | undefined;
  for (const line of lines.slice(start)) {
    const head = /^(Error|Caused by|To fix): (.*)$/.exec(line);
    if (head?.[1] === 'To fix') {
      fix = head[2] ?? '';
    } else if (head !== null) {
      causes.push(head[2] ?? '');
    } else if (fix !== undefined) {
      fix += `\n${line}`;
    } else {
      causes[causes.length - 1] += `\n${line}`;
    }
  }
  const text = lines.slice(start).join('\n').trim();
  return { causes: causes.map((cause) => cause.trim()), fix: fix?.trim(), text };
}

type Rule = (text: string, context: FailureContext) => Omit<DfxFailure, 'detail'> | undefined;

/** A file other than dfx.json, which is opened in its place. */
function unreadableFile(file: string): Omit<DfxFailure, 'detail'> {
  const name = path.basename(file);
  const folders = path.dirname(file).split('/');
  const shown = folders.at(-2) === '.dfx' ? `.dfx/${folders.at(-1)}/${name}` : name;
  return {
    kind: 'config',
    message: msg('dfx cannot read {0}.', shown),
    actions: [{ title: msg('Open {0}', shown), command: 'icCanisters.openFile', args: [file] }],
  };
}

/** In this order: the first that fits names the failure. */
const RULES: readonly Rule[] = [
  (text, { network }) =>
    /You are trying to connect to the local replica but dfx cannot connect|dfx cannot connect to it/.test(text)
      ? {
          kind: 'network-not-running',
          message: msg('The network {0} is not running.', network ?? 'local'),
          next: 'start-network',
        }
      : undefined,
  (text, { identity }) =>
    /is not stored securely\. Do not use it to control/.test(text) && /DFX_WARNING/.test(text)
      ? {
          kind: 'plaintext-identity',
          message: msg(
            'The key of {0} is stored in plain text, which dfx does not accept on mainnet. Use an identity that a password or the keyring protects.',
            identity ?? /The (\S+) identity is not stored/.exec(text)?.[1] ?? '',
          ),
          next: 'select-identity',
        }
      : undefined,
  (text, { identity }) =>
    /Each canister has a set of controllers|IC0512|Only (?:the )?controllers of (?:the )?canister|is not authorized to .* as it is not a controller/i.test(
      text,
    )
      ? {
          kind: 'not-a-controller',
          message: msg('{0} is not a controller of the canister.', identity ?? ''),
          next: 'select-identity',
        }
      : undefined,
  (text) =>
    /User declined consent\./.test(text)
      ? { kind: 'declined', message: msg('Nothing was changed: you did not agree.') }
      : undefined,
  (text) => {
    const canister = /Cannot find canister id\. Please issue 'dfx canister create ([^']*?)'/.exec(text)?.[1];
    return canister === undefined
      ? undefined
      : {
          kind: 'no-id',
          message: msg('{0} has not been created on this network.', canister.replace(/ --network .*$/, '')),
          next: 'create',
        };
  },
  (text) =>
    /The canister must be built before install/.test(text)
      ? { kind: 'not-built', message: msg('The canister has not been built yet.'), next: 'build' }
      : undefined,
  (text) => {
    const canister =
      /Canister '([^']*)' not found in dfx\.json/.exec(text)?.[1] ??
      /Cannot find canister '([^']*)'(?:,| which is a dependency)/.exec(text)?.[1];
    return canister === undefined
      ? undefined
      : {
          kind: 'canister-unknown',
          message: msg('dfx.json has no canister named {0}.', canister),
          next: 'open-dfx-json',
        };
  },
  (text) =>
    /IC0510|must be stopped before (?:it is )?delet|is running and snapshots should not|is not stopped/i.test(text)
      ? { kind: 'canister-running', message: msg('The canister must be stopped first.'), next: 'stop-canister' }
      : undefined,
  (text) =>
    /Stable interface compatibility check issued an ERROR/.test(text)
      ? {
          kind: 'incompatible-upgrade',
          message: msg(
            'The new code cannot take over the stable variables of the installed one. An upgrade would fail or lose data.',
          ),
          next: 'show-problems',
        }
      : undefined,
  (text, { identity }) => {
    const name =
      /Identity (\S+) does not exist at/.exec(text)?.[1] ??
      (/identity (?:does not|must) exist/i.test(text) ? (identity ?? '') : undefined);
    return name === undefined
      ? undefined
      : { kind: 'identity-missing', message: msg('dfx knows no identity named {0}.', name), next: 'select-identity' };
  },
  (text) =>
    /Please enter (?:the|a) passphrase|not a terminal|Failed to decrypt PEM file/i.test(text)
      ? {
          kind: 'needs-terminal',
          message: msg('The identity is protected by a password, which dfx asks for in a terminal only.'),
          next: 'run-in-terminal',
        }
      : undefined,
  (text) =>
    /Insufficient cycles|InsufficientFunds|out of cycles|IC0207/i.test(text)
      ? { kind: 'no-cycles', message: msg('There are not enough cycles for this.') }
      : undefined,
  (text) =>
    /address already in use|Address already in use|EADDRINUSE|os error 98|os error 48/.test(text)
      ? { kind: 'port-in-use', message: msg('Another program uses the port of the local network.') }
      : undefined,
  (text) =>
    /Failed to compile|Failed to build (?:Motoko|Rust)|could not compile|Failed to run 'moc'|The custom tool failed|The build step failed|npm run build|Failed while trying to build all canisters/.test(
      text,
    )
      ? // Why is said by what was built.
        { kind: 'compile', message: msg('The build failed: {0}', '') }
      : undefined,
  (text) => {
    // dfx uses these words for all its files.
    const file = /Failed to (?:deserialize json from|read JSON file(?: at)?|load) '?(\/[^\n']*?\.json)\b/i.exec(
      text,
    )?.[1];
    return file === undefined || path.basename(file) === 'dfx.json' ? undefined : unreadableFile(file);
  },
  (text) =>
    /Failed to deserialize json from|in dfx\.json must be an object|field in dfx\.json must be|has unknown type|No canisters in the configuration file|Circular canister dependencies|Cannot find dfx configuration file/.test(
      text,
    )
      ? { kind: 'config', message: msg('dfx cannot read {0}.', 'dfx.json'), next: 'open-dfx-json' }
      : undefined,
  (text) =>
    /error sending request for url|Connection refused|dns error|Failed to fetch root key|operation timed out/i.test(
      text,
    )
      ? { kind: 'network-unreachable', message: msg('The network cannot be reached.') }
      : undefined,
];

/** Names the cause of a failure. Only for a result that is no success. */
export function classifyFailure(result: RunResult, context: FailureContext = {}): DfxFailure {
  const { exitCode, stderr, stdout } = result;
  const block = errorBlock(stderr);
  const detail = (block?.text ?? lastLines(stderr || stdout)).slice(-MAX_DETAIL);
  if (result.cancelled) {
    return { kind: 'cancelled', message: msg('Cancelled.'), detail };
  }
  if (result.problem !== undefined) {
    return { kind: 'not-started', message: result.problem, detail, next: 'choose-dfx' };
  }
  if (exitCode === null) {
    return { kind: 'killed', message: msg('dfx was ended by the signal {0}.', result.endedBy ?? ''), detail };
  }
  const version = /^dfx (\S+) is not installed\./m.exec(stderr)?.[1];
  if (version !== undefined) {
    const message = msg('The version manager dfxvm has no dfx {0}, which this project asks for.', version);
    return { kind: 'version-missing', message, detail, next: 'install-dfx-version', version };
  }
  if (exitCode === 2 && /^error: /m.test(stderr)) {
    const message = msg('This version of dfx does not know the command. Is it older than 0.32?');
    return { kind: 'bad-arguments', message, detail: lastLines(stderr), next: 'choose-dfx' };
  }
  if (block === undefined) {
    return exitCode === 255
      ? { kind: 'other', message: msg('dfx failed without saying why.'), detail }
      : {
          kind: 'not-dfx',
          message: msg('dfx ended with code {0}, which dfx itself never does.', exitCode),
          detail,
          next: 'choose-dfx',
        };
  }

  // The innermost cause says most; the outermost says what was being done.
  const inner = block.causes.at(-1)?.split('\n')[0] ?? '';
  const time = networkTimeIn(block.text);
  const clock = time === undefined ? undefined : clockFailure(time, Date.now(), detail);
  if (clock) {
    return { ...clock.data, detail };
  }
  for (const rule of RULES) {
    const found = rule(block.text, context);
    if (found?.kind === 'compile') {
      return { ...buildFailure(`${stdout}\n${stderr}`, inner), detail };
    }
    if (found !== undefined) {
      return { ...found, detail };
    }
  }
  return { kind: 'other', message: msg('dfx failed: {0}', inner), detail };
}
