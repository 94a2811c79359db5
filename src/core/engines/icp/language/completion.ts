import type { Completion } from '../../../language/language';
import type { IcpFactStore } from './icp-facts';
import type { ManifestDocument } from './manifest-document';

export async function complete(
  _document: ManifestDocument,
  _offset: number,
  _facts: IcpFactStore,
): Promise<Completion[]> {
  return [];
}
