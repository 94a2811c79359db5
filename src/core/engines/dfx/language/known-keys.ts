/** Which keys a dfx knows: from the schema that it prints, or from the version that the project pins. */
export interface KnownKeys {
  /** The version, as far as it is known; for the message. */
  readonly version?: string;
  /** Whether the object `upstream` (the definition's name in dfx's schema) has the key; undefined: cannot be told. */
  knows(upstream: string, key: string, since: string | undefined): boolean | undefined;
}

function compareVersions(a: string, b: string): number | undefined {
  const [left, right] = [a, b].map((version) => /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(version));
  if (!left || !right) {
    return undefined;
  }
  for (let i = 1; i <= 3; i++) {
    const difference = Number(left[i]) - Number(right[i]);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** What a dfx of this version knows, by the release in which each key came. */
export function knownByVersion(version: string): KnownKeys {
  return {
    version,
    knows(_upstream, _key, since) {
      if (since === undefined) {
        return true;
      }
      const order = compareVersions(version, since);
      return order === undefined ? undefined : order >= 0;
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function collect(schema: unknown, names: Set<string>): void {
  if (!isRecord(schema)) {
    return;
  }
  if (isRecord(schema['properties'])) {
    for (const name of Object.keys(schema['properties'])) {
      names.add(name);
    }
  }
  for (const branch of ['allOf', 'anyOf', 'oneOf']) {
    const branches = schema[branch];
    if (Array.isArray(branches)) {
      for (const each of branches) {
        collect(each, names);
      }
    }
  }
}

/** What the dfx knows that printed this schema (`dfx schema`); undefined where the text is no such schema. */
export function knownBySchema(text: string, version?: string): KnownKeys | undefined {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(schema) || !isRecord(schema['properties']) || !isRecord(schema['definitions'])) {
    return undefined;
  }
  const objects = new Map<string, Set<string>>([['', new Set()]]);
  collect(schema, objects.get('')!);
  for (const [name, definition] of Object.entries(schema['definitions'])) {
    const names = new Set<string>();
    collect(definition, names);
    objects.set(name, names);
  }
  // Our table has one object for both forms of a network.
  for (const name of objects.get('ConfigNetworkProvider') ?? []) {
    objects.get('ConfigLocalProvider')?.add(name);
  }
  return {
    version,
    // An object that dfx does not have is reported where its key stands.
    knows: (upstream, key) => objects.get(upstream)?.has(key),
  };
}
