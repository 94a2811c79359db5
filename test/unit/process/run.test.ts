import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PromptDetector } from '../../../src/core/engines/dfx/prompts';
import { type ProcessSystem, thisSystem } from '../../../src/core/process/process-tree';
import { Redactor } from '../../../src/core/process/redact';
import { type Question, type RunOptions, type RunResult, runProcess } from '../../../src/core/process/run';
import type { ToolCommand } from '../../../src/core/process/tool';
import { formatMessage } from '../../../src/core/util/message';
import { layout } from '../support/layout';
import { assertWithin } from '../support/within';

const windows = process.platform === 'win32';
const env = { ...process.env } as Record<string, string>;

/** Runs a piece of JavaScript as if it were dfx. */
function run(code: string, options: Partial<RunOptions> = {}, command: Partial<ToolCommand> = {}): Promise<RunResult> {
  return runProcess({
    trust: { isTrusted: true },
    executable: process.execPath,
    env,
    command: { args: ['-e', code], cwd: tmpdir(), stdin: 'ignore', usesKey: false, ...command },
    questions: new PromptDetector(),
    ...options,
  });
}

test('lines come as they are written, from both streams', async () => {
  const lines: [string, string, number][] = [];
  const result = await run(
    `console.log('one'); console.error('two'); setTimeout(() => { process.stdout.write('thr'); process.stdout.write('ee\\r\\nfour'); process.exitCode = 3 }, 300)`,
    { onLine: (line, stream) => lines.push([line, stream, performance.now()]) },
  );
  assert.deepEqual(
    lines.filter(([, stream]) => stream === 'stdout').map(([line]) => line),
    ['one', 'three', 'four'],
  );
  assert.deepEqual(
    lines.filter(([, stream]) => stream === 'stderr').map(([line]) => line),
    ['two'],
  );
  const at = (line: string): number => lines.find(([text]) => text === line)?.[2] ?? 0;
  assert.ok(at('three') - at('one') > 150, 'not as they come');
  assert.deepEqual(
    [result.exitCode, result.cancelled, result.stdout, result.stderr],
    [3, false, 'one\nthree\nfour', 'two'],
  );
  assert.equal(result.goneAfterMs, undefined);
});

test('characters cut in two, progress on one line, and lines without end', async () => {
  const lines: string[] = [];
  await run(
    `const b = Buffer.from('é€😀\\n'); for (const x of b) process.stdout.write(Buffer.from([x]));
     process.stdout.write('10%\\r50%\\r100%\\n'); process.stdout.write('x'.repeat(200000))`,
    { onLine: (line) => lines.push(line) },
  );
  assert.equal(lines[0], 'é€😀');
  assert.equal(lines[1], '100%');
  assert.equal(lines.slice(2).join('').length, 200_000);
  assert.ok(lines.length > 3);
});

test('arguments are passed as they are, without a shell', async () => {
  const hostile = ['$(touch pwned)', '`id`', '; ls', '"', "'", 'a b', '', '%PATH%', '日本', '\\'];
  const result = await run(
    '',
    {},
    { args: ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...hostile] },
  );
  assert.deepEqual(JSON.parse(result.stdout), hostile);
});

const CONSENT = `
process.stderr.write('WARNING: dfx is deprecated\\nWARNING!\\nYou are about to reinstall the a canister\\nYOU WILL LOSE ALL DATA.\\n\\nDo you want to proceed? yes/No\\n');
let input = ''; process.stdin.on('data', (d) => { input += d; if (input.includes('\\n')) { console.log('answer ' + JSON.stringify(input)); process.exit(0) } });
process.stdin.on('end', () => { console.log('end'); process.exit(1) });`;

test('a question is put to the user, and the answer to dfx', async () => {
  for (const [yes, answer] of [
    [true, '"yes\\n"'],
    [false, '"no\\n"'],
  ] as const) {
    const prompts: Question[] = [];
    const onPrompt = async (prompt: Question): Promise<boolean> => {
      prompts.push(prompt);
      return yes;
    };
    const result = await run(CONSENT, { onPrompt }, { stdin: 'pipe' });
    assert.deepEqual(prompts, [
      { kind: 'consent', text: 'You are about to reinstall the a canister\nYOU WILL LOSE ALL DATA.' },
    ]);
    assert.equal(result.stdout, `answer ${answer}`);
    assert.equal(result.declined, !yes);
  }
});

test('where nobody answers, the answer is no', async () => {
  assert.equal((await run(CONSENT, {}, { stdin: 'pipe' })).stdout, 'answer "no\\n"');
  const onPrompt = (): Promise<boolean> => Promise.reject(new Error('closed'));
  assert.equal((await run(CONSENT, { onPrompt }, { stdin: 'pipe' })).stdout, 'answer "no\\n"');
  assert.equal((await run(CONSENT)).stdout, 'end');
});

test('several questions, one of them without a line end', async () => {
  const code = `
    process.stderr.write('WARNING!\\nfirst\\nDo you want to proceed? yes/No\\n');
    let n = 0; process.stdin.on('data', () => { if (++n === 1) process.stderr.write('  Method name: x\\n\\nOkay? [y/N] '); else process.exit(0) })`;
  const texts: string[] = [];
  const onPrompt = async ({ kind, text }: Question): Promise<boolean> => texts.push(`${kind}: ${text}`) > 0;
  const result = await run(code, { onPrompt }, { stdin: 'pipe' });
  assert.equal(result.exitCode, 0);
  assert.deepEqual(texts, ['consent: first', 'message: Method name: x']);
});

test('input is given whole', async () => {
  const input = 'x'.repeat(300_000);
  const code = 'let n = 0; process.stdin.on("data", (d) => n += d.length).on("end", () => console.log(n))';
  assert.equal((await run(code, {}, { input })).stdout, '300000');
  // A process that reads nothing of it is no reason to fail.
  assert.equal((await run('process.exit(0)', {}, { input })).exitCode, 0);
});

test('secrets are written nowhere, and handed over once', async () => {
  const phrase = Array.from({ length: 24 }, (_, i) => ['abandon', 'ability', 'zoo'][i % 3]).join(' ');
  const key = '-----BEGIN EC PRIVATE KEY-----\\nMHQCAQEEIPfH\\nAAAA\\n-----END EC PRIVATE KEY-----';
  const lines: string[] = [];
  const secrets: string[] = [];
  const identities: (string | undefined)[] = [];
  const result = await run(
    `console.error("Your seed phrase for identity 'bob': ${phrase}"); console.error('This can be used'); console.log('${key}'); console.log('${phrase}'); console.log('after')`,
    {
      onLine: (line) => lines.push(line),
      onSecret: (secret, identity) => {
        secrets.push(secret);
        identities.push(identity);
      },
    },
  );
  const shown = `${lines.join('\n')}\n${result.stdout}\n${result.stderr}`;
  assert.ok(!/abandon|MHQC|AAAA|PRIVATE/.test(shown), shown);
  assert.ok(shown.includes("Your seed phrase for identity 'bob': ••••"));
  assert.ok(lines.includes('This can be used') && lines.includes('after'));
  assert.deepEqual(secrets, [phrase, phrase]);
  assert.deepEqual(identities, ['bob', undefined]);
  const redactor = new Redactor();
  for (const plain of [
    'Installed code for canister a, with canister ID b',
    'a b c d e f g h i j k l',
    'if you have had the wallet for a while then you may need to',
  ]) {
    assert.equal(redactor.line(plain), plain);
  }
});

test('nothing is started without trust', async () => {
  const marker = path.join(mkdtempSync(path.join(tmpdir(), 'ic-canisters-trust-')), 'ran');
  const command: ToolCommand = {
    args: ['-e', `require('fs').writeFileSync(${JSON.stringify(marker)}, '')`],
    cwd: tmpdir(),
    stdin: 'ignore',
    usesKey: false,
  };
  const refused = await runProcess({ trust: { isTrusted: false }, executable: process.execPath, env, command });
  assert.match(refused.problem ? formatMessage(refused.problem) : '', /not trusted/);
  assert.equal(refused.exitCode, null);
  assert.equal(existsSync(marker), false);
  const ran = await runProcess({ trust: { isTrusted: true }, executable: process.execPath, env, command });
  assert.equal(ran.exitCode, 0);
  assert.equal(existsSync(marker), true);
  rmSync(path.dirname(marker), { recursive: true });
});

test('what cannot be started is a result, not an exception', async () => {
  const command: ToolCommand = { args: [], cwd: tmpdir(), stdin: 'ignore', usesKey: false };
  const missing = await runProcess({
    trust: { isTrusted: true },
    executable: path.join(tmpdir(), 'no-such-dfx'),
    env,
    command,
  });
  assert.match(missing.problem ? formatMessage(missing.problem) : '', /could not be started: ENOENT/);
  const nowhere = await run('', {}, { cwd: path.join(tmpdir(), 'no-such-folder') });
  assert.ok(nowhere.problem);
  const nul = await run('', {}, { args: ['a\0b'] });
  assert.ok(nul.problem);
  const terminal = await run('', {}, { stdin: 'terminal' });
  assert.match(terminal.problem ? formatMessage(terminal.problem) : '', /terminal/);
});

/** Starts a process, cancels it when it says so, and returns the ids of all processes it named. */
async function cancelled(
  code: string,
  t: TestContext,
  system: ProcessSystem = thisSystem,
): Promise<{ result: RunResult; pids: number[] }> {
  const abort = new AbortController();
  const pids: number[] = [];
  t.after(() => {
    for (const pid of pids) {
      if (isRunning(pid)) {
        process.kill(pid, 'SIGKILL');
      }
    }
  });
  const result = await run(code, {
    signal: abort.signal,
    system,
    onLine: (line) => {
      if (/^pid \d+$/.test(line)) {
        pids.push(Number(line.slice(4)));
      }
      if (line === 'ready') {
        abort.abort();
      }
    },
  });
  return { result, pids };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}

/** Running, and not merely waiting for its parent to notice that it has ended. */
async function isAlive(pid: number): Promise<boolean> {
  if (!isRunning(pid)) {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return !/\) Z /.test(stat);
}

const STUBBORN = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); setInterval(() => {}, 1000);`;

test('a process that ends when told is gone at once', { skip: windows }, async (t) => {
  await assertWithin(300, async () => {
    const { result } = await cancelled(
      `console.log('pid ' + process.pid); setInterval(() => {}, 1000); console.log('ready')`,
      t,
    );
    assert.equal(result.cancelled, true);
    assert.equal(result.endedBy, 'SIGTERM');
    return result.goneAfterMs;
  });
});

for (const platform of ['linux', 'darwin'] as const) {
  test(
    `a process that ignores the first signal is gone within a second, with its children and those that left its group: ${platform}`,
    {
      skip: windows || (platform === 'linux' && process.platform !== 'linux'),
    },
    (t) => assertFamilyIsGone(t, { ...thisSystem, platform }),
  );
}

async function assertFamilyIsGone(t: TestContext, system: ProcessSystem): Promise<void> {
  // A busy machine takes its time to start them: each says when it is there.
  const body = JSON.stringify(`${STUBBORN} console.log('pid ' + process.pid); process.send('there')`);
  const child = (detached: boolean): string =>
    `require('child_process').spawn(process.execPath, ['-e', ${body}], { detached: ${detached}, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }).on('message', there);`;
  const code = `${STUBBORN} let left = 2; const there = () => --left || console.log('ready'); console.log('pid ' + process.pid); ${child(false)} ${child(true)}`;
  await assertWithin(1000, async () => {
    const { result, pids } = await cancelled(code, t, system);
    assert.equal(pids.length, 3);
    assert.equal(result.cancelled, true);
    assert.equal(result.endedBy, 'SIGKILL');
    for (const pid of pids) {
      assert.equal(await isAlive(pid), false, `${pid} is still there`);
    }
    return result.goneAfterMs;
  });
}

test('of Windows, a process is no leader of a group, and its end is left to the system’s program', {
  skip: windows,
}, async () => {
  const runs: string[] = [];
  const system: ProcessSystem = {
    ...thisSystem,
    platform: 'win32',
    run: async (executable, args) => {
      runs.push([path.win32.basename(executable), ...args].join(' '));
      process.kill(Number(args[1]), 'SIGKILL');
    },
  };
  const group = `require('child_process').execFileSync('ps', ['-o', 'pgid=', '-p', process.pid]).toString().trim()`;
  const code = `console.log('pid ' + process.pid); console.log('pid ' + ${group}); setInterval(() => {}, 1000); console.log('ready')`;
  const { result, pids } = await cancelled(code, { after: () => {} } as never, system);
  const [pid, leader] = pids;
  assert.notEqual(leader, pid);
  assert.deepEqual(runs, [`taskkill.exe /PID ${pid} /T /F`]);
  assert.equal(result.cancelled, true);
});

test('a run that was cancelled before it began starts nothing', async () => {
  const abort = new AbortController();
  abort.abort();
  const lines: string[] = [];
  const result = await run('console.log(1)', { signal: abort.signal, onLine: (line) => lines.push(line) });
  assert.equal(result.cancelled, true);
  assert.deepEqual(lines, []);
});

test('a process that stays in the background delays no result, and outlives it', { skip: windows }, async (t) => {
  const folder = await layout(t);
  // So that no other test's files are counted.
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (TMPDIR === undefined) {
      delete process.env['TMPDIR'];
    } else {
      process.env['TMPDIR'] = TMPDIR;
    }
  });
  const marker = JSON.stringify(path.join(folder, 'alive'));
  const daemon = `setTimeout(() => { console.error('still writing'); console.log('and again'); require('fs').writeFileSync(${marker}, 'yes'); }, 800)`;
  const code = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(daemon)}], { stdio: 'inherit', detached: true }).unref(); console.error('started'); process.exit(0)`;
  for (const output of ['file', undefined] as const) {
    await assertWithin(700, async () => {
      const lines: string[] = [];
      const result = await run(code, { onLine: (line) => lines.push(line) }, output === undefined ? {} : { output });
      assert.equal(result.exitCode, 0);
      assert.deepEqual(lines, ['started']);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('ic-canisters-run-')),
        [],
      );
      const alive = path.join(folder, 'alive');
      const deadline = performance.now() + 10_000;
      const read = () => readFile(alive, 'utf8').catch(() => '');
      while ((await read()) === '' && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(await read(), 'yes', String(output));
      await rm(alive);
      return result.durationMs;
    });
  }
});

test('output to a file still comes line by line', { skip: windows }, async () => {
  const lines: [string, number][] = [];
  const code = `console.error('one'); setTimeout(() => console.log('two'), 500)`;
  await run(code, { onLine: (line) => lines.push([line, performance.now()]) }, { output: 'file' });
  assert.deepEqual(
    lines.map(([line]) => line),
    ['one', 'two'],
  );
  assert.ok((lines[1]?.[1] ?? 0) - (lines[0]?.[1] ?? 0) > 200);
});
