import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The folder that holds what takes minutes to make (VS Code servers) and what `npm start` leaves behind. It lies
 * outside the repository so that every clone of one user shares it; `IC_CANISTERS_TEST_CACHE` names another place.
 */
export function cacheFolder(): string {
  const chosen = process.env['IC_CANISTERS_TEST_CACHE'];
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = resolve(chosen || join(base, 'ic-canisters-test'));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Runs `work` while no other process of this machine runs work under the same name.
 *
 * The lock is a socket in Linux's abstract namespace: the kernel frees it when its holder ends, however it ends, so
 * there are no stale locks to clean up.
 */
export async function exclusively<T>(name: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const address = `\0ic-canisters-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  let lock = await tryListen(address);
  if (!lock) {
    onWait();
  }
  while (!lock) {
    await sleep(500);
    lock = await tryListen(address);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        done(undefined);
      } else {
        fail(error);
      }
    });
    server.listen(address, () => {
      server.unref();
      done(server);
    });
  });
}
