/** The names of the canisters that a mops.toml defines; undefined where it cannot be read. */
export async function mopsCanisters(source: string): Promise<ReadonlySet<string> | undefined> {
  const { parse } = await import('smol-toml');
  try {
    const { canisters } = parse(source);
    return new Set(typeof canisters === 'object' && !Array.isArray(canisters) ? Object.keys(canisters) : []);
  } catch {
    // Whoever writes it sees that from mops.
    return undefined;
  }
}
