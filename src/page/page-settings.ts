import { type CanisterRef, requireReadable } from '../core/lifecycle/canister-ref';
import { mergedChange } from '../core/lifecycle/settings-diff';
import type { Ownership } from '../core/monitor/ownership';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { SettingsChange } from '../core/network/canister-facts';
import type { PageSubject, ToPage } from '../core/page/messages';
import type { SettingValue } from '../core/page/model';
import { type SettingsContent, settingsContent } from '../core/page/page-settings';
import type { WrittenSettings } from '../core/project/model';
import type { RowAction } from '../core/rows/row';
import type { SettingName } from '../core/rows/setting-words';
import { Failure } from '../core/util/failure';
import { type Message, msg } from '../core/util/message';
import { translate } from '../ui/translate';
import { pageTarget } from './page-calls';
import { PageWork } from './page-work';

/** Reads and changes settings as the commands do, with their questions. Each throws a {@link Failure}. */
export interface SettingsEditor {
  writtenSettings(target: CanisterRef): Promise<WrittenSettings>;
  /** @param detail what is changed, in words, for the question */
  changeSettings(target: CanisterRef, change: SettingsChange, detail: string): Promise<void>;
  /** Asks for another value of one. */
  editSetting(target: CanisterRef, setting: SettingName): Promise<void>;
}

interface Parts {
  readonly workspace: WorkspaceMonitor;
  readonly ownership: Ownership;
  readonly caller: SettingsEditor;
}

/** The settings on one page. The network is asked by the project's monitor alone; here only files are read. */
export class PageSettingsHost {
  readonly #parts: Parts;
  readonly #subject: PageSubject;
  readonly #send: (message: ToPage) => void;
  #follow = false;
  #shown: SettingsContent | undefined;
  readonly #work = new PageWork('settings-failure');
  /** Counts what was begun to be read, so that an older reading never replaces a newer one. */
  #turn = 0;
  #sent = '';

  constructor(parts: Parts, subject: PageSubject, send: (message: ToPage) => void) {
    this.#parts = parts;
    this.#subject = subject;
    this.#send = send;
  }

  /** The page is hidden, or its script begins anew: it says itself that it follows. */
  restart(): void {
    this.#follow = false;
    this.#sent = '';
    this.#work.clear();
  }

  follow(follow: boolean): void {
    this.#follow = follow;
    this.#sent = '';
    void this.canisterChanged();
  }

  /** What the button of a failure does. */
  action(id: string): RowAction | undefined {
    return this.#work.action(id);
  }

  async canisterChanged(): Promise<void> {
    if (!this.#follow) {
      return;
    }
    const turn = ++this.#turn;
    let content: SettingsContent | undefined;
    try {
      content = await this.#read(pageTarget(this.#parts.workspace, this.#subject));
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      // It is not there: the head of the page says so.
    }
    if (turn === this.#turn && content) {
      this.#shown = content;
      this.#tell();
    }
  }

  #tell(): void {
    if (this.#follow && this.#shown) {
      const settings = { ...this.#shown.settings, problem: this.#work.problem };
      const text = JSON.stringify(settings);
      if (text !== this.#sent) {
        this.#sent = text;
        this.#send({ type: 'settings', settings });
      }
    }
  }

  async #read(target: CanisterRef): Promise<SettingsContent> {
    const { caller, ownership } = this.#parts;
    const { project, canister } = target;
    const [written, owners] = await Promise.all([caller.writtenSettings(target), ownership.owners(project)]);
    const state = project.canister(canister);
    if (!state) {
      throw new Failure({ message: msg('{0} has no canister named {1}.', project.manifest, canister) });
    }
    return settingsContent({ state, snapshot: project.snapshot, written, owners });
  }

  /** Makes settings on the network as they are written, where both are still as the page shows them. */
  apply(names: readonly SettingName[]): Promise<void> {
    const shown = this.#shown;
    return this.#do(async (target) => {
      await requireReadable(target.project);
      await target.project.refreshCanister(target.canister);
      const now = await this.#read(target);
      const { doubt } = now.settings;
      if (doubt !== undefined) {
        throw new Failure({ message: msg('Nothing was applied: {0}', doubt) });
      }
      const changes = names.flatMap((name) => now.changes.get(name) ?? []);
      if (changes.length !== names.length || names.some((name) => rowOf(now, name) !== rowOf(shown, name))) {
        throw new Failure({
          message: msg('The settings have changed meanwhile: nothing was applied. Look at them again.'),
        });
      }
      await this.#parts.caller.changeSettings(target, mergedChange(changes), changeWords(now, names));
    });
  }

  change(setting: SettingName): Promise<void> {
    return this.#do((target) => this.#parts.caller.editSetting(target, setting));
  }

  async #do(work: (target: CanisterRef) => Promise<void>): Promise<void> {
    if (await this.#work.run(() => work(pageTarget(this.#parts.workspace, this.#subject)))) {
      await this.canisterChanged();
    }
  }
}

/** What a page shows of a setting, to be compared. */
function rowOf(content: SettingsContent | undefined, name: SettingName): string {
  const row = content?.settings.rows.find(({ setting }) => setting === name);
  return JSON.stringify([row?.written, row?.network]);
}

/** `Freezing threshold: 30 d → 60 d` for each. */
function changeWords({ settings }: SettingsContent, names: readonly SettingName[]): string {
  const said = (values: readonly SettingValue[]) => values.map(({ text }) => translate(text)).join(', ') || '—';
  return settings.rows
    .filter(({ setting }) => names.includes(setting))
    .map(({ label, network, written }) => `${translate(label as Message)}: ${said(network)} → ${said(written)}`)
    .join('; ');
}
