/** Writes the JSON schemas from the table of keys: `node --import tsx scripts/schemas.ts`. */
import { writeFileSync } from 'node:fs';
import { dfxSchema, networksSchema, type Schema } from './dfx-schema';
import { canisterSchema, icpSchema } from './icp-schema';

function write(name: string, schema: Schema): void {
  writeFileSync(new URL(`../schemas/${name}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}

write('dfx.schema.json', dfxSchema());
write('networks.schema.json', networksSchema());
write('icp.schema.json', icpSchema());
write('canister.schema.json', canisterSchema());
