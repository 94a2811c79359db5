import type { ScalarNode, StringNode, ValueNode } from '../document/tree';
import { durationWords, formatBytes, formatCount, formatCycles, parseBytes, parseDuration } from '../util/amounts';
import { type Message, msg } from '../util/message';
import type { HoverPart } from './language';
import type { KeySpec, ValueSpec } from './spec';

/** What the table of keys says of a key. @param engine the tool's name */
export function describeKey(key: KeySpec, engine: string): HoverPart[] {
  const parts: HoverPart[] = [{ text: key.doc, fromSchema: true }];
  if (key.default !== undefined) {
    parts.push({ text: msg('Default: {0}', JSON.stringify(key.default)), fromSchema: true });
  }
  if (key.since !== undefined) {
    parts.push({ text: msg('Since {0} {1}.', engine, key.since), fromSchema: true });
  }
  if (key.deprecated !== undefined) {
    parts.push({ text: key.deprecated, fromSchema: true });
  }
  return parts;
}

/** The meaning of a fixed value; a size, duration or number of cycles for people. */
export function describeValue(spec: ValueSpec, node: ValueNode): HoverPart | undefined {
  if (node.type === 'object' || node.type === 'array') {
    return undefined;
  }
  if (spec.kind === 'enum') {
    const doc = node.type === 'string' ? spec.values.find(({ value }) => value === node.value)?.doc : undefined;
    return doc && { text: doc, fromSchema: true };
  }
  const text = readable(spec, node);
  return text && { text };
}

/** A duration, with its seconds: files have both. */
export function secondsWords(seconds: bigint): Message {
  return seconds === 1n ? msg('1 second') : msg('{0} = {1} seconds', durationWords(seconds), formatCount(seconds));
}

/** A size, duration or number of cycles for people. */
function readable(value: ValueSpec, node: StringNode | ScalarNode): Message | undefined {
  const raw = node.type === 'string' ? node.value : node.raw;
  if (value.kind === 'bytes') {
    const bytes = node.type === 'number' && !/^\d{1,40}$/.test(raw) ? undefined : parseBytes(raw);
    return bytes === undefined ? undefined : msg('{0} = {1} bytes', formatBytes(bytes), formatCount(bytes));
  }
  if (value.kind === 'duration' && node.type === 'string') {
    const seconds = parseDuration(raw);
    return seconds === undefined ? undefined : secondsWords(seconds);
  }
  if (value.kind === 'integer' && /^\d{1,40}$/.test(raw)) {
    if (value.unit === 'cycles') {
      return msg('{0} cycles', formatCycles(BigInt(raw)));
    }
    if (value.unit === 'percent') {
      return msg('{0} percent of one processor', raw);
    }
    if (value.unit === 'seconds') {
      return secondsWords(BigInt(raw));
    }
  }
  return undefined;
}
