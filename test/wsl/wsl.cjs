#!/usr/bin/env node
// A stand-in of `wsl.exe`, where a distribution is a folder beside it: its root user's home. It knows what Microsoft documents
// of `--list --quiet`, `--distribution`, `--cd` and `--exec`, and how the real one writes and ends.
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync } = require('node:fs');
const path = require('node:path');

const folder = path.join(path.dirname(process.argv[1]), 'distributions');
const distributions = existsSync(folder) ? readdirSync(folder).sort() : [];

/** Its own words are UTF-16, with the line ends of Windows, unless `WSL_UTF8` says otherwise. */
function say(text) {
  const lines = `${text.replaceAll('\n', '\r\n')}\r\n`;
  process.stdout.write(process.env.WSL_UTF8 === '1' ? lines : Buffer.from(lines, 'utf16le'));
}

function fail(text) {
  say(text);
  process.exitCode = 0xff;
}

function exec(name, directory, program, args) {
  const home = path.join(folder, name);
  // Of the variables of Windows those that WSLENV names, with flags behind a slash.
  const shared = (process.env.WSLENV ?? '').split(':').map((entry) => entry.split('/')[0]);
  const passed = shared.filter((key) => process.env[key] !== undefined).map((key) => [key, process.env[key]]);
  const env = { ...Object.fromEntries(passed), HOME: home, USER: 'root', PATH: '/usr/bin:/bin' };
  const cwd = directory === '~' ? home : directory;
  const { status, error } = spawnSync(program, args, { cwd, env, stdio: 'inherit' });
  if (error) {
    fail(`<3>WSL (8) ERROR: CreateProcessCommon:735: execvpe(${program}) failed: No such file or directory`);
  } else {
    process.exitCode = status ?? 1;
  }
}

const [, , ...args] = process.argv;
if (args.join(' ') === '--list --quiet') {
  if (distributions.length === 0) {
    fail('Windows Subsystem for Linux has no installed distributions.');
  } else {
    say(distributions.join('\n'));
  }
} else {
  const options = { '--distribution': distributions[0], '--cd': '/' };
  while (args[0] in options) {
    options[args.shift()] = args.shift();
  }
  if (args.shift() !== '--exec') {
    fail(`Invalid command line argument: ${args[0]}`);
  } else if (!distributions.includes(options['--distribution'])) {
    fail('There is no distribution with the supplied name.\nError code: Wsl/Service/WSL_E_DISTRO_NOT_FOUND');
  } else {
    exec(options['--distribution'], options['--cd'], args[0], args.slice(1));
  }
}
