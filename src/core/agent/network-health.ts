import { Cbor } from '@dfinity/agent';
import type { Endpoint, NetworkHealth } from '../network/endpoint';
import { msg } from '../util/message';
import type { Connection } from './connections';
import type { OperationContext } from './operation-context';

/** Reads `/api/v2/status` (interface specification, "Status endpoint"). Throws what `fetch` throws. */
export async function readHealth(
  connection: Connection,
  { url, reportedKey }: Endpoint,
  context: OperationContext,
): Promise<NetworkHealth> {
  const response = await connection.fetch(context, '/api/v2/status');
  const status = response.ok ? decodeStatusPage(new Uint8Array(await response.arrayBuffer())) : undefined;
  if (!status) {
    return {
      state: 'foreign',
      detail: `HTTP ${response.status} ${response.headers.get('content-type') ?? ''}`.trim(),
    };
  }
  const { replica_health_status: health, root_key: key, impl_version: version } = status;
  if (health !== undefined && health !== 'healthy') {
    return { state: 'starting', detail: String(health) };
  }
  const rootKey = key instanceof Uint8Array ? Buffer.from(key).toString('hex') : undefined;
  if (reportedKey !== undefined && rootKey !== reportedKey) {
    return {
      state: 'foreign',
      detail: `root key ${rootKey ?? ''}`.trim(),
      message: msg('Another network answers at {0}: it has another root key than the one that was started there.', url),
    };
  }
  connection.noteReportedKey(rootKey);
  return { state: 'healthy', rootKey, version: typeof version === 'string' ? version : undefined };
}

function decodeStatusPage(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = Cbor.decode(bytes);
    return typeof value === 'object' && value !== null && 'replica_health_status' in value
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
