import * as vscode from 'vscode';
import { PageForwarder } from '../core/network/page-forwarder';
import { openPage } from './dialogs';
import { translate } from './translate';

/** Opens the pages of canisters in the browser, wherever that is. */
export class CanisterPages implements vscode.Disposable {
  readonly #forwarder = new PageForwarder(vscode.workspace, translate);

  /** @throws {Failure} where the address is none of a page */
  async open(url: string): Promise<void> {
    // A browser of this computer finds the network itself.
    const forwarded = vscode.env.remoteName === undefined ? undefined : await this.#forwarder.forward(url);
    if (forwarded !== undefined) {
      const { authority } = await vscode.env.asExternalUri(vscode.Uri.parse(forwarded, true));
      this.#forwarder.admit(authority);
    }
    await openPage(forwarded ?? url);
  }

  dispose(): void {
    this.#forwarder.dispose();
  }
}
