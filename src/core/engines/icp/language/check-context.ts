import type { ProjectFiles } from '../project-files';
import type { IcpFindings } from './finding-codes';
import type { IcpFacts } from './icp-facts';
import type { IcpModel } from './icp-model';
import type { Structure } from './structure';

/** What the checks may ask, and where they report. Look-ups of facts are immediate, and undefined while not known. */
export interface CheckContext {
  readonly model: IcpModel;
  readonly structure: Structure;
  /** The whole project, as icp would load it with the texts of the editor. */
  readonly project: ProjectFiles;
  /** Set while files are being looked up that the project depends on. */
  readonly incomplete: boolean;
  readonly facts: IcpFacts;
  readonly findings: IcpFindings;
  /** The absolute path of the file. */
  readonly file: string;
  /** Its folder. */
  readonly folder: string;
  /** The canisters of the project itself. */
  readonly canisterNames: readonly string[];
  readonly networkNames: readonly string[];
  /** The folder that the paths of a canister are relative to. */
  folderOf(canister: string | undefined): string | undefined;
}
