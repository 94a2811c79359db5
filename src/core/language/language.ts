import type { TextRange } from '../document/tree';
import type { Message } from '../util/message';
import type { FactStore } from './facts';
import type { Finding } from './findings';
import type { NamedThing, SymbolSource } from './symbols';

/**
 * The editor features for the files of one engine. Skins ask for them by document and do not know which engine answers.
 */
export interface EngineLanguage {
  /** Who reports, in the list of problems. */
  readonly source: string;
  /** Globs of the files, for registering: VS Code's, in which braces do not nest. */
  readonly patterns: readonly string[];
  /** Characters after which completions are asked for without a key. */
  readonly completionTriggers: readonly string[];
  /** What a file is to the engine; undefined where it is none of its own. */
  kindOf(file: string): FileKind | undefined;
  /** The folder of the project to which a file of the engine belongs. */
  rootOf(file: string): string;
  /** The paragraph that explains a code. */
  documentationUrl(code: string): string;
  openProject(root: string): LanguageProject;
}

/** The file that defines a project, one that defines a part of it, or one that keeps the ids of its canisters. */
export type FileKind = 'manifest' | 'part' | 'ids';

export interface ProjectFile {
  /** Absolute. */
  readonly file: string;
  readonly kind: FileKind;
}

/** What is known of one project folder. */
export interface LanguageProject {
  readonly root: string;
  readonly facts: FactStore;
  readonly manifestFile: string;
  /** @param file its absolute path */
  open(kind: FileKind, text: string, file: string): LanguageDocument;
  /** Asks the tool itself, by running it, what it knows. True where that may change findings. */
  askTool(): Promise<boolean>;
  /** The files besides the manifest in which names of the project may stand: its parts, and those that keep ids. */
  otherFiles(manifest: LanguageDocument | undefined): Promise<readonly ProjectFile[]>;
  /** Files that are called after a symbol and follow its name; absolute paths. */
  filesOf?(symbol: NamedThing, newName: string): readonly { readonly from: string; readonly to: string }[];
}

/** One version of a file; of an id file there is less to tell. */
export interface LanguageDocument extends SymbolSource {
  /** With what is known now; facts that are asked for in vain are fetched by the next {@link FactStore.load}. */
  findings(manifest: LanguageDocument | undefined): Finding[];
  complete?(offset: number): Promise<Completion[]>;
  hover?(offset: number): Hover | undefined;
  links?(): readonly Link[];
  /** What can be done with the file as a whole. */
  actions?(): readonly DocumentAction[];
  /** Why a symbol cannot get this name; undefined where it can. */
  renameObstacle?(symbol: NamedThing, name: string): Message | undefined;
}

/** A command that a document as a whole offers. */
export interface DocumentAction {
  readonly title: Message;
  readonly command: string;
}

export type CompletionKind =
  | 'key'
  | 'value'
  | 'canister'
  | 'network'
  | 'file'
  | 'folder'
  | 'package'
  | 'snippet'
  | 'type';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: Message;
  /** What replaces {@link range}; VS Code's snippet syntax with `snippet`. */
  readonly insertText: string;
  readonly snippet?: true;
  readonly range: TextRange;
  /** Compared with what is typed, quotes included. */
  readonly filterText: string;
  readonly sortText: string;
  /** What it means, for reading beside the list. */
  readonly documentation?: Message;
  /** Ask again at once: for a folder to go on inside it, for a key to choose its value. */
  readonly again?: true;
  /** True where the contributed schema offers the same. */
  readonly fromSchema?: true;
}

/** A text as it stands in VS Code's snippet syntax. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

export interface HoverPart {
  readonly text: Message;
  /** True where the contributed schema says the same in English through VS Code's own hover. */
  readonly fromSchema?: true;
}

export interface Hover {
  readonly range: TextRange;
  readonly parts: readonly HoverPart[];
  /** The canister that is named here, whose live state belongs to the hover. */
  readonly canister?: string;
  /** The principal that is written here, of which a skin may know more. */
  readonly principal?: string;
}

export interface Link {
  readonly range: TextRange;
  /** An address on the web, or an absolute path. */
  readonly target: { readonly url: string } | { readonly file: string; readonly relative: string };
}
