/** A failure as dfx prints it: what was being done, outermost first, or a diagnosis in its place. */
export class DfxError extends Error {
  readonly causes: readonly string[];
  readonly diagnosis?: { readonly explanation: string; readonly fix: string };

  constructor(causes: readonly string[], diagnosis?: DfxError['diagnosis']) {
    super(causes.join(': '));
    this.causes = causes;
    if (diagnosis) {
      this.diagnosis = diagnosis;
    }
  }

  /** What goes to standard error. With `-v`, a diagnosis does not hide the causes. */
  print(verbose: boolean): string {
    const lines: string[] = [];
    if (verbose || !this.diagnosis) {
      for (const [i, cause] of this.causes.entries()) {
        lines.push(`${i === 0 ? 'Error' : 'Caused by'}: ${cause}`);
      }
    }
    if (this.diagnosis) {
      lines.push(`Error: ${this.diagnosis.explanation}`, `To fix: ${this.diagnosis.fix}`);
    }
    return lines.join('\n');
  }
}

/** Fails with one sentence. */
export function fail(message: string): never {
  throw new DfxError([message]);
}

/** Adds what was being done to a failure on its way out. */
export async function within<T>(doing: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DfxError) {
      throw new DfxError([doing, ...error.causes], error.diagnosis);
    }
    throw error;
  }
}
