import type { ProjectSnapshot } from '../monitor/project-snapshot';
import { type CanisterPhase, phaseOf } from '../monitor/state';
import { networkClass } from '../network/network-class';
import type { FailureData } from '../util/failure';
import { backticksAround, plainLines } from '../util/foreign';
import { formatMessage } from '../util/message';
import { shortText } from '../util/shorten';
import { publicUrl, type Surroundings, withoutSecrets } from './secrets';

/** A failure of a command or of a tool for language models, as the window remembers it until it is closed. */
export interface PastFailure {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Id of the command, or name of the tool. */
  readonly command: string;
  readonly failure: FailureData;
}

export interface ReportFacts {
  /** Of what runs, by name: the extension, VS Code, the system. */
  readonly versions: readonly (readonly [name: string, version: string])[];
  readonly trusted: boolean;
  readonly projects: readonly ProjectSnapshot[];
  readonly failures: readonly PastFailure[];
  readonly surroundings: Surroundings;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Characters of one failure, and of its detail. */
const MESSAGE_LENGTH = 600;
const DETAIL_LENGTH = 1_500;

/**
 * What a report says of this window, in Markdown. It names no canister and no identity by itself, holds URLs of networks
 * without what tells who asks, and of failures nothing that {@link withoutSecrets} takes. In English, as reports are.
 *
 * @param limit characters; of more, the oldest failures are left out
 */
export function diagnosis(facts: ReportFacts, limit: number): string {
  const clean = (text: string) => plainLines(withoutSecrets(text, facts.surroundings));
  const head = [
    ...facts.versions.map(([name, version]) => `- ${name}: ${inline(clean(version))}`),
    `- Workspace: ${facts.trusted ? 'trusted' : 'Restricted Mode'}, ${count(facts.projects.length, 'project')}`,
    ...facts.projects.map((project) => `- ${projectWords(project, clean)}`),
  ].join('\n');
  const told: string[] = [];
  let left = limit - head.length - 100;
  for (const each of [...facts.failures].reverse()) {
    const text = failureWords(each, facts.now, clean);
    left -= text.length + 1;
    if (left < 0) {
      break;
    }
    told.push(text);
  }
  if (told.length === 0) {
    return `${head}\n\nNothing has failed since the window was opened.`.slice(0, limit);
  }
  return `${head}\n\nLast failures, the newest first:\n\n${block(told.join('\n'))}`;
}

/**
 * The address of the repository's form for what does not work, with as much in it as fits. The names are those of the fields of
 * `.github/ISSUE_TEMPLATE/bug.yml`.
 *
 * @param issues address of the repository's issues
 * @param manifests names of the projects' manifests
 * @param diagnose says what it can in so many characters
 * @param limit of the address, in characters
 */
export function formUrl(
  issues: string,
  manifests: readonly string[],
  diagnose: (limit: number) => string,
  limit: number,
): string {
  const [kind, ...others] = new Set(manifests);
  const engine = others.length > 0 ? 'both' : (kind ?? 'none');
  const page = (length: number) => {
    const fields = Object.entries({ template: 'bug.yml', engine, versions: diagnose(length) });
    return `${issues}/new?${fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
  };
  let length = limit;
  let url = page(length);
  while (url.length > limit && length > 100) {
    length = Math.floor(length * 0.8);
    url = page(length);
  }
  return url;
}

function projectWords({ tool, target, canisters, health, refusal }: ProjectSnapshot, clean: (text: string) => string) {
  const phases = new Map<CanisterPhase, number>();
  for (const state of canisters) {
    const phase = phaseOf(state);
    phases.set(phase, (phases.get(phase) ?? 0) + 1);
  }
  const states = [...phases].map(([phase, number]) => `${number} ${phase}`).join(', ');
  const { network } = target;
  const where = network ? `${networkClass(network.url)} network ${publicUrl(network.url)}` : 'no network';
  return [
    `${tool} project on ${inline(clean(where))}`,
    health ? health.state : 'not asked',
    `canisters: ${states || 'none'}`,
    ...(refusal ? ['a file is refused'] : []),
  ].join('; ');
}

function failureWords({ at, command, failure }: PastFailure, now: number, clean: (text: string) => string): string {
  const { kind, code, message, detail = '' } = failure;
  const ago = Math.max(0, Math.round((now - at) / 1000));
  return [
    `${command}, ${ago} s before: ${[kind, code].filter(Boolean).join(' ')}`,
    // Shortened afterwards: the half of a secret is not recognised.
    shortText(clean(formatMessage(message)), MESSAGE_LENGTH),
    ...(detail === '' ? [] : [shortText(clean(detail), DETAIL_LENGTH)]),
    '',
  ].join('\n');
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

/** Text between backticks, which Markdown reads as it is. */
function inline(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('\n', ' ')}\``;
}

/** The same for lines. */
function block(text: string): string {
  const fence = backticksAround(text, 3);
  return `${fence}text\n${text.trimEnd()}\n${fence}`;
}
