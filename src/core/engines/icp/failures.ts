/** What a failed icp command means, and what a person can do about it. */
import { buildFailure } from '../../process/build-failure';
import { lastLines, type RunResult } from '../../process/run';
import type { FailureContext } from '../../process/tool';
import { clockFailure, networkTimeIn } from '../../util/clock';
import type { FailureData } from '../../util/failure';
import { msg } from '../../util/message';
import { isNewer } from './locate';
import { brokenInterfaces, canisterErrors } from './output';

/** A Rust panic. */
const PANIC = 101;

/** What went wrong, the outermost first: `Error: …`, then the numbered lines below `Caused by:`. */
export function causesOf(stderr: string): string[] {
  const lines = stderr.split('\n');
  const start = lines.findLastIndex((line) => line.startsWith('Error: '));
  if (start < 0) {
    return [];
  }
  const causes = [lines[start]!.slice('Error: '.length)];
  let within = false;
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith('Stack backtrace:')) {
      break;
    }
    if (line === 'Caused by:') {
      within = true;
      continue;
    }
    const next = within ? /^ {4,}(?:\d+: )?(\S.*)$/.exec(line) : null;
    const numbered = /^ +\d+: /.test(line);
    if (next && (numbered || causes.length === 1)) {
      causes.push(next[1]!);
    } else if (line.trim() !== '') {
      causes[causes.length - 1] += `\n${line.trim()}`;
    }
  }
  return causes;
}

type Rule = (text: string, context: FailureContext) => Omit<FailureData, 'detail'> | undefined;

/** In this order: the first that fits names the failure. */
const RULES: readonly Rule[] = [
  (text, { network }) =>
    /the local network for this project is not running|unable to access network '[^']*', is it running\?|network '[^']*' is not running/.test(
      text,
    )
      ? {
          kind: 'network-not-running',
          message: msg('The network of environment {0} is not running.', network ?? 'local'),
          next: 'start-network',
        }
      : undefined,
  (text, { identity }) =>
    /IC0512|Only controllers of canister/.test(text)
      ? {
          kind: 'not-a-controller',
          message: msg('{0} is not a controller of the canister.', identity ?? ''),
          next: 'select-identity',
        }
      : undefined,
  (text) => {
    const canister = /could not find ID for canister '([^']*)'/.exec(text)?.[1];
    return canister === undefined
      ? undefined
      : { kind: 'no-id', message: msg('{0} has not been created in this environment.', canister), next: 'create' };
  },
  (text) => {
    const canister = /could not find artifact for canister '([^']*)'/.exec(text)?.[1];
    return canister === undefined
      ? undefined
      : { kind: 'not-built', message: msg('{0} has not been built.', canister), next: 'build' };
  },
  (text) => {
    const canister = /project does not contain a canister named '([^']*)'/.exec(text)?.[1];
    return canister === undefined
      ? undefined
      : {
          kind: 'canister-unknown',
          message: msg('The project has no canister named {0}.', canister),
          next: 'open-icp-yaml',
        };
  },
  (text) => {
    const match =
      /environment '(?<environment>[^']*)' does not contain a canister named '(?<canister>[^']*)'/.exec(text) ??
      /canister '(?<canister>[^']*)' not found in environment '(?<environment>[^']*)'/.exec(text);
    return match === null
      ? undefined
      : {
          kind: 'canister-unknown',
          message: msg(
            '{0} is not in environment {1}.',
            match.groups?.['canister'] ?? '',
            match.groups?.['environment'] ?? '',
          ),
          next: 'open-icp-yaml',
        };
  },
  (text) => {
    const name = /project does not contain an environment named '([^']*)'/.exec(text)?.[1];
    return name === undefined
      ? undefined
      : { kind: 'config', message: msg('There is no environment named "{0}".', name), next: 'open-icp-yaml' };
  },
  (text) =>
    /is currently running\. Please stop the canister first|IC0510/.test(text)
      ? { kind: 'canister-running', message: msg('The canister must be stopped first.'), next: 'stop-canister' }
      : undefined,
  (text, { identity }) => {
    const name = /no identity found with name `([^`]*)`/.exec(text)?.[1];
    return name === undefined
      ? undefined
      : {
          kind: 'identity-missing',
          message: msg('icp knows no identity named {0}.', name || (identity ?? '')),
          next: 'select-identity',
        };
  },
  (text) =>
    /failed to read password|IO error: not a terminal/.test(text)
      ? {
          kind: 'needs-terminal',
          message: msg('The identity is protected by a password, which icp asks for in a terminal only.'),
          next: 'run-in-terminal',
        }
      : undefined,
  (text) =>
    /failed to set keyring entry|failed to (?:load|read|get) .*keyring|DBus error/i.test(text)
      ? {
          kind: 'key',
          message: msg('The system keyring cannot be used here. Choose a password or plain text for the identity.'),
        }
      : undefined,
  (text) =>
    /InsufficientFunds|insufficient (?:funds|balance|cycles)|Insufficient cycles|IC0207|out of cycles/i.test(text)
      ? { kind: 'no-cycles', message: msg('There are not enough cycles for this.') }
      : undefined,
  (text) => {
    const match = /port (\d+) is (?:already )?in use(?: by the (\S+) network of the project at '([^']*)')?/.exec(text);
    return match === null
      ? undefined
      : {
          kind: 'port-in-use',
          message:
            match[3] === undefined
              ? msg('Another program uses port {0}.', match[1] ?? '')
              : msg('The network {0} of the project at {1} uses port {2}.', match[2] ?? '', match[3], match[1] ?? ''),
        };
  },
  (text) =>
    /address (?:is )?already in use|EADDRINUSE/i.test(text)
      ? { kind: 'port-in-use', message: msg('Another program uses the port that the network is meant to have.') }
      : undefined,
  (text) =>
    /network launcher at .{0,500} exited prematurely|failed to fetch latest network launcher version|failed to download .{0,500}launcher/i.test(
      text,
    )
      ? { kind: 'other', message: msg("icp's network launcher could not be started or downloaded.") }
      : undefined,
  (text) =>
    /docker/i.test(text) && /connect|not (?:found|running)|daemon/i.test(text)
      ? {
          kind: 'other',
          message: msg('The network is meant to run in a container, but Docker does not answer. Start Docker first.'),
        }
      : undefined,
  (text) => {
    const recipe =
      /failed to fetch canister recipe: Registry \{ name: "([^"]*)", recipe: "([^"]*)", version: "([^"]*)" \}/.exec(
        text,
      );
    return recipe === null
      ? undefined
      : {
          kind: 'network-unreachable',
          message: msg(
            'icp could not download the recipe {0}, without which it does not load the project.',
            `@${recipe[1]}/${recipe[2]}@${recipe[3]}`,
          ),
        };
  },
  (text) =>
    /failed to load project|project manifest not found/.test(text)
      ? { kind: 'config', message: msg('icp cannot load the project.'), next: 'open-icp-yaml' }
      : undefined,
  (text) =>
    /Please check if the Git user \/ repository exists|Error generating project/.test(text)
      ? { kind: 'network-unreachable', message: msg('icp could not download its templates or make a project of them.') }
      : undefined,
  (text) =>
    /Failed to encode the (?:init|upgrade)_args of canister/.test(text)
      ? {
          kind: 'bad-arguments',
          message: msg("The canister's arguments in the manifest are not valid Candid."),
          next: 'open-icp-yaml',
        }
      : undefined,
  (text) => {
    const names = /Canister\(s\) \[([^[\]]{0,2000})\] failed to build/.exec(text)?.[1];
    return names === undefined
      ? undefined
      : {
          kind: 'compile',
          // Why is said by what was built.
          message: msg('The build failed: {0}', names),
        };
  },
  (text) =>
    /error sending request for url|failed to fetch root key|Connection refused|dns error|operation timed out/i.test(
      text,
    )
      ? { kind: 'network-unreachable', message: msg('The network cannot be reached.') }
      : undefined,
];

/** Names the cause of a failure. Only for a result that is no success. */
export function classifyFailure(result: RunResult, context: FailureContext = {}): FailureData {
  const { exitCode, stderr, stdout } = result;
  const causes = causesOf(stderr);
  const errors = canisterErrors(stderr);
  const detail = lastLines(stderr || stdout);
  if (result.cancelled) {
    return { kind: 'cancelled', message: msg('Cancelled.'), detail };
  }
  if (result.problem !== undefined) {
    return { kind: 'not-started', message: result.problem, detail, next: 'choose-icp' };
  }
  if (exitCode === null) {
    return { kind: 'killed', message: msg('{0} was ended by the signal {1}.', 'icp', result.endedBy ?? ''), detail };
  }
  if (exitCode === 2 && /^error: /m.test(stderr)) {
    const { version = '' } = context;
    const message = isNewer(version)
      ? msg('icp {0} is newer than what this extension knows, and does not take the command.', version)
      : msg('icp {0} does not know the command. A newer icp does.', version);
    return { kind: 'bad-arguments', message, detail, next: 'choose-icp' };
  }
  if (exitCode === PANIC) {
    return { kind: 'other', message: msg('icp has crashed. Its last words are in the log.'), detail };
  }
  const broken = brokenInterfaces(stderr);
  if (broken.length > 0) {
    return {
      kind: 'incompatible-upgrade',
      message: msg(
        'The new interface of {0} does not fit the installed one, so its callers may fail. {1}',
        broken.map(({ canister }) => canister).join(', '),
        [...new Set(broken.map(({ reason }) => reason))].join(' '),
      ),
      detail,
      next: 'deploy-anyway',
    };
  }
  const text = [...causes, ...errors.map(({ reason }) => reason)].join('\n');
  const time = networkTimeIn(text);
  const clock = time === undefined ? undefined : clockFailure(time, Date.now(), detail);
  if (clock) {
    return clock.data;
  }
  for (const rule of RULES) {
    const found = rule(text, context);
    if (found?.kind === 'compile') {
      const failure = buildFailure(`${stdout}\n${stderr}`, errors[0]?.reason ?? causes.at(-1) ?? '');
      return { ...failure, detail, canisters: errors.map(({ canister }) => canister) };
    }
    if (found !== undefined) {
      return { ...found, detail };
    }
  }
  // What failed for one canister says more than that something failed; the innermost cause says most.
  const inner = errors[0]?.reason || causes.at(-1)?.split('\n')[0];
  return inner === undefined
    ? { kind: 'other', message: msg('icp failed without saying why.'), detail }
    : { kind: 'other', message: msg('icp failed: {0}', inner), detail };
}
