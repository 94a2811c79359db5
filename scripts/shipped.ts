/** What a .vsix may hold, as paths within it. What .vscodeignore lets through by mistake does not match. */
const SHIPPED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(?:package|package\.nls|package\.nls\.ja)\.json$/,
  /^extension\/(?:readme|changelog)\.md$/i,
  /^extension\/(?:LICENSE\.txt|LICENSE|ThirdPartyNotices\.txt)$/,
  /^extension\/l10n\/bundle\.l10n\.ja\.json$/,
  /^extension\/dist\/(?:[\w.-]+\.js|page\/page\.js|page\/style\.css|didc_bg\.wasm\.br)$/,
  /^extension\/media\/(?:[\w-]+\/)*[\w-]+\.(?:svg|png|md|woff)$/,
  /^extension\/(?:schemas|syntaxes)\/[\w.-]+\.json$/,
  /^extension\/examples\/hello-icp\/(?:README\.md|package\.json|icp\.yaml|mops\.toml|\.gitignore|(?:src|build)\/[\w./-]+)$/,
];

/** The files of a .vsix that are not meant to be shipped. */
export function unwanted(files: readonly string[]): string[] {
  return files.filter((file) => file.includes('..') || !SHIPPED.some((pattern) => pattern.test(file)));
}
