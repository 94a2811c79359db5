// Ends what scripts/start.ts has started where that was killed: waits for the end of its input, which comes then too.
//   node --import tsx scripts/start-guard.ts NAME VALUE: ends the processes with this variable
import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked } from '../test/host/marked-processes';

async function main(): Promise<void> {
  const [name = '', value = ''] = process.argv.slice(2);
  await new Promise((resolve) => process.stdin.on('close', resolve).resume());
  // A process may be born while others are being ended.
  for (let calm = 0; calm < 5; calm++) {
    if (killMarked(name, value) > 0) {
      calm = 0;
    }
    await sleep(100);
  }
}

void main();
