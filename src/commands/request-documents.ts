import * as vscode from 'vscode';
import { methodComments } from '../core/candid/comments';
import { exampleArguments } from '../core/candid/defaults';
import { layOutArguments, needsLines } from '../core/candid/layout';
import { printLabel, printName, printSignature, printType } from '../core/candid/print';
import {
  kindOf,
  type RequestPlace,
  type RequestSurroundings,
  requestExpectation,
  requestPlace,
  requestProblems,
} from '../core/candid/request-check';
import { printCalled, type RequestFile, readRequests, requestAt } from '../core/candid/request-file';
import type { Interface, Signature } from '../core/candid/types';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { KnownInterface } from '../core/lifecycle/native-operations';
import { targetWords } from '../core/monitor/project-snapshot';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { labelText, Markdown, md } from '../core/util/foreign';
import { shortText } from '../core/util/shorten';
import { projectsAround } from '../ui/project-label';
import { codeLens, markdownString } from '../ui/surfaces';
import { toRange } from '../ui/to-range';
import { translate } from '../ui/translate';
import { candidCompletions, completion, detailText, inOrder } from './candid-completions';
import { CandidProblems, fixesOf } from './candid-problems';
import type { KnownInterfaces } from './known-interfaces';
import type { NamedPrincipal } from './principal-names';

/** The language of files of named requests. */
export const REQUESTS = 'candid-requests';
/** Canisters or methods that are offered; more, nobody reads. */
const MAX_OFFERED = 500;
/** Characters of what an interface says of a method. */
const MAX_COMMENT = 2_000;
/** Milliseconds in which changes of projects become one. */
const TOGETHER = 200;

interface Surroundings {
  readonly workspace: WorkspaceMonitor;
  readonly interfaces: KnownInterfaces;
  /** Principals that can be chosen for one canister's arguments. */
  owners(target: CanisterRef): Promise<readonly NamedPrincipal[]>;
}

/** What the editor knows of files of named requests: it holds them to the canisters that there are, and calls them. */
export class RequestDocuments
  implements
    vscode.CompletionItemProvider,
    vscode.CodeLensProvider,
    vscode.CodeActionProvider,
    vscode.HoverProvider,
    vscode.DocumentSymbolProvider,
    vscode.Disposable
{
  readonly #surroundings: Surroundings;
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #read = new WeakMap<vscode.TextDocument, { readonly version: number; readonly file: RequestFile }>();
  readonly #problems: CandidProblems;
  readonly #disposables: { dispose(): unknown }[];
  #watches = false;
  #timer: NodeJS.Timeout | undefined;
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    const { languages } = vscode;
    this.#problems = new CandidProblems(
      'icCanisters.requests',
      ({ languageId }) => languageId === REQUESTS,
      (document) => this.#find(document),
    );
    this.#disposables = [
      this.#lensesChanged,
      this.#problems,
      languages.registerCompletionItemProvider(REQUESTS, this, '.', '{', '=', ';', ' '),
      languages.registerCodeLensProvider(REQUESTS, this),
      languages.registerCodeActionsProvider(REQUESTS, this),
      languages.registerHoverProvider(REQUESTS, this),
      languages.registerDocumentSymbolProvider(REQUESTS, this),
    ];
    this.#problems.showAll();
  }

  /** The requests of a document, read once for each version. */
  file(document: vscode.TextDocument): RequestFile {
    this.#watch();
    const known = this.#read.get(document);
    if (known?.version === document.version) {
      return known.file;
    }
    const file = readRequests(document.getText());
    this.#read.set(document, { version: document.version, file });
    return file;
  }

  /** The canister of a name, once for each tool that the project of a document is of. */
  targets({ uri }: vscode.TextDocument, canister: string): readonly CanisterRef[] {
    return projectsAround(this.#surroundings.workspace.projects, uri)
      .filter((project) => project.canister(canister) !== undefined)
      .map((project) => ({ project, canister }));
  }

  /** From the first document on, follows what they are held to. */
  #watch(): void {
    if (this.#watches) {
      return;
    }
    this.#watches = true;
    const { workspace, interfaces } = this.#surroundings;
    const changed = () => this.#changed();
    this.#disposables.push(
      workspace.onDidChangeProject(changed),
      workspace.onDidChangeProjects(changed),
      interfaces.onDidChange(changed),
      vscode.workspace.onDidGrantWorkspaceTrust(changed),
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration('icCanisters.language') && this.#changed(),
      ),
    );
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#problems.showAll();
      this.#lensesChanged.fire();
    }, TOGETHER);
  }

  #find(document: vscode.TextDocument) {
    return isOn(document, 'diagnostics') ? requestProblems(this.file(document), this.#around(document)) : [];
  }

  #around(document: vscode.TextDocument): RequestSurroundings {
    const projects = projectsAround(this.#surroundings.workspace.projects, document.uri);
    const areLoaded = projects.length > 0 && projects.every(({ snapshot }) => snapshot.loaded);
    if (vscode.workspace.isTrusted) {
      for (const project of projects) {
        if (!project.snapshot.loaded) {
          void project.load();
        }
      }
    }
    return {
      canisters: areLoaded ? projects.flatMap(({ snapshot }) => snapshot.canisters.map(({ name }) => name)) : undefined,
      interface: (canister) => this.#known(document, canister)?.parsed,
    };
  }

  #known(document: vscode.TextDocument, canister: string): KnownInterface | undefined {
    const [target] = this.targets(document, canister);
    return target && this.#surroundings.interfaces.now(target);
  }

  /** As {@link #around}, with the interface of the canister that is called at a place. */
  async #aroundPlace(document: vscode.TextDocument, offset: number): Promise<RequestSurroundings> {
    const canister = requestAt(this.file(document), offset)?.canister;
    const [target] = canister ? this.targets(document, canister.text) : [];
    if (target) {
      await this.#surroundings.interfaces.read(target);
    }
    return this.#around(document);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.isTrusted || !isOn(document, 'codeLens')) {
      return [];
    }
    const { workspace } = this.#surroundings;
    return this.file(document).requests.flatMap(({ name, whole, canister, method, arguments: given }) => {
      const targets = canister && method && given ? this.targets(document, canister.text) : [];
      const { line } = document.positionAt(whole.offset);
      const range = new vscode.Range(line, 0, line, 0);
      const place = { offset: whole.offset, length: name.offset + name.length - whole.offset };
      return targets.flatMap((target) => {
        const { snapshot } = target.project;
        const tool = targets.length > 1 ? workspace.toolToName(target.project) : undefined;
        const called = vscode.l10n.t(
          'Call {0}.{1} on {2} as {3}',
          target.canister,
          method!.text,
          snapshot.target.name,
          snapshot.identity?.name ?? 'anonymous',
        );
        const title = tool === undefined ? called : `${called} (${tool})`;
        const argument = [
          { manifest: target.project.manifest, canister: target.canister, file: document.uri.toString() },
          place,
        ];
        return [
          codeLens(range, 'play', title, { command: 'icCanisters.callRequest', arguments: argument }),
          codeLens(range, undefined, vscode.l10n.t('Copy as…'), {
            command: 'icCanisters.copyCallAs',
            arguments: argument,
          }),
        ];
      });
    });
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    return fixesOf(document, this.#find(document), range);
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    return this.file(document).requests.map(({ name, whole, canister, method }) => {
      const called = canister && method ? `${canister.text}.${method.text}` : '';
      const label = name.text === '' ? '###' : name.text;
      const shown = { offset: whole.offset, length: name.offset + name.length - whole.offset };
      return new vscode.DocumentSymbol(
        labelText(label),
        labelText(called),
        vscode.SymbolKind.Function,
        toRange(document, whole),
        toRange(document, shown),
      );
    });
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const offset = document.offsetAt(position);
    const around = await this.#aroundPlace(document, offset);
    const file = this.file(document);
    const found = requestPlace(file, offset, around);
    const canister = requestAt(file, offset)?.canister;
    if (!found || !canister) {
      return undefined;
    }
    const lines = this.#hoverLines(document, found, canister.text, around.interface(canister.text));
    return lines.length === 0 ? undefined : new vscode.Hover(markdownString(lines), toRange(document, found));
  }

  #hoverLines(
    document: vscode.TextDocument,
    found: RequestPlace,
    canister: string,
    known: Interface | undefined,
  ): readonly Markdown[] {
    switch (found.kind) {
      case 'canister':
        return this.targets(document, canister).map(({ project }) => {
          const { id } = project.canister(canister) ?? {};
          const where = md`**${canister}** · ${translate(targetWords(project.snapshot.target))}`;
          return id === undefined ? where : md`${where} · ${Markdown.code(id)}`;
        });
      case 'method': {
        const did = this.#known(document, canister)?.text;
        const comment = did !== undefined && known ? methodComments(did, known).get(found.method) : undefined;
        const typed = Markdown.code(`${printName(found.method)} : ${printSignature(found.signature)}`);
        return comment === undefined ? [typed] : [typed, md`${shortText(comment, MAX_COMMENT)}`];
      }
      case 'type': {
        const { label, type } = found;
        const name = label === undefined ? '' : `${printLabel(label)} : `;
        const definition = type.kind === 'name' ? known?.types.get(type.name) : undefined;
        const typed = Markdown.code(name + printType(type));
        return definition && type.kind === 'name'
          ? [typed, Markdown.code(`type ${type.name} = ${printType(definition)}`)]
          : [typed];
      }
    }
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const offset = document.offsetAt(position);
    const around = await this.#aroundPlace(document, offset);
    const file = this.file(document);
    const wanted = requestExpectation(document.getText(), file, offset, around);
    switch (wanted?.kind) {
      case 'canister': {
        const names = [...new Set(around.canisters)].slice(0, MAX_OFFERED);
        const kinds = wanted.withKind ? ['query', 'update'] : [];
        return inOrder(document, [...names.map(canisterItem), ...kinds.map(kindItem)], wanted.word);
      }
      case 'method': {
        const did = this.#known(document, wanted.canister)?.text;
        const known = around.interface(wanted.canister);
        const comments = did !== undefined && known ? methodComments(did, known) : new Map<string, string>();
        const methods = [...(known?.methods ?? [])].filter(
          ([, each]) => wanted.as !== 'query' || kindOf(each) === 'query',
        );
        const items = methods
          .slice(0, MAX_OFFERED)
          .map(([name, signature]) => methodItem(name, signature, known!, comments.get(name), wanted.hasArguments));
        return inOrder(document, items, wanted.word);
      }
      case 'value': {
        const canister = requestAt(file, offset)?.canister?.text ?? '';
        const [target] = this.targets(document, canister);
        return await candidCompletions(document, wanted.found, wanted.expected, async () =>
          target ? await this.#surroundings.owners(target) : [],
        );
      }
      case undefined:
        return [];
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function isOn(document: vscode.TextDocument, setting: 'diagnostics' | 'codeLens'): boolean {
  return vscode.workspace.getConfiguration('icCanisters.language', document).get(setting, true);
}

const AGAIN = { command: 'editor.action.triggerSuggest', title: '' };

function canisterItem(name: string): vscode.CompletionItem {
  const item = completion(name, vscode.CompletionItemKind.Module, `${printCalled(name)}.`);
  item.command = AGAIN;
  return item;
}

function kindItem(kind: string): vscode.CompletionItem {
  const item = completion(kind, vscode.CompletionItemKind.Keyword, `${kind} `);
  item.command = AGAIN;
  return item;
}

function methodItem(
  name: string,
  signature: Signature,
  { types }: Interface,
  comment: string | undefined,
  hasArguments: boolean,
): vscode.CompletionItem {
  const written = printCalled(name);
  const expected = { parameters: signature.parameters, types };
  const lines = needsLines(expected) ? layOutArguments(expected, { comments: false }) : undefined;
  const example = lines ?? exampleArguments(signature.parameters, types);
  const text = hasArguments ? written : `${written} ${example}`;
  const item = completion(name, vscode.CompletionItemKind.Method, text);
  item.filterText = written;
  item.detail = detailText(printSignature(signature));
  if (comment !== undefined) {
    item.documentation = markdownString([md`${shortText(comment, MAX_COMMENT)}`]);
  }
  return item;
}
