import path from 'node:path';
import type { CanisterConfig, DfxConfig } from '../engines/dfx/dfx-config';
import { parseDfxConfig } from '../engines/dfx/dfx-json';
import { type Message, msg } from '../util/message';
import { readText } from './files';

const NOTHING: DfxConfig = { canisters: [], networks: [], problems: [] };

/** A folder with a dfx.json, and what that says. */
export class Project {
  readonly dfxJson: string;
  readonly root: string;
  #config: DfxConfig = NOTHING;
  #failure: Message | undefined;
  #text: string | undefined;
  #byName: ReadonlyMap<string, CanisterConfig> = new Map();

  /** @param dfxJson absolute path of the file */
  constructor(dfxJson: string) {
    this.dfxJson = dfxJson;
    this.root = path.dirname(dfxJson);
  }

  /** The name to show where there are several projects. */
  get name(): string {
    return path.basename(this.root) || this.root;
  }

  /** The last state of the file that was read; empty before {@link load} and where the file is gone. */
  get config(): DfxConfig {
    return this.#config;
  }

  /** Why the file as a whole could not be read. What is wrong inside it is in `config.problems`. */
  get failure(): Message | undefined {
    return this.#failure;
  }

  canister(name: string): CanisterConfig | undefined {
    return this.#byName.get(name);
  }

  /**
   * Reads the file. A file whose text is the same is not parsed again, so that `config` stays the same object.
   * @returns whether anything changed
   */
  async load(): Promise<boolean> {
    const file = await readText(this.dfxJson);
    if (file.state === 'text') {
      return this.update(file.text);
    }
    const failure = file.state === 'failed' ? file.message : msg('{0} does not exist.', this.dfxJson);
    const changed = this.#text !== undefined || this.#failure?.text !== failure.text;
    this.#set(NOTHING, undefined, failure);
    return changed;
  }

  /** {@link load} again, after a change on disk. */
  reload(): Promise<boolean> {
    return this.load();
  }

  /**
   * Takes a text instead of the file's: that of an editor with unsaved changes.
   * @returns whether anything changed
   */
  update(text: string): boolean {
    if (text === this.#text) {
      return false;
    }
    this.#set(parseDfxConfig(text), text, undefined);
    return true;
  }

  #set(config: DfxConfig, text: string | undefined, failure: Message | undefined): void {
    this.#config = config;
    this.#text = text;
    this.#failure = failure;
    this.#byName = new Map(config.canisters.map((canister) => [canister.name, canister]));
  }
}
