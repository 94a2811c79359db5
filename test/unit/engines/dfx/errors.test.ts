import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { classifyFailure, type DfxFailure, errorBlock } from '../../../../src/core/engines/dfx/errors';
import { parseDiagnostics } from '../../../../src/core/process/diagnostics';
import type { RunResult } from '../../../../src/core/process/run';
import { succeeded } from '../../../../src/core/process/tool';
import { formatMessage, msg } from '../../../../src/core/util/message';
import { busyTime } from '../../support/thread-time';

const base: RunResult = {
  exitCode: 255,
  endedBy: null,
  cancelled: false,
  declined: false,
  stdout: '',
  stderr: '',
  durationMs: 1,
};

function classify(stderr: string, result: Partial<RunResult> = {}): DfxFailure {
  return classifyFailure({ ...base, stderr, ...result }, { network: 'local', identity: 'alice' });
}

const chain = (...causes: string[]): string =>
  causes.map((cause, i) => `${i === 0 ? 'Error' : 'Caused by'}: ${cause}`).join('\n');

test('the causes of dfx are told apart, with the step that helps', () => {
  for (const [stderr, kind, next, words] of [
    [
      "Error: You are trying to connect to the local replica but dfx cannot connect to it.\nTo fix: CanisterRef a different network or run 'dfx start' to start the local replica.",
      'network-not-running',
      'start-network',
      'local is not running',
    ],
    [
      chain(
        'The alice identity is not stored securely. Do not use it to control a lot of cycles/ICP.\n- For enhanced security\n    export DFX_WARNING=-mainnet_plaintext_identity',
      ),
      'plaintext-identity',
      'select-identity',
      'alice is stored in plain text',
    ],
    [
      "Error: Each canister has a set of controllers. Only those controllers have access to the canister's management functions (like install_code or stop_canister).\nTo fix: To make the management function call succeed,\nsee the controllers",
      'not-a-controller',
      'select-identity',
      'alice is not a controller',
    ],
    [
      chain(
        'Failed to install',
        'The replica returned a rejection error: reject code CanisterError, reject message Only controllers of canister x can call ic00 method y, error code Some("IC0512")',
      ),
      'not-a-controller',
      'select-identity',
      'alice is not a controller',
    ],
    [
      chain('Refusing to install canister without approval', 'User declined consent.'),
      'declined',
      undefined,
      'did not agree',
    ],
    [
      chain(
        'Failed while trying to build all canisters.',
        "Cannot find canister id. Please issue 'dfx canister create my_app --network ic'.",
      ),
      'no-id',
      'create',
      'my_app has not been created',
    ],
    [
      chain('Failed to install', 'The canister must be built before install. Please run `dfx build`.'),
      'not-built',
      'build',
      'not been built',
    ],
    [chain("Canister 'x' not found in dfx.json."), 'canister-unknown', 'open-dfx-json', 'named x'],
    [chain("Cannot find canister 'x',"), 'canister-unknown', 'open-dfx-json', 'named x'],
    [
      chain('Failed to delete', 'Canister x must be stopped before it is deleted., error code Some("IC0510")'),
      'canister-running',
      'stop-canister',
      'stopped first',
    ],
    [chain("Identity bob does not exist at '/x/bob'."), 'identity-missing', 'select-identity', 'named bob'],
    [
      chain('Failed to load identity', 'The specified identity must exist'),
      'identity-missing',
      'select-identity',
      'named alice',
    ],
    [
      chain('Failed to decrypt PEM file at /x', 'IO error: not a terminal'),
      'needs-terminal',
      'run-in-terminal',
      'password',
    ],
    [
      chain('Failed to build Rust canister', 'Failed to compile the rust package: x'),
      'compile',
      undefined,
      'The build failed: Failed to compile the rust package: x',
    ],
    [
      chain("Stable interface compatibility check issued an ERROR for canister 'x'."),
      'incompatible-upgrade',
      'show-problems',
      'stable variables',
    ],
    [
      chain('Failed to deserialize json from /x/dfx.json', 'expected value at line 3 column 1'),
      'config',
      'open-dfx-json',
      'cannot read dfx.json',
    ],
    [chain('Insufficient cycles balance to create the canister.'), 'no-cycles', undefined, 'not enough cycles'],
    [
      chain('x', 'error sending request for url (https://icp0.io/api/v2/status)', 'dns error'),
      'network-unreachable',
      undefined,
      'cannot be reached',
    ],
    [chain('x', 'Address already in use (os error 98)'), 'port-in-use', undefined, 'Another program'],
    [chain('Something new', 'its reason\nwith details'), 'other', undefined, 'dfx failed: its reason'],
  ] as const) {
    const failure = classify(`WARNING: dfx is deprecated\nBuilding canisters...\n${stderr}`);
    assert.equal(failure.kind, kind, stderr);
    assert.equal(failure.next, next, stderr);
    assert.ok(formatMessage(failure.message).includes(words), formatMessage(failure.message));
    assert.equal(failure.detail, stderr);
  }
});

test('the exit code tells who failed', () => {
  const usage = classify("error: unexpected argument '--frobnicate' found\n\nUsage: dfx deploy", { exitCode: 2 });
  assert.equal(usage.kind, 'bad-arguments');
  const vm = classify('dfx 0.20.1 is not installed.  To install it, run:\n    dfxvm install 0.20.1', { exitCode: 1 });
  assert.deepEqual([vm.kind, vm.version, vm.next], ['version-missing', '0.20.1', 'install-dfx-version']);
  assert.equal(classify('Traceback', { exitCode: 1 }).kind, 'not-dfx');
  assert.equal(classify('', { exitCode: 255 }).kind, 'other');
  assert.equal(classify('Error: x', { cancelled: true }).kind, 'cancelled');
  assert.equal(classify('', { exitCode: null, endedBy: 'SIGKILL' }).kind, 'killed');
  assert.equal(classify('', { exitCode: null, problem: msg('x') }).kind, 'not-started');
  assert.equal(succeeded({ ...base, exitCode: 0 }), true);
  assert.equal(succeeded({ ...base, exitCode: 0, cancelled: true }), false);
  assert.equal(succeeded({ ...base, exitCode: 0, declined: true }), false);
});

test('the last error block counts, and with -v the chain before the diagnosis', () => {
  assert.equal(errorBlock('nothing'), undefined);
  assert.deepEqual(errorBlock('Error: one\nnoise\nError: two\nCaused by: three\nfour\n')?.causes, [
    'two',
    'three\nfour',
  ]);
  const both = errorBlock('Error: chain\nCaused by: inner\nError: explained\nTo fix: do this\nand that\n');
  assert.deepEqual([both?.causes, both?.fix], [['chain', 'inner', 'explained'], 'do this\nand that']);
});

test('errors of moc get their places', () => {
  const root = path.resolve('project');
  const file = path.join(root, 'src', 'main.mo');
  const output = [
    `Caused by: The command '"moc" "x"' failed with exit status 'exit status: 1'.`,
    'Stderr:',
    `${file}:3.5-3.12: type error [M0057], unbound variable counter`,
    `${file}:10.1-12.4: type error [M0096], expression of type`,
    '  Nat',
    'cannot produce expected type',
    '  Text',
    'src/other.mo:7.9: syntax error [M0001], unexpected token',
    `${file}:1.1-1.1: warning [M0194], unused identifier x (delete or rename to _x)`,
    `${file}:3.5-3.12: type error [M0057], unbound variable counter`,
    'C:\\p\\a.mo:1.2-1.3: import error [M0011], file not found',
  ].join('\r\n');
  const found = parseDiagnostics(`\u001b[31mx\u001b[0m\n${output}`, root);
  assert.deepEqual(
    found.map(({ file, line, column, endLine, endColumn, severity, code, message }) => [
      path.relative(root, file),
      [line, column, endLine, endColumn],
      severity,
      code,
      message,
    ]),
    [
      [path.join('src', 'main.mo'), [2, 4, 2, 11], 'error', 'M0057', 'unbound variable counter'],
      [
        path.join('src', 'main.mo'),
        [9, 0, 11, 3],
        'error',
        'M0096',
        'expression of type\n  Nat\ncannot produce expected type\n  Text',
      ],
      [path.join('src', 'other.mo'), [6, 8, 6, 9], 'error', 'M0001', 'unexpected token'],
      [path.join('src', 'main.mo'), [0, 0, 0, 1], 'warning', 'M0194', 'unused identifier x (delete or rename to _x)'],
      [path.relative(root, path.resolve(root, 'C:\\p\\a.mo')), [0, 1, 0, 2], 'error', 'M0011', 'file not found'],
    ],
  );
});

test('errors of cargo get their places, as wide as they are marked', () => {
  const output = `   Compiling backend v0.1.0 (/x/src/backend)
error[E0425]: cannot find value \`counter\` in this scope
  --> src/backend/src/lib.rs:12:5
   |
12 |     counter + 1
   |     ^^^^^^^ not found in this scope

warning: unused variable: \`x\`
 --> src/backend/src/lib.rs:3:9
  |
3 |     let x = 1;
  |         ^ help: if this is intentional, prefix it with an underscore: \`_x\`
  |
  = note: \`#[warn(unused_variables)]\` on by default

error[E0308]: mismatched types
  --> src/backend/src/lib.rs:20:18
   |
19 | fn f() -> u32 {
   |           --- expected \`u32\` because of return type
20 |     let a: u32 = "x";
   |            ---   ^^^ expected \`u32\`, found \`&str\`

warning: \`backend\` (lib) generated 1 warning
error: could not compile \`backend\` (lib) due to 2 previous errors; 1 warning emitted
Error: Failed to build Rust canister 'backend'.`;
  const root = path.resolve('project');
  assert.deepEqual(
    parseDiagnostics(output, root).map(({ line, column, endColumn, severity, code, message }) => [
      line,
      column,
      endColumn,
      severity,
      code,
      message,
    ]),
    [
      [11, 4, 11, 'error', 'E0425', 'cannot find value `counter` in this scope'],
      [2, 8, 9, 'warning', undefined, 'unused variable: `x`'],
      [19, 17, 20, 'error', 'E0308', 'mismatched types'],
    ],
  );
  assert.equal(parseDiagnostics(output, root)[0]?.file, path.join(root, 'src', 'backend', 'src', 'lib.rs'));
});

test('errors of several lines are whole', () => {
  // As moc 0.14, rustc 1.9x and didc print them.
  const output = `Caused by: Failed to compile.
Stderr:
main.mo:6.14-6.63: type error [M0098], cannot implicitly instantiate function of type
  <X, Y>(array : [X], f : X -> Y) -> [Y]
to argument of type
  ([Nat], (x : Text) -> Text)
because implicit instantiation of type parameter X is over-constrained with
  Nat  <:  X  <:  Text
where
  Nat  </:  Text
so that no valid instantiation exists
Error: Failed while trying to build all canisters.
error[E0308]: mismatched types
 --> src/lib.rs:4:7
  |
4 |     f(a)
  |     - ^ expected \`u32\`, found \`&str\`
  |     |
  |     arguments to this function are incorrect
  |
  = note: expected type \`u32\`
          found reference \`&str\`
note: function defined here
 --> src/lib.rs:1:8
  |
1 | pub fn f(x: u32) -> u32 { x }
  |        ^ ------

error: parser error
  ┌─ src/app.did:1:22
  │
1 │ service : { greet : (txt) -> (text) query }
  │                      ^^^ Unbound type identifier txt

npm error code 1`;
  assert.deepEqual(
    parseDiagnostics(output, '/p').map(({ file, line, column, endColumn, message, details, source }) => [
      path.basename(file),
      [line, column, endColumn],
      source,
      [message, details].join('\n').trimEnd(),
    ]),
    [
      [
        'main.mo',
        [5, 13, 62],
        'moc',
        output.slice(output.indexOf('cannot implicitly'), output.indexOf('\nError: Failed while')),
      ],
      [
        'lib.rs',
        [3, 6, 7],
        'cargo',
        [
          'mismatched types',
          'expected `u32`, found `&str`',
          'arguments to this function are incorrect',
          'note: expected type `u32`',
          '  found reference `&str`',
          'note: function defined here',
        ].join('\n'),
      ],
      ['app.did', [0, 21, 24], 'candid', 'parser error\nUnbound type identifier txt'],
    ],
  );
});

test('huge and hostile output takes no time', () => {
  const start = busyTime();
  parseDiagnostics(`${'a:1.1-'.repeat(20_000)}\n${'error '.repeat(20_000)}\n`.repeat(5), '.');
  parseDiagnostics('x.mo:1.1: type error [M1], y\n'.repeat(20_000), '.');
  assert.ok(busyTime() - start < 2000);
});

test('of a build, only errors with a place are said to be listed; else the innermost cause is told', () => {
  const failed = (cause: string) => chain('Failed while trying to build all canisters.', cause);
  for (const [output, words] of [
    [
      'Building frontend...\n' +
        chain(
          'Failed while trying to deploy canisters.',
          'Failed to build all canisters.',
          "The build step failed for canister 'bkyz2-fmaaa-aaaaa-qaaaq-cai' (web) with an embedded error",
          `Failed to run 'npm' "run" "build"`,
          'No such file or directory (os error 2)',
        ),
      'npm was not found. It is not on the PATH that VS Code was started with.',
    ],
    [
      `Executing: scripts/build.sh\nscripts/build.sh: line 3: jq: command not found\n${failed('The custom tool failed.')}`,
      'jq was not found.',
    ],
    [`scripts/build.sh: 3: jq: not found\n${failed('The custom tool failed.')}`, 'jq was not found.'],
    [`/usr/bin/env: ‘node’: No such file or directory\n${failed('The custom tool failed.')}`, 'node was not found.'],
    [
      "   Compiling cfg-if v1.0.0\nerror[E0463]: can't find crate for `core`\n  |\n  = note: the `wasm32-unknown-unknown` target may not be installed\n\nerror: could not compile `cfg-if` (lib) due to 1 previous error\n" +
        failed("The build step failed for canister 'x'."),
      'Run "rustup target add wasm32-unknown-unknown" in a terminal.',
    ],
    [
      `error: the lock file /p/Cargo.lock needs to be updated but --locked was passed to prevent this\n${failed('The build step failed.')}`,
      'Cargo.lock does not fit Cargo.toml any more.',
    ],
    [
      `error: failed to parse lock file at: /p/Cargo.lock\n${failed('The build step failed.')}`,
      'Cargo.lock cannot be read.',
    ],
    [
      `npm error Missing script: "build"\nnpm error A complete log of this run can be found in: /x\n${failed('npm run build')}`,
      'no script "build"',
    ],
    [
      `copying assets\nmake: *** [Makefile:3: all] Error 1\n${failed('The custom tool failed.')}`,
      'The build failed: make: *** [Makefile:3: all] Error 1',
    ],
    [
      `error: no matching package named \`nope\` found\n${failed('The build step failed.')}`,
      'The build failed: error: no matching package named `nope` found',
    ],
    [failed('The custom tool failed.'), 'The build failed: The custom tool failed.'],
  ] as const) {
    const failure = classify(output);
    assert.equal(failure.kind, 'compile', output);
    assert.equal(failure.next, undefined, output);
    assert.ok(formatMessage(failure.message).includes(words), formatMessage(failure.message));
  }
  for (const placed of [
    'src/main.mo:3.5-3.12: type error [M0057], unbound variable counter',
    'error[E0425]: cannot find value `x` in this scope\n --> src/lib.rs:3:5',
    "src/app.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.",
    "src/app.ts:3:5 - error TS2322: Type 'string' is not assignable to type 'number'.",
  ]) {
    const failure = classify(`${placed}\n${failed('The build step failed.')}`);
    assert.equal(failure.next, 'show-problems', placed);
    assert.equal(formatMessage(failure.message), '1 error, listed as a problem.');
    assert.equal(
      parseDiagnostics(placed, '/p').filter(({ severity, line }) => severity === 'error' && line === 2).length,
      1,
    );
  }
});

test('a file that dfx cannot read is named, and opened, whichever it is', () => {
  for (const [file, shown] of [
    ['/home/me/project/canister_ids.json', 'canister_ids.json'],
    ['/home/me/project/.dfx/local/canister_ids.json', '.dfx/local/canister_ids.json'],
    ['/home/me/.config/dfx/networks.json', 'networks.json'],
    ['/home/me/.config/dfx/identity.json', 'identity.json'],
    ['/home/me/.config/dfx/identity/alice/wallets.json', 'wallets.json'],
  ] as const) {
    const failure = classify(
      chain(
        'Failed to load canister id store.',
        `Failed to deserialize json from ${file}`,
        'key must be a string at line 2 column 1',
      ),
    );
    assert.equal(failure.kind, 'config');
    assert.equal(formatMessage(failure.message), `dfx cannot read ${shown}.`);
    assert.equal(failure.next, undefined);
    assert.deepEqual(
      failure.actions?.map(({ command, args }) => [command, args]),
      [['icCanisters.openFile', [file]]],
    );
  }
});

test('all of what moc says of two types is kept', () => {
  const output =
    'a.mo:1.2-1.3: type error [M0050], literal of type\n  Text\ndoes not have expected type\n  Nat\nBuilding canisters...';
  assert.equal(
    parseDiagnostics(output, '/p')[0]?.message,
    'literal of type\n  Text\ndoes not have expected type\n  Nat',
  );
});
