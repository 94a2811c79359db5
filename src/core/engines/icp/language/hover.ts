import type { Hover } from '../../../language/language';
import type { IcpFactStore } from './icp-facts';
import type { ManifestDocument } from './manifest-document';

export function hover(_document: ManifestDocument, _offset: number, _facts: IcpFactStore): Hover | undefined {
  return undefined;
}
