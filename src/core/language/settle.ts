import type { Finding } from './findings';
import type { EngineLanguage } from './language';

/** Rounds in which an analysis may ask for more files. */
const MAX_ROUNDS = 20;

/**
 * The findings of a text as the content of a file, once all that they depend on has been read; undefined for a file of
 * another kind.
 *
 * @param file absolute path, where the text is or could be
 */
export async function settledFindings(
  languages: readonly EngineLanguage[],
  file: string,
  text: string,
): Promise<readonly Finding[] | undefined> {
  const language = languages.find((each) => each.kindOf(file) !== undefined);
  const kind = language?.kindOf(file);
  if (!language || !kind) {
    return undefined;
  }
  const project = language.openProject(language.rootOf(file));
  const document = project.open(kind, text, file);
  for (let round = 0; ; round++) {
    const findings = document.findings(kind === 'manifest' ? document : undefined);
    if (!project.facts.needsLoad || round >= MAX_ROUNDS) {
      return findings;
    }
    await project.facts.load();
  }
}
