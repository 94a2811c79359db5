/** What a conversion from dfx.json to icp.yaml comes to. */
import type { Path, TextRange } from '../document/tree';
import type { Message } from '../util/message';

/** What became of a key: the same, the same with something to know about, nothing. */
export type Verdict = 'converted' | 'different' | 'none';

/** A key of dfx.json and what became of it. */
export interface ReportRow {
  readonly path: Path;
  /** Of the key, in dfx.json. */
  readonly range: TextRange;
  readonly verdict: Verdict;
  /** What stands in its place, and what there is to do where nothing does. */
  readonly text: Message;
  /** It speaks for everything below the key, too. */
  readonly whole?: true;
}

/** A file that a conversion makes or changes. */
export interface PlannedFile {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What it holds now; undefined where there is none. */
  readonly before: string | undefined;
  /** What it holds now stays in it. */
  readonly kept?: true;
}

/** Ids that go along to an environment. */
export interface IdTransfer {
  readonly environment: string;
  /** Relative to the project, with slashes. */
  readonly file: string;
  /** By the name of the canister in icp.yaml. */
  readonly ids: ReadonlyMap<string, string>;
}

export interface Conversion {
  /** icp.yaml, whether it changes or not. */
  readonly manifest: PlannedFile;
  /** All that are made or changed, icp.yaml first. */
  readonly files: readonly PlannedFile[];
  /** Every key of dfx.json, in the order of the file. */
  readonly rows: readonly ReportRow[];
  /** What is no key's but has to be known. */
  readonly notes: readonly Message[];
  readonly ids: readonly IdTransfer[];
  /** Ids that the project has and icp does not get, and why. */
  readonly leftIds: readonly Message[];
  /** Canisters, by their names in icp.yaml. */
  readonly canisters: readonly string[];
  /** Those among them whose build a person has to write. */
  readonly unbuilt: readonly string[];
  /** Files, relative to the project, that icp reads when it loads the project. */
  readonly reads: readonly string[];
}
