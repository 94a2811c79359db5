import { isSet, propertiesOf, stringAt } from '../../../../document/tree';
import { msg } from '../../../../util/message';
import { MAX_QUOTED, shortText } from '../../../../util/shorten';
import type { CheckContext } from '../check-context';

const CANDID_SECTIONS: ReadonlySet<string> = new Set(['candid:service', 'candid:args']);

export function checkMetadata({ model, findings }: CheckContext): void {
  for (const canister of model.canisters.values()) {
    const value = canister.keys.get('metadata')?.value;
    if (value?.type !== 'array') {
      continue;
    }
    for (const item of value.items) {
      if (item.type !== 'object') {
        continue;
      }
      const keys = propertiesOf(item);
      const name = stringAt(keys, 'name');
      const path = isSet(keys, 'path') ? keys.get('path') : undefined;
      const content = isSet(keys, 'content') ? keys.get('content') : undefined;
      if (path !== undefined && content !== undefined) {
        const message = msg('A metadata section may have only one of "path" and "content".');
        findings.reportConflict('metadata-conflict', path, content, message);
      } else if (
        path === undefined &&
        content === undefined &&
        name !== undefined &&
        !CANDID_SECTIONS.has(name.value)
      ) {
        findings.report(
          'metadata-empty',
          name,
          msg('The metadata section "{0}" needs "path" or "content".', shortText(name.value, MAX_QUOTED)),
          {
            fixes: () =>
              (['path', 'content'] as const).map((key) => ({
                title: msg('Add "{0}"', key),
                edits: model.document.addProperties(item, [[key, '']]),
              })),
          },
        );
      }
    }
  }
}
