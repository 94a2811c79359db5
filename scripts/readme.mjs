// npm run readme: writes the tables of commands, settings and tools for language models into README.md and README.ja.md, from package.json.
//   node scripts/readme.mjs [--check]
// --check writes nothing and fails where a table says something else than package.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const LANGUAGES = [
  {
    file: 'README.md',
    texts: 'package.nls.json',
    commands: ['Command', 'Where', 'ID'],
    settings: ['Setting', 'Default', 'What it does'],
    tools: ['Tool', 'In a prompt', 'What it gives or does'],
    palette: 'palette',
    title: (view) => `title of ${view}`,
    row: (view) => `row in ${view}`,
    editor: 'title of the editor',
    lens: 'links of other commands',
    separator: ', ',
  },
  {
    file: 'README.ja.md',
    texts: 'package.nls.ja.json',
    commands: ['コマンド', '場所', 'ID'],
    settings: ['設定', '既定値', '内容'],
    tools: ['ツール', 'プロンプトで', '内容'],
    palette: 'コマンドパレット',
    title: (view) => `「${view}」のタイトル`,
    row: (view) => `「${view}」の行`,
    editor: 'エディターのタイトル',
    lens: 'ほかのコマンドからのリンク',
    separator: '、',
  },
];

const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const views = Object.values(contributes.views).flat();

for (const language of LANGUAGES) {
  const path = join(root, language.file);
  const before = readFileSync(path, 'utf8');
  const texts = JSON.parse(readFileSync(join(root, language.texts), 'utf8'));
  const text = (key) => texts[key.replace(/^%|%$/g, '')];
  const after = Object.entries({ commands: commandTable, settings: settingTable, tools: toolTable }).reduce(
    (page, [name, tableOf]) => insert(page, name, tableOf(language, text)),
    before,
  );
  if (!process.argv.includes('--check')) {
    writeFileSync(path, after);
  } else if (after !== before) {
    console.error(`${language.file} does not say what package.json does: npm run readme`);
    process.exitCode = 1;
  }
}

function commandTable(language, text) {
  const rows = contributes.commands.map(({ command, title }) => [
    text(title),
    places(command, language, text).join(language.separator),
    `\`${command}\``,
  ]);
  return table(
    language.commands,
    rows.sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
}

/** Where a command is found, by the menus that name it. */
function places(command, language, text) {
  const found = new Set();
  const { menus } = contributes;
  if (!menus.commandPalette.some((entry) => entry.command === command && entry.when === 'false')) {
    found.add(language.palette);
  }
  for (const [menu, say] of [
    ['view/title', language.title],
    ['view/item/context', language.row],
  ]) {
    for (const { when } of menus[menu].filter((entry) => entry.command === command)) {
      const view = views.find(({ id }) => new RegExp(`\\bview == ${id.replaceAll('.', '\\.')}(?![\\w.])`).test(when));
      found.add(say(text(view.name)));
    }
  }
  if (menus['editor/title'].some((entry) => entry.command === command)) {
    found.add(language.editor);
  }
  return found.size > 0 ? [...found] : [language.lens];
}

function settingTable(language, text) {
  const rows = contributes.configuration.flatMap(({ properties }) =>
    Object.entries(properties).map(([name, { default: value, markdownDescription, description }]) => [
      `\`${name}\``,
      `\`${JSON.stringify(value)}\``,
      text(markdownDescription ?? description),
    ]),
  );
  return table(language.settings, rows);
}

function toolTable(language, text) {
  const rows = contributes.languageModelTools.map(({ displayName, toolReferenceName, userDescription }) => [
    text(displayName),
    `\`#${toolReferenceName}\``,
    text(userDescription),
  ]);
  return table(language.tools, rows);
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Puts a table between its two marks. */
function insert(text, name, content) {
  const marks = new RegExp(`(<!-- ${name} -->\n\n)[^]*?(\n*<!-- /${name} -->)`);
  if (!marks.test(text)) {
    throw new Error(`There is no place for the table of ${name}.`);
  }
  return text.replace(marks, (_, begin) => `${begin}${content}\n\n<!-- /${name} -->`);
}
