/** A page with the interface of a canister, where the Candid UI is on mainnet: `/?canisterId=<this>&id=<canister>`. */
import { IDL } from '@dfinity/candid';
import type { CanisterCall, SystemCanister } from '../executor';
import { WebRequestType, WebResponseType } from '../gateway';
import { rejects } from '../reject';
import type { NetworkState } from '../state';

export const CANDID_UI = 'a4gq6-oaaaa-aaaab-qaa4q-cai';

export class CandidUi implements SystemCanister {
  readonly id = CANDID_UI;
  readonly #state: NetworkState;

  constructor(state: NetworkState) {
    this.#state = state;
  }

  async update(call: CanisterCall): Promise<Uint8Array> {
    return this.query(call);
  }

  async query(call: CanisterCall): Promise<Uint8Array> {
    if (call.method !== 'http_request') {
      throw rejects.methodNotFound(this.id, 'query', call.method);
    }
    const [request] = IDL.decode([WebRequestType], call.arg) as unknown as [{ url: string }];
    const id = new URL(request.url, 'http://localhost').searchParams.get('id') ?? '';
    const { status, body } = this.#page(id);
    return IDL.encode(
      [WebResponseType],
      [
        {
          status_code: status,
          headers: [['content-type', 'text/html; charset=utf-8']],
          body: Buffer.from(body, 'utf8'),
          upgrade: [],
        },
      ],
    );
  }

  #page(id: string): { status: number; body: string } {
    const canister = this.#state.canisters.get(id);
    if (!canister) {
      return { status: 404, body: page('No canister', `<p>There is no canister <code>${html(id)}</code>.</p>`) };
    }
    const section = canister.module?.metadata.get('candid:service');
    const said =
      section?.visibility === 'public'
        ? `<pre>${html(Buffer.from(section.content).toString('utf8'))}</pre>`
        : '<p>It does not publish its interface.</p>';
    return { status: 200, body: page(`Canister ${canister.name}`, said) };
  }
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${html(title)}</title>
<h1>${html(title)}</h1>
${content}
</html>
`;
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
