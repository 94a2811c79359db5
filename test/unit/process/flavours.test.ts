/** What differs between systems, held to on each of them: paths, places of programs, ends of processes, quotes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { locateDfx } from '../../../src/core/engines/dfx/locate';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { findIcp } from '../../../src/core/engines/icp/locate';
import { ToolVersions } from '../../../src/core/engines/tool-note';
import { cleanStart } from '../../../src/core/process/clean-start';
import { isFixedPath, locateProgram, needsShell, windowsProgram } from '../../../src/core/process/locate-program';
import { portOwner } from '../../../src/core/process/port-owner';
import { killProcessTree } from '../../../src/core/process/process-tree';
import { quoteCommand } from '../../../src/core/process/quote';
import { formatMessage } from '../../../src/core/util/message';
import { fileNameOf, isInside, leavesFolder, staysInside } from '../../../src/core/util/paths';
import { MemoryStore } from '../monitor/world';

const { win32, posix } = path;

/** A file system that has these programs, in whichever case a path of Windows is written. */
function programs(...paths: string[]) {
  const there = new Set(paths.map((each) => each.toLowerCase()));
  const has = async (file: string) => there.has(file.toLowerCase());
  return { isFile: has, isExecutable: has };
}

const said = (location: object): string =>
  'message' in location ? formatMessage(location.message as never) : JSON.stringify(location);

describe('paths of Windows and of other systems', () => {
  it('lie inside a folder or not', () => {
    for (const [paths, folder, file, expected] of [
      [win32, 'C:\\shop', 'C:\\shop\\src\\main.mo', true],
      [win32, 'C:\\Shop', 'c:\\shop\\SRC', true],
      [win32, 'C:\\shop', 'C:/shop/src', true],
      [win32, 'C:\\shop', 'C:\\shop', false],
      [win32, 'C:\\shop', 'C:\\shopping', false],
      [win32, 'C:\\shop', 'C:\\shop\\..\\other', false],
      [win32, 'C:\\shop', 'D:\\shop\\src', false],
      [win32, 'C:\\', 'C:\\shop', true],
      [win32, '\\\\host\\share\\shop', '\\\\host\\share\\shop\\a', true],
      [win32, '\\\\HOST\\Share\\shop', '\\\\host\\share\\SHOP\\a', true],
      [win32, '\\\\host\\share', '\\\\host\\other\\a', false],
      [win32, '\\\\host\\share', 'C:\\share\\a', false],
      [win32, '\\\\wsl.localhost\\Ubuntu\\home\\ada', '\\\\wsl.localhost\\Ubuntu\\home\\ada\\shop', true],
      [win32, 'C:\\shop', 'C:\\shop\\..a', true],
      [posix, '/shop', '/shop/src', true],
      [posix, '/shop', '/Shop/src', false],
      [posix, '/shop', '/shop/../other', false],
      [posix, '/', '/shop', true],
      [posix, '/shop', '/shop/a\\..\\..\\b', true],
    ] as const) {
      assert.equal(isInside(folder, file, paths), expected, `${folder} ${file}`);
    }
  });

  it('stay inside a folder as names, or lead out of it', () => {
    for (const name of ['..\\x', '../x', 'C:\\x', 'D:x', '\\x', '/x', '\\\\host\\share\\x', '', '.', 'a\\..', 'x\0']) {
      assert.equal(staysInside('C:\\shop', name, win32), false, name);
    }
    for (const name of ['local', 'a\\b', 'a/b', '..a', 'a\\..\\b', 'Größe', '日本']) {
      assert.equal(staysInside('C:\\shop', name, win32), true, name);
    }
    assert.equal(staysInside('/shop', '..\\x', posix), true, 'a backslash is a character of a name');
    for (const relative of ['..', '..\\x', 'D:\\x', '\\x', '\\\\host\\share', 'a/../../x', 'C:\\shopping']) {
      assert.equal(leavesFolder('C:\\shop', relative, win32), true, relative);
    }
    for (const relative of [
      '',
      '.',
      'src',
      'src\\..',
      'C:\\shop',
      'c:\\SHOP',
      'c:\\SHOP\\src',
      '..\\shop\\src',
      '..a',
    ]) {
      assert.equal(leavesFolder('C:\\shop', relative, win32), false, relative);
    }
    assert.equal(leavesFolder('/shop', 'c:/x', posix), false);
  });

  it('are made of names without a device, without half a character, and in the length that systems take', () => {
    assert.equal(fileNameOf('a/b\\c:d*e?.f'), 'a_b_c_d_e__f');
    for (const name of ['con', 'NUL', 'Aux', 'prn', 'com1', 'LPT9']) {
      assert.equal(fileNameOf(name), `${name}_`);
    }
    assert.equal(fileNameOf('console'), 'console');
    assert.equal(fileNameOf('com10'), 'com10');
    const japanese = fileNameOf('倉庫'.repeat(100));
    assert.ok(Buffer.byteLength(japanese) <= 200 && japanese.length > 60);
    const wide = fileNameOf(`${'x'.repeat(198)}𠮷𠮷`);
    assert.equal(wide, 'x'.repeat(198), 'a character of four bytes has no room');
  });

  it('are the same file from everywhere, or not', () => {
    for (const file of ['C:\\x', 'c:/x', '\\\\host\\share\\x', '//host/share/x', '\\\\?\\C:\\x']) {
      assert.equal(isFixedPath(file, 'win32'), true, file);
    }
    for (const file of ['x', '.\\x', '\\x', '/x', 'C:x', '']) {
      assert.equal(isFixedPath(file, 'win32'), false, file);
    }
    assert.equal(isFixedPath('/x', 'linux'), true);
    assert.equal(isFixedPath('C:\\x', 'darwin'), false);
  });
});

describe('programs on Windows', () => {
  const find = (env: NodeJS.ProcessEnv, ...there: string[]) =>
    locateProgram({ name: 'dfx', env, platform: 'win32', folders: ['D:\\usual'], files: programs(...there) });
  const paths = async (env: NodeJS.ProcessEnv, ...there: string[]) =>
    (await find(env, ...there)).map((each) => each.path);

  it('are found by Path in whichever case, in quoted folders, before the usual ones', async () => {
    const there = ['C:\\Program Files; x\\dfx.exe', 'C:\\two\\dfx.exe', 'D:\\usual\\dfx.exe'];
    for (const name of ['Path', 'PATH', 'path']) {
      assert.deepEqual(await paths({ [name]: 'C:\\one;C:\\two;' }, ...there), there.slice(1), name);
    }
    assert.deepEqual(await paths({ Path: '"C:\\Program Files; x";"C:\\two"' }, ...there), there);
    assert.deepEqual(await paths({}, ...there), there.slice(2));
  });

  it('have the extensions of PATHEXT, of which scripts count for nothing', async () => {
    const there = ['C:\\a\\dfx.cmd', 'C:\\a\\dfx.bat', 'C:\\a\\dfx.com', 'C:\\a\\dfx.exe', 'C:\\a\\dfx'];
    const found = (PATHEXT?: string) => paths({ Path: 'C:\\a', PATHEXT }, ...there);
    assert.deepEqual(await found('.COM;.EXE;.BAT;.CMD'), ['C:\\a\\dfx.com', 'C:\\a\\dfx.exe']);
    assert.deepEqual(await found(), ['C:\\a\\dfx.exe']);
    assert.deepEqual(await found('.BAT; .Exe'), ['C:\\a\\dfx.exe']);
    assert.deepEqual(await found('.BAT;.CMD'), []);
  });

  it('are not looked for where the current drive or folder decides', async () => {
    const there = ['\\tools\\dfx.exe', 'C:tools\\dfx.exe', 'tools\\dfx.exe', '.\\dfx.exe', 'dfx.exe'];
    assert.deepEqual(await paths({ Path: '\\tools;C:tools;tools;.;;/tools' }, ...there), []);
  });

  it('of other systems are found by the exact PATH, between colons', async () => {
    const files = programs('/a/dfx', '/b/dfx');
    const search = { name: 'dfx', platform: 'linux' as const, folders: [], files };
    const found = await locateProgram({ ...search, env: { PATH: '/b:/a:a', Path: '/c' } });
    assert.deepEqual(
      found.map((each) => each.path),
      ['/b/dfx', '/a/dfx'],
    );
    assert.deepEqual(await locateProgram({ ...search, env: { Path: '/a' } }), []);
  });

  it('that belong to the system are named in full', () => {
    assert.equal(windowsProgram('taskkill.exe', { SYSTEMROOT: 'D:\\Win' }), 'D:\\Win\\System32\\taskkill.exe');
    assert.equal(windowsProgram('taskkill.exe', {}), 'C:\\Windows\\System32\\taskkill.exe');
  });

  it('that need a shell are told from those that do not', () => {
    for (const file of ['C:\\a\\icp.cmd', 'C:\\a\\ICP.BAT', 'C:\\a\\icp.ps1', 'C:\\a\\icp']) {
      assert.equal(needsShell(file, 'win32'), true, file);
    }
    assert.equal(needsShell('C:\\a\\icp.EXE', 'win32'), false);
    assert.equal(needsShell('/a/icp', 'linux'), false);
  });

  it('of the system are asked by their full path who has a port', async () => {
    const asked: string[] = [];
    const ask = async (executable: string) => {
      asked.push(executable);
      return executable.includes('netstat')
        ? '  TCP    127.0.0.1:8000   0.0.0.0:0   LISTENING   42'
        : '"com.docker.backend.exe","42"';
    };
    const owner = await portOwner(8000, { platform: 'win32', env: { systemroot: 'C:\\Windows' }, ask });
    assert.equal(owner?.docker, true);
    assert.deepEqual(asked, ['C:\\Windows\\System32\\netstat.exe', 'C:\\Windows\\System32\\tasklist.exe']);
  });
});

describe('the tools on Windows', () => {
  const home = 'C:\\Users\\ada';
  const npm = `${home}\\AppData\\Roaming\\npm`;
  const inPackage = '@icp-sdk\\icp-cli-win32-x64\\bin\\icp.exe';
  const icp = (setting: string, env: NodeJS.ProcessEnv, ...there: string[]) =>
    findIcp({ setting, env, platform: 'win32', home, files: programs(...there) }, new ToolVersions(new MemoryStore()));
  const dfx = (setting: string, ...there: string[]) => {
    const locations = dfxLocations({}, 'win32', home);
    return locateDfx({ setting, env: {}, platform: 'win32', home, locations, files: programs(...there) });
  };

  it('find the program of icp behind the script that npm makes, which no shell has to start', async () => {
    const nested = `${npm}\\node_modules\\@icp-sdk\\icp-cli\\node_modules\\${inPackage}`;
    const beside = `${npm}\\node_modules\\${inPackage}`;
    for (const program of [nested, beside]) {
      const there = [`${npm}\\icp.cmd`, `${npm}\\icp`, `${npm}\\icp.ps1`, program];
      const found = { state: 'found', path: program, version: undefined };
      assert.deepEqual(await icp('', { Path: npm }, ...there), found);
      assert.deepEqual(await icp(`${npm}\\icp.cmd`, {}, ...there), found);
      assert.deepEqual(await icp('~\\AppData\\Roaming\\npm\\icp.cmd', {}, ...there), found);
    }
    assert.equal((await icp('', { Path: npm }, nested)).state, 'missing', 'without the script it is not installed');
    assert.equal((await icp('', { Path: npm }, `${npm}\\icp.cmd`)).state, 'missing', "another package's script");
  });

  it('find icp where its installer puts it', async () => {
    const program = `${home}\\.cargo\\bin\\icp.exe`;
    assert.deepEqual(await icp('', { Path: npm }, program), { state: 'found', path: program, version: undefined });
  });

  it('say of a script in the settings that it is none to run', async () => {
    assert.match(said(await icp('C:\\x\\icp.cmd', {}, 'C:\\x\\icp.cmd')), /is a script.*"\.exe"/);
    assert.match(said(await dfx('C:\\x\\dfx.bat', 'C:\\x\\dfx.bat')), /is a script.*"\.exe"/);
    assert.deepEqual(await dfx('C:\\x\\dfx.exe', 'C:\\x\\dfx.exe'), { state: 'found', path: 'C:\\x\\dfx.exe' });
  });

  it('take no setting that depends on the current drive', async () => {
    assert.match(said(await icp('\\x\\icp.exe', {}, '\\x\\icp.exe')), /must be absolute/);
    assert.match(said(await dfx('C:dfx.exe', 'C:dfx.exe')), /must be absolute/);
  });
});

/** As programs of Windows take a command line apart (CommandLineToArgvW). */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '\\') {
      let end = at;
      while (line.charAt(end) === '\\') {
        end++;
      }
      const count = end - at;
      const beforeQuote = line.charAt(end) === '"';
      word = (word ?? '') + '\\'.repeat(beforeQuote ? Math.floor(count / 2) : count);
      if (beforeQuote && count % 2 === 1) {
        word += '"';
        end++;
      }
      at = end - 1;
    } else if (character === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (character === ' ' && !quoted) {
      if (word !== undefined) {
        words.push(word);
      }
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  return word === undefined ? words : [...words, word];
}

describe('a tool in a terminal, whose environment can only be added to', () => {
  const inherited = {
    DFX_NETWORK: 'ic',
    ICP_HOME: '/elsewhere',
    Icp_Environment: 'ic',
    'DFX_A&calc': 'x',
    PATH: '/bin',
  };
  const args = ['identity', 'new', 'a b', '100%', '%PATH%', 'a&b', 'x!PATH!', 'say "yes"', ''];
  const added = { ICP_HOME: '/mine', DFX_WARNING: '-mainnet' };

  it('is started as it is where nothing misleads it', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const start = cleanStart('/x/icp', args, added, {
        platform,
        inherited: { PATH: '/bin', ICP_HOME: '/elsewhere' },
      });
      assert.deepEqual(start, { program: '/x/icp', args, env: added });
    }
  });

  it('is not misled on Linux and macOS', { skip: process.platform === 'win32' }, () => {
    const show = 'console.log(JSON.stringify([process.argv.slice(1), process.env]))';
    const words = ['-e', show, '--', ...args];
    for (const platform of ['linux', 'darwin'] as const) {
      const start = cleanStart(process.execPath, words, added, { platform, inherited });
      const env = { ...inherited, ...start.env };
      const [passed, left] = JSON.parse(execFileSync(start.program, [...start.args], { env, encoding: 'utf8' }));
      assert.deepEqual(passed, args);
      assert.deepEqual(Object.fromEntries(Object.entries(left).filter(([name]) => /^(dfx|icp)_/i.test(name))), {
        'DFX_A&calc': 'x',
        ...added,
      });
    }
  });

  it('is not misled on Windows, where cmd.exe reads nothing of what it is to run', () => {
    const start = cleanStart(
      'C:\\my tools\\icp.exe',
      args,
      { ...added, icp_home: 'D:\\' },
      { platform: 'win32', inherited },
    );
    assert.equal(start.program, 'C:\\Windows\\System32\\cmd.exe');
    assert.deepEqual(start.args, [
      ...['/d', '/v:on', '/s', '/c'],
      'set DFX_NETWORK=&set Icp_Environment=&!IC_CANISTERS_COMMAND!',
    ]);
    const { IC_CANISTERS_COMMAND: command = '', ...env } = start.env;
    assert.deepEqual(env, { ...added, icp_home: 'D:\\' });
    assert.deepEqual(wordsOf(command), ['C:\\my tools\\icp.exe', ...args]);
  });
});

describe('a process tree on Windows', () => {
  it('is ended by the system’s own program, all of it and by force, and waited for', async () => {
    const runs: (string | readonly string[])[][] = [];
    let looks = 0;
    const system = {
      platform: 'win32' as const,
      env: { SystemRoot: 'C:\\Windows' },
      run: async (executable: string, args: readonly string[]) => void runs.push([executable, args]),
      isThere: () => ++looks < 3,
    };
    assert.equal(await killProcessTree(4711, 600, system), true);
    assert.deepEqual(runs, [['C:\\Windows\\System32\\taskkill.exe', ['/PID', '4711', '/T', '/F']]]);
    assert.equal(looks, 3);
    assert.equal(await killProcessTree(4711, 600, { ...system, isThere: () => true }), false);
  });
});

describe('words of a command line on Windows', () => {
  it('are read as they were', () => {
    const words = [
      'C:\\Program Files\\icp.exe',
      '',
      'a b',
      'C:\\my folder\\',
      'two \\\\',
      'say "yes"',
      'a \\"b\\\\" c',
      '\\\\host\\share\\x',
      '(record { text = "a\\b" })',
      '日本 語',
    ];
    assert.deepEqual(wordsOf(quoteCommand(words[0]!, words.slice(1), 'win32')), words);
  });
});
