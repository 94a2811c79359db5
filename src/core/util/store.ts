/** Where things are kept beyond the window. Structurally the useful half of a `vscode.Memento`. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}
