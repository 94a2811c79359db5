import type { StringNode } from '../document/tree';
import { type Message, msg } from '../util/message';
import { type PrincipalFault, type PrincipalKind, parsePrincipal } from '../util/principal';
import { MAX_QUOTED, shortText } from '../util/shorten';
import type { FindingList } from './findings';

/** Canisters of the system that everybody meets. */
const WELL_KNOWN = new Map<string, Message>([
  ['rwlgt-iiaaa-aaaaa-aaaaa-cai', msg('the NNS registry')],
  ['rrkah-fqaaa-aaaaa-aaaaq-cai', msg('the NNS governance canister')],
  ['ryjl3-tyaaa-aaaaa-aaaba-cai', msg('the ICP ledger')],
  ['r7inp-6aaaa-aaaaa-aaabq-cai', msg('the NNS root canister')],
  ['rkp4c-7iaaa-aaaaa-aaaca-cai', msg('the cycles minting canister')],
  ['rno2w-sqaaa-aaaaa-aaacq-cai', msg('the NNS lifeline canister')],
  ['renrk-eyaaa-aaaaa-aaada-cai', msg('the genesis token canister')],
  ['rdmx6-jaaaa-aaaaa-aaadq-cai', msg('Internet Identity')],
  ['qoctq-giaaa-aaaaa-aaaea-cai', msg('the NNS dapp')],
  ['qhbym-qaaaa-aaaaa-aaafq-cai', msg('the ICP index canister')],
  ['um5iw-rqaaa-aaaaq-qaaba-cai', msg('the cycles ledger')],
  ['mxzaz-hqaaa-aaaar-qaada-cai', msg('the ckBTC ledger')],
  ['mqygn-kiaaa-aaaar-qaadq-cai', msg('the ckBTC minter')],
  ['ss2fx-dyaaa-aaaar-qacoq-cai', msg('the ckETH ledger')],
  ['mwrha-maaaa-aaaab-qabqq-cai', msg('the Motoko playground')],
  ['a4gq6-oaaaa-aaaab-qaa4q-cai', msg('the Candid UI')],
]);

function describeKind(kind: PrincipalKind): Message {
  switch (kind) {
    case 'management':
      return msg('The management canister, through which canisters are created and managed.');
    case 'anonymous':
      return msg('The anonymous principal: a caller without identity.');
    case 'opaque':
      return msg('The id of a canister.');
    case 'self-authenticating':
      return msg('The principal of a key: a user or an identity.');
    case 'derived':
      return msg('A derived principal.');
    case 'reserved':
      return msg('A reserved principal.');
    case 'unknown':
      return msg('A principal of no known class.');
  }
}

/** What a principal is: well-known canisters by name, others by class. */
export function describePrincipal(text: string): Message | undefined {
  const parsed = parsePrincipal(text);
  if (!parsed.ok) {
    return undefined;
  }
  return WELL_KNOWN.get(parsed.canonical) ?? describeKind(parsed.kind);
}

function describePrincipalFault(text: string, fault: PrincipalFault): Message {
  switch (fault) {
    case 'empty':
      return msg('A principal is expected here.');
    case 'character':
      return msg('"{0}" is not a principal: it may contain only letters, the digits 2 to 7 and dashes.', text);
    case 'too-short':
      return msg('"{0}" is not a principal: it is too short.', text);
    case 'too-long':
      return msg('This is not a principal: it is longer than 29 bytes.');
    case 'checksum':
      return msg('"{0}" is not a principal: its checksum is wrong, so something in it is mistyped.', text);
    case 'grouping':
      return msg('"{0}" is not a principal: a dash must stand behind every fifth letter.', text);
  }
}

/** Reports a string that is no principal. */
export function reportPrincipal<Code extends string>(findings: FindingList<Code>, code: Code, node: StringNode): void {
  const parsed = parsePrincipal(node.value);
  if (!parsed.ok) {
    findings.report(code, node, describePrincipalFault(shortText(node.value, MAX_QUOTED), parsed.fault), {
      fixes: () => findings.changeToAny(node, parsed.canonical, [], true),
    });
  }
}
