import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WORDS = {
  en: {
    item: 'dfx is a stand-in',
    text: 'The dfx of this window is the stand-in of test/dfx: it does on a test network what dfx would do. The icp is the real one, on a test network, too.',
    button: 'Got it',
  },
  ja: {
    item: 'dfx は代用品です',
    text: 'このウィンドウの dfx は test/dfx の代用品で、本来の dfx と同じことをテストネットワーク上で行います。icp は本物ですが、同じくテストネットワーク上で動きます。',
    button: '了解',
  },
};

/**
 * Writes an extension that says in its window that dfx is not the real one: at the start, and in the status bar.
 *
 * @returns the folder
 */
export function writeStandInNotice(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    publisher: 'ic-canisters',
    name: 'stand-in-notice',
    version: '1.0.0',
    engines: { vscode: '^1.100.0' },
    activationEvents: ['onStartupFinished'],
    main: './extension.js',
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'extension.js'),
    `const vscode = require('vscode');
const words = ${JSON.stringify(WORDS)};
exports.activate = (context) => {
  const { item: label, text, button } = words[vscode.env.language] ?? words.en;
  const item = vscode.window.createStatusBarItem('stand-in', vscode.StatusBarAlignment.Left, -100);
  item.name = label;
  item.text = '$(beaker) ' + label;
  item.tooltip = text;
  item.show();
  context.subscriptions.push(item);
  void vscode.window.showInformationMessage(text, button);
};
`,
  );
  return folder;
}
