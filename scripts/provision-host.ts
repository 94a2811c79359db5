// Makes the VS Code server that the tests run on: `npm run provision -- [current|oldest]`.
import { provisionHost } from '../test/host/provision';

async function main(): Promise<void> {
  const name = process.argv[2] ?? 'current';
  if (name !== 'current' && name !== 'oldest') {
    throw new Error('usage: npm run provision -- [current|oldest]');
  }
  console.log(JSON.stringify(await provisionHost(name, (line) => console.log(line)), null, 2));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
