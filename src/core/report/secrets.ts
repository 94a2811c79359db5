import { PHRASE_WORDS, REDACTED, Redactor } from '../process/redact';

/** What a text may hold of this computer that is no business of whoever reads a report. */
export interface Surroundings {
  readonly home: string;
  /** Folders of the workspace. */
  readonly folders: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Shorter values of variables are found in too many words. */
const SECRET_LENGTH = 8;

/**
 * A text without what gives access to anything, or says who somebody is: private keys, seed phrases, passwords, tokens,
 * what stands before the host or behind the path of a URL, folders of this computer. It takes rather too much than too
 * little: a report is public. Principals stay, because they are public and often the point.
 */
export function withoutSecrets(text: string, { home, folders, env }: Surroundings): string {
  const redactor = new Redactor();
  let result = withoutPhrases(
    text
      .split('\n')
      .map((line) => redactor.line(line))
      .join('\n'),
  );
  for (const [name, value = ''] of Object.entries(env)) {
    if (/token|secret|passw|credential|api_?key|private/i.test(name) && value.length >= SECRET_LENGTH) {
      result = result.replaceAll(value, REDACTED);
    }
  }
  // The longest first: a folder of the workspace usually lies in the home folder.
  const named = [
    ...folders.map((folder, index) => [folder, folders.length > 1 ? `<folder ${index + 1}>` : '<folder>'] as const),
    [home, '~'] as const,
  ].filter(([folder]) => folder.length > 1);
  for (const [folder, name] of named.sort(([a], [b]) => b.length - a.length)) {
    for (const spelling of spellings(folder)) {
      result = replaceFolder(result, spelling, name);
    }
  }
  return (
    result
      // Home folders of other users and systems: of Windows seen from WSL, of a machine that a tool runs on.
      .replace(/\/(?:home|Users)\/[^/\\\s"'`:;,)\]}]+/g, '~')
      .replace(/[\\/]Users[\\/]{1,2}[^/\\\s"'`:;,)\]}]+/gi, '/~')
      .replace(/:\/\/[^\s"'`<>)\]}]*/g, withoutCredentials)
      .replace(/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, REDACTED)
      .replace(/\b(bearer|basic) +[\w+/=.~-]+/gi, `$1 ${REDACTED}`)
      .replace(
        /(passwords?|passphrase|tokens?|secrets?|api[_-]?keys?|private[_-]?keys?|authorization|mnemonic)(["']?(?: is)?(?: ?[=:] ?| )["']?)([^\s"',;]+)/gi,
        (whole, label: string, between: string, value: string) =>
          isWord(between, value) ? whole : `${label}${between}${REDACTED}`,
      )
      // Keys are 32 bytes, and so are hashes of modules: nobody can tell them apart.
      .replace(/\b(?:0x)?[0-9a-f]{64,}\b/gi, REDACTED)
      .replace(/[A-Za-z0-9+/_-]{40,}={0,2}/g, (run) => (isEncoded(run) ? REDACTED : run))
  );
}

/** A URL as far as it says which network it is: what tells the provider who asks is left out. */
export function publicUrl(url: string): string {
  if (!URL.canParse(url)) {
    return '(no URL)';
  }
  const { origin, pathname, search, protocol, host } = new URL(url);
  const start = origin === 'null' ? `${protocol}//${host}` : origin;
  return pathname === '/' && search === '' ? start : `${start}/…`;
}

/** Of a URL, from `://` on: host, port and path. */
function withoutCredentials(rest: string): string {
  const authority = rest.slice(3).split(/[/?#]/, 1)[0]!;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const path = rest.slice(3 + authority.length).split(/[?#]/, 1)[0]!;
  return `://${host}${path}`;
}

/** "the password is wrong" says nothing; "password: wrong" might. */
function isWord(between: string, value: string): boolean {
  return !/[=:]/.test(between) && /^(?:\p{Ll}{1,12}|[^\p{L}\p{N}]*)[.!?…]?$/u.test(value);
}

/** A text of base64 rather than a path or a name: all kinds of characters, and few slashes. */
function isEncoded(run: string): boolean {
  const slashes = run.split('/').length - 1;
  return slashes <= run.length / 16 && /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);
}

/** Runs of words as seed phrases have them, wherever they stand, with numbers or on lines of their own. */
function withoutPhrases(text: string): string {
  const parts = text.split(/(\P{L}+)/u);
  // Words stand at even places, what parts them between.
  let start = 0;
  for (let at = 0; at <= parts.length + 1; at += 2) {
    if (at < parts.length && /^[a-z]{3,8}$/.test(parts[at]!)) {
      continue;
    }
    if ((at - start) / 2 >= PHRASE_WORDS) {
      parts.fill('', start, at - 1);
      parts[start] = REDACTED;
    }
    start = at + 2;
  }
  return parts.join('');
}

/** A folder as tools write it: as it is, with the other slashes, and as JSON and Windows within WSL have it. */
function spellings(folder: string): string[] {
  const drive = /^([A-Za-z]):[\\/]/.exec(folder)?.[1];
  const slashes = folder.replaceAll('\\', '/');
  return [
    folder,
    slashes,
    folder.replaceAll('\\', '\\\\'),
    ...(drive === undefined ? [] : [`/mnt/${drive.toLowerCase()}${slashes.slice(2)}`]),
  ];
}

/** Case counts for nothing: it does not where file systems say so, and elsewhere nothing is lost. */
function replaceFolder(text: string, folder: string, name: string): string {
  const lower = text.toLowerCase();
  const wanted = folder.toLowerCase();
  // A character may have another length in lower case.
  if (lower.length !== text.length) {
    return text.replaceAll(folder, name);
  }
  let result = '';
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    const end = at + folder.length;
    const ends = !/[\w.-]/.test(text[end] ?? ' ');
    result += text.slice(from, at) + (ends ? name : text.slice(at, end));
    from = end;
  }
  return result + text.slice(from);
}
