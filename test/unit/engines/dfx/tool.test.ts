import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dfxLocations } from '../../../../src/core/engines/dfx/locations';
import type { ToolCommand } from '../../../../src/core/process/tool';
import { dfxToolchain } from '../../../support/dfx-toolchain';
import { script } from './script';

const skip = process.platform === 'win32' && 'dfx does not run there';

test('only what loads a key that a password protects runs in a terminal', { skip }, async (t) => {
  const dfx = await script(t, 'dfx', 'console.log("done")');
  const inTerminal: ToolCommand[] = [];
  const { tool, commands } = dfxToolchain(dfxLocations({}, process.platform, '/'), {
    setting: () => dfx,
    runInTerminal: async (_executable, command) => {
      inTerminal.push(command);
      return 0;
    },
  });
  const context = { cwd: process.cwd(), target: 'local', identity: 'carol' };
  await tool.run(commands.build(context, 'all'), { password: true });
  await tool.run(commands.deploy(context, 'all'), { password: false });
  assert.deepEqual(inTerminal, []);
  await tool.run(commands.deploy(context, 'all'), { password: true });
  assert.deepEqual(
    inTerminal.map(({ args, stdin }) => [args[0], stdin]),
    [['deploy', 'terminal']],
  );
});
