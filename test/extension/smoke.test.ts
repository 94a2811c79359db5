import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const ID = 'ic-canisters.ic-canisters';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('the extension', () => {
  const extension = () => {
    const found = vscode.extensions.getExtension(ID);
    assert.ok(found, `${ID} is not there`);
    return found;
  };

  it('wakes up by itself in a folder with a dfx.json', async () => {
    const deadline = Date.now() + 15_000;
    while (!extension().isActive && Date.now() < deadline) {
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.ok(extension().isActive);
  });

  it('registers every command that its manifest names', async () => {
    await extension().activate();
    const named = (extension().packageJSON as Manifest).contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((command) => !registered.has(command)),
      [],
    );
  });
});
