import { isSet, objectAt, propertiesOf } from '../../../../document/tree';
import { msg } from '../../../../util/message';
import type { CheckContext } from '../check-context';

/** Settings that `dfx deploy` drops, or fails over, when it creates a canister. */
export function checkCreation({ model, findings }: CheckContext): void {
  for (const { keys } of model.canisters.values()) {
    const object = objectAt(keys, 'initialization_values');
    if (object === undefined) {
      continue;
    }
    const values = propertiesOf(object);
    if (isSet(values, 'wasm_memory_threshold')) {
      findings.report(
        'threshold-ignored',
        values.get('wasm_memory_threshold')!.key,
        msg(
          'dfx deploy does not set "wasm_memory_threshold" when it creates the canister. Afterwards run `dfx canister update-settings`.',
        ),
      );
    }
    // With an id of its own a canister is not created through a wallet.
    if (isSet(keys, 'specified_id')) {
      continue;
    }
    for (const name of ['wasm_memory_limit', 'log_visibility', 'reserved_cycles_limit']) {
      if (!isSet(values, name)) {
        continue;
      }
      findings.report(
        'wallet-setting',
        values.get(name)!.key,
        msg(
          'dfx cannot create a canister with "{0}" through a wallet, which it uses on a local network. Create it with `--no-wallet`.',
          name,
        ),
      );
    }
  }
}
