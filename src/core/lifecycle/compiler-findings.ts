import type { CompilerDiagnostic } from '../process/diagnostics';

/** What compilers said while canisters of a project were built by one command. */
export interface CompilerFindings {
  /** The root of the project. */
  readonly root: string;
  readonly canisters: readonly string[];
  readonly diagnostics: readonly CompilerDiagnostic[];
}

/**
 * What compilers said and still holds. A compiler names files, not canisters: what was found while several were built is
 * kept until each of them is built again, or until the file changes.
 */
export class CurrentFindings {
  #findings: CompilerFindings[] = [];

  /** What was found of these canisters is found anew. */
  begin(root: string, canisters: readonly string[]): void {
    this.#findings = this.#findings.flatMap((findings) => {
      if (findings.root !== root) {
        return [findings];
      }
      const left = findings.canisters.filter((canister) => !canisters.includes(canister));
      return left.length > 0 ? [{ ...findings, canisters: left }] : [];
    });
  }

  add(findings: CompilerFindings): void {
    this.#findings.push(findings);
  }

  /** What was said of a text that is not there any more only misleads. */
  forget(file: string): void {
    this.#findings = this.#findings.map((findings) => ({
      ...findings,
      diagnostics: findings.diagnostics.filter((diagnostic) => diagnostic.file !== file),
    }));
  }

  /** By file. What was said of a file in several builds is there once. */
  byFile(): ReadonlyMap<string, readonly CompilerDiagnostic[]> {
    const files = new Map<string, Map<string, CompilerDiagnostic>>();
    for (const diagnostic of this.#findings.flatMap(({ diagnostics }) => diagnostics)) {
      const known = files.get(diagnostic.file) ?? new Map<string, CompilerDiagnostic>();
      known.set(JSON.stringify(diagnostic), diagnostic);
      files.set(diagnostic.file, known);
    }
    return new Map([...files].map(([file, known]) => [file, [...known.values()]]));
  }
}
